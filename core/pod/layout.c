/* What prepare writes below the pod directory (chapter 10.5).
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/pod/layout.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "core/base/alloc.h"
#include "core/base/cleanup.h"
#include "core/base/fd.h"
#include "core/base/strbuf.h"
#include "core/render/copy.h"
#include "core/render/implied.h"
#include "core/pod/view.h"

#define DIR_MODE  0750
#define FILE_MODE 0640

static int
make_dir(int fd, const char *path, mode_t mode, struct error *e)
{
	if (mkdirat(fd, path, mode) < 0 && errno != EEXIST)
		return error_errno(e, errno, "create directory %s", path);
	return 0;
}

/* A directory whose children are the app's: they must not inherit the set-gid
 * bit and the group of the pod directories (12.1). */
static int
make_app_dir(int fd, const char *path, struct error *e)
{
	if (make_dir(fd, path, DIR_MODE, e) < 0)
		return -1;
	if (fchmodat(fd, path, DIR_MODE, 0) < 0)
		return error_errno(e, errno, "change mode of %s", path);
	return 0;
}

static int
make_dirs(int fd, const char *const *paths, struct error *e)
{
	for (; *paths; paths++)
		if (make_dir(fd, *paths, DIR_MODE, e) < 0)
			return -1;
	return 0;
}

/* The tree of the topmost layer names the overlay directory. */
static const char *
top_tree(const struct app_plan *a)
{
	return a->image.layers.items[a->image.layers.len - 1].tree;
}

static int
write_trees(int fd, const struct app_plan *a, struct error *e)
{
	autofree char *path = xasprintf("appsinfo/%s/treeStoreID", a->name);
	auto_strbuf struct strbuf b = {0};

	for (size_t i = a->image.layers.len; i-- > 0;)
		strbuf_printf(&b, "%s\n", a->image.layers.items[i].tree);
	return file_write(fd, path, b.text, b.len, FILE_MODE, e);
}

/* Topmost first, NULL at the end; `ret` borrows from `paths`. */
static void
list_layers(struct store *store, const struct app_plan *a,
	    struct strings *paths, const char ***ret)
{
	size_t n = a->image.layers.len;

	*ret = xcalloc(n + 1, sizeof(**ret));
	for (size_t i = n; i-- > 0;) {
		vec_push(paths,
			 store_tree_path(store, a->image.layers.items[i].tree));
		(*ret)[paths->len - 1] = paths->items[paths->len - 1];
	}
}

/* The root of an overlay looks like its upper directory: make that look like
 * the layer below. */
static int
dress_root(int fd, const char *path, const char *top, struct implied *implied,
	   struct error *e)
{
	autoclose int lower = -1;
	struct stat st;

	if (implied_find(implied, "", &lower, e) < 0)
		return -1;
	if ((lower < 0 ? stat(top, &st) : fstat(lower, &st)) < 0)
		return error_errno(e, errno, "stat %s", top);
	if ((st.st_uid != 0 || st.st_gid != 0) &&
	    fchownat(fd, path, st.st_uid, st.st_gid, AT_SYMLINK_NOFOLLOW) < 0)
		return error_errno(e, errno, "change owner of %s", path);
	if ((st.st_mode & 07777) != 0755 &&
	    fchmodat(fd, path, st.st_mode & 07777, 0) < 0)
		return error_errno(e, errno, "change mode of %s", path);
	return 0;
}

static int
fill_upper(int fd, const char *path, struct implied *implied, struct error *e)
{
	autoclose int upper = openat(
		fd, path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	if (upper < 0)
		return error_errno(e, errno, "open %s", path);
	return implied_make(implied, upper, e);
}

static int
make_upper(struct store *store, int fd, const char *path,
	   const struct app_plan *a, struct error *e)
{
	auto_strings struct strings paths = {0};
	autofree const char **layers = NULL;
	struct implied implied;
	int rc;

	list_layers(store, a, &paths, &layers);
	if (make_dir(fd, path, 0755, e) < 0 ||
	    implied_read(layers, &implied, e) < 0)
		return -1;
	rc = dress_root(fd, path, layers[0], &implied, e);
	if (rc == 0 && implied_is_below_root(&implied))
		rc = fill_upper(fd, path, &implied, e);
	implied_done(&implied);
	return rc;
}

static int
make_overlay(struct store *store, int fd, const struct app_plan *a,
	     struct error *e)
{
	autofree char *dir = xasprintf("overlay/%s", top_tree(a));
	autofree char *uppers = xasprintf("%s/upper", dir);
	autofree char *works = xasprintf("%s/work", dir);
	autofree char *upper = xasprintf("%s/%s", uppers, a->name);
	autofree char *work = xasprintf("%s/%s", works, a->name);
	const char *const dirs[] = {dir, uppers, works, work, NULL};

	if (make_app_dir(fd, "overlay", e) < 0 || make_dirs(fd, dirs, e) < 0)
		return -1;
	return make_upper(store, fd, upper, a, e);
}

static int
copy_layers(struct store *store, int fd, const char *rootfs,
	    const struct app_plan *a, struct error *e)
{
	auto_strings struct strings paths = {0};
	autofree const char **list = NULL;
	autoclose int to =
		openat(fd, rootfs, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (to < 0)
		return error_errno(e, errno, "open %s", rootfs);
	list_layers(store, a, &paths, &list);
	return layers_copy(list, to, e);
}

int
layout_app(struct store *store, int fd, const struct app_plan *a,
	   bool use_overlay, struct error *e)
{
	autofree char *info = xasprintf("appsinfo/%s", a->name);
	autofree char *manifest = xasprintf("%s/manifest", info);
	autofree char *stage2 = app_stage2_path(a->name);
	autofree char *rootfs = xasprintf("%s/rootfs", stage2);
	autofree char *linked = xasprintf("%s/manifest", stage2);

	if (make_dir(fd, info, DIR_MODE, e) < 0 ||
	    make_dir(fd, stage2, DIR_MODE, e) < 0 ||
	    make_dir(fd, rootfs, 0755, e) < 0 ||
	    file_write(fd, manifest, a->image_text, strlen(a->image_text),
		       FILE_MODE, e) < 0)
		return -1;
	if (linkat(fd, manifest, fd, linked, 0) < 0 && errno != EEXIST)
		return error_errno(e, errno, "link %s", linked);
	if (a->image.layers.len == 0)
		return 0;
	if (!use_overlay)
		return copy_layers(store, fd, rootfs, a, e);
	if (write_trees(fd, a, e) < 0)
		return -1;
	return make_overlay(store, fd, a, e);
}

int
layout_pod(int fd, const struct pod_plan *plan, const char *engine,
	   bool use_overlay, struct error *e)
{
	if (symlinkat(engine, fd, "flavor") < 0)
		return error_errno(e, errno, "create link flavor");
	if (file_write(fd, "pod.lck", "", 0, 0600, e) < 0 ||
	    file_write(fd, "pod", plan->text, plan->text_len, FILE_MODE, e) <
		    0 ||
	    file_write(fd, "pod-created", "", 0, FILE_MODE, e) < 0)
		return -1;
	return use_overlay
		       ? file_write(fd, "overlay-prepared", "", 0, FILE_MODE, e)
		       : 0;
}

int
layout_dirs(int fd, struct error *e)
{
	static const char *const dirs[] = {
		"appsinfo",
		"stage1/rootfs",
		"stage1/rootfs/opt",
		"stage1/rootfs/opt/stage2",
		NULL,
	};

	if (make_app_dir(fd, "stage1", e) < 0)
		return -1;
	return make_dirs(fd, dirs, e);
}
