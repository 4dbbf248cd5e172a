/* core/pod/app-merge: the command line over the image, row by row of 11.4.
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/pod/plan.h"

#include "tests/unit/pod/common.h"

#define KEY "sha512-0123"

/* What follows from one request; NULL members are not given. */
struct merge_case {
	const char *app;     /* app section of the image, NULL: none     */
	const char *request; /* options of the app                       */
	const char *pod;     /* options of the pod                       */
	const char *member;  /* of the app section, or "/" and a member  */
	const char *want;    /* its text, "" for none; or the message    */
};

static char *
text_at(const json_t *j, const char *key)
{
	const char *text = json_string_at(j, key);

	return text ? xstrdup(text) : NULL;
}

static json_t *
value_at(const json_t *j, const char *key)
{
	return json_incref(json_object_get(j, key));
}

static void
app_of(const char *text, struct app_request *ret)
{
	auto_json json_t *j = json_of(text ? text : "{}");
	json_t *arg;
	size_t i;

	*ret = (struct app_request){
		.exec = text_at(j, "exec"),
		.working_dir = text_at(j, "dir"),
		.user = text_at(j, "user"),
		.group = text_at(j, "group"),
		.stdin_mode = text_at(j, "stdin"),
		.stdout_mode = text_at(j, "stdout"),
		.stderr_mode = text_at(j, "stderr"),
		.readonly_rootfs = json_is_true(json_object_get(j, "ro")),
		.supplementary_gids = value_at(j, "gids"),
		.mounts = value_at(j, "mounts"),
		.annotations = value_at(j, "annotations"),
		.user_annotations = value_at(j, "user-annotations"),
		.user_labels = value_at(j, "user-labels"),
		.environment = value_at(j, "env"),
		.cpu_shares = value_at(j, "cpu-shares"),
	};
	json_array_foreach(json_object_get(j, "args"), i, arg)
	{
		strings_push(&ret->args, json_string_value(arg));
	}
}

static void
pod_of(const char *text, struct pod_request *ret)
{
	auto_json json_t *j = json_of(text ? text : "{}");

	*ret = (struct pod_request){
		.mounts = value_at(j, "mounts"),
		.set_env = value_at(j, "set-env"),
		.set_env_file = value_at(j, "set-env-file"),
		.inherit_env = json_is_true(json_object_get(j, "inherit-env")),
	};
}

static char *
member_of(const json_t *merged, const char *member)
{
	const json_t *at =
		*member == '/' ? merged : json_object_get(merged, "app");
	const json_t *value =
		json_object_get(at, *member == '/' ? member + 1 : member);

	return value ? text_of(value) : xstrdup("");
}

static json_t *
image_of(const char *app)
{
	json_t *image = json_of(
		"{'name':'example.com/a','labels':[{'name':'os','value':"
		"'linux'}]}");

	if (app)
		json_object_set_new(image, "app", json_of(app));
	return image;
}

static void
check(const struct merge_case *c)
{
	char key[] = KEY, image[] = "example.com/a", name[] = "a";
	auto_json json_t *manifest = image_of(c->app);
	struct app_plan plan = {.name = name,
				.image_json = manifest,
				.image = {.key = key, .name = image}};
	auto_json json_t *before = json_deep_copy(manifest);
	auto_json json_t *merged = NULL;
	autofree char *got = NULL;
	struct error e = ERROR_NONE;
	struct app_request a;
	struct pod_request r;

	app_of(c->request, &a);
	pod_of(c->pod, &r);
	if (app_merge(&r, &a, &plan, &merged, &e) < 0) {
		CU_ASSERT_EQUAL(e.code, RKT_ERR_INPUT);
		assert_text(e.layers[0], c->want);
	} else {
		got = member_of(merged, c->member);
		assert_text(got, c->want);
	}
	/* One image may serve several apps. */
	CU_ASSERT_TRUE(json_equal(manifest, before));
	app_request_done(&a);
	pod_request_done(&r);
}

static void
check_all(const struct merge_case *cases, size_t n)
{
	for (size_t i = 0; i < n; i++)
		check(&cases[i]);
}

#define CHECK_ALL(cases) check_all(cases, sizeof(cases) / sizeof((cases)[0]))

#define PLAIN "{'exec':['/i','x'],'user':'u','group':'g'}"

static void
what_runs(void)
{
	static const struct merge_case cases[] = {
		{PLAIN, NULL, NULL, "exec", "['/i','x']"},
		{PLAIN, "{'args':['-y','z']}", NULL, "exec",
		 "['/i','x','-y','z']"},
		{PLAIN, "{'exec':'/e'}", NULL, "exec", "['/e']"},
		{PLAIN, "{'exec':'/e','args':['-y']}", NULL, "exec",
		 "['/e','-y']"},
		{NULL, "{'exec':'/e','args':['-y']}", NULL, "exec",
		 "['/e','-y']"},
		{NULL, NULL, NULL, "exec",
		 "error: image " KEY " has no app section and --exec argument "
		 "is not provided"},
		{"{'exec':[],'user':'0','group':'0'}", NULL, NULL, "exec",
		 "image \"example.com/a\" has an empty \"exec\" "
		 "(try --exec=BINARY)"},
		{"{'user':'0','group':'0'}", "{'args':['/a']}", NULL, "exec",
		 "['/a']"},
	};

	CHECK_ALL(cases);
}

static void
who_runs_and_where(void)
{
	static const struct merge_case cases[] = {
		{PLAIN, NULL, NULL, "user", "'u'"},
		{PLAIN, "{'user':'me'}", NULL, "user", "'me'"},
		{PLAIN, "{'user':'me'}", NULL, "group", "'g'"},
		{PLAIN, "{'user':''}", NULL, "user", "'u'"},
		{PLAIN, "{'group':'us'}", NULL, "group", "'us'"},
		{PLAIN, "{'group':''}", NULL, "group", "'g'"},
		{PLAIN, NULL, NULL, "workingDirectory", ""},
		{PLAIN, "{'dir':'/w'}", NULL, "workingDirectory", "'/w'"},
		{"{'exec':['/i'],'workingDirectory':'/i'}", "{'dir':''}", NULL,
		 "workingDirectory", "'/i'"},
		{PLAIN, NULL, NULL, "supplementaryGIDs", ""},
		{PLAIN, "{'gids':[1,2]}", NULL, "supplementaryGIDs", "[1,2]"},
		{"{'exec':['/i'],'supplementaryGIDs':[5]}", NULL, NULL,
		 "supplementaryGIDs", "[5]"},
		{"{'exec':['/i'],'supplementaryGIDs':[5]}", "{'gids':[1]}",
		 NULL, "supplementaryGIDs", "[1]"},
	};
	autofree char *uid = xasprintf("'%u'", (unsigned int)getuid());
	autofree char *gid = xasprintf("'%u'", (unsigned int)getgid());
	const struct merge_case of_caller[] = {
		{NULL, "{'exec':'/e'}", NULL, "user", uid},
		{NULL, "{'exec':'/e'}", NULL, "group", gid},
		{NULL, "{'exec':'/e','user':'x'}", NULL, "user", "'x'"},
	};

	CHECK_ALL(cases);
	CHECK_ALL(of_caller);
}

#define ENV(value)                                                             \
	"{'exec':['/i'],'environment':[{'name':'V','value':'" value "'}]}"
#define V(value) "[{'name':'V','value':'" value "'}]"
#define NO_ENV   "{'exec':['/i']}"

/* From high to low: --set-env, --set-env-file, --environment, image,
 * inherited.  A name keeps the place it was first given. */
static void
which_environment_wins(void)
{
	static const struct merge_case cases[] = {
		{NO_ENV, NULL, NULL, "environment", "[]"},
		{NO_ENV, NULL, "{'inherit-env':true}", "environment",
		 V("caller")},
		{ENV("image"), NULL, "{'inherit-env':true}", "environment",
		 V("image")},
		{ENV("image"), "{'env':{'V':'app'}}", "{'inherit-env':true}",
		 "environment", V("app")},
		{ENV("image"), "{'env':{'V':'app'}}",
		 "{'set-env-file':{'V':'file'},'inherit-env':true}",
		 "environment", V("file")},
		{ENV("image"), "{'env':{'V':'app'}}",
		 "{'set-env':{'V':'set'},'set-env-file':{'V':'file'},"
		 "'inherit-env':true}",
		 "environment", V("set")},
		{ENV("image"), NULL, "{'set-env':{'V':'set'}}", "environment",
		 V("set")},
		{ENV("image"), NULL, "{'set-env-file':{'V':'file'}}",
		 "environment", V("file")},
		{ENV("image"), "{'env':{'V':''}}", "{'inherit-env':true}",
		 "environment", V("")},
		{NO_ENV, "{'env':{'A':'1'}}",
		 "{'set-env':{'C':'3','A':'4'},'set-env-file':{'B':'2'}}",
		 "environment",
		 "[{'name':'A','value':'4'},{'name':'B','value':'2'},"
		 "{'name':'C','value':'3'}]"},
	};

	clearenv();
	setenv("V", "caller", 1);
	CHECK_ALL(cases);
	setenv("V", "a=b", 1);
	check(&(struct merge_case){NO_ENV, NULL, "{'inherit-env':true}",
				   "environment", V("a=b")});
}

#define MOUNT(volume, path) "{'volume':'" volume "','path':'" path "'}"

/* App mounts before global ones; of two on one target the first. */
static void
which_mounts_remain(void)
{
	static const struct merge_case cases[] = {
		{PLAIN, NULL, NULL, "/mounts", "[]"},
		{PLAIN, "{'mounts':[" MOUNT("a", "/a") "]}",
		 "{'mounts':[" MOUNT("b", "/b") "]}", "/mounts",
		 "[" MOUNT("a", "/a") "," MOUNT("b", "/b") "]"},
		{PLAIN, "{'mounts':[" MOUNT("a", "/t") "]}",
		 "{'mounts':[" MOUNT("b", "/t") "]}", "/mounts",
		 "[" MOUNT("a", "/t") "]"},
		{PLAIN, "{'mounts':[" MOUNT("a", "/t/") "]}",
		 "{'mounts':[" MOUNT("b", "/x/..//t/.") "]}", "/mounts",
		 "[" MOUNT("a", "/t/") "]"},
		{PLAIN,
		 "{'mounts':[" MOUNT("a", "/t") "," MOUNT("b", "/t") "]}", NULL,
		 "/mounts", "[" MOUNT("a", "/t") "]"},
		{PLAIN, NULL, "{'mounts':[" MOUNT("b", "/t") "]}", "/mounts",
		 "[" MOUNT("b", "/t") "]"},
	};

	CHECK_ALL(cases);
}

#define NOTE(name, value) "{'name':'" name "','value':'" value "'}"
#define STAGE2            "coreos.com/rkt/stage2/"

static void
what_stands_beside(void)
{
	static const struct merge_case cases[] = {
		{PLAIN, NULL, NULL, "/name", "'a'"},
		{PLAIN, NULL, NULL, "/image",
		 "{'name':'example.com/a','id':'" KEY
		 "','labels':[{'name':'os','value':'linux'}]}"},
		{PLAIN, NULL, NULL, "/readOnlyRootFS", ""},
		{PLAIN, "{'ro':true}", NULL, "/readOnlyRootFS", "true"},
		{PLAIN, NULL, NULL, "/annotations", "[]"},
		{PLAIN, "{'annotations':[" NOTE("x", "1") "]}", NULL,
		 "/annotations", "[" NOTE("x", "1") "]"},
		{PLAIN,
		 "{'annotations':[" NOTE("x",
					 "1") "],'stdin':'tty',"
					      "'stdout':'log','stderr':'null'}",
		 NULL, "/annotations",
		 "[" NOTE("x", "1") "," NOTE(STAGE2 "stdin", "tty") "," NOTE(
			 STAGE2 "stdout", "log") "," NOTE(STAGE2 "stderr",
							  "null") "]"},
		{"{'exec':['/i'],'userLabels':{'i':'1'}}", NULL, NULL,
		 "userLabels", "{'i':'1'}"},
		{"{'exec':['/i'],'userLabels':{'i':'1'}}",
		 "{'user-labels':{'r':'2'}}", NULL, "userLabels", "{'r':'2'}"},
		{"{'exec':['/i'],'userAnnotations':{'i':'1'}}",
		 "{'user-annotations':{'r':'2'}}", NULL, "userAnnotations",
		 "{'r':'2'}"},
		{"{'exec':['/i'],'isolators':[{'name':'x','value':1}]}",
		 "{'cpu-shares':{'name':'os/linux/cpu-shares','value':2}}",
		 NULL, "isolators",
		 "[{'name':'x','value':1},"
		 "{'name':'os/linux/cpu-shares','value':2}]"},
	};

	CHECK_ALL(cases);
}

static void
cleans_paths_as_go_does(void)
{
	static const struct {
		const char *path, *want;
	} cases[] = {
		{"", "."},           {"/", "/"},
		{"/a/../b", "/b"},   {"a/..", "."},
		{"//a//b/", "/a/b"}, {"/../a", "/a"},
		{"../a", "../a"},    {"a/../../b", "../b"},
		{"./a/.", "a"},      {"../../a/..", "../.."},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		autofree char *got = path_clean(cases[i].path);

		assert_text(got, cases[i].want);
	}
}

static CU_TestInfo tests[] = {
	{"what_runs", what_runs},
	{"who_runs_and_where", who_runs_and_where},
	{"which_environment_wins", which_environment_wins},
	{"which_mounts_remain", which_mounts_remain},
	{"what_stands_beside", what_stands_beside},
	{"cleans_paths_as_go_does", cleans_paths_as_go_does},
	CU_TEST_INFO_NULL,
};

UNIT_MAIN(tests)
