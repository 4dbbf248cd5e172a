/* core/appc: image manifests and what is in them.
 * SPDX-License-Identifier: Apache-2.0 */
#include "common.h"

#define HEAD "{\"acKind\":\"ImageManifest\",\"acVersion\":\"0.8.11\","
#define NAME HEAD "\"name\":\"example.com/a\""
#define APP  NAME ",\"app\":{\"user\":\"0\",\"group\":\"0\""

static void
the_order_is_the_reference_s(void)
{
	static const char raw[] =
		"{\"pathWhitelist\":[\"/f\"],\"unknown\":1,\"name\":\"a\","
		"\"dependencies\":[{\"size\":3,\"imageName\":\"b\"}],"
		"\"app\":{\"supplementaryGids\":[7],\"group\":\"g\","
		"\"USER\":\"u\",\"exec\":[\"/x\"]},\"labels\":[],"
		"\"acVersion\":\"0.8.11\",\"acKind\":\"ImageManifest\"}";
	struct error e = ERROR_NONE;
	auto_json json_t *j = NULL;
	autofree char *text = NULL;

	CU_ASSERT_EQUAL_FATAL(
		image_manifest_parse(raw, strlen(raw), "f", &j, &e), 0);
	text = json_print(j, false);
	assert_text(text,
		    "{\"acKind\":\"ImageManifest\",\"acVersion\":\"0.8.11\","
		    "\"name\":\"a\",\"app\":{\"exec\":[\"/x\"],\"user\":\"u\","
		    "\"group\":\"g\",\"supplementaryGIDs\":[7]},"
		    "\"dependencies\":[{\"imageName\":\"b\",\"size\":3}],"
		    "\"pathWhitelist\":[\"/f\"]}");
}

static void
exact_keys_beat_others(void)
{
	static const char raw[] =
		"{\"acKind\":\"ImageManifest\",\"acVersion\":\"1.0.0\","
		"\"NAME\":\"wrong\",\"name\":\"right\"}";
	struct error e = ERROR_NONE;
	auto_json json_t *j = NULL;

	CU_ASSERT_EQUAL_FATAL(
		image_manifest_parse(raw, strlen(raw), "f", &j, &e), 0);
	assert_text(json_string_at(j, "name"), "right");
}

static void
heads(void)
{
	static const struct document_case cases[] = {
		{"{\"acKind\":\"PodManifest\"}",
		 "acKind: \"PodManifest\" is not ImageManifest", -1},
		{"{}", "acKind: missing", -1},
		{"[]", "not an object", -1},
		{"{\"acKind\":\"ImageManifest\"}", "acVersion: missing", -1},
		{"{\"acKind\":\"ImageManifest\",\"acVersion\":\"0.0.0\"}",
		 "acVersion: \"0.0.0\" is not a semantic version", -1},
		{HEAD "\"name\":\"A\"}", "name: \"A\" is not an ACIdentifier",
		 -1},
		{HEAD "\"name\":null}", "name: missing", -1},
		{NAME ",\"app\":{}}", "app.user: missing", -1},
		{NAME ",\"pathWhitelist\":[\"f\"]}",
		 "pathWhitelist[0]: \"f\" is not an absolute path", -1},
		{NAME ",\"dependencies\":[{\"imageName\":\"b\","
		      "\"imageID\":\"md5-1\"}]}",
		 "dependencies[0].imageID: \"md5-1\" is not a sha512 hash", -1},
	};

	check_documents(image_manifest_parse, "", "", cases);
}

static void
labels(void)
{
	static const struct document_case cases[] = {
		{"{\"name\":\"os\",\"value\":\"linux\"},"
		 "{\"name\":\"arch\",\"value\":\"s390x\"}",
		 "{\"name\":\"os\",\"value\":\"linux\"},"
		 "{\"name\":\"arch\",\"value\":\"s390x\"}",
		 0},
		{"{\"name\":\"arch\",\"value\":\"vax\"}",
		 "{\"name\":\"arch\",\"value\":\"vax\"}", 0},
		{"{\"name\":\"os\",\"value\":\"plan9\"}",
		 "bad os \"plan9\" (must be one of: [linux freebsd darwin])",
		 -1},
		{"{\"name\":\"os\",\"value\":\"darwin\"},"
		 "{\"name\":\"arch\",\"value\":\"arm\"}",
		 "bad arch \"arm\" for darwin (must be one of: [x86_64 i386])",
		 -1},
		{"{\"name\":\"name\",\"value\":\"x\"}",
		 "labels: a label may not be called \"name\"", -1},
		{"{\"name\":\"a\",\"value\":\"1\"},"
		 "{\"name\":\"a\",\"value\":\"2\"}",
		 "labels: duplicate label \"a\"", -1},
		{"{\"name\":\"a\",\"value\":1}",
		 "labels[0].value: not a string", -1},
		{"7", "labels[0]: not an object", -1},
	};

	check_documents(image_manifest_parse, NAME ",\"labels\":[", "]}",
			cases);
}

static void
annotations(void)
{
	static const struct document_case cases[] = {
		{"\"created\",\"value\":\"2016-01-26T14:23:34.6+01:00\"",
		 "\"created\",\"value\":\"2016-01-26T14:23:34.6+01:00\"", 0},
		{"\"created\",\"value\":\"2016-01-26T14:23:34Z\"",
		 "\"created\",\"value\":\"2016-01-26T14:23:34Z\"", 0},
		{"\"created\",\"value\":\"2016-01-26 14:23:34Z\"",
		 "annotations: created \"2016-01-26 14:23:34Z\" is not an RFC "
		 "3339 date",
		 -1},
		{"\"created\",\"value\":\"2016\"",
		 "annotations: created \"2016\" is not an RFC 3339 date", -1},
		{"\"homepage\",\"value\":\"ftp://x\"",
		 "annotations: homepage \"ftp://x\" is not an http or https "
		 "URL",
		 -1},
		{"\"authors\",\"value\":\"\"", "\"authors\",\"value\":\"\"", 0},
	};

	check_documents(image_manifest_parse,
			NAME ",\"annotations\":[{\"name\":", "}]}", cases);
}

static void
apps(void)
{
	static const struct document_case cases[] = {
		{",\"ports\":[{\"name\":\"p\",\"port\":80}]",
		 ",\"ports\":[{\"name\":\"p\",\"protocol\":\"\",\"port\":80,"
		 "\"count\":1,\"socketActivated\":false}]",
		 0},
		{",\"ports\":[{\"name\":\"p\",\"protocol\":\"tcp\","
		 "\"port\":65535,\"count\":0,\"socketActivated\":true}]",
		 ",\"ports\":[{\"name\":\"p\",\"protocol\":\"tcp\","
		 "\"port\":65535,\"count\":1,\"socketActivated\":true}]",
		 0},
		{",\"ports\":[{\"name\":\"p\",\"port\":65535,\"count\":2}]",
		 "app.ports[0]: the range ends behind port 65535", -1},
		{",\"ports\":[{\"name\":\"p\",\"port\":1},"
		 "{\"name\":\"q\",\"port\":0}]",
		 "app.ports[1].port: 0 is not between 1 and 65535", -1},
		{",\"ports\":[{\"name\":\"p\",\"port\":1.5}]",
		 "app.ports[0].port: not an integer", -1},
		{",\"workingDirectory\":\"\"", "", 0},
		{",\"workingDirectory\":\"x\"",
		 "app.workingDirectory: \"x\" is not an absolute path", -1},
		{",\"environment\":[{\"name\":\"A.b-1\",\"value\":\"\"}]",
		 ",\"environment\":[{\"name\":\"A.b-1\",\"value\":\"\"}]", 0},
		{",\"environment\":[{\"name\":\"BASH_FUNC_x%%\"}]",
		 ",\"environment\":[{\"name\":\"BASH_FUNC_x%%\","
		 "\"value\":\"\"}]",
		 0},
		{",\"environment\":[{\"name\":\"A=B\"}]",
		 "app.environment[0].name: \"A=B\" is not the name of an "
		 "environment variable",
		 -1},
		{",\"environment\":[{\"name\":\"A\"},{\"name\":\"A\"}]",
		 "app.environment: duplicate environment variable \"A\"", -1},
		{",\"eventHandlers\":[{\"name\":\"on-fire\",\"exec\":[]}]",
		 "app.eventHandlers[0].name: \"on-fire\" is not pre-start or "
		 "post-stop",
		 -1},
		{",\"mountPoints\":[{\"name\":\"d\",\"path\":\"/d\","
		 "\"readOnly\":false}]",
		 ",\"mountPoints\":[{\"name\":\"d\",\"path\":\"/d\"}]", 0},
		{",\"mountPoints\":[{\"name\":\"d\",\"path\":\"\"}]",
		 "app.mountPoints[0].path: \"\" is not allowed, it may not be "
		 "empty",
		 -1},
		{",\"userLabels\":{\"b\":\"1\",\"a\":\"2\"}",
		 ",\"userLabels\":{\"a\":\"2\",\"b\":\"1\"}", 0},
		{",\"userLabels\":{\"b\":1}", "app.userLabels.b: not a string",
		 -1},
		{",\"supplementaryGIDs\":[-1]",
		 "app.supplementaryGIDs[0]: -1 is not between 0 and 4294967295",
		 -1},
	};

	check_documents(image_manifest_parse, APP, "}}", cases);
}

static void
broken_ones_still_have_names(void)
{
	static const char raw[] =
		"{\"acKind\":\"x\",\"name\":\"B@D\",\"labels\":[{\"name\":"
		"\"version\",\"value\":\"1\"}],\"app\":7}";
	struct error e = ERROR_NONE;
	auto_json json_t *j = NULL;

	CU_ASSERT_EQUAL(image_manifest_parse(raw, strlen(raw), "f", &j, &e),
			-1);
	error_clear(&e);
	CU_ASSERT_EQUAL_FATAL(
		image_manifest_parse_lenient(raw, strlen(raw), "f", &j, &e), 0);
	assert_text(json_string_at(j, "name"), "B@D");
	assert_text(appc_list_get(json_object_get(j, "labels"), "version"),
		    "1");
}

static void
lists_by_name(void)
{
	auto_json json_t *list = json_array();
	autofree char *text = NULL;

	appc_list_set(list, "a", "1");
	appc_list_set(list, "b", "2");
	appc_list_set(list, "a", "3");
	CU_ASSERT_PTR_NULL(appc_list_get(list, "c"));
	CU_ASSERT_PTR_NULL(appc_list_get(NULL, "c"));
	text = json_print(list, false);
	assert_text(text, "[{\"name\":\"a\",\"value\":\"3\"},"
			  "{\"name\":\"b\",\"value\":\"2\"}]");
}

static CU_TestInfo tests[] = {
	{"the_order_is_the_reference_s", the_order_is_the_reference_s},
	{"exact_keys_beat_others", exact_keys_beat_others},
	{"heads", heads},
	{"labels", labels},
	{"annotations", annotations},
	{"apps", apps},
	{"broken_ones_still_have_names", broken_ones_still_have_names},
	{"lists_by_name", lists_by_name},
	CU_TEST_INFO_NULL,
};

UNIT_MAIN(tests)
