/* A pod on disk, as the structs that cross the plugin interface.
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/pod/view.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "core/appc/manifest.h"
#include "core/base/alloc.h"
#include "core/base/cleanup.h"
#include "core/base/fd.h"

#define TREE_LIST_MAX  ((size_t)64 << 10)
#define EMPTY_MANIFEST "{}"

char *
app_stage2_path(const char *app)
{
	return xasprintf("stage1/rootfs/opt/stage2/%s", app);
}

/* "sha256-<hex>": nothing that could lead out of cas/tree. */
static bool
is_tree_key(const char *s)
{
	size_t n = strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789");

	return n > 0 && s[n] == '-' && s[n + 1] != '\0' &&
	       strspn(s + n + 1, "0123456789abcdef") == strlen(s + n + 1);
}

/* Who stops or deletes has no store open. */
static char *
tree_path(const struct pod_context *c, const char *tree)
{
	return c->store ? store_tree_path(c->store, tree)
			: store_tree_path_in(c->data_dir, tree);
}

/* The trees an app is made of, topmost first; the topmost names the overlay. */
static void
set_layers(const struct pod_context *c, const struct strings *trees,
	   struct app_view *v)
{
	const char *top = trees->len > 0 ? trees->items[0] : NULL;

	if (!top)
		return;
	v->layer_list = xcalloc(trees->len + 1, sizeof(*v->layer_list));
	for (size_t i = 0; i < trees->len; i++) {
		vec_push(&v->layers, tree_path(c, trees->items[i]));
		v->layer_list[i] = v->layers.items[i];
	}
	v->upper = xasprintf("overlay/%s/upper/%s", top, v->name);
	v->work = xasprintf("overlay/%s/work/%s", top, v->name);
}

/* appsinfo/<app>/treeStoreID: one tree per line. */
static int
load_layers(const struct pod_context *c, const struct pod *pod,
	    struct app_view *v, struct error *e)
{
	autofree char *path = xasprintf("appsinfo/%s/treeStoreID", v->name);
	autofree char *text = NULL;
	autoclose int fd = open_beneath(pod->dir_fd, path, O_RDONLY, 0);
	auto_strings struct strings trees = {0};
	char *rest, *line;

	if (fd < 0 && errno == ENOENT)
		return 0;
	if (fd < 0)
		return error_errno(e, errno, "open %s", path);
	if (fd_read_all(fd, path, TREE_LIST_MAX, &text, NULL, e) < 0)
		return -1;
	rest = text;
	while ((line = strsep(&rest, "\n")) != NULL && *line != '\0') {
		if (!is_tree_key(line))
			return error_set(e, RKT_ERR_INPUT, "'%s' names no tree",
					 path);
		strings_push(&trees, line);
	}
	set_layers(c, &trees, v);
	return 0;
}

static void
name_app(struct app_view *v, const char *name)
{
	autofree char *stage2 = app_stage2_path(name);

	v->name = xstrdup(name);
	v->rootfs = xasprintf("%s/rootfs", stage2);
}

static int
load_app(const struct pod_context *c, const struct pod *pod, const char *name,
	 struct app_view *v, struct error *e)
{
	autofree char *path = xasprintf("appsinfo/%s/manifest", name);
	autoclose int fd = -1;

	name_app(v, name);
	fd = open_beneath(pod->dir_fd, path, O_RDONLY, 0);
	if (fd < 0)
		return error_errno(e, errno, "open %s", path);
	if (fd_read_all(fd, path, JSON_SIZE_MAX, &v->manifest, NULL, e) < 0)
		return -1;
	return load_layers(c, pod, v, e);
}

static void
fill_app(struct app_view *v)
{
	v->app = (struct rkt_stage1_app){
		.size = sizeof(v->app),
		.name = v->name,
		.image_manifest = v->manifest ? v->manifest : EMPTY_MANIFEST,
		.rootfs = v->rootfs,
		.layers = v->layer_list,
		.upper = v->upper,
		.work = v->work,
	};
}

static void
fill(const struct pod *pod, struct pod_view *view)
{
	view->list = xcalloc(view->n_apps + 1, sizeof(*view->list));
	for (size_t i = 0; i < view->n_apps; i++) {
		fill_app(&view->apps[i]);
		view->list[i] = &view->apps[i].app;
	}
	view->pod = (struct rkt_stage1_pod){
		.size = sizeof(view->pod),
		.uuid = pod->uuid,
		.manifest = view->text ? view->text : EMPTY_MANIFEST,
		.dir = view->dir,
		.apps = view->list,
		.n_apps = (uint32_t)view->n_apps,
		.dir_fd = pod->dir_fd,
		.netns_fd = -1,
	};
}

/* A pod manifest may leave the app section to the image; engines get one
 * document that is complete. */
static bool
complete_app(json_t *app, const json_t *image)
{
	if (json_is_object(json_object_get(app, "app")))
		return false;
	json_object_set(app, "app", json_object_get(image, "app"));
	return true;
}

static void
print_again(struct pod_view *view)
{
	free(view->text);
	view->text = json_print(view->json, false);
}

static int
complete(struct pod_view *view, struct error *e)
{
	bool is_changed = false;
	json_t *app;
	size_t i;

	json_array_foreach(json_object_get(view->json, "apps"), i, app)
	{
		const struct app_view *v = &view->apps[i];
		auto_json json_t *image = NULL;

		if (json_is_object(json_object_get(app, "app")))
			continue;
		if (image_manifest_parse(v->manifest, strlen(v->manifest),
					 v->name, &image, e) < 0)
			return -1;
		is_changed = complete_app(app, image) || is_changed;
	}
	if (is_changed)
		print_again(view);
	return 0;
}

static int
read_manifest(const struct pod *pod, struct pod_view *view, struct error *e)
{
	size_t len;

	if (file_read_all(pod->dir_fd, "pod", JSON_SIZE_MAX, &view->text, &len,
			  e) < 0)
		return -1;
	return pod_manifest_parse(view->text, len, "pod", &view->json, e);
}

static int
load(const struct pod_context *c, const struct pod *pod, bool is_lenient,
     struct pod_view *view, struct error *e)
{
	json_t *apps, *app;
	size_t i;

	view->dir = pod_path(pod);
	if (read_manifest(pod, view, e) < 0)
		return -1;
	apps = json_object_get(view->json, "apps");
	view->apps = xcalloc(json_array_size(apps) + 1, sizeof(*view->apps));
	json_array_foreach(apps, i, app)
	{
		int rc = load_app(c, pod, json_string_at(app, "name"),
				  &view->apps[i], e);

		view->n_apps = i + 1;
		if (rc < 0 && !is_lenient)
			return -1;
	}
	return is_lenient ? 0 : complete(view, e);
}

int
pod_view_load(const struct pod_context *c, const struct pod *pod,
	      struct pod_view *ret, struct error *e)
{
	struct pod_view view = {0};

	if (load(c, pod, false, &view, e) < 0) {
		pod_view_done(&view);
		return -1;
	}
	fill(pod, &view);
	*ret = view;
	return 0;
}

void
pod_view_load_lenient(const struct pod_context *c, const struct pod *pod,
		      struct pod_view *ret)
{
	struct error ignored = ERROR_NONE;

	*ret = (struct pod_view){0};
	load(c, pod, true, ret, &ignored);
	fill(pod, ret);
}

static void
app_of_plan(const struct pod_context *c, struct app_plan *a, bool use_overlay,
	    struct app_view *v)
{
	auto_strings struct strings trees = {0};

	name_app(v, a->name);
	v->manifest = steal(a->image_text);
	for (size_t i = a->image.layers.len; use_overlay && i-- > 0;)
		strings_push(&trees, a->image.layers.items[i].tree);
	set_layers(c, &trees, v);
}

void
pod_view_of_plan(const struct pod_context *c, const struct pod *pod,
		 struct pod_plan *plan, bool use_overlay, struct pod_view *ret)
{
	struct pod_view view = {
		.json = steal(plan->manifest),
		.text = steal(plan->text),
		.dir = pod_path(pod),
		.n_apps = plan->apps.len,
		.apps = xcalloc(plan->apps.len + 1, sizeof(*view.apps)),
	};
	json_t *apps = json_object_get(view.json, "apps");
	bool is_changed = false;

	for (size_t i = 0; i < view.n_apps; i++) {
		struct app_plan *a = &plan->apps.items[i];

		app_of_plan(c, a, use_overlay, &view.apps[i]);
		is_changed =
			complete_app(json_array_get(apps, i), a->image_json) ||
			is_changed;
	}
	if (is_changed)
		print_again(&view);
	fill(pod, &view);
	*ret = view;
}

void
pod_view_moved(struct pod_view *view, const struct pod *pod)
{
	free(view->dir);
	view->dir = pod_path(pod);
	view->pod.dir = view->dir;
}

void
pod_view_done(struct pod_view *view)
{
	for (size_t i = 0; i < view->n_apps; i++) {
		struct app_view *v = &view->apps[i];

		free(v->name);
		free(v->manifest);
		free(v->rootfs);
		free(v->upper);
		free(v->work);
		strings_done(&v->layers);
		free(v->layer_list);
	}
	free(view->apps);
	free(view->list);
	free(view->text);
	free(view->dir);
	json_decref(view->json);
}
