/* sdk/toolkit/log-lines: records of what an app writes.
 * SPDX-License-Identifier: Apache-2.0 */
#include "sdk/toolkit/log-lines.h"

#include <string.h>

#include "tests/lib/unit.h"

#define TIME "2026-11-22T08:21:46.000000715Z"

static const struct timespec when = {.tv_sec = 1795335706, .tv_nsec = 715};
static struct rkt_log_stream s;
static char to[RKT_LOG_TEXT_MAX + RKT_LOG_HEAD_MAX + 1];

static void
add(const char *text)
{
	memcpy(s.text + s.len, text, strlen(text));
	s.len += strlen(text);
}

static const char *
next(bool is_end)
{
	to[rkt_log_stream_next(&s, is_end, &when, to)] = '\0';
	return to;
}

static void
whole_lines_are_records(void)
{
	s.name = "stdout";
	add("one\n\ntwo");
	assert_text(next(false), TIME " stdout F one\n");
	assert_text(next(false), TIME " stdout F \n");
	assert_text(next(false), "");
	add(" three\n");
	assert_text(next(true), TIME " stdout F two three\n");
	assert_text(next(true), "");
}

static void
the_end_without_newline_is_a_part(void)
{
	s.name = "stderr";
	add("rest");
	assert_text(next(false), "");
	assert_text(next(true), TIME " stderr P rest\n");
	assert_text(next(true), "");
}

static void
what_is_too_long_is_cut(void)
{
	s.name = "stdout";
	memset(s.text, 'x', sizeof(s.text));
	s.len = sizeof(s.text);
	assert_contains(next(false), " stdout P xxx");
	CU_ASSERT_EQUAL(strlen(to),
			strlen(TIME " stdout P \n") + sizeof(s.text));
	CU_ASSERT_EQUAL(s.len, 0);
	add("\n");
	assert_text(next(false), TIME " stdout F \n");
}

static CU_TestInfo tests[] = {
	{"whole_lines_are_records", whole_lines_are_records},
	{"the_end_without_newline_is_a_part",
	 the_end_without_newline_is_a_part},
	{"what_is_too_long_is_cut", what_is_too_long_is_cut},
	CU_TEST_INFO_NULL,
};

UNIT_MAIN(tests)
