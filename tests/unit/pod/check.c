/* core/pod/check: what an engine does not honour is refused by name.
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/pod/prepare.h"

#include "core/plugin/internal.h"
#include "tests/unit/pod/common.h"

#define ALL (~0ull)

static struct plugin
engine_with(uint64_t caps)
{
	struct plugin p = {.kind = PLUGIN_STAGE1};

	p.descriptor.stage1.info.name = "e";
	p.descriptor.stage1.caps = caps;
	return p;
}

static void
assert_refused(const struct pod_request *r, const struct start_request *start,
	       uint64_t caps, rkt_status code, const char *message)
{
	struct plugin engine = engine_with(caps);
	struct error e = ERROR_NONE;
	int rc = request_check_engine(r, start, &engine, &e);

	CU_ASSERT_EQUAL(rc, message ? -1 : 0);
	if (!message || rc == 0) {
		assert_text(e.n_layers ? e.layers[0] : "", "");
		return;
	}
	CU_ASSERT_EQUAL(e.code, code);
	assert_text(e.layers[0], message);
}

/* Refused by an engine with all capabilities but this one, and only by it. */
static void
assert_needs(const struct pod_request *r, const struct start_request *start,
	     uint64_t cap, const char *what)
{
	autofree char *message =
		xasprintf("engine \"e\" does not support %s", what);

	assert_refused(r, start, ALL & ~cap, RKT_ERR_UNSUPPORTED, message);
	assert_refused(r, start, cap, 0, NULL);
}

static void
options_of_apps(void)
{
	char word[] = "x";
	char to_log[] = "log";
	char to_null[] = "null";
	auto_json json_t *value = json_object();
	const struct {
		struct app_request app;
		uint64_t cap;
		const char *what;
	} cases[] = {
		{{.readonly_rootfs = true},
		 RKT_STAGE1_CAP_READONLY,
		 "--readonly-rootfs"},
		{{.memory = value}, RKT_STAGE1_CAP_RESOURCES, "--memory"},
		{{.cpu = value}, RKT_STAGE1_CAP_RESOURCES, "--cpu"},
		{{.cpu_shares = value},
		 RKT_STAGE1_CAP_RESOURCES,
		 "--cpu-shares"},
		{{.oom_score_adj = value},
		 RKT_STAGE1_CAP_RESOURCES,
		 "--oom-score-adj"},
		{{.caps_retain = value},
		 RKT_STAGE1_CAP_LINUX_CAPS,
		 "--caps-retain"},
		{{.caps_remove = value},
		 RKT_STAGE1_CAP_LINUX_CAPS,
		 "--caps-remove"},
		{{.seccomp = word}, RKT_STAGE1_CAP_SECCOMP, "--seccomp"},
		{{.stdin_mode = word}, RKT_STAGE1_CAP_STREAMS, "--stdin"},
		{{.stdout_mode = word}, RKT_STAGE1_CAP_STREAMS, "--stdout"},
		{{.stderr_mode = word}, RKT_STAGE1_CAP_STREAMS, "--stderr"},
		{{.stdin_mode = to_null}, RKT_STAGE1_CAP_LOGS, "--stdin"},
		{{.stdout_mode = to_log}, RKT_STAGE1_CAP_LOGS, "--stdout"},
		{{.stderr_mode = to_log}, RKT_STAGE1_CAP_LOGS, "--stderr"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct app_request app = cases[i].app;
		const struct pod_request r = {.apps = {&app, 1, 1}};

		assert_needs(&r, NULL, cases[i].cap, cases[i].what);
	}
}

static void
options_of_pods(void)
{
	auto_json json_t *ports = json_of("[{'name':'p','hostPort':1}]");
	auto_json json_t *no_ports = json_array();
	struct app_request apps[2] = {0};
	const struct pod_request with_ports = {.ports = ports};
	const struct pod_request without = {.ports = no_ports};
	const struct pod_request users = {.private_users = true};
	const struct pod_request two = {.apps = {apps, 2, 2}};
	const struct pod_request one = {.apps = {apps, 1, 2}};

	assert_needs(&with_ports, NULL, RKT_STAGE1_CAP_NETNS, "--port");
	assert_refused(&without, NULL, 0, 0, NULL);
	assert_needs(&users, NULL, RKT_STAGE1_CAP_USERNS, "--private-users");
	assert_refused(&two, NULL, ALL & ~RKT_STAGE1_CAP_MULTI_APP,
		       RKT_ERR_UNSUPPORTED,
		       "e only supports 1 application per Pod for now");
	assert_refused(&two, NULL, RKT_STAGE1_CAP_MULTI_APP, 0, NULL);
	assert_refused(&one, NULL, 0, 0, NULL);
}

static void
options_of_starting(void)
{
	char host[] = "host", none[] = "none", name[] = "h", empty[] = "";
	char private[] = "private", parent[] = "parent", automatic[] = "auto";
	char *host_list[] = {host}, *none_list[] = {none};
	char *both_list[] = {none, host};
	const struct {
		struct start_request start;
		uint64_t cap; /* 0: nothing is needed */
		const char *what;
	} cases[] = {
		{{0}, 0, NULL},
		{{.net_given = true, .net = {host_list, 1, 1}}, 0, NULL},
		{{.net_given = true, .net = {both_list, 2, 2}}, 0, NULL},
		{{.net_given = true, .net = {none_list, 1, 1}},
		 RKT_STAGE1_CAP_NETNS,
		 "--net (other than --net=host)"},
		{{.hostname = name}, RKT_STAGE1_CAP_HOSTNAME, "--hostname"},
		{{.hostname = empty}, 0, NULL},
		{{.ipc = private}, RKT_STAGE1_CAP_IPC, "--ipc"},
		{{.ipc = parent}, RKT_STAGE1_CAP_IPC, "--ipc"},
		{{.ipc = automatic}, 0, NULL},
		{{.ipc = empty}, 0, NULL},
		{{.mds_register = true}, RKT_STAGE1_CAP_MDS, "--mds-register"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct start_request *start = &cases[i].start;

		if (cases[i].what)
			assert_needs(NULL, start, cases[i].cap, cases[i].what);
		else
			assert_refused(NULL, start, 0, 0, NULL);
	}
}

/* What no engine can do is refused for its own reason. */
static void
wrong_values(void)
{
	char wrong[] = "wrong";
	char *words[] = {wrong};
	const struct start_request ipc = {.ipc = wrong};
	const struct start_request dns = {.dns = {words, 1, 1}};
	const struct start_request hosts = {.hosts_entries = {words, 1, 1}};

	assert_refused(NULL, &ipc, ALL, RKT_ERR_INPUT,
		       "invalid IPC mode: wrong");
	assert_refused(NULL, &dns, ALL, RKT_ERR_INPUT,
		       "Invalid IP passed to --dns: wrong");
	assert_refused(NULL, &hosts, ALL, RKT_ERR_INPUT,
		       "Did not understand --hosts-entry wrong");
}

#define IMAGE "'image':{'id':'sha512-0123456789abcdef0123456789abcdef'}"
#define APP(members)                                                           \
	"{'name':'a'," IMAGE                                                   \
	",'app':{'exec':['/i'],'user':'0','group':'0'" members "}}"
#define POD(apps, more)                                                        \
	"{'acVersion':'1.30.0','acKind':'PodManifest','apps':[" apps "]" more  \
	"}"
#define ISOLATOR(name, value)                                                  \
	APP(",'isolators':[{'name':'" name "','value':" value "}]")

static void
unload(struct pod_request *r)
{
	free(r->manifest_text);
	json_decref(r->manifest_json);
	*r = (struct pod_request){.pod_manifest = r->pod_manifest};
}

static void
load(struct pod_request *r)
{
	struct error e = ERROR_NONE;

	unload(r);
	must(pod_request_load(r, &e) == 0);
}

static void
pod_manifests(void)
{
	static const struct {
		const char *text;
		uint64_t cap;
		const char *what;
	} cases[] = {
		{POD(APP(""), ""), 0, NULL},
		{POD("{'name':'a'," IMAGE ",'readOnlyRootFS':true}", ""),
		 RKT_STAGE1_CAP_READONLY, "readOnlyRootFS"},
		{POD(ISOLATOR("resource/memory", "{'limit':'1M'}"), ""),
		 RKT_STAGE1_CAP_RESOURCES, "resource isolators"},
		{POD(ISOLATOR("os/linux/capabilities-retain-set",
			      "{'set':['CAP_KILL']}"),
		     ""),
		 RKT_STAGE1_CAP_LINUX_CAPS, "capability isolators"},
		{POD(ISOLATOR("os/linux/seccomp-remove-set",
			      "{'set':['reboot']}"),
		     ""),
		 RKT_STAGE1_CAP_SECCOMP, "seccomp isolators"},
		{POD(APP(",'eventHandlers':[{'name':'pre-start','exec':['/p']"
			 "}]"),
		     ""),
		 RKT_STAGE1_CAP_HOOKS, "event handlers"},
		{POD(APP(""), ",'ports':[{'name':'p','hostPort':80}]"),
		 RKT_STAGE1_CAP_NETNS, "ports"},
	};
	autofree char *path = xasprintf("%s/pod.json", unit_tmpdir_path());
	struct pod_request r = {.pod_manifest = path};
	int dir = unit_tmpdir();

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		auto_json json_t *j = json_of(cases[i].text);
		autofree char *text = json_print(j, false);

		put_file(dir, "pod.json", text);
		load(&r);
		if (cases[i].what)
			assert_needs(&r, NULL, cases[i].cap, cases[i].what);
		else
			assert_refused(&r, NULL, 0, 0, NULL);
	}
	put_file(dir, "pod.json",
		 "{\"acVersion\":\"1.30.0\",\"acKind\":\"PodManifest\","
		 "\"apps\":[]}");
	load(&r);
	assert_refused(&r, NULL, ALL, RKT_ERR_INPUT,
		       "pod must contain at least one application");
	unload(&r);
	close(dir);
}

/* Only of volumes that are mounted, and only when the pod starts now. */
static void
sources_of_volumes(void)
{
	static const char missing[] =
		"[{'name':'w','kind':'empty'},"
		"{'name':'v','kind':'host','source':'/nowhere/at/all'}]";
	auto_json json_t *gone = json_of(missing);
	auto_json json_t *there =
		json_of("[{'name':'v','kind':'host','source':'/'}]");
	auto_json json_t *on_v = json_of("[{'volume':'v','path':'/v'}]");
	auto_json json_t *on_w = json_of("[{'volume':'w','path':'/v'}]");
	const struct start_request start = {0};
	const struct {
		json_t *volumes, *of_pod, *of_app;
		bool is_refused;
	} cases[] = {
		{gone, on_v, NULL, true},   {gone, NULL, on_v, true},
		{gone, on_w, on_w, false},  {gone, NULL, NULL, false},
		{there, on_v, on_v, false}, {NULL, on_v, NULL, false},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct app_request app = {.mounts = cases[i].of_app};
		const struct pod_request r = {.apps = {&app, 1, 1},
					      .volumes = cases[i].volumes,
					      .mounts = cases[i].of_pod};

		assert_refused(&r, &start, 0, RKT_ERR_SYSTEM,
			       cases[i].is_refused
				       ? "cannot find source "
					 "'/nowhere/at/all' of volume \"v\""
				       : NULL);
		assert_refused(&r, NULL, 0, 0, NULL);
	}
}

static CU_TestInfo tests[] = {
	{"options_of_apps", options_of_apps},
	{"options_of_pods", options_of_pods},
	{"options_of_starting", options_of_starting},
	{"wrong_values", wrong_values},
	{"pod_manifests", pod_manifests},
	{"sources_of_volumes", sources_of_volumes},
	CU_TEST_INFO_NULL,
};

UNIT_MAIN(tests)
