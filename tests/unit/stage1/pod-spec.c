/* Hostile pod and image manifests, as engines read them.
 * SPDX-License-Identifier: Apache-2.0 */
#include <rkt/stage1.h>

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sdk/toolkit/pod-spec.h"
#include "tests/lib/mock-host.h"
#include "tests/lib/unit.h"

#define IMAGE      "{\"name\":\"example.com/app\",\"app\":{\"exec\":[\"/x\"]}}"
#define APPS(rest) "{\"apps\":[{\"name\":\"app\"" rest "}]}"
#define SECTION(rest)                                                          \
	"{\"name\":\"example.com/app\",\"app\":{\"exec\":[\"/x\"]," rest "}}"

static struct mock_host host;
static struct rkt_pod_spec spec;

static rkt_status
read_pod(const char *pod_text, const char *image_text, uint32_t n_apps)
{
	const struct rkt_stage1_app app = {
		.size = sizeof(app),
		.name = "app",
		.image_manifest = image_text,
	};
	const struct rkt_stage1_app *apps[] = {&app, &app, &app};
	const struct rkt_stage1_pod pod = {
		.size = sizeof(pod),
		.manifest = pod_text,
		.apps = apps,
		.n_apps = n_apps,
	};

	mock_host_init(&host);
	return rkt_pod_spec_read(&host.call, &pod, &spec);
}

static void
wrong_documents_are_refused(void)
{
	static const struct {
		const char *name, *pod, *image, *want;
	} cases[] = {
		{"no pod", NULL, IMAGE, "pod manifest is not valid: "},
		{"empty pod", "", IMAGE, "pod manifest is not valid: "},
		{"pod is a list", "[]", IMAGE,
		 "pod manifest is not valid: not an object"},
		{"pod is cut", "{\"apps\":[", IMAGE,
		 "pod manifest is not valid: "},
		{"twice", "{\"apps\":[],\"apps\":[]}", IMAGE,
		 "pod manifest is not valid: duplicate object key"},
		{"no apps", "{}", IMAGE,
		 "pod manifest lists other apps than the pod has"},
		{"apps is text", "{\"apps\":\"app\"}", IMAGE,
		 "pod manifest lists other apps than the pod has"},
		{"app is a number", "{\"apps\":[5]}", "{}",
		 "app 'app': neither the pod nor the image says what to run"},
		{"no image", APPS(""), NULL, "image manifest is not valid: "},
		{"image is text", APPS(""), "\"x\"",
		 "image manifest is not valid: "},
		{"nothing to run", APPS(""), "{}",
		 "app 'app': neither the pod nor the image says what to run"},
		{"app section is a list", APPS(""), "{\"app\":[]}",
		 "app 'app': neither the pod nor the image says what to run"},
		{"exec is missing", APPS(""),
		 "{\"name\":\"example.com/app\",\"app\":{}}",
		 "image \"example.com/app\" has an empty \"exec\" (try "
		 "--exec=BINARY)"},
		{"exec of nothing", APPS(""), "{\"app\":{\"exec\":[\"\"]}}",
		 "image \"\" has an empty \"exec\" (try --exec=BINARY)"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		CU_ASSERT_EQUAL(read_pod(cases[i].pod, cases[i].image, 1),
				RKT_ERR_INPUT);
		assert_contains(host.failure, cases[i].want);
		mock_host_done(&host);
	}
}

static void
wrong_types_are_no_defaults(void)
{
	static const struct {
		const char *pod, *image, *want;
	} cases[] = {
		{APPS(""), "{\"app\":{\"exec\":\"/x\"}}",
		 "app 'app': 'exec' is not a list"},
		{APPS(""), "{\"app\":{\"exec\":[\"/x\",5]}}",
		 "app 'app': exec is not all text"},
		{APPS(""), SECTION("\"user\":5"),
		 "app 'app': 'user' is not text"},
		{APPS(""), SECTION("\"group\":[]"),
		 "app 'app': 'group' is not text"},
		{APPS(""), SECTION("\"workingDirectory\":{}"),
		 "app 'app': 'workingDirectory' is not text"},
		{APPS(""), SECTION("\"environment\":{\"A\":\"b\"}"),
		 "app 'app': 'environment' is not a list"},
		{APPS(""), SECTION("\"environment\":[5]"),
		 "app 'app': environment has an entry that is none"},
		{APPS(""), SECTION("\"environment\":[{\"name\":\"A\"}]"),
		 "app 'app': environment has an entry that is none"},
		{APPS(""),
		 SECTION("\"environment\":[{\"name\":\"A=B\",\"value\":\"\"}]"),
		 "app 'app': environment has an entry that is none"},
		{APPS(""), SECTION("\"supplementaryGIDs\":\"5\""),
		 "app 'app': 'supplementaryGIDs' is not a list"},
		{APPS(""), SECTION("\"supplementaryGIDs\":[\"5\"]"),
		 "app 'app': a supplementary group is not a group id"},
		{APPS(""), SECTION("\"supplementaryGIDs\":[-1]"),
		 "app 'app': a supplementary group is not a group id"},
		{APPS(""), SECTION("\"supplementaryGIDs\":[4294967295]"),
		 "app 'app': a supplementary group is not a group id"},
		{APPS(""), SECTION("\"mountPoints\":{}"),
		 "app 'app': 'mountPoints' is not a list"},
		{APPS(",\"mounts\":{}"), IMAGE,
		 "app 'app': 'mounts' is not a list"},
		{APPS(",\"readOnlyRootFS\":\"true\""), IMAGE,
		 "app 'app': 'readOnlyRootFS' is not true or false"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		CU_ASSERT_EQUAL(read_pod(cases[i].pod, cases[i].image, 1),
				RKT_ERR_INPUT);
		assert_text(host.failure, cases[i].want);
		mock_host_done(&host);
	}
}

static void
wrong_volumes_are_refused(void)
{
	static const struct {
		const char *volume, *want;
	} cases[] = {
		{"5", "could not find volume v"},
		{"{\"name\":\"v\"}", "volume 'v' is of unknown kind ''"},
		{"{\"name\":\"v\",\"kind\":\"nfs\"}",
		 "volume 'v' is of unknown kind 'nfs'"},
		{"{\"name\":\"v\",\"kind\":\"host\"}",
		 "volume 'v' has no absolute source"},
		{"{\"name\":\"v\",\"kind\":\"host\",\"source\":\"a\"}",
		 "volume 'v' has no absolute source"},
		{"{\"name\":\"v\",\"kind\":\"host\",\"source\":5}",
		 "volume 'v' has no absolute source"},
		{"{\"name\":\"v\",\"kind\":\"host\",\"source\":\"/a\","
		 "\"readOnly\":\"true\"}",
		 "volume 'v': 'readOnly' is not true or false"},
		{"{\"name\":\"v\",\"kind\":\"host\",\"source\":\"/a\","
		 "\"recursive\":1}",
		 "volume 'v': 'recursive' is not true or false"},
		{"{\"name\":\"v\",\"kind\":\"empty\",\"mode\":755}",
		 "volume 'v' has an impossible owner or mode"},
		{"{\"name\":\"v\",\"kind\":\"empty\",\"mode\":\"0999\"}",
		 "volume 'v' has an impossible owner or mode"},
		{"{\"name\":\"v\",\"kind\":\"empty\",\"mode\":\"77777\"}",
		 "volume 'v' has an impossible owner or mode"},
		{"{\"name\":\"v\",\"kind\":\"empty\",\"uid\":-1}",
		 "volume 'v' has an impossible owner or mode"},
		{"{\"name\":\"v\",\"kind\":\"empty\",\"gid\":\"0\"}",
		 "volume 'v' has an impossible owner or mode"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char text[512];

		snprintf(text, sizeof(text),
			 "{\"apps\":[{\"name\":\"app\",\"mounts\":[{\"volume\":"
			 "\"v\",\"path\":\"/v\"}]}],\"volumes\":[%s]}",
			 cases[i].volume);
		CU_ASSERT_NOT_EQUAL(read_pod(text, IMAGE, 1), RKT_OK);
		assert_text(host.failure, cases[i].want);
		mock_host_done(&host);
	}
}

/* A mount on /a must not hide the one on /a/b. */
static void
outer_targets_come_first(void)
{
	static const struct {
		const char *targets[4];
		const char *want;
	} cases[] = {
		{{"/a/b", "/a"}, "/a /a/b "},
		{{"/a", "/a/b"}, "/a /a/b "},
		{{"/z", "/a"}, "/z /a "},
		{{"/a/b/c", "/d/../a//b/", "/x/y", "a"},
		 "a /d/../a//b/ /x/y /a/b/c "},
		{{"/..", "/a", "/./"}, "/.. /./ /a "},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char text[1024] = "{\"volumes\":[{\"name\":\"v\",\"kind\":"
				  "\"empty\"}],\"apps\":[{\"mounts\":[";
		char got[256] = "";

		for (size_t k = 0; k < 4 && cases[i].targets[k]; k++)
			snprintf(text + strlen(text),
				 sizeof(text) - strlen(text),
				 "%s{\"volume\":\"v\",\"path\":\"%s\"}",
				 k > 0 ? "," : "", cases[i].targets[k]);
		strcat(text, "]}]}");
		CU_ASSERT_EQUAL(read_pod(text, IMAGE, 1), RKT_OK);
		for (size_t k = 0; k < spec.apps[0].n_mounts; k++)
			snprintf(got + strlen(got), sizeof(got) - strlen(got),
				 "%s ", spec.apps[0].mounts[k].target);
		assert_text(got, cases[i].want);
		mock_host_done(&host);
	}
}

static void
names_cannot_leave_the_pod(void)
{
	static const struct {
		const char *point, *want;
	} cases[] = {
		{"{\"name\":\"../x\",\"path\":\"/v\"}",
		 "'app-../x' cannot be the name of a volume"},
		{"{\"name\":\"v\"}", "volume 'app-v' is mounted nowhere"},
		{"{\"name\":\"v\",\"path\":5}",
		 "volume 'app-v' is mounted nowhere"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char text[512];

		snprintf(text, sizeof(text), SECTION("\"mountPoints\":[%s]"),
			 cases[i].point);
		CU_ASSERT_EQUAL(read_pod(APPS(""), text, 1), RKT_ERR_INPUT);
		assert_text(host.failure, cases[i].want);
		mock_host_done(&host);
	}
}

static void
counts_are_believed_by_nobody(void)
{
	CU_ASSERT_EQUAL(read_pod(APPS(""), IMAGE, 0), RKT_ERR_INPUT);
	CU_ASSERT_EQUAL(read_pod(APPS(""), IMAGE, 2), RKT_ERR_INPUT);
	CU_ASSERT_EQUAL(read_pod(APPS(""), IMAGE, UINT32_MAX), RKT_ERR_INPUT);
	assert_text(host.failure,
		    "pod manifest lists other apps than the pod has");
	/* Nothing of that size was asked for. */
	CU_ASSERT_EQUAL(host.n_scratch, 0);
}

static void
many_words_and_variables_are_read(void)
{
	const size_t n = 50000;
	char *text = malloc(n * 48 + 256);
	char *end = stpcpy(text, "{\"app\":{\"exec\":[\"/x\"");

	for (size_t i = 0; i < n; i++)
		end = stpcpy(end, ",\"word\"");
	end = stpcpy(end, "],\"environment\":[{\"name\":\"A\",\"value\":\"\"}");
	for (size_t i = 0; i < n; i++)
		end = stpcpy(end, ",{\"name\":\"A\",\"value\":\"b\"}");
	stpcpy(end, "]}}");
	CU_ASSERT_EQUAL(read_pod(APPS(""), text, 1), RKT_OK);
	CU_ASSERT_EQUAL(spec.apps[0].n_exec, n + 1);
	CU_ASSERT_PTR_NULL(spec.apps[0].exec[n + 1]);
	assert_text(spec.apps[0].env[n], "A=b");
	CU_ASSERT_PTR_NULL(spec.apps[0].env[n + 1]);
	mock_host_done(&host);
	free(text);
}

/* With memory for ever more allocations: an error each time until it is
 * enough, never a crash. */
static void
lack_of_memory_is_an_error(void)
{
	static const char pod_text[] =
		"{\"apps\":[{\"name\":\"app\",\"mounts\":[{\"volume\":\"v\","
		"\"path\":\"/v\"}]}],\"volumes\":[{\"name\":\"v\",\"kind\":"
		"\"empty\"}]}";
	static const char image_text[] =
		SECTION("\"environment\":[{\"name\":\"A\",\"value\":\"b\"}],"
			"\"supplementaryGIDs\":[5],\"mountPoints\":[{\"name\":"
			"\"p\",\"path\":\"/p\"}]");
	const struct rkt_stage1_app app = {
		.size = sizeof(app),
		.name = "app",
		.image_manifest = image_text,
	};
	const struct rkt_stage1_app *apps[] = {&app};
	const struct rkt_stage1_pod pod = {
		.size = sizeof(pod),
		.manifest = pod_text,
		.apps = apps,
		.n_apps = 1,
	};
	rkt_status status = RKT_ERR_SYSTEM;
	unsigned int n = 0;

	while (status != RKT_OK && n < 100) {
		mock_host_init(&host);
		host.scratch_max = ++n;
		status = rkt_pod_spec_read(&host.call, &pod, &spec);
		CU_ASSERT(status == RKT_OK || status == RKT_ERR_SYSTEM);
		mock_host_done(&host);
	}
	CU_ASSERT_EQUAL(status, RKT_OK);
	CU_ASSERT(n > 10);
}

static CU_TestInfo tests[] = {
	{"wrong_documents_are_refused", wrong_documents_are_refused},
	{"wrong_types_are_no_defaults", wrong_types_are_no_defaults},
	{"wrong_volumes_are_refused", wrong_volumes_are_refused},
	{"outer_targets_come_first", outer_targets_come_first},
	{"names_cannot_leave_the_pod", names_cannot_leave_the_pod},
	{"counts_are_believed_by_nobody", counts_are_believed_by_nobody},
	{"many_words_and_variables_are_read",
	 many_words_and_variables_are_read},
	{"lack_of_memory_is_an_error", lack_of_memory_is_an_error},
	CU_TEST_INFO_NULL,
};

UNIT_MAIN(tests)
