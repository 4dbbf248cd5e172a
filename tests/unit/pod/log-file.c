/* core/pod/log-file: reading logs, also hostile ones.
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/pod/log-file.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/cleanup.h"
#include "core/base/fd.h"
#include "tests/lib/unit.h"

#define TIME "2026-11-22T08:21:46.380885715Z"
#define NS   INT64_C(1795335706380885715)

static void
lines_are_records_or_text(void)
{
	static const struct {
		const char *line;
		int64_t when;
		bool is_stderr, is_whole;
		const char *text;
	} cases[] = {
		{TIME " stdout F hi", NS, false, true, "hi"},
		{TIME " stderr P  x ", NS, true, false, " x "},
		{TIME " stdout F ", NS, false, true, ""},
		{"2026-11-22T08:21:46.5Z stdout F hi",
		 INT64_C(1795335706500000000), false, true, "hi"},
		{TIME " stdout F", 0, false, true, NULL},
		{TIME " stdout X hi", 0, false, true, NULL},
		{TIME " stdout Fhi", 0, false, true, NULL},
		{TIME "stdout F hi", 0, false, true, NULL},
		{"2026-11-22T08:21:46+01:00 stdout F hi", 0, false, true, NULL},
		{"just text", 0, false, true, NULL},
		{"", 0, false, true, NULL},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *want =
			cases[i].text ? cases[i].text : cases[i].line;
		struct log_record r;

		log_record_parse(cases[i].line, strlen(cases[i].line), &r);
		CU_ASSERT_EQUAL(r.when_ns, cases[i].when);
		CU_ASSERT_EQUAL(r.is_stderr, cases[i].is_stderr);
		CU_ASSERT_EQUAL(r.is_whole, cases[i].is_whole);
		CU_ASSERT_EQUAL(r.len, strlen(want));
		CU_ASSERT_EQUAL(strncmp(r.text, want, r.len), 0);
	}
}

static int dir;

static void
append(const char *text)
{
	int fd = openat(dir, "a.log", O_WRONLY | O_CREAT | O_APPEND, 0600);

	CU_ASSERT_EQUAL(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	close(fd);
}

static struct log_file *
open_log(void)
{
	struct error e = ERROR_NONE;
	struct log_file *f = NULL;

	CU_ASSERT_EQUAL_FATAL(log_file_open(dir, "a.log", &f, &e), 0);
	return f;
}

/* The next line's text; NULL: there is none. */
static char *
next(struct log_file *f)
{
	struct error e = ERROR_NONE;
	struct log_record r;
	bool found = false;
	char *text;

	CU_ASSERT_EQUAL_FATAL(log_file_peek(f, &r, &found, &e), 0);
	if (!found)
		return NULL;
	text = strndup(r.text, r.len);
	log_file_take(f);
	return text;
}

static void
assert_next(struct log_file *f, const char *want)
{
	autofree char *text = next(f);

	assert_text(text ? text : "(none)", want);
}

static void
a_file_grows_moves_and_shrinks(void)
{
	struct log_file *f;

	dir = open(unit_tmpdir_path(), O_RDONLY | O_DIRECTORY);
	CU_ASSERT_PTR_NULL(open_log());
	append("one\ntw");
	f = open_log();
	assert_next(f, "one");
	assert_next(f, "(none)");
	append("o\n");
	assert_next(f, "two");
	append("last\n");
	renameat(dir, "a.log", dir, "a.log.1");
	append("new\n");
	assert_next(f, "last");
	assert_next(f, "new");
	CU_ASSERT_EQUAL(unlinkat(dir, "a.log", 0), 0);
	assert_next(f, "(none)");
	append("next and longer\n");
	assert_next(f, "next and longer");
	fchmodat(dir, "a.log", 0600, 0);
	int fd = openat(dir, "a.log", O_WRONLY | O_TRUNC);
	assert_next(f, "(none)");
	append("x\n");
	assert_next(f, "x");
	CU_ASSERT(!log_file_is_open(f));
	flock(fd, LOCK_EX);
	CU_ASSERT(log_file_is_open(f));
	close(fd);
	CU_ASSERT(!log_file_is_open(f));
	log_file_close(f);
	close(dir);
}

static void
the_last_lines_are_found(void)
{
	struct error e = ERROR_NONE;
	struct log_file *f;
	uint64_t n = 0;
	char line[32];

	dir = open(unit_tmpdir_path(), O_RDONLY | O_DIRECTORY);
	for (int i = 0; i < 20000; i++) {
		snprintf(line, sizeof(line), "line number %d\n", i);
		append(line);
	}
	f = open_log();
	CU_ASSERT_EQUAL(log_file_seek(f, 12345, &n, &e), 0);
	CU_ASSERT_EQUAL(n, 12345);
	assert_next(f, "line number 7655");
	CU_ASSERT_EQUAL(log_file_seek(f, 1, &n, &e), 0);
	assert_next(f, "line number 19999");
	assert_next(f, "(none)");
	CU_ASSERT_EQUAL(log_file_seek(f, 0, &n, &e), 0);
	CU_ASSERT_EQUAL(n, 0);
	assert_next(f, "(none)");
	CU_ASSERT_EQUAL(log_file_seek(f, 30000, &n, &e), 0);
	CU_ASSERT_EQUAL(n, 20000);
	assert_next(f, "line number 0");
	log_file_close(f);
	close(dir);
}

static CU_TestInfo tests[] = {
	{"lines_are_records_or_text", lines_are_records_or_text},
	{"a_file_grows_moves_and_shrinks", a_file_grows_moves_and_shrinks},
	{"the_last_lines_are_found", the_last_lines_are_found},
	CU_TEST_INFO_NULL,
};

UNIT_MAIN(tests)
