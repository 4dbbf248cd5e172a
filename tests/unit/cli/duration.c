/* core/cli/duration: reading and printing as Go does.
 * SPDX-License-Identifier: Apache-2.0 */
#include <stdint.h>

#include "core/base/cleanup.h"
#include "core/cli/format.h"
#include "core/cli/option.h"
#include "tests/lib/unit.h"

#define MS     INT64_C(1000000)
#define SECOND (1000 * MS)
#define HOUR   (3600 * SECOND)

static void
reads(void)
{
	static const struct {
		const char *text;
		int64_t want;
	} cases[] = {
		{"0", 0},
		{"+0", 0},
		{"-0", 0},
		{"0s", 0},
		{"1ns", 1},
		{"1us", 1000},
		{"1\xc2\xb5s", 1000},
		{"1\xce\xbcs", 1000},
		{"300ms", 300 * MS},
		{"1.5s", 1500 * MS},
		{".5s", 500 * MS},
		{"1.s", SECOND},
		{"-1.5h", -HOUR * 3 / 2},
		{"+1h", HOUR},
		{"1h30m0.5s", HOUR * 3 / 2 + 500 * MS},
		{"24h", 24 * HOUR},
		{"1m1m", 120 * SECOND},
		{"0.9999999999s", 999999999},
		{"9223372036854775807ns", INT64_MAX},
		{"2562047h47m16.854775807s", INT64_MAX},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct error e = ERROR_NONE;
		int64_t got = 77;

		CU_ASSERT_EQUAL(duration_parse(cases[i].text, &got, &e), 0);
		if (got != cases[i].want)
			assert_text(cases[i].text, "(another value)");
		CU_ASSERT_EQUAL(e.n_layers, 0);
	}
}

static void
refuses(void)
{
	static const struct {
		const char *text;
		const char *want;
	} cases[] = {
		{"", "time: invalid duration \"\""},
		{"-", "time: invalid duration \"-\""},
		{"x", "time: invalid duration \"x\""},
		{".s", "time: invalid duration \".s\""},
		{"1", "time: missing unit in duration \"1\""},
		{"1h5", "time: missing unit in duration \"1h5\""},
		{"1d", "time: unknown unit \"d\" in duration \"1d\""},
		{"1 s", "time: unknown unit \" s\" in duration \"1 s\""},
		{"--1s", "time: invalid duration \"--1s\""},
		{"1h-1m", "time: unknown unit \"h-\" in duration \"1h-1m\""},
		{"9223372036854775808ns",
		 "time: invalid duration \"9223372036854775808ns\""},
		{"2562047h47m16.854775808s",
		 "time: invalid duration \"2562047h47m16.854775808s\""},
		{"99999999999999999999999h",
		 "time: invalid duration \"99999999999999999999999h\""},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct error e = ERROR_NONE;
		int64_t got = 77;

		CU_ASSERT_EQUAL(duration_parse(cases[i].text, &got, &e), -1);
		assert_text(e.layers[0], cases[i].want);
		CU_ASSERT_EQUAL(e.code, RKT_ERR_INPUT);
		CU_ASSERT_EQUAL(got, 77);
	}
}

static void
prints(void)
{
	static const struct {
		int64_t ns;
		const char *want;
	} cases[] = {
		{0, "0s"},
		{1, "1ns"},
		{999, "999ns"},
		{1000, "1\xc2\xb5s"},
		{1100, "1.1\xc2\xb5s"},
		{300 * MS, "300ms"},
		{2200 * MS / 1000, "2.2ms"},
		{SECOND, "1s"},
		{1500 * MS, "1.5s"},
		{59 * SECOND, "59s"},
		{60 * SECOND, "1m0s"},
		{30 * 60 * SECOND, "30m0s"},
		{HOUR, "1h0m0s"},
		{24 * HOUR, "24h0m0s"},
		{HOUR + 61 * SECOND + 1, "1h1m1.000000001s"},
		{-1500 * MS, "-1.5s"},
		{INT64_MAX, "2562047h47m16.854775807s"},
		{INT64_MIN, "-2562047h47m16.854775808s"},
	};
	char got[FORMAT_MAX];

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		duration_print(cases[i].ns, got, sizeof(got));
		assert_text(got, cases[i].want);
	}
}

static CU_TestInfo tests[] = {
	{"reads", reads},
	{"refuses", refuses},
	{"prints", prints},
	CU_TEST_INFO_NULL,
};

UNIT_MAIN(tests)
