/* core/appc: pod manifests, volumes and mounts.
 * SPDX-License-Identifier: Apache-2.0 */
#include "common.h"

#define POD   "{\"acVersion\":\"1.30.0\",\"acKind\":\"PodManifest\","
#define IMAGE "\"image\":{\"id\":\"sha512-aa\"}"

static void
absent_lists_are_null(void)
{
	static const struct document_case cases[] = {
		{POD "\"apps\":[],\"volumes\":null,\"isolators\":null,"
		     "\"annotations\":null,\"ports\":[]}",
		 POD "\"apps\":[],\"volumes\":null,\"isolators\":null,"
		     "\"annotations\":null,\"ports\":[]}",
		 0},
		{POD "\"userLabels\":{},\"apps\":null}",
		 POD "\"apps\":null,\"volumes\":null,\"isolators\":null,"
		     "\"annotations\":null,\"ports\":null}",
		 0},
	};

	check_documents(pod_manifest_parse, "", "", cases);
}

static void
apps(void)
{
	static const struct document_case cases[] = {
		{"{\"name\":\"a\"," IMAGE "}", "{\"name\":\"a\"," IMAGE "}", 0},
		{"{\"mounts\":[{\"path\":\"/m\",\"volume\":\"d\"}],"
		 "\"readOnlyRootFS\":true," IMAGE ",\"name\":\"a\"}",
		 "{\"name\":\"a\"," IMAGE ",\"readOnlyRootFS\":true,"
		 "\"mounts\":[{\"volume\":\"d\",\"path\":\"/m\"}]}",
		 0},
		{"{\"name\":\"a\"," IMAGE "},{\"name\":\"a\"," IMAGE "}",
		 "duplicate app name \"a\" in pod", -1},
		{"{\"name\":\"a_b\"," IMAGE "}",
		 "apps[0].name: \"a_b\" is not an ACName", -1},
		/* core/pod has a message of its own for a missing ID. */
		{"{\"name\":\"a\",\"image\":{}}",
		 "{\"name\":\"a\",\"image\":{}}", 0},
		{"{\"name\":\"a\",\"image\":{\"id\":\"x\"}}",
		 "apps[0].image.id: \"x\" is not a sha512 hash", -1},
		{"{\"name\":\"a\"," IMAGE ",\"app\":{\"user\":\"\"}}",
		 "apps[0].app.user: \"\" is not allowed, it may not be empty",
		 -1},
	};

	check_documents(pod_manifest_parse, POD "\"apps\":[",
			"],\"volumes\":null,\"isolators\":null,"
			"\"annotations\":null,\"ports\":null}",
			cases);
}

static void
volumes(void)
{
	static const struct document_case cases[] = {
		{"{\"name\":\"d\",\"kind\":\"empty\"}",
		 "{\"name\":\"d\",\"kind\":\"empty\",\"mode\":\"0755\","
		 "\"uid\":0,\"gid\":0}",
		 0},
		{"{\"name\":\"d\",\"gid\":5,\"readOnly\":false,"
		 "\"kind\":\"empty\",\"source\":\"\"}",
		 "{\"name\":\"d\",\"kind\":\"empty\",\"readOnly\":false,"
		 "\"mode\":\"0755\",\"uid\":0,\"gid\":5}",
		 0},
		{"{\"name\":\"d\",\"kind\":\"host\",\"source\":\"/s\","
		 "\"recursive\":false}",
		 "{\"name\":\"d\",\"kind\":\"host\",\"source\":\"/s\","
		 "\"recursive\":false}",
		 0},
		{"{\"name\":\"d\",\"kind\":\"empty\",\"source\":\"/s\"}",
		 "volumes[0]: source for empty volume must be empty", -1},
		{"{\"name\":\"d\",\"kind\":\"host\"}",
		 "volumes[0]: source for host volume cannot be empty", -1},
		{"{\"name\":\"d\",\"kind\":\"host\",\"source\":\"s\"}",
		 "volumes[0]: source \"s\" is not an absolute path", -1},
		{"{\"name\":\"d\",\"kind\":\"host\",\"source\":\"/s\","
		 "\"uid\":0}",
		 "volumes[0]: uid for host volume cannot be set", -1},
		{"{\"name\":\"d\",\"kind\":\"a\\nb\\u001b[2J\"}",
		 "volumes[0]: unrecognized volume kind \"a\\nb\\x1b[2J\"",
		 -1},
		{"{\"name\":\"d\",\"kind\":\"block\"}",
		 "volumes[0]: unrecognized volume kind \"block\"", -1},
		{"{\"name\":\"d\",\"kind\":\"empty\",\"mode\":\"0788\"}",
		 "volumes[0].mode: \"0788\" is not an octal mode", -1},
		{"{\"name\":\"d\",\"kind\":\"empty\"},"
		 "{\"name\":\"d\",\"kind\":\"empty\"}",
		 "duplicate volume name \"d\"", -1},
	};

	check_documents(pod_manifest_parse, POD "\"apps\":[],\"volumes\":[",
			"],\"isolators\":null,"
			"\"annotations\":null,\"ports\":null}",
			cases);
}

static void
exposed_ports(void)
{
	static const struct document_case cases[] = {
		{"{\"name\":\"w\",\"hostPort\":8080}",
		 "{\"name\":\"w\",\"hostPort\":8080}", 0},
		{"{\"name\":\"w\",\"hostIP\":\"127.0.0.1\",\"hostPort\":1}",
		 "{\"name\":\"w\",\"hostPort\":1,\"hostIP\":\"127.0.0.1\"}", 0},
		{"{\"name\":\"w\",\"hostPort\":70000}",
		 "ports[0].hostPort: 70000 is not between 1 and 65535", -1},
		{"{\"name\":\"w\",\"hostPort\":1,\"hostIP\":\"1.2.3\"}",
		 "ports[0].hostIP: \"1.2.3\" is not an IP address", -1},
	};

	check_documents(pod_manifest_parse,
			POD "\"apps\":[],\"volumes\":null,\"isolators\":null,"
			    "\"annotations\":null,\"ports\":[",
			"]}", cases);
}

static void
mounts_alone(void)
{
	struct error e = ERROR_NONE;
	auto_json json_t *raw = json_object();
	auto_json json_t *normal = NULL;

	json_object_set_new(raw, "path", json_string("/m"));
	CU_ASSERT_EQUAL(mount_check(raw, &normal, &e), -1);
	assert_text(e.layers[0], "volume: missing");
	CU_ASSERT_EQUAL(e.n_layers, 1);
	error_clear(&e);
	json_object_set_new(raw, "volume", json_string("d"));
	CU_ASSERT_EQUAL(mount_check(raw, &normal, &e), 0);
}

static void
broken_ones_still_have_apps(void)
{
	static const char raw[] = "{\"apps\":[{\"name\":\"A B\",\"image\":"
				  "{\"name\":\"x y\",\"id\":\"?\"}}]}";
	struct error e = ERROR_NONE;
	auto_json json_t *j = NULL;
	autofree char *text = NULL;

	CU_ASSERT_EQUAL(pod_manifest_parse(raw, strlen(raw), "f", &j, &e), -1);
	error_clear(&e);
	CU_ASSERT_EQUAL_FATAL(
		pod_manifest_parse_lenient(raw, strlen(raw), "f", &j, &e), 0);
	text = json_print(j, false);
	assert_text(text, raw);
}

static CU_TestInfo tests[] = {
	{"absent_lists_are_null", absent_lists_are_null},
	{"apps", apps},
	{"volumes", volumes},
	{"exposed_ports", exposed_ports},
	{"mounts_alone", mounts_alone},
	{"broken_ones_still_have_apps", broken_ones_still_have_apps},
	CU_TEST_INFO_NULL,
};

UNIT_MAIN(tests)
