/* core/appc/quantity: exact values, canonical texts.
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/appc/quantity.h"

#include "tests/lib/unit.h"

static void
accepts(void)
{
	static const struct {
		const char *text, *canonical;
		int64_t value, milli;
	} cases[] = {
		{"0", "0", 0, 0},
		{"-0", "0", 0, 0},
		{"0e999", "0", 0, 0},
		{"1.5k", "1500", 1500, 1500000},
		{"1.5K", "1500", 1500, 1500000},
		{"1Ki", "1Ki", 1024, 1024000},
		{"1.5Gi", "1536Mi", 1610612736, 1610612736000},
		{"100m", "100m", 1, 100},
		{"1500m", "1500m", 2, 1500},
		{"-1500m", "-1500m", -2, -1500},
		{"1e3", "1e3", 1000, 1000000},
		{"1E+3", "1e3", 1000, 1000000},
		{"25e-1", "2500e-3", 3, 2500},
		{"1E", "1E", 1000000000000000000, INT64_MAX},
		{"1E2", "100", 100, 100000},
		{".5", "500m", 1, 500},
		{"5.", "5", 5, 5000},
		{"+64M", "64M", 64000000, 64000000000},
		{"0.0000000001", "1n", 1, 1},
		{"-0.0000000001", "-1n", -1, -1},
		{"0.1Ki", "102400m", 103, 102400},
		{"1.0005Ki", "1025", 1025, 1024512},
		{"9223372036854775807", "9223372036854775807", INT64_MAX,
		 INT64_MAX},
		{".54Ti", "593736279000", 593736279000, 593736278999040},
		{"7.99999Ei", "9223360507639729740", 9223360507639729740,
		 INT64_MAX},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct error e = ERROR_NONE;
		struct quantity q = {0};

		CU_ASSERT_EQUAL(quantity_parse(cases[i].text, &q, &e), 0);
		assert_text(q.text, cases[i].canonical);
		CU_ASSERT_EQUAL(quantity_value(&q), cases[i].value);
		CU_ASSERT_EQUAL(quantity_milli(&q), cases[i].milli);
	}
}

static void
refuses(void)
{
	static const char *const malformed[] = {
		"",
		"1 k",
		" 1",
		"1KB",
		"KiB",
		"k",
		".",
		"+",
		"--1",
		"1.2.3",
		"1e",
		"1e+",
		"1e5i",
		"1ki",
		"1i",
		"0x10",
		"1\xc2\xb5",
		("11111111111111111111111111111111111111111111111111111111111111"
		 "111"),
	};
	static const char *const large[] = {
		"9223372036854775808",
		"9223372036854775807.1",
		"8Ei",
		"10E",
		"1e19",
		"1e99999999999",
		"-8Ei",
	};
	struct quantity q = {.text = "untouched"};

	for (size_t i = 0; i < sizeof(malformed) / sizeof(malformed[0]); i++) {
		struct error e = ERROR_NONE;

		CU_ASSERT_EQUAL(quantity_parse(malformed[i], &q, &e), -1);
		CU_ASSERT_EQUAL(e.code, RKT_ERR_INPUT);
		assert_contains(e.layers[0], "is not a quantity");
	}
	for (size_t i = 0; i < sizeof(large) / sizeof(large[0]); i++) {
		struct error e = ERROR_NONE;

		CU_ASSERT_EQUAL(quantity_parse(large[i], &q, &e), -1);
		assert_contains(e.layers[0], "is too large");
	}
	assert_text(q.text, "untouched");
}

static CU_TestInfo tests[] = {
	{"accepts", accepts},
	{"refuses", refuses},
	CU_TEST_INFO_NULL,
};

UNIT_MAIN(tests)
