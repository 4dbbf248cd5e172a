/* core/appc/isolator: values, sets, and what they ask of an engine.
 * SPDX-License-Identifier: Apache-2.0 */
#include <rkt/stage1.h>

#include "common.h"

static json_t *
isolator_make(const char *name, const char *value)
{
	json_t *j = json_object();

	json_object_set_new(j, "name", json_string(name));
	json_object_set_new(j, "value",
			    json_loads(value, JSON_DECODE_ANY, NULL));
	return j;
}

#define EMPTY_SET "value: set must be a list, and not empty"

static const struct {
	const char *name, *value, *want; /* NULL: accepted */
} value_cases[] = {
	{"resource/memory", "{\"limit\":\"64M\"}", NULL},
	{"resource/cpu", "{\"default\":false,\"limit\":2}", NULL},
	{"resource/cpu", "{\"limit\":\"x\"}",
	 "\"x\" is not a quantity such as 500m or 64Mi"},
	{"resource/cpu", "{\"limit\":[]}", "value.limit: not a quantity"},
	{"resource/cpu", "{\"default\":true}", "value: default must be false"},
	{"resource/cpu", "7", "value: not an object"},
	{"resource/block-iops", "{\"default\":true,\"limit\":\"1k\"}", NULL},
	{"resource/block-iops", "{\"limit\":\"1k\"}",
	 "value: default must be true"},
	{"resource/block-bandwidth", "{\"default\":true,\"request\":\"1\"}",
	 "value: request must not be set"},
	{"os/linux/capabilities-retain-set", "{\"set\":[\"CAP_KILL\"]}", NULL},
	{"os/linux/capabilities-retain-set", "{\"set\":[]}", EMPTY_SET},
	{"os/linux/capabilities-remove-set", "{}", EMPTY_SET},
	{"os/linux/capabilities-remove-set", "{\"set\":[1]}",
	 "value: set has what is no string"},
	{"os/linux/seccomp-retain-set",
	 "{\"set\":[\"@appc.io/all\"],\"errno\":\"EPERM\"}", NULL},
	{"os/linux/seccomp-remove-set", "{\"set\":[\"chmod\"],\"errno\":\"\"}",
	 NULL},
	{"os/linux/seccomp-remove-set",
	 "{\"set\":[\"chmod\"],\"errno\":\"eperm\"}",
	 "value: errno \"eperm\" is not an errno name"},
	{"os/linux/no-new-privileges", "true", NULL},
	{"os/linux/no-new-privileges", "1", "value: neither true nor false"},
	{"os/linux/oom-score-adj", "-1000", NULL},
	{"os/linux/oom-score-adj", "-1001",
	 "value: -1001 is not between -1000 and 1000"},
	{"os/linux/cpu-shares", "1", "value: 1 is not between 2 and 262144"},
	{"os/linux/selinux-context",
	 "{\"user\":\"u\",\"role\":\"r\",\"type\":\"t\","
	 "\"level\":\"s0:c1\"}",
	 NULL},
	{"os/linux/selinux-context", "{\"user\":\"a:b\"}",
	 "value: user contains a colon"},
	{"os/unix/sysctl", "{\"a\":1}", "value.a: not a string"},
	{"example.com/unknown", "[1,{}]", NULL},
	{"Bad", "1", "name: \"Bad\" is not an ACIdentifier"},
};

static void
values(void)
{
	for (size_t i = 0; i < sizeof(value_cases) / sizeof(value_cases[0]);
	     i++) {
		struct error e = ERROR_NONE;
		auto_json json_t *raw = isolator_make(value_cases[i].name,
						      value_cases[i].value);
		auto_json json_t *normal = NULL;
		int result = isolator_check(raw, &normal, &e);

		CU_ASSERT_EQUAL(result, value_cases[i].want ? -1 : 0);
		if (value_cases[i].want)
			assert_text(e.layers[0], value_cases[i].want);
		else
			CU_ASSERT(json_equal(raw, normal));
	}
}

static void
sets(void)
{
	static const char retain[] = "os/linux/seccomp-retain-set";
	static const char remove[] = "os/linux/seccomp-remove-set";
	static const char set[] = "{\"set\":[\"chmod\"]}";
	static const struct {
		const char *one, *two, *value, *want;
	} cases[] = {
		{retain, remove, set,
		 "isolators set contains incompatible types"},
		{remove, retain, set,
		 "isolators set contains incompatible types"},
		{retain, retain, set,
		 "more than one \"os/linux/seccomp-retain-set\""},
		{"os/linux/cpu-shares", "os/linux/cpu-shares", "2",
		 "more than one \"os/linux/cpu-shares\""},
		{"resource/cpu", "resource/cpu", "{}", NULL},
		{"x", "x", "{}", NULL},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct error e = ERROR_NONE;
		auto_json json_t *list = json_array();

		json_array_append_new(
			list, isolator_make(cases[i].one, cases[i].value));
		json_array_append_new(
			list, isolator_make(cases[i].two, cases[i].value));
		CU_ASSERT_EQUAL(isolators_check(list, &e),
				cases[i].want ? -1 : 0);
		if (cases[i].want)
			assert_text(e.layers[0], cases[i].want);
	}
}

static void
needs(void)
{
	auto_json json_t *list = json_array();

	CU_ASSERT_EQUAL(isolators_need(NULL), 0);
	json_array_append_new(list, isolator_make("unknown", "1"));
	CU_ASSERT_EQUAL(isolators_need(list), 0);
	json_array_append_new(list, isolator_make("resource/cpu", "{}"));
	CU_ASSERT_EQUAL(isolators_need(list), RKT_STAGE1_CAP_RESOURCES);
	json_array_append_new(
		list, isolator_make("os/linux/no-new-privileges", "true"));
	json_array_append_new(
		list, isolator_make("os/linux/seccomp-remove-set", "{}"));
	CU_ASSERT_EQUAL(isolators_need(list),
			RKT_STAGE1_CAP_RESOURCES | RKT_STAGE1_CAP_LINUX_CAPS |
				RKT_STAGE1_CAP_SECCOMP);
}

static CU_TestInfo tests[] = {
	{"values", values},
	{"sets", sets},
	{"needs", needs},
	CU_TEST_INFO_NULL,
};

UNIT_MAIN(tests)
