/* core/http/challenge: WWW-Authenticate as servers write it.
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/http/challenge.h"

#include "core/base/cleanup.h"
#include "tests/lib/unit.h"

static const struct {
	const char *header, *json;
} cases[] = {
	{"", "[]"},
	{",, ,", "[]"},
	{"Basic", "[{\"scheme\":\"basic\"}]"},
	{"BASIC Realm=\"a b\"", "[{\"scheme\":\"basic\",\"realm\":\"a b\"}]"},
	{"Bearer realm=\"https://t/x\",service=\"r\","
	 "scope=\"repository:a:pull,push\"",
	 "[{\"scheme\":\"bearer\",\"realm\":\"https://t/x\","
	 "\"service\":\"r\",\"scope\":\"repository:a:pull,push\"}]"},
	{"Bearer realm=x , error = \"a\\\"b\\\\\"",
	 "[{\"scheme\":\"bearer\",\"realm\":\"x\",\"error\":\"a\\\"b\\\\\"}]"},
	{"Basic realm=a, Bearer realm=b",
	 "[{\"scheme\":\"basic\",\"realm\":\"a\"},"
	 "{\"scheme\":\"bearer\",\"realm\":\"b\"}]"},
	{"Negotiate, Basic realm=a", "[{\"scheme\":\"negotiate\"},"
				     "{\"scheme\":\"basic\",\"realm\":\"a\"}]"},
	{"Negotiate YII==, Basic realm=a",
	 "[{\"scheme\":\"negotiate\"},"
	 "{\"scheme\":\"basic\",\"realm\":\"a\"}]"},
	/* the first one counts, and nobody renames the scheme */
	{"Basic realm=a,realm=b,scheme=x",
	 "[{\"scheme\":\"basic\",\"realm\":\"a\"}]"},
	/* what makes no sense ends the list */
	{"Basic realm=a, =, Bearer realm=b",
	 "[{\"scheme\":\"basic\",\"realm\":\"a\"}]"},
	{"Bearer realm=\"open", "[{\"scheme\":\"bearer\"}]"},
	{"Bearer realm=\"ends\\", "[{\"scheme\":\"bearer\"}]"},
	{"\"x\"", "[]"},
};

static void
parses(void)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		auto_json json_t *list = challenges_parse(cases[i].header);
		autofree char *text = json_print(list, false);

		assert_text(text, cases[i].json);
	}
}

static void
finds_the_first_of_a_scheme(void)
{
	auto_json json_t *list =
		challenges_parse("Basic realm=a, Bearer realm=b, "
				 "Bearer realm=c");

	assert_text(json_string_at(challenge_find(list, "bearer"), "realm"),
		    "b");
	CU_ASSERT_PTR_NULL(challenge_find(list, "digest"));
}

static CU_TestInfo tests[] = {
	{"parses", parses},
	{"finds_the_first_of_a_scheme", finds_the_first_of_a_scheme},
	CU_TEST_INFO_NULL,
};

UNIT_MAIN(tests)
