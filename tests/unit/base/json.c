/* core/base/json: hostile text in, Go's text out.
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/base/json.h"

#include <string.h>

#include "core/base/cleanup.h"
#include "tests/lib/unit.h"

static void
refuses_hostile_text(void)
{
	static const struct {
		const char *name, *text, *part;
	} cases[] = {
		{"duplicate key", "{\"a\":1,\"a\":2}", "duplicate"},
		{"rest behind the value", "{} x", "line 1"},
		{"NUL in a string", "{\"a\":\"\\u0000\"}", "line 1"},
		{"cut", "{\"a\":", "line 1"},
		{"empty", "", "line 1"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct error e = ERROR_NONE;
		auto_json json_t *j = NULL;

		CU_ASSERT_EQUAL(json_parse(cases[i].text, strlen(cases[i].text),
					   "f", &j, &e),
				-1);
		CU_ASSERT_EQUAL(e.code, RKT_ERR_INPUT);
		assert_contains(e.layers[0], cases[i].part);
	}
}

static void
refuses_depth(void)
{
	struct error e = ERROR_NONE;
	auto_json json_t *j = NULL;
	char text[2 * (JSON_DEPTH_MAX + 1) + 1];

	memset(text, '[', JSON_DEPTH_MAX + 1);
	memset(text + JSON_DEPTH_MAX + 1, ']', JSON_DEPTH_MAX + 1);
	text[sizeof(text) - 1] = '\0';
	CU_ASSERT_EQUAL(json_parse(text, sizeof(text) - 1, "f", &j, &e), -1);
	assert_contains(e.layers[0], "deeper than 128");
	CU_ASSERT_EQUAL(json_parse(text + 1, sizeof(text) - 3, "f", &j, &e), 0);
}

static void
prints_as_go_does(void)
{
	struct error e = ERROR_NONE;
	auto_json json_t *j = NULL;
	autofree char *compact = NULL;
	autofree char *pretty = NULL;
	const char *text = "{\"b\":\"<&>\\u2028\\u0001/\",\"a\":[1,{}],"
			   "\"n\":null,\"e\":[]}";

	CU_ASSERT_EQUAL(json_parse(text, strlen(text), "f", &j, &e), 0);
	compact = json_print(j, false);
	assert_text(compact, "{\"b\":\"\\u003c\\u0026\\u003e\\u2028\\u0001/\","
			     "\"a\":[1,{}],\"n\":null,\"e\":[]}");
	pretty = json_print(json_object_get(j, "a"), true);
	assert_text(pretty, "[\n\t1,\n\t{}\n]");
}

static CU_TestInfo tests[] = {
	{"refuses_hostile_text", refuses_hostile_text},
	{"refuses_depth", refuses_depth},
	{"prints_as_go_does", prints_as_go_does},
	CU_TEST_INFO_NULL,
};

UNIT_MAIN(tests)
