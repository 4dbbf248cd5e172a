/* CUnit with what it lacks: a process per test, name filter, time limit, TAP.
 * SPDX-License-Identifier: Apache-2.0
 *
 *	static void adds(void) { CU_ASSERT_EQUAL(1 + 1, 2); }
 *	static CU_TestInfo tests[] = {{"adds", adds}, CU_TEST_INFO_NULL};
 *	UNIT_MAIN(tests)
 *
 * NAME --list prints the names; NAME adds runs one of them. */
#ifndef TESTS_LIB_UNIT_H
#define TESTS_LIB_UNIT_H

#include <CUnit/CUnit.h>

int unit_main(int argc, char **argv, CU_TestInfo *tests);

/* A directory of the test's own, removed when its process ends. */
int unit_tmpdir(void);            /* descriptor, O_CLOEXEC */
const char *unit_tmpdir_path(void);

/* Fails with both texts shown. */
void unit_equal(const char *file, unsigned int line, const char *got,
		const char *want);
void unit_contains(const char *file, unsigned int line, const char *text,
		   const char *part);
#define assert_text(got, want) unit_equal(__FILE__, __LINE__, (got), (want))
#define assert_contains(text, part)                                            \
	unit_contains(__FILE__, __LINE__, (text), (part))

#define UNIT_MAIN(tests)                                                       \
	int main(int argc, char **argv)                                        \
	{                                                                      \
		return unit_main(argc, argv, tests);                           \
	}

#endif
