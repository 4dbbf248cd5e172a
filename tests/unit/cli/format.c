/* core/cli/format: every boundary of ages, times, sizes and quotes.
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/cli/format.h"

#include <stdlib.h>
#include <time.h>

#include "core/base/cleanup.h"
#include "tests/lib/unit.h"

#define SECOND INT64_C(1000000000)
#define MINUTE INT64_C(60)
#define HOUR   (60 * MINUTE)
#define DAY    (24 * HOUR)
#define YEAR   (360 * DAY)
#define NOW    (INT64_C(1795335706) * SECOND + 380885715)

static void
ages(void)
{
	static const struct {
		int64_t seconds;
		const char *past;
		const char *future;
	} cases[] = {
		{0, "now", "now"},
		{1, "1 second ago", "1 second from now"},
		{2, "2 seconds ago", "2 seconds from now"},
		{59, "59 seconds ago", "59 seconds from now"},
		{60, "1 minute ago", "1 minute from now"},
		{119, "1 minute ago", "1 minute from now"},
		{120, "2 minutes ago", "2 minutes from now"},
		{HOUR - 1, "59 minutes ago", "59 minutes from now"},
		{HOUR, "1 hour ago", "1 hour from now"},
		{2 * HOUR - 1, "1 hour ago", "1 hour from now"},
		{2 * HOUR, "2 hours ago", "2 hours from now"},
		{DAY - 1, "23 hours ago", "23 hours from now"},
		{DAY, "1 day ago", "1 day from now"},
		{2 * DAY - 1, "1 day ago", "1 day from now"},
		{2 * DAY, "2 days ago", "2 days from now"},
		{7 * DAY - 1, "6 days ago", "6 days from now"},
		{7 * DAY, "1 week ago", "1 week from now"},
		{14 * DAY - 1, "1 week ago", "1 week from now"},
		{14 * DAY, "2 weeks ago", "2 weeks from now"},
		{30 * DAY - 1, "4 weeks ago", "4 weeks from now"},
		{30 * DAY, "1 month ago", "1 month from now"},
		{60 * DAY - 1, "1 month ago", "1 month from now"},
		{60 * DAY, "2 months ago", "2 months from now"},
		{YEAR - 1, "11 months ago", "11 months from now"},
		{YEAR, "1 year ago", "1 year from now"},
		{540 * DAY - 1, "1 year ago", "1 year from now"},
		{540 * DAY, "2 years ago", "2 years from now"},
		{720 * DAY - 1, "2 years ago", "2 years from now"},
		{720 * DAY, "2 years ago", "2 years from now"},
		{3 * YEAR - 1, "2 years ago", "2 years from now"},
		{3 * YEAR, "3 years ago", "3 years from now"},
		{37 * YEAR - 1, "36 years ago", "36 years from now"},
		{37 * YEAR, "a long while ago", "a long while from now"},
	};
	char got[FORMAT_MAX];

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		int64_t d = cases[i].seconds * SECOND;

		format_age(NOW - d, NOW, got, sizeof(got));
		assert_text(got, cases[i].past);
		format_age(NOW + d, NOW, got, sizeof(got));
		assert_text(got, cases[i].future);
		/* Nothing is rounded up. */
		format_age(NOW - d - SECOND + 1, NOW, got, sizeof(got));
		assert_text(got, cases[i].past);
	}
	format_age(0, NOW, got, sizeof(got));
	assert_text(got, "a long while ago");
	format_age(INT64_MIN + 1, NOW, got, sizeof(got));
	assert_text(got, "a long while ago");
}

static void
times(void)
{
	static const struct {
		const char *zone;
		int64_t when;
		const char *want;
	} cases[] = {
		{"UTC", 1795335727 * SECOND + 166000000,
		 "2026-11-22 08:22:07.166 +0000 UTC"},
		{"UTC", 1795335727 * SECOND + 166999999,
		 "2026-11-22 08:22:07.166 +0000 UTC"},
		{"UTC", 1795335706 * SECOND + 380885715,
		 "2026-11-22 08:21:46.38 +0000 UTC"},
		{"UTC", 1795335706 * SECOND + 300000000,
		 "2026-11-22 08:21:46.3 +0000 UTC"},
		{"UTC", 1795335706 * SECOND + 5000000,
		 "2026-11-22 08:21:46.005 +0000 UTC"},
		{"UTC", 1795335706 * SECOND + 999999,
		 "2026-11-22 08:21:46 +0000 UTC"},
		{"UTC", 1795335706 * SECOND, "2026-11-22 08:21:46 +0000 UTC"},
		{"CET-1", 1453814614 * SECOND + 600000000,
		 "2016-01-26 14:23:34.6 +0100 CET"},
		{"EST5", 1453814614 * SECOND, "2016-01-26 08:23:34 -0500 EST"},
		{"UTC", -1, "1969-12-31 23:59:59.999 +0000 UTC"},
		{"CET-1", 0, "0001-01-01 00:00:00 +0000 UTC"},
	};
	char got[FORMAT_MAX];

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		setenv("TZ", cases[i].zone, 1);
		tzset();
		format_time(cases[i].when, got, sizeof(got));
		assert_text(got, cases[i].want);
	}
}

static void
sizes(void)
{
	static const struct {
		uint64_t bytes;
		const char *want;
	} cases[] = {
		{0, "0B"},
		{9, "9B"},
		{10, "10B"},
		{1023, "1023B"},
		{1024, "1.0KiB"},
		{1536, "1.5KiB"},
		{1075, "1.0KiB"},
		{1076, "1.1KiB"},
		{10188, "9.9KiB"},
		{10189, "10KiB"},
		{10240, "10KiB"},
		{1048575, "1024KiB"},
		{1048576, "1.0MiB"},
		{1995264, "1.9MiB"},
		{13631488, "13MiB"},
		{UINT64_C(1) << 30, "1.0GiB"},
		{UINT64_C(1) << 40, "1.0TiB"},
		{UINT64_C(1) << 50, "1.0PiB"},
		{UINT64_C(1) << 60, "1.0EiB"},
		{UINT64_MAX, "16EiB"},
	};
	char got[FORMAT_MAX];

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		format_size(cases[i].bytes, got, sizeof(got));
		assert_text(got, cases[i].want);
	}
}

static void
quotes(void)
{
	static const struct {
		const char *text;
		const char *want;
	} cases[] = {
		{"", "\"\""},
		{"plain", "\"plain\""},
		{"a\"b\\c", "\"a\\\"b\\\\c\""},
		{"\a\b\f\n\r\t\v", "\"\\a\\b\\f\\n\\r\\t\\v\""},
		{"\x01\x1b\x7f", "\"\\x01\\x1b\\x7f\""},
		{"\xc3\xa4\xe2\x82\xac", "\"\xc3\xa4\xe2\x82\xac\""},
		{"\xff\xc3", "\"\\xff\\xc3\""},
		{"\xc2\x9b", "\"\\u009b\""},
		{"it's", "\"it's\""},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		autofree char *got = format_quoted(cases[i].text);

		assert_text(got, cases[i].want);
	}
}

static CU_TestInfo tests[] = {
	{"ages", ages},     {"times", times},  {"sizes", sizes},
	{"quotes", quotes}, CU_TEST_INFO_NULL,
};

UNIT_MAIN(tests)
