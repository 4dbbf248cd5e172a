/* core/base/fault: the call that was named fails, once; others do not.
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/base/fault.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/base/cleanup.h"
#include "core/base/fd.h"
#include "tests/lib/unit.h"

#ifdef FAULT_INJECTION
static void
named_call_fails_at_its_turn(void)
{
	autoclose int fd = unit_tmpdir();
	struct error e = ERROR_NONE;

	setenv("RKT_FAULT", "write:ENOSPC:3,fsync:EIO:1", 1);
	CU_ASSERT_EQUAL(file_write(fd, "1", "x", 1, 0600, &e), 0);
	CU_ASSERT_EQUAL(file_write(fd, "2", "x", 1, 0600, &e), 0);
	CU_ASSERT_EQUAL(file_write(fd, "3", "x", 1, 0600, &e), -1);
	CU_ASSERT_EQUAL(e.err, ENOSPC);
	assert_text(e.layers[0], "write 3");
	CU_ASSERT_EQUAL(file_write(fd, "4", "x", 1, 0600, &e), 0);
	CU_ASSERT_EQUAL(file_write_atomic(fd, "5", "x", 1, 0600, &e), -1);
	CU_ASSERT_EQUAL(e.err, EIO);
	CU_ASSERT_EQUAL(faccessat(fd, "5", F_OK, 0), -1);
	CU_ASSERT_EQUAL(file_write_atomic(fd, "5", "x", 1, 0600, &e), 0);
}

static void
nonsense_ends_the_process(void)
{
	static const char *const bad[] = {"write",         "write:ENOSPC",
					  "write:EWHAT:1", "write:EIO:0",
					  "write:EIO:1x",  "x:"};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		int status = 0;

		if (fork() == 0) {
			close(2);
			setenv("RKT_FAULT", bad[i], 1);
			(void)!fault(write, 0);
			_exit(0);
		}
		CU_ASSERT_TRUE(wait(&status) > 0);
		CU_ASSERT_EQUAL(WEXITSTATUS(status), 99);
	}
}
#else
static void
nothing_fails_when_not_built_in(void)
{
	autoclose int fd = unit_tmpdir();
	struct error e = ERROR_NONE;

	setenv("RKT_FAULT", "write:ENOSPC:1", 1);
	CU_ASSERT_EQUAL(file_write(fd, "1", "x", 1, 0600, &e), 0);
}
#endif

static CU_TestInfo tests[] = {
#ifdef FAULT_INJECTION
	{"named_call_fails_at_its_turn", named_call_fails_at_its_turn},
	{"nonsense_ends_the_process", nonsense_ends_the_process},
#else
	{"nothing_fails_when_not_built_in", nothing_fails_when_not_built_in},
#endif
	CU_TEST_INFO_NULL,
};

UNIT_MAIN(tests)
