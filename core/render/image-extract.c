/* An image of the store as a directory.
 * SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "core/base/alloc.h"
#include "core/base/cleanup.h"
#include "core/base/fd.h"
#include "core/fetch/progress.h"
#include "core/render/blob.h"
#include "core/render/copy.h"
#include "core/render/image.h"
#include "core/render/stack.h"

#define DIR_FLAGS (O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)

struct extract {
	struct store *store;
	struct image image;
	const struct extract_options *options;
	char *base; /* of the directory, in its parent */
	int parent_fd, dir_fd;
};

/* ---- the directory ----------------------------------------------------------
 */

static bool
is_root(const struct stat *st)
{
	struct stat root;

	return stat("/", &root) == 0 && root.st_dev == st->st_dev &&
	       root.st_ino == st->st_ino;
}

/* What is there goes away, if that was asked for. */
static int
check_place(const char *dir, bool overwrite, bool *ret_exists, struct error *e)
{
	struct stat st;

	*ret_exists = lstat(dir, &st) == 0;
	if (!*ret_exists)
		return errno == ENOENT ? 0
				       : error_errno(e, errno, "stat %s", dir);
	if (!overwrite)
		return error_set(e, RKT_ERR_INPUT,
				 "output directory exists (try --overwrite)");
	if (stat(dir, &st) == 0 && is_root(&st))
		return error_set(e, RKT_ERR_INPUT,
				 "this would delete your root filesystem. "
				 "Refusing.");
	return 0;
}

/* Absolute, so that the last component is a name. */
static char *
real_name(const char *dir)
{
	size_t len = strlen(dir);
	const char *base;
	char *real;

	while (len > 1 && dir[len - 1] == '/')
		len--;
	base = memrchr(dir, '/', len);
	base = base ? base + 1 : dir;
	len -= (size_t)(base - dir);
	if (!(len == 1 && *base == '.') &&
	    !(len == 2 && !memcmp(base, "..", 2)))
		return xstrndup(dir, (size_t)(base - dir) + len);
	real = realpath(dir, NULL);
	return real ? real : xstrdup(dir);
}

static int
open_parent(struct extract *x, const char *dir, struct error *e)
{
	const char *slash = strrchr(dir, '/');
	autofree char *parent = !slash ? xstrdup(".")
				: slash == dir
					? xstrdup("/")
					: xstrndup(dir, (size_t)(slash - dir));

	x->base = xstrdup(slash ? slash + 1 : dir);
	if (dir_make_all(AT_FDCWD, parent, 0755, e) < 0)
		return -1;
	x->parent_fd = open(parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return x->parent_fd < 0
		       ? error_errno(e, errno, "open directory %s", parent)
		       : 0;
}

/* A new directory, whatever the umask and the set-gid bit of its parent. */
static int
make_dir(int parent_fd, const char *name, int *ret_fd, struct error *e)
{
	autoclose int fd = -1;

	if (mkdirat(parent_fd, name, 0755) < 0)
		return error_errno(e, errno, "create directory %s", name);
	fd = openat(parent_fd, name, DIR_FLAGS);
	if (fd < 0 || fchown(fd, (uid_t)-1, getegid()) < 0 ||
	    fchmod(fd, 0755) < 0)
		return error_errno(e, errno, "open directory %s", name);
	*ret_fd = steal_fd(&fd);
	return 0;
}

static int
make_place(struct extract *x, const char *dir, struct error *e)
{
	autofree char *name = NULL;
	bool exists;

	if (check_place(dir, x->options->overwrite, &exists, e) < 0)
		return -1;
	name = real_name(dir);
	if (open_parent(x, name, e) < 0 ||
	    (exists && tree_remove(x->parent_fd, x->base, e) < 0))
		return -1;
	return make_dir(x->parent_fd, x->base, &x->dir_fd, e);
}

/* ---- what goes into it ------------------------------------------------------
 */

static int
put_manifest(const struct extract *x, const char *text, size_t len,
	     struct error *e)
{
	mode_t mode = x->options->has_dependencies ? 0700 : 0644;
	autoclose int fd = -1;

	if (x->options->is_rootfs_only)
		return 0;
	fd = openat(x->dir_fd, "manifest",
		    O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode);
	if (fd < 0 || fchmod(fd, mode) < 0)
		return error_errno(e, errno, "create manifest");
	return fd_write_all(fd, "manifest", text, len, e);
}

/* Of an .aci, and nothing of what it depends on. */
static int
unpack_alone(const struct extract *x, const struct image_layer *layer,
	     int rootfs_fd, struct error *e)
{
	struct layer_job job;
	int rc;

	if (blob_unpack(x->store, &x->image, layer, rootfs_fd, &job, e) < 0)
		return -1;
	rc = put_manifest(x, job.manifest, job.manifest_len, e);
	layer_job_done(&job);
	return rc;
}

static int
copy_all(struct extract *x, int rootfs_fd, struct error *e)
{
	autoclose int lock_fd = -1; /* nobody takes or swaps a tree */
	auto_strings struct strings paths = {0};
	autofree const char **layers = NULL;
	autofree char *manifest = NULL;
	struct progress *progress;
	uint64_t size = 0;
	int rc;

	if (store_manifest_read(x->store, x->image.key, &manifest, e) < 0 ||
	    (x->options->has_dependencies &&
	     stack_resolve(x->store, &x->image, manifest, e) < 0) ||
	    store_prepare_lock(x->store, false, &lock_fd, e) < 0 ||
	    (x->options->has_dependencies &&
	     stack_resolve(x->store, &x->image, manifest, e) < 0))
		return -1;
	image_trees(x->store, &x->image, &paths, &layers);
	for (size_t i = 0; i < x->image.layers.len; i++)
		size += x->image.layers.items[i].tree_size;
	progress = progress_new("copying", size);
	rc = layers_copy_shown(layers, rootfs_fd, progress, e);
	progress_free(progress);
	if (rc < 0)
		return -1;
	return put_manifest(x, manifest, strlen(manifest), e);
}

static int
fill(struct extract *x, struct error *e)
{
	const struct image_layer *aci = image_aci_layer(&x->image);
	autoclose int made = -1;
	int rootfs_fd = x->dir_fd;

	if (!x->options->is_rootfs_only) {
		if (make_dir(x->dir_fd, "rootfs", &made, e) < 0)
			return -1;
		rootfs_fd = made;
	}
	return aci && !x->options->has_dependencies
		       ? unpack_alone(x, aci, rootfs_fd, e)
		       : copy_all(x, rootfs_fd, e);
}

int
image_extract(struct store *s, const char *key, const char *dir,
	      const struct extract_options *options, struct error *e)
{
	struct extract x = {
		.store = s, .options = options, .parent_fd = -1, .dir_fd = -1};
	struct error ignored = ERROR_NONE;
	int rc = image_load(s, key, &x.image, e);

	if (rc == 0)
		rc = make_place(&x, dir, e);
	if (rc == 0 && fill(&x, e) < 0) {
		(void)tree_remove(x.parent_fd, x.base, &ignored);
		rc = -1;
	}
	cleanup_fd(&x.dir_fd);
	cleanup_fd(&x.parent_fd);
	free(x.base);
	image_done(&x.image);
	return rc;
}
