/* core/appc/image-name: names with versions and labels.
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/appc/image-name.h"

#include "core/base/cleanup.h"
#include "tests/lib/unit.h"

#define VERSION "{\"name\":\"version\",\"value\":\"1.0\"}"
#define OS      "{\"name\":\"os\",\"value\":\"linux\"}"

static void
accepts(void)
{
	static const struct {
		const char *text, *name, *labels, *short_name;
	} cases[] = {
		{"example.com/a", "example.com/a", "[]", "example.com/a"},
		{"a:1.0", "a", "[" VERSION "]", "a:1.0"},
		{"a:1.0,os=linux", "a", "[" VERSION "," OS "]", "a:1.0"},
		{"a,os=linux", "a", "[" OS "]", "a"},
		{"a,version=1.0", "a", "[" VERSION "]", "a:1.0"},
		{"a,x=b=c", "a", "[{\"name\":\"x\",\"value\":\"b=c\"}]", "a"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct error e = ERROR_NONE;
		struct image_name n = {0};
		autofree char *labels = NULL;
		autofree char *short_name = NULL;

		CU_ASSERT_EQUAL_FATAL(image_name_parse(cases[i].text, &n, &e),
				      0);
		labels = json_print(n.labels, false);
		short_name = image_name_short(n.name, n.labels);
		assert_text(n.name, cases[i].name);
		assert_text(labels, cases[i].labels);
		assert_text(short_name, cases[i].short_name);
		image_name_done(&n);
	}
}

static void
refuses(void)
{
	static const char once[] =
		"malformed app string - colon may appear at most once";
	static const char after[] = "malformed app string - colon may appear "
				    "only right after the app name";
	static const struct {
		const char *text, *want;
	} cases[] = {
		{"a:1:2", once},
		{"a:1,os=b:c", once},
		{"example.com/a,os=linux:x", after},
		{"a,os", "malformed label \"os\", it is not name=value"},
		{"a,", "malformed label \"\", it is not name=value"},
		{"a,name=b", "invalid label \"name\""},
		{"a,OS=b", "invalid label \"OS\""},
		{"a,os=b,os=c", "label \"os\" given more than once"},
		{"a:1,version=2", "label \"version\" given more than once"},
		{"a,x=\xff", "invalid label \"x\""},
		{"A", "\"A\" is not an ACIdentifier"},
		{"", "\"\" is not an ACIdentifier"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct error e = ERROR_NONE;
		struct image_name n = {0};

		CU_ASSERT_EQUAL(image_name_parse(cases[i].text, &n, &e), -1);
		CU_ASSERT_EQUAL(e.code, RKT_ERR_INPUT);
		assert_text(e.layers[0], cases[i].want);
		CU_ASSERT_PTR_NULL(n.name);
	}
}

static CU_TestInfo tests[] = {
	{"accepts", accepts},
	{"refuses", refuses},
	CU_TEST_INFO_NULL,
};

UNIT_MAIN(tests)
