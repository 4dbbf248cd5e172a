/* core/pod/prepare, delete: what is on disk after a pod was prepared, after
 * that failed, and after it was deleted.
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/pod/prepare.h"

#include <sys/file.h>
#include <sys/wait.h>

#include "core/pod/view.h"
#include "tests/unit/pod/common.h"

#define ENGINE "good"

static struct pod_context c;
static struct plugin *engine;
static char *key;

static const char manifest[] =
	"{\"acKind\":\"ImageManifest\",\"acVersion\":\"0.8.11\","
	"\"name\":\"example.com/app_one\",\"labels\":["
	"{\"name\":\"os\",\"value\":\"linux\"},"
	"{\"name\":\"arch\",\"value\":\"amd64\"}],"
	"\"app\":{\"exec\":[\"/bin/a\"],\"user\":\"0\",\"group\":\"0\","
	"\"environment\":[{\"name\":\"A\",\"value\":\"image\"},"
	"{\"name\":\"B\",\"value\":\"image\"}]}}";

static char *
repeat(const char *prefix, char digit)
{
	char *s = xasprintf("%s%064d", prefix, 0);

	memset(s + strlen(prefix), digit, 64);
	return s;
}

static void
add_layer(char digit, const char *file)
{
	autofree char *tree = repeat("sha256-", digit);
	struct error e = ERROR_NONE;
	struct layer_new *l = NULL;

	must(store_layer_begin(c.store, tree, tree, &l, &e) == 0 && l);
	put_file(layer_new_rootfs_fd(l), file, file);
	must(layer_new_commit(l, tree, tree, &e) == 0);
	layer_new_free(l);
}

static void
add_image(void)
{
	struct image image = {0};
	struct error e = ERROR_NONE;

	key = repeat("sha512-", '5');
	add_layer('a', "low");
	add_layer('b', "high");
	image.key = xstrdup(key);
	image.name = xstrdup("example.com/app_one");
	image.labels = json_array();
	image.format = xstrdup("aci");
	for (char digit = 'a'; digit <= 'b'; digit++) {
		struct image_layer layer = {
			.tree = repeat("sha256-", digit),
			.blob = repeat("sha256-", digit),
			.compression = xstrdup("none"),
		};
		vec_push(&image.layers, layer);
	}
	must(store_trees_publish(c.store, &image, &e) == 0);
	must(store_image_add(c.store, &image, manifest, &e) == 0);
	image_done(&image);
}

static void
set_up(void)
{
	struct plugin_host_options options = {.plugin_dir = BAD_DIR};
	struct error e = ERROR_NONE;

	c.data_dir = xasprintf("%s/data", unit_tmpdir_path());
	must(store_open(c.data_dir, &c.store, &e) == 0);
	must(pods_open(c.data_dir, &c.pods, &e) == 0);
	c.plugins = plugin_host_new(&options);
	if (plugin_open(c.plugins, PLUGIN_STAGE1, ENGINE, &engine, &e) < 0)
		fprintf(stderr, "# %s\n", e.layers[0]);
	must(engine != NULL);
	add_image();
}

static void
tear_down(void)
{
	pods_close(c.pods);
	store_close(c.store);
	plugin_host_free(c.plugins);
	free(key);
	free((char *)c.data_dir);
}

static void
one_app(struct pod_request *r)
{
	struct app_request a = {.image = xstrdup("x"),
				.image_key = xstrdup(key)};

	vec_push(&r->apps, a);
}

static void
show(const struct error *e)
{
	for (int i = 0; i < e->n_layers; i++)
		fprintf(stderr, "# %s (%d)\n", e->layers[i], e->err);
}

static void
lays_out_a_copy(void)
{
	struct pod_request r = {.no_overlay = true};
	struct error e = ERROR_NONE;
	autofree char *name = NULL;
	autofree char *high = NULL;
	struct pod_view view;
	struct pod pod;
	struct stat st;

	set_up();
	one_app(&r);
	must(pod_create(c.pods, &pod, &e) == 0);
	CU_ASSERT_EQUAL_FATAL(pod_prepare(&c, &pod, &r, engine, NULL, &e), 0);
	CU_ASSERT_EQUAL(fstatat(pod.dir_fd, "pod", &st, 0), 0);
	CU_ASSERT_EQUAL(st.st_mode & 07777, 0640);
	CU_ASSERT_EQUAL(fstatat(pod.dir_fd, "pod.lck", &st, 0), 0);
	CU_ASSERT_EQUAL(st.st_mode & 07777, 0600);
	CU_ASSERT_EQUAL(fstatat(pod.dir_fd, "overlay-prepared", &st, 0), -1);
	CU_ASSERT_EQUAL(pod_engine(&pod, &name, &e), 0);
	assert_text(name, ENGINE);
	CU_ASSERT_EQUAL_FATAL(pod_view_load(&c, &pod, &view, &e), 0);
	CU_ASSERT_EQUAL(view.n_apps, 1);
	assert_text(view.apps[0].name, "app-one");
	assert_text(view.apps[0].app.rootfs,
		    "stage1/rootfs/opt/stage2/app-one/rootfs");
	assert_text(view.apps[0].app.image_manifest, manifest);
	CU_ASSERT_PTR_NULL(view.apps[0].app.layers);
	high = get_file(pod.dir_fd,
			"stage1/rootfs/opt/stage2/app-one/rootfs/high");
	assert_text(high, "high");
	pod_view_done(&view);
	pod_done(&pod);
	pod_request_done(&r);
	tear_down();
}

/* What run() is told must not depend on whether prepare and run are one
 * process. */
static void
assert_same(const struct pod_view *a, const struct pod_view *b)
{
	assert_text(a->pod.manifest, b->pod.manifest);
	assert_text(a->pod.dir, b->pod.dir);
	assert_text(a->pod.uuid, b->pod.uuid);
	CU_ASSERT_EQUAL(a->pod.dir_fd, b->pod.dir_fd);
	CU_ASSERT_EQUAL_FATAL(a->pod.n_apps, b->pod.n_apps);
	for (size_t i = 0; i < a->pod.n_apps; i++) {
		const struct rkt_stage1_app *x = a->pod.apps[i];
		const struct rkt_stage1_app *y = b->pod.apps[i];
		size_t k = 0;

		assert_text(x->name, y->name);
		assert_text(x->image_manifest, y->image_manifest);
		assert_text(x->rootfs, y->rootfs);
		assert_text(x->upper, y->upper);
		assert_text(x->work, y->work);
		CU_ASSERT_EQUAL_FATAL(!x->layers, !y->layers);
		for (; x->layers && (x->layers[k] || y->layers[k]); k++)
			assert_text(x->layers[k], y->layers[k]);
		CU_ASSERT_EQUAL(k, x->layers ? 2 : 0);
	}
}

static void
tells_what_is_on_disk(void)
{
	struct pod_request by_image = {0};
	struct pod_request by_file = {0};
	struct pod_request copied = {.no_overlay = true};
	struct pod_request *const requests[] = {&by_image, &by_file, &copied};
	autofree char *text = NULL;
	struct error e = ERROR_NONE;
	struct plugin *stacks;

	set_up();
	must(plugin_open(c.plugins, PLUGIN_STAGE1, "stacks", &stacks, &e) == 0);
	/* The app section is left to the image. */
	text = xasprintf("{\"acVersion\":\"1.30.0\",\"acKind\":\"PodManifest\","
			 " \"apps\":[{\"name\":\"a\",\"image\":{\"id\":\"%s\"}"
			 "}]}\n",
			 key);
	by_file.pod_manifest = xasprintf("%s/pod.json", unit_tmpdir_path());
	put_file(AT_FDCWD, by_file.pod_manifest, text);
	must(pod_request_load(&by_file, &e) == 0);
	one_app(&by_image);
	one_app(&copied);
	for (size_t i = 0; i < sizeof(requests) / sizeof(requests[0]); i++) {
		struct pod_view told, read;
		struct pod pod;

		must(pod_create(c.pods, &pod, &e) == 0);
		must(pod_prepare(&c, &pod, requests[i], stacks, &told, &e) ==
		     0);
		must(pod_to_run(&pod, &e) == 0);
		pod_view_moved(&told, &pod);
		CU_ASSERT_EQUAL_FATAL(pod_view_load(&c, &pod, &read, &e), 0);
		assert_same(&told, &read);
		CU_ASSERT_EQUAL(!told.pod.apps[0]->layers,
				requests[i]->no_overlay);
		assert_contains(told.pod.manifest, "/bin/a");
		pod_view_done(&told);
		pod_view_done(&read);
		pod_done(&pod);
		pod_request_done(requests[i]);
	}
	tear_down();
}

static void
failure_leaves_nothing(void)
{
	struct pod_request r = {.no_overlay = true};
	struct error e = ERROR_NONE;
	struct strings found;
	struct pod pod;

	set_up();
	one_app(&r);
	one_app(&r);
	must(pod_create(c.pods, &pod, &e) == 0);
	CU_ASSERT_EQUAL(pod_prepare(&c, &pod, &r, engine, NULL, &e), -1);
	assert_text(e.layers[0], "error: multiple apps with name app-one");
	assert_text(e.layers[e.n_layers - 1], "error setting up stage0");
	CU_ASSERT_EQUAL(pod.state, POD_GONE);
	pod_done(&pod);
	CU_ASSERT_EQUAL(pods_list(c.pods, (1u << POD_GONE) - 1, &found, &e), 0);
	CU_ASSERT_EQUAL(found.len, 0);
	strings_done(&found);
	pod_request_done(&r);
	tear_down();
}

/* Two collectors at once, with a mount left behind: one works, both agree. */
static void
deletes_once(void)
{
	struct pod_request r = {.no_overlay = true};
	struct error e = ERROR_NONE;
	autofree char *path = NULL;
	autofree char *left = NULL;
	autofree char *dir = NULL;
	struct pod pod, other;
	pid_t child;
	int status;

	set_up();
	private_mounts();
	one_app(&r);
	must(pod_create(c.pods, &pod, &e) == 0);
	must(pod_prepare(&c, &pod, &r, engine, NULL, &e) == 0);
	CU_ASSERT_EQUAL(pod_delete(&c, &pod, &e), -1);
	CU_ASSERT_EQUAL(e.code, RKT_ERR_BUSY);
	must(pod_to_run(&pod, &e) == 0);
	path = xstrdup(pod.uuid);
	pod_done(&pod);
	must(pod_open(c.pods, path, &pod, &e) == 0);
	must(pod_to_exited_garbage(&pod, &e) == 0);
	dir = pod_path(&pod);
	left = xasprintf("%s/stage1/rootfs", dir);
	must(mount("none", left, "tmpfs", 0, NULL) == 0);
	must(pod_open(c.pods, path, &other, &e) == 0);
	child = fork();
	if (child == 0) {
		pod_done(&pod);
		_exit(pod_delete(&c, &other, &e) == 0 ? 0 : 1);
	}
	CU_ASSERT_EQUAL(pod_delete(&c, &pod, &e), 0);
	CU_ASSERT_EQUAL(pod.state, POD_GONE);
	must(waitpid(child, &status, 0) == child);
	CU_ASSERT_EQUAL(status, 0);
	CU_ASSERT_EQUAL(pod_refresh(&pod, &e), 0);
	CU_ASSERT_EQUAL(pod.state, POD_GONE);
	show(&e);
	pod_done(&pod);
	pod_done(&other);
	pod_request_done(&r);
	tear_down();
}

static CU_TestInfo tests[] = {
	{"lays_out_a_copy", lays_out_a_copy},
	{"tells_what_is_on_disk", tells_what_is_on_disk},
	{"failure_leaves_nothing", failure_leaves_nothing},
	{"deletes_once", deletes_once},
	CU_TEST_INFO_NULL,
};

UNIT_MAIN(tests)
