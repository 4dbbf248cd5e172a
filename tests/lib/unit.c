/* Runs CUnit tests, each in a process of its own, and reports in TAP.
 * SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/base/fd.h"

#define TEST_SECONDS_MAX 120

static char tmpdir_path[64];

static void
remove_tmpdir(void)
{
	struct error e = ERROR_NONE;

	if (tmpdir_path[0] != '\0' &&
	    tree_remove(AT_FDCWD, tmpdir_path, &e) < 0)
		fprintf(stderr, "# cannot remove %s\n", tmpdir_path);
}

const char *
unit_tmpdir_path(void)
{
	if (tmpdir_path[0] == '\0') {
		strcpy(tmpdir_path, "/tmp/rkt-unit-XXXXXX");
		if (!mkdtemp(tmpdir_path))
			abort();
	}
	return tmpdir_path;
}

int
unit_tmpdir(void)
{
	int fd = open(unit_tmpdir_path(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		abort();
	return fd;
}

void
unit_equal(const char *file, unsigned int line, const char *got,
	   const char *want)
{
	bool is_equal = got && want ? strcmp(got, want) == 0 : got == want;

	if (!is_equal)
		fprintf(stderr, "#  got: %s\n# want: %s\n",
			got ? got : "(null)", want ? want : "(null)");
	CU_assertImplementation(is_equal, line, "texts are equal", file, "",
				CU_FALSE);
}

void
unit_contains(const char *file, unsigned int line, const char *text,
	      const char *part)
{
	bool is_there = text && strstr(text, part) != NULL;

	if (!is_there)
		fprintf(stderr, "# text: %s\n# lacks: %s\n",
			text ? text : "(null)", part);
	CU_assertImplementation(is_there, line, "text has the part", file, "",
				CU_FALSE);
}

/* In the child: the exit status is the number of failed assertions. */
static int
run_one(CU_TestInfo *test)
{
	CU_SuiteInfo suites[] = {
		{.pName = "unit",
		 .pTests = (CU_TestInfo[]){*test, CU_TEST_INFO_NULL}},
		CU_SUITE_INFO_NULL,
	};
	CU_pFailureRecord failure;
	unsigned int n;

	if (CU_initialize_registry() != CUE_SUCCESS ||
	    CU_register_suites(suites) != CUE_SUCCESS)
		return 99;
	alarm(TEST_SECONDS_MAX);
	CU_run_all_tests();
	for (failure = CU_get_failure_list(); failure; failure = failure->pNext)
		fprintf(stderr, "# %s:%u: %s\n", failure->strFileName,
			failure->uiLineNumber, failure->strCondition);
	n = CU_get_number_of_failures();
	CU_cleanup_registry();
	remove_tmpdir();
	return n > 90 ? 90 : (int)n;
}

static bool
run_in_child(CU_TestInfo *test)
{
	int status;
	pid_t pid;

	fflush(NULL);
	pid = fork();
	if (pid == 0)
		exit(run_one(test));
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		return false;
	if (WIFSIGNALED(status))
		fprintf(stderr, "# ended by signal %d\n", WTERMSIG(status));
	return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

int
unit_main(int argc, char **argv, CU_TestInfo *tests)
{
	const char *only = argc > 1 ? argv[1] : NULL;
	int n = 0, n_failed = 0;

	for (CU_TestInfo *t = tests; t->pName; t++) {
		if (only && strcmp(only, "--list") == 0) {
			puts(t->pName);
			continue;
		}
		if (only && strcmp(only, t->pName) != 0)
			continue;
		bool is_ok = run_in_child(t);
		n++;
		n_failed += !is_ok;
		printf("%s %d - %s\n", is_ok ? "ok" : "not ok", n, t->pName);
	}
	if (only && strcmp(only, "--list") == 0)
		return 0;
	printf("1..%d\n", n);
	return n == 0 ? 99 : n_failed > 0;
}
