/* core/base/fd: files beneath a descriptor, whole or not at all.
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/base/fd.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/base/cleanup.h"
#include "tests/lib/unit.h"

static void
beneath_never_leaves(void)
{
	static const char *const bad[] = {"../x", "/etc/passwd", "out",
					  "dir/../../x", "abs"};
	autoclose int dir = unit_tmpdir();

	CU_ASSERT_EQUAL(mkdirat(dir, "dir", 0755), 0);
	CU_ASSERT_EQUAL(symlinkat("..", dir, "out"), 0);
	CU_ASSERT_EQUAL(symlinkat("/etc", dir, "abs"), 0);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		autoclose int fd = open_beneath(dir, bad[i], O_RDONLY, 0);

		CU_ASSERT_EQUAL(fd, -1);
		CU_ASSERT_EQUAL(errno, EXDEV);
	}
}

static void
in_root_treats_links_as_chroot_does(void)
{
	autoclose int dir = unit_tmpdir();
	autoclose int fd = -1;
	struct error e = ERROR_NONE;

	CU_ASSERT_EQUAL(mkdirat(dir, "etc", 0755), 0);
	CU_ASSERT_EQUAL(file_write(dir, "etc/passwd", "ours", 4, 0644, &e), 0);
	CU_ASSERT_EQUAL(symlinkat("/etc/passwd", dir, "link"), 0);
	CU_ASSERT_EQUAL(symlinkat("../../../etc", dir, "up"), 0);
	fd = open_in_root(dir, "link", O_RDONLY, 0);
	CU_ASSERT(fd >= 0);
	CU_ASSERT_EQUAL(fcntl(fd, F_GETFD), FD_CLOEXEC);
	close(fd);
	fd = open_in_root(dir, "up/passwd", O_RDONLY, 0);
	CU_ASSERT(fd >= 0);
}

static void
read_all_has_a_limit(void)
{
	autoclose int dir = unit_tmpdir();
	autofree char *text = NULL;
	struct error e = ERROR_NONE;
	size_t len = 0;

	CU_ASSERT_EQUAL(file_write(dir, "f", "12345", 5, 0644, &e), 0);
	CU_ASSERT_EQUAL(file_read_all(dir, "f", 5, &text, &len, &e), 0);
	CU_ASSERT_EQUAL(len, 5);
	assert_text(text, "12345");
	CU_ASSERT_EQUAL(file_read_all(dir, "f", 4, &text, &len, &e), -1);
	CU_ASSERT_EQUAL(e.code, RKT_ERR_INPUT);
	assert_contains(e.layers[0], "larger than 4 bytes");
	CU_ASSERT_EQUAL(file_read_all(dir, "none", 4, &text, &len, &e), -1);
	CU_ASSERT_EQUAL(e.err, ENOENT);
}

static void
atomic_write_leaves_no_temporary(void)
{
	autoclose int dir = unit_tmpdir();
	autofree char *text = NULL;
	struct error e = ERROR_NONE;

	CU_ASSERT_EQUAL(mkdirat(dir, "d", 0755), 0);
	CU_ASSERT_EQUAL(file_write_atomic(dir, "d/f", "old", 3, 0640, &e), 0);
	CU_ASSERT_EQUAL(file_write_atomic(dir, "d/f", "new", 3, 0640, &e), 0);
	CU_ASSERT_EQUAL(file_read_all(dir, "d/f", 9, &text, NULL, &e), 0);
	assert_text(text, "new");
	/* A directory in the way: the rename fails, nothing stays. */
	CU_ASSERT_EQUAL(mkdirat(dir, "d/dir", 0755), 0);
	CU_ASSERT_EQUAL(file_write_atomic(dir, "d/dir", "x", 1, 0640, &e), -1);
	CU_ASSERT_EQUAL(unlinkat(dir, "d/dir", AT_REMOVEDIR), 0);
	CU_ASSERT_EQUAL(unlinkat(dir, "d/f", 0), 0);
	CU_ASSERT_EQUAL(unlinkat(dir, "d", AT_REMOVEDIR), 0);
}

static void
lock_is_seen_by_others(void)
{
	autoclose int dir = unit_tmpdir();
	struct error e = ERROR_NONE;
	int status = -1;
	pid_t pid;

	CU_ASSERT_EQUAL(lock_wait(dir, true, "d", &e), 0);
	pid = fork();
	if (pid == 0) {
		int fd = open(unit_tmpdir_path(), O_RDONLY | O_DIRECTORY);
		bool is_locked = true;

		if (lock_try(fd, false, "d", &is_locked, &e) < 0)
			_exit(2);
		_exit(is_locked ? 1 : 0);
	}
	CU_ASSERT_EQUAL(waitpid(pid, &status, 0), pid);
	CU_ASSERT_EQUAL(status, 0);
}

static CU_TestInfo tests[] = {
	{"beneath_never_leaves", beneath_never_leaves},
	{"in_root_treats_links_as_chroot_does",
	 in_root_treats_links_as_chroot_does},
	{"read_all_has_a_limit", read_all_has_a_limit},
	{"atomic_write_leaves_no_temporary", atomic_write_leaves_no_temporary},
	{"lock_is_seen_by_others", lock_is_seen_by_others},
	CU_TEST_INFO_NULL,
};

UNIT_MAIN(tests)
