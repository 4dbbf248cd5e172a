/* core/cli/pod-json and pod-text: pods made by hand, shown to the byte.
 * SPDX-License-Identifier: Apache-2.0 */
#include <sys/file.h>
#include <time.h>

#include "core/cli/pod-json.h"
#include "core/cli/pod-text.h"
#include "tests/unit/pod/common.h"

#define SECOND  INT64_C(1000000000)
#define MS      INT64_C(1000000)
#define CREATED (1453814614 * SECOND + 600 * MS)
#define STARTED (1453814615 * SECOND + 630 * MS)
#define NOW     (STARTED + 120 * SECOND)
#define ID      "sha512-91e98d7f1679dcd7"

static const char uuid[] = "5bc080ca-2d4f-4b1c-8a59-d8c5d2c2f7a0";

static const char networks[] =
	"[{'netName':'default','netConf':'net/99-default.conf',"
	"'pluginPath':'ptp','ifName':'eth0','ip':'172.16.28.2','args':'',"
	"'mask':'255.255.255.0','hostIP':'172.16.28.1'},"
	"{'netName':'x\\u001by','ip':'10.0.0.3'}]";

static const char two_apps[] =
	"{'acVersion':'1.30.0','acKind':'PodManifest','apps':["
	"{'name':'redis','image':{'id':'" ID "'},"
	"'app':{'exec':['/r'],'user':'0','group':'0',"
	"'userLabels':{'z':'1','a':'2'}},"
	"'mounts':[{'volume':'d','path':'/data'},"
	"{'volume':'own','path':'/own','appVolume':{'name':'own',"
	"'kind':'host','source':'/o','readOnly':true}}]},"
	"{'name':'etcd','image':{'id':'" ID "'},"
	"'app':{'exec':['/e'],'user':'0','group':'0'}}],"
	"'volumes':[{'name':'d','kind':'host','source':'/srv'}],"
	"'isolators':null,'annotations':null,'ports':[],"
	"'userAnnotations':{'k':'v'}}";

static struct pods *pods;
static int data_fd;
static int lock_fd = -1;

static void
put_json(int dir_fd, const char *path, const char *text)
{
	json_t *j = json_of(text);
	char *document = json_print(j, false);

	put_file(dir_fd, path, document);
	free(document);
	json_decref(j);
}

static void
put_time(int dir_fd, const char *path, int64_t ns)
{
	struct timespec t = {ns / SECOND, ns % SECOND};
	struct timespec both[2] = {t, t};

	must(utimensat(dir_fd, path, both, 0) == 0);
}

static void
put_image(int pod_fd, const char *app, const char *labels)
{
	autofree char *dir = xasprintf("appsinfo/%s", app);
	autofree char *path = xasprintf("%s/manifest", dir);
	autofree char *text =
		xasprintf("{'acKind':'ImageManifest','acVersion':'0.8.11',"
			  "'name':'example.com/%s','labels':[%s]}",
			  app, labels);

	put_dir(pod_fd, dir);
	put_json(pod_fd, path, text);
}

/* A whole pod below pods/<dir>. */
static int
put_pod(const char *dir, const char *manifest)
{
	autofree char *path = xasprintf("pods/%s/%s", dir, uuid);
	int fd;

	setenv("TZ", "CET-1", 1);
	tzset();
	data_fd = unit_tmpdir();
	put_dir(data_fd, path);
	fd = openat(data_fd, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	must(fd >= 0);
	put_json(fd, "pod", manifest);
	put_image(fd, "redis", "{'name':'version','value':'3.0'}");
	put_image(fd, "etcd", "");
	put_file(fd, "pod-created", "");
	put_time(fd, "pod-created", CREATED);
	return fd;
}

static void
put_run(int fd)
{
	put_file(fd, "ppid", "16964\n");
	put_time(fd, "ppid", STARTED);
	put_json(fd, "net-info.json", networks);
	put_dir(fd, "stage1/rootfs/rkt/status");
	put_file(fd, "stage1/rootfs/rkt/status/redis", "5\n");
}

static struct pod
look(int fd)
{
	struct error e = ERROR_NONE;
	struct pod pod;

	must(pods_open(unit_tmpdir_path(), &pods, &e) == 0);
	must(pod_open(pods, uuid, &pod, &e) == 0);
	close(fd);
	return pod;
}

static void
done(struct pod *pod)
{
	pod_done(pod);
	pods_close(pods);
	close(data_fd);
	if (lock_fd >= 0)
		close(steal_fd(&lock_fd));
}

static void
assert_rows(const struct pod *pod, bool is_full, const char *want,
	    const char *problem)
{
	auto_strings struct strings problems = {0};
	struct table t = {0};
	autofree char *got = NULL;

	pod_rows_legend(&t, is_full);
	pod_rows_add(&t, pod, is_full, NOW, &problems);
	got = table_take(&t);
	assert_text(got, want);
	CU_ASSERT_EQUAL(problems.len, problem != NULL);
	if (problem && problems.len > 0)
		assert_contains(problems.items[0], problem);
}

static void
assert_status(const struct pod *pod, const char *want)
{
	struct error e = ERROR_NONE;
	autofree char *got = NULL;

	CU_ASSERT_EQUAL_FATAL(pod_status_text(pod, &got, &e), 0);
	assert_text(got, want);
}

static void
assert_json(const struct pod *pod, const char *want)
{
	struct error e = ERROR_NONE;
	auto_json json_t *j = NULL;
	autofree char *got = NULL;

	CU_ASSERT_EQUAL_FATAL(pod_json(pod, &j, &e), 0);
	got = text_of(j);
	assert_text(got, want);
}

static void
an_exited_pod_of_two_apps(void)
{
	int fd = put_pod("run", two_apps);
	struct pod pod;

	put_run(fd);
	pod = look(fd);
	assert_rows(&pod, false,
		    "UUID\t\tAPP\tIMAGE NAME\t\tSTATE\tCREATED\t\t"
		    "STARTED\t\tNETWORKS\n"
		    "5bc080ca\tredis\texample.com/redis:3.0\texited\t"
		    "2 minutes ago\t2 minutes ago\t"
		    "default:ip4=172.16.28.2, x?y:ip4=10.0.0.3\n"
		    "\t\tetcd\texample.com/etcd\t\t\t\t\t\t\n",
		    NULL);
	assert_rows(&pod, true,
		    "UUID\t\t\t\t\tAPP\tIMAGE NAME\t\tIMAGE ID\t\tSTATE\t"
		    "CREATED\t\t\t\tSTARTED\t\t\t\t\tNETWORKS\n"
		    "5bc080ca-2d4f-4b1c-8a59-d8c5d2c2f7a0\tredis\t"
		    "example.com/redis:3.0\tsha512-91e98d7f1679\texited\t"
		    "2016-01-26 14:23:34.6 +0100 CET\t"
		    "2016-01-26 14:23:35.63 +0100 CET\t"
		    "default:ip4=172.16.28.2, x?y:ip4=10.0.0.3\n"
		    "\t\t\t\t\tetcd\texample.com/etcd\tsha512-91e98d7f1679\t\t"
		    "\t\t\t\t\t\t\t\t\t\n",
		    NULL);
	assert_status(&pod, "state=exited\n"
			    "created=2016-01-26 14:23:34.6 +0100 CET\n"
			    "started=2016-01-26 14:23:35.63 +0100 CET\n"
			    "networks=default:ip4=172.16.28.2, "
			    "x?y:ip4=10.0.0.3\n"
			    "pid=16964\nexited=true\napp-redis=5\n");
	done(&pod);
}

static void
the_whole_object(void)
{
	int fd = put_pod("run", two_apps);
	struct pod pod;

	put_run(fd);
	pod = look(fd);
	assert_json(
		&pod,
		"{'name':'5bc080ca-2d4f-4b1c-8a59-d8c5d2c2f7a0',"
		"'state':'exited','networks':[{'netName':'default',"
		"'netConf':'net/99-default.conf','pluginPath':'ptp',"
		"'ifName':'eth0','ip':'172.16.28.2','args':'',"
		"'mask':'255.255.255.0'},{'netName':'x\\u001by','netConf':'',"
		"'pluginPath':'','ifName':'','ip':'10.0.0.3','args':'',"
		"'mask':''}],'app_names':['redis','etcd'],'apps':["
		"{'name':'redis','state':'exited',"
		"'created_at':1453814614600000000,"
		"'started_at':1453814615630000000,'exit_code':5,"
		"'image_id':'" ID "','mounts':[{'name':'d',"
		"'container_path':'/data','host_path':'/srv',"
		"'read_only':false},{'name':'own','container_path':'/own',"
		"'host_path':'/o','read_only':true}],"
		"'user_labels':{'a':'2','z':'1'}},"
		"{'name':'etcd','state':'exited',"
		"'created_at':1453814614600000000,"
		"'started_at':1453814615630000000,'image_id':'" ID "'}],"
		"'created_at':1453814614,'started_at':1453814615,"
		"'user_annotations':{'k':'v'}}");
	done(&pod);
}

static void
a_running_pod(void)
{
	int fd = put_pod("run", two_apps);
	auto_json json_t *j = NULL;
	struct error e = ERROR_NONE;
	json_t *etcd;
	struct pod pod;

	put_run(fd);
	lock_fd = openat(fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	must(flock(lock_fd, LOCK_EX | LOCK_NB) == 0);
	pod = look(fd);
	assert_status(&pod, "state=running\n"
			    "created=2016-01-26 14:23:34.6 +0100 CET\n"
			    "started=2016-01-26 14:23:35.63 +0100 CET\n"
			    "networks=default:ip4=172.16.28.2, "
			    "x?y:ip4=10.0.0.3\n"
			    "pid=16964\nexited=false\n");
	CU_ASSERT_EQUAL_FATAL(pod_json(&pod, &j, &e), 0);
	etcd = json_array_get(json_object_get(j, "apps"), 1);
	assert_text(json_string_at(etcd, "state"), "running");
	done(&pod);
}

static void
a_prepared_pod(void)
{
	struct pod pod = look(put_pod(
		"prepared", "{'acVersion':'1.30.0','acKind':'PodManifest',"
			    "'apps':[]}"));

	assert_rows(&pod, false,
		    "UUID\t\tAPP\tIMAGE NAME\tSTATE\t\tCREATED\t\tSTARTED\t"
		    "NETWORKS\n"
		    "5bc080ca\t-\t-\t\tprepared\t2 minutes ago\t\t\n",
		    NULL);
	assert_status(&pod, "state=prepared\n"
			    "created=2016-01-26 14:23:34.6 +0100 CET\n");
	assert_json(&pod, "{'name':'5bc080ca-2d4f-4b1c-8a59-d8c5d2c2f7a0',"
			  "'state':'prepared','created_at':1453814614}");
	done(&pod);
}

static void
a_pod_nobody_finished(void)
{
	struct pod pod = look(put_pod("prepare", two_apps));
	struct error e = ERROR_NONE;
	json_t *j;

	assert_rows(&pod, false,
		    "UUID\t\tAPP\tIMAGE NAME\tSTATE\t\tCREATED\t\t\tSTARTED\t"
		    "NETWORKS\n"
		    "5bc080ca\t-\t-\t\taborted prepare\ta long while ago"
		    "\t\t\n",
		    NULL);
	assert_status(&pod, "state=aborted prepare\n"
			    "created=0001-01-01 00:00:00 +0000 UTC\n");
	CU_ASSERT_EQUAL(pod_json(&pod, &j, &e), -1);
	assert_contains(e.layers[0], uuid);
	done(&pod);
}

static void
garbage_knows_when_it_ended(void)
{
	int fd = put_pod("exited-garbage", two_apps);
	struct error e = ERROR_NONE;
	auto_json json_t *j = NULL;
	const json_t *app;
	struct pod pod;

	put_run(fd);
	pod = look(fd);
	CU_ASSERT_EQUAL_FATAL(pod_json(&pod, &j, &e), 0);
	app = json_array_get(json_object_get(j, "apps"), 0);
	CU_ASSERT_EQUAL(json_integer_value(json_object_get(app, "finished_at")),
			pod_gc_marked_ns(&pod));
	assert_status(&pod, "state=exited garbage\n"
			    "created=2016-01-26 14:23:34.6 +0100 CET\n"
			    "started=2016-01-26 14:23:35.63 +0100 CET\n"
			    "pid=16964\nexited=true\napp-redis=5\n");
	done(&pod);
}

static void
broken_pods_are_told_of(void)
{
	int fd = put_pod("run", two_apps);
	struct error e = ERROR_NONE;
	struct pod pod;
	json_t *j;

	put_run(fd);
	put_file(fd, "pod", "{\"apps\":");
	put_time(fd, "pod", CREATED);
	pod = look(fd);
	assert_rows(&pod, false,
		    "UUID\t\tAPP\tIMAGE NAME\tSTATE\tCREATED\t\tSTARTED\t\t"
		    "NETWORKS\n"
		    "5bc080ca\t-\t-\t\texited\t2 minutes ago\t2 minutes ago\t"
		    "default:ip4=172.16.28.2, x?y:ip4=10.0.0.3\n",
		    "Unable to read pod 5bc080ca-2d4f-4b1c-8a59-d8c5d2c2f7a0 "
		    "manifest:\n  ");
	CU_ASSERT_EQUAL(pod_json(&pod, &j, &e), -1);
	assert_status(&pod, "state=exited\n"
			    "created=2016-01-26 14:23:34.6 +0100 CET\n"
			    "started=2016-01-26 14:23:35.63 +0100 CET\n"
			    "networks=default:ip4=172.16.28.2, "
			    "x?y:ip4=10.0.0.3\n"
			    "pid=16964\nexited=true\n");
	done(&pod);
}

static void
images_that_cannot_be_read(void)
{
	int fd = put_pod("prepared", two_apps);
	struct pod pod;

	put_file(fd, "appsinfo/redis/manifest", "[");
	pod = look(fd);
	assert_rows(&pod, false,
		    "UUID\t\tAPP\tIMAGE NAME\t\tSTATE\t\tCREATED\t\tSTARTED\t"
		    "NETWORKS\n"
		    "5bc080ca\tredis\t--\t\t\tprepared\t2 minutes ago\t\t\n"
		    "\t\tetcd\texample.com/etcd\t\t\t\t\t\t\n",
		    "ImageManifest could not be loaded: ");
	done(&pod);
}

static void
ready_when_the_link_says_so(void)
{
	static const struct {
		const char *target; /* NULL: none */
		bool is_ready;
	} cases[] = {
		{NULL, false},     {"ready", true},     {"read", false},
		{"readyy", false}, {"notready", false},
	};
	int fd = put_pod("run", two_apps);
	int copy = dup(fd);
	struct pod pod;

	put_dir(fd, "stage1/rootfs/rkt");
	pod = look(fd);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		static const char path[] =
			"stage1/rootfs/rkt/supervisor-status";

		unlinkat(copy, path, 0);
		if (cases[i].target)
			must(symlinkat(cases[i].target, copy, path) == 0);
		CU_ASSERT_EQUAL(pod_is_ready(&pod), cases[i].is_ready);
	}
	close(copy);
	done(&pod);
}

static CU_TestInfo tests[] = {
	{"an_exited_pod_of_two_apps", an_exited_pod_of_two_apps},
	{"the_whole_object", the_whole_object},
	{"a_running_pod", a_running_pod},
	{"a_prepared_pod", a_prepared_pod},
	{"a_pod_nobody_finished", a_pod_nobody_finished},
	{"garbage_knows_when_it_ended", garbage_knows_when_it_ended},
	{"broken_pods_are_told_of", broken_pods_are_told_of},
	{"images_that_cannot_be_read", images_that_cannot_be_read},
	{"ready_when_the_link_says_so", ready_when_the_link_says_so},
	CU_TEST_INFO_NULL,
};

UNIT_MAIN(tests)
