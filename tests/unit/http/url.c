/* core/http/url: parts, and what a Location means.
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/http/url.h"

#include "tests/lib/unit.h"

static void
takes_apart(void)
{
	static const struct {
		const char *text, *whole, *host, *origin;
	} cases[] = {
		{"https://a.b/c", "https://a.b/c", "a.b", "https://a.b:443"},
		{"http://a.b:80/c?d", "http://a.b:80/c?d", "a.b:80",
		 "http://a.b:80"},
		{"https://[::1]:5000/", "https://[::1]:5000/", "[::1]:5000",
		 "https://[::1]:5000"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct error e = ERROR_NONE;
		struct url u = {0};

		CU_ASSERT_EQUAL_FATAL(url_parse(cases[i].text, &u, &e), 0);
		assert_text(u.text, cases[i].whole);
		assert_text(u.host, cases[i].host);
		assert_text(u.origin, cases[i].origin);
		url_done(&u);
	}
}

static void
refuses(void)
{
	static const char *const cases[] = {
		"",
		"a",
		"ftp://a/",
		"file:///etc/x",
		"https://",
		"https://u@a/",
		"https://u:p@a/b",
		"https://a:99999/",
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct error e = ERROR_NONE;
		struct url u = {0};

		CU_ASSERT_EQUAL(url_parse(cases[i], &u, &e), -1);
		CU_ASSERT_EQUAL(e.code, RKT_ERR_INPUT);
		url_done(&u);
	}
}

static void
resolves(void)
{
	static const struct {
		const char *base, *reference, *whole;
	} cases[] = {
		{"https://a/b/c", "d", "https://a/b/d"},
		{"https://a/b/c", "/d?e", "https://a/d?e"},
		{"https://a/b", "//c/d", "https://c/d"},
		{"https://a/b", "http://c/d", "http://c/d"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct error e = ERROR_NONE;
		struct url u = {0};

		CU_ASSERT_EQUAL_FATAL(
			url_resolve(cases[i].base, cases[i].reference, &u, &e),
			0);
		assert_text(u.text, cases[i].whole);
		url_done(&u);
	}
}

static CU_TestInfo tests[] = {
	{"takes_apart", takes_apart},
	{"refuses", refuses},
	{"resolves", resolves},
	CU_TEST_INFO_NULL,
};

UNIT_MAIN(tests)
