/* core/pod/manifest-build, manifest-file: images of a store to a manifest.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "core/pod/prepare.h"

#include "core/cli/values.h"
#include "core/pod/plan.h"
#include "tests/unit/pod/common.h"

#define LINUX  "{'name':'os','value':'linux'},"
#define LABELS "[" LINUX "{'name':'arch','value':'amd64'}]"
#define APP    ",'app':{'exec':['/i'],'user':'0','group':'0'}"

static struct store *store;

static void
set_up(void)
{
	struct error e = ERROR_NONE;

	must(store_open(unit_tmpdir_path(), &store, &e) == 0);
}

/* "sha512-1111...": one digit names an image. */
static char *
key_of(char digit)
{
	char *key = xasprintf("sha512-%064d", 0);

	memset(key + strlen("sha512-"), digit, 64);
	return key;
}

static void
add_image(char digit, const char *name, const char *labels, const char *more)
{
	autofree char *text =
		xasprintf("{'acKind':'ImageManifest','acVersion':'0.8.11',"
			  "'name':'%s','labels':%s%s}",
			  name, labels, more);
	auto_json json_t *json = json_of(text);
	autofree char *manifest = json_print(json, false);
	struct image image = {.key = key_of(digit),
			      .name = xstrdup(name),
			      .labels = json_array(),
			      .format = xstrdup("aci")};
	struct error e = ERROR_NONE;

	must(store_image_add(store, &image, manifest, &e) == 0);
	image_done(&image);
}

/* One app of every image named by a digit; "name" for all of them, or NULL. */
static int
build(const char *digits, const char *name, json_t **ret, struct error *e)
{
	struct pod_request r = {0};
	int rc;

	for (; *digits != '\0'; digits++) {
		struct app_request a = {.image_key = key_of(*digits),
					.name = name ? xstrdup(name) : NULL};

		vec_push(&r.apps, a);
	}
	rc = pod_manifest_build(store, &r, ret, e);
	pod_request_done(&r);
	return rc;
}

static void
names_apps(void)
{
	static const struct {
		const char *image, *option;
		const char *want, *message;
	} cases[] = {
		{"example.com/busybox", NULL, "busybox", NULL},
		{"busybox", NULL, "busybox", NULL},
		{"example.com/a/my_app.2", NULL, "my-app-2", NULL},
		{"example.com/a~b", NULL, "a-b", NULL},
		{"example.com/busybox", "other", "other", NULL},
		{"example.com/busybox", "Other", NULL,
		 "invalid app name 'Other'"},
		{"example.com/busybox", "../x", NULL,
		 "invalid app name '../x'"},
		{"example.com/busybox", "", NULL, "invalid app name ''"},
	};

	set_up();
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		auto_json json_t *manifest = NULL;
		struct error e = ERROR_NONE;
		const json_t *app;

		add_image('1', cases[i].image, LABELS, APP);
		CU_ASSERT_EQUAL(build("1", cases[i].option, &manifest, &e),
				cases[i].want ? 0 : -1);
		if (cases[i].message) {
			assert_text(e.layers[0], cases[i].message);
			continue;
		}
		app = json_array_get(json_object_get(manifest, "apps"), 0);
		assert_text(json_string_at(app, "name"), cases[i].want);
	}
	store_close(store);
}

static void
refuses_equal_names(void)
{
	auto_json json_t *manifest = NULL;
	struct error e = ERROR_NONE;

	set_up();
	add_image('1', "example.com/one", LABELS, APP);
	add_image('2', "example.org/one", LABELS, APP);
	CU_ASSERT_EQUAL(build("12", NULL, &manifest, &e), -1);
	assert_text(e.layers[0], "error: multiple apps with name one");
	store_close(store);
}

static void
refuses_foreign_images(void)
{
	static const struct {
		const char *labels, *message;
	} cases[] = {
		{"[]", "missing os label in the image manifest"},
		{"[{'name':'arch','value':'amd64'}]",
		 "missing os label in the image manifest"},
		{"[{'name':'os','value':'linux'}]",
		 "missing arch label in the image manifest"},
		{"[{'name':'os','value':'freebsd'},"
		 "{'name':'arch','value':'amd64'}]",
		 "bad os \"freebsd\" (must be one of: [linux])"},
	};

	set_up();
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		auto_json json_t *manifest = NULL;
		struct error e = ERROR_NONE;

		add_image('1', "a", cases[i].labels, APP);
		CU_ASSERT_EQUAL(build("1", NULL, &manifest, &e), -1);
		CU_ASSERT_EQUAL(e.code, RKT_ERR_INPUT);
		assert_text(e.layers[0], cases[i].message);
	}
	store_close(store);
}

static void
tells_what_is_missing(void)
{
	auto_json json_t *manifest = NULL;
	struct error e = ERROR_NONE;
	struct error no_app = ERROR_NONE;

	set_up();
	CU_ASSERT_EQUAL(build("7", NULL, &manifest, &e), -1);
	CU_ASSERT_EQUAL(e.code, RKT_ERR_NOT_FOUND);
	assert_contains(e.layers[0], "is not in the local store");
	add_image('7', "a", LABELS, "");
	CU_ASSERT_EQUAL(build("7", NULL, &manifest, &no_app), -1);
	assert_contains(no_app.layers[0],
			"77 has no app section and --exec argument is not "
			"provided");
	store_close(store);
}

/* The example of the specification: `run --volume d,kind=host,source=/srv
 * --mount volume=d,target=/data --port web:8080 example.com/web
 * --memory=64M`. */
static void
writes_what_the_reference_writes(void)
{
	static const char want[] =
		"{'acVersion':'" VERSION_FULL "','acKind':'PodManifest',"
		"'apps':[{'name':'web','image':{'name':'example.com/web',"
		"'id':'%s','labels':[{'name':'version','value':'1'},"
		"{'name':'arch','value':'amd64'},{'name':'os','value':'linux'}"
		"]},'app':{'exec':['/web'],'user':'0','group':'0','ports':[{"
		"'name':'web','protocol':'tcp','port':80,'count':1,"
		"'socketActivated':false}],'isolators':[{'name':"
		"'resource/memory','value':{'default':false,'request':'64M',"
		"'limit':'64M'}}]},'mounts':[{'volume':'d','path':'/data'}]}],"
		"'volumes':[{'name':'d','kind':'host','source':'/srv'}],"
		"'isolators':null,'annotations':[{'name':"
		"'coreos.com/rkt/stage1/mutable','value':'false'}],"
		"'ports':[{'name':'web','hostPort':8080}]}";
	struct pod_request r = {0};
	struct app_request a = {.image_key = key_of('5')};
	autofree char *text = xasprintf(want, a.image_key);
	autofree char *got = NULL;
	auto_json json_t *manifest = NULL;
	struct error e = ERROR_NONE;

	set_up();
	add_image('5', "example.com/web",
		  "[{'name':'version','value':'1'},{'name':'arch','value':"
		  "'amd64'},{'name':'os','value':'linux'}]",
		  ",'app':{'exec':['/web'],'user':'0','group':'0','ports':[{"
		  "'name':'web','protocol':'tcp','port':80}]}");
	CU_ASSERT_EQUAL(value_volume("d,kind=host,source=/srv", &manifest, &e),
			0);
	r.volumes = json_array();
	json_array_append_new(r.volumes, steal(manifest));
	r.mounts = json_of("[{'volume':'d','path':'/data'}]");
	r.ports = json_of("[{'name':'web','hostPort':8080}]");
	CU_ASSERT_EQUAL(value_memory("64M", &a.memory, &e), 0);
	vec_push(&r.apps, a);
	CU_ASSERT_EQUAL_FATAL(pod_manifest_build(store, &r, &manifest, &e), 0);
	got = text_of(manifest);
	assert_text(got, text);
	pod_request_done(&r);
	store_close(store);
}

/* ---- --pod-manifest ------------------------------------------------------ */

#define ONES "1111111111111111111111111111111111111111111111111111111111111111"
#define KEY  "sha512-" ONES
#define IN_POD(name, id, more)                                                 \
	"{'name':'" name "','image':{'id':'" id "'}" more "}"
#define POD(apps)                                                              \
	"{'acVersion':'1.30.0','acKind':'PodManifest','apps':[" apps "]}"

static int
read_pod(const char *text, struct pod_plan *ret, struct error *e)
{
	autofree char *quoted = xstrdup(text);
	struct pod_request r = {
		.pod_manifest = xasprintf("%s/pod.json", unit_tmpdir_path()),
	};
	autoclose int dir = unit_tmpdir();
	int rc;

	for (char *c = quoted; *c != '\0'; c++)
		if (*c == '\'')
			*c = '"';
	put_file(dir, "pod.json", quoted);
	rc = pod_request_load(&r, e);
	if (rc == 0)
		rc = pod_plan_build(store, &r, ret, e);
	pod_request_done(&r);
	return rc;
}

static void
keeps_a_ready_manifest(void)
{
	/* Byte for byte, spaces, order of keys and all. */
	static const char text[] =
		"{ \"acKind\": \"PodManifest\",\n\t\"acVersion\":\"1.30.0\","
		"\"apps\": [{\"image\":{\"id\":\"sha512-11\"}, "
		"\"name\":\"a\"}] }\n";
	struct error e = ERROR_NONE;
	struct pod_plan plan;

	set_up();
	add_image('1', "a", LABELS, APP);
	CU_ASSERT_EQUAL_FATAL(read_pod(text, &plan, &e), 0);
	assert_text(plan.text, text);
	CU_ASSERT_EQUAL(plan.text_len, strlen(text));
	CU_ASSERT_EQUAL_FATAL(plan.apps.len, 1);
	assert_text(plan.apps.items[0].image.key, KEY);
	assert_text(plan.apps.items[0].name, "a");
	pod_plan_done(&plan);
	store_close(store);
}

static void
refuses_ready_manifests(void)
{
	static const struct {
		const char *text, *message;
	} cases[] = {
		{POD("{'name':'a','image':{'name':'x'}}"),
		 "no image ID for app \"a\""},
		{POD(IN_POD("a", KEY, "") "," IN_POD("a", KEY, "")),
		 "duplicate app name \"a\" in pod"},
		{POD(IN_POD("a", "sha512-2222", "")),
		 "no image IDs found (image \"sha512-2222\" of app \"a\")"},
		{POD(IN_POD("a", "sha512-../../x", "")),
		 "no image IDs found (image \"sha512-../../x\" of app \"a\")"},
		{POD(IN_POD("a", "sha512-3333", "")),
		 "no app section in the pod manifest or the image manifest of "
		 "app \"a\""},
		{POD(IN_POD("a", KEY,
			    ",'mounts':[{'volume':'v','path':'/v'}]")),
		 "could not find volume v"},
	};

	set_up();
	add_image('1', "a", LABELS, APP);
	add_image('3', "b", LABELS, "");
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct error e = ERROR_NONE;
		struct pod_plan plan;

		CU_ASSERT_EQUAL(read_pod(cases[i].text, &plan, &e), -1);
		assert_contains(e.layers[0], cases[i].message);
	}
	store_close(store);
}

/* One line says which file it is and what is wrong with it. */
static void
refuses_broken_files(void)
{
	static const struct {
		const char *name, *text, *message;
	} cases[] = {
		{"empty", "", "/pod.json"},
		{"no JSON", "apps", "/pod.json"},
		{"list", "[]", "/pod.json"},
		{"cut off", "{'acVersion':'1.30.0','acKind':'PodMani",
		 "/pod.json"},
		{"of an image",
		 "{'acVersion':'1.30.0','acKind':'ImageManifest','apps':[]}",
		 "acKind"},
		{"name leads out", POD(IN_POD("../a", KEY, "")), "../a"},
		{"no name", POD("{'image':{'id':'" KEY "'}}"), "name"},
		{"apps is text",
		 "{'acVersion':'1.30.0','acKind':'PodManifest','apps':'a'}",
		 "apps"},
		{"key twice",
		 "{'acVersion':'1.30.0','acVersion':'1.30.0',"
		 "'acKind':'PodManifest','apps':[]}",
		 "duplicate"},
	};

	set_up();
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct error e = ERROR_NONE;
		char line[2 * ERROR_TEXT_MAX];
		struct pod_plan plan;

		if (read_pod(cases[i].text, &plan, &e) == 0) {
			CU_FAIL("accepted");
			fprintf(stderr, "# %s\n", cases[i].name);
			continue;
		}
		error_line(&e, line, sizeof(line));
		assert_contains(line, "error setting up stage0: ");
		assert_contains(line, cases[i].message);
		CU_ASSERT_PTR_NULL(strchr(line, '\n'));
	}
	store_close(store);
}

/* A pipe can be read only once. */
static void
reads_a_pipe(void)
{
	static const char text[] =
		"{\"acVersion\":\"1.30.0\",\"acKind\":\"PodManifest\","
		"\"apps\":[]}";
	struct error e = ERROR_NONE;
	struct pod_request r = {0};
	int ends[2];

	must(pipe(ends) == 0);
	must(write(ends[1], text, strlen(text)) == (ssize_t)strlen(text));
	close(ends[1]);
	r.pod_manifest = xasprintf("/dev/fd/%d", ends[0]);
	CU_ASSERT_EQUAL(pod_request_load(&r, &e), 0);
	CU_ASSERT_EQUAL(pod_request_load(&r, &e), 0);
	assert_text(r.manifest_text, text);
	close(ends[0]);
	pod_request_done(&r);
}

/* The app section of the pod replaces the image's, which may be missing. */
static void
takes_the_app_of_the_pod(void)
{
	struct error e = ERROR_NONE;
	struct pod_plan plan;

	set_up();
	add_image('3', "b", LABELS, "");
	CU_ASSERT_EQUAL_FATAL(read_pod(POD(IN_POD("a", "sha512-33",
						  ",'app':{'exec':['/p'],"
						  "'user':'0','group':'0'}")),
				       &plan, &e),
			      0);
	assert_contains(plan.text, "/p");
	pod_plan_done(&plan);
	store_close(store);
}

static CU_TestInfo tests[] = {
	{"names_apps", names_apps},
	{"refuses_equal_names", refuses_equal_names},
	{"refuses_foreign_images", refuses_foreign_images},
	{"tells_what_is_missing", tells_what_is_missing},
	{"writes_what_the_reference_writes", writes_what_the_reference_writes},
	{"keeps_a_ready_manifest", keeps_a_ready_manifest},
	{"refuses_ready_manifests", refuses_ready_manifests},
	{"refuses_broken_files", refuses_broken_files},
	{"reads_a_pipe", reads_a_pipe},
	{"takes_the_app_of_the_pod", takes_the_app_of_the_pod},
	CU_TEST_INFO_NULL,
};

UNIT_MAIN(tests)
