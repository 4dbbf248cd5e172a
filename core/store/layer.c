/* Work on one layer, from its lock to its name.
 * SPDX-License-Identifier: Apache-2.0 */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>

#include "core/base/cleanup.h"
#include "core/base/fault.h"
#include "core/base/fd.h"
#include "internal.h"

struct layer_new {
	struct store *store;
	char *tree;  /* as begun, or NULL    */
	char *work;  /* below cas/, or NULL when it has got its name */
	int lock_fd; /* of the tree, or -1   */
	int work_fd; /* keeps the work alive */
	int rootfs_fd;
	int blob_fd;
	uint64_t size;
	bool has_size;
	char *implied;
	size_t implied_len;
};

static int
lock_tree(struct store *s, const char *tree, int *ret_fd, struct error *e)
{
	return store_key_lock(s, "treestorelocks", tree,
			      "another rkt instance is unpacking this layer, "
			      "waiting...",
			      ret_fd, e);
}

/* Not by closing alone: a child may have the descriptor too. */
static void
unlock_tree(struct layer_new *l)
{
	if (l->lock_fd >= 0)
		(void)!flock(l->lock_fd, LOCK_UN);
	cleanup_fd(&l->lock_fd);
	l->lock_fd = -1;
}

/* What another member put there is put there again. */
static bool
blob_exists(struct store *s, const char *blob)
{
	autofree char *path = store_blob_path(blob);
	struct stat st;

	return fstatat(s->write_fd, path, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
	       S_ISREG(st.st_mode) &&
	       (!store_is_incoming(s) || st.st_uid == geteuid());
}

/* Under the lock of the tree: is the work done?  What is not known to be
 * complete goes away, for it would be in the way. */
static int
look_again(struct store *s, const char *tree, const char *blob, bool *ret_done,
	   struct error *e)
{
	enum tree_state state;

	if (store_is_incoming(s)) {
		*ret_done = blob && blob_exists(s, blob);
		return 0;
	}
	if (store_tree_state(s, tree, &state, e) < 0)
		return -1;
	if (state == TREE_LEFTOVER && store_tree_remove(s, tree, e) < 0)
		return -1;
	*ret_done = (state == TREE_RENDERED || state == TREE_COMMITTED) &&
		    (!blob || blob_exists(s, blob));
	return 0;
}

/* cas/tree hands its group and setgid bit down; a tree has neither. */
static int
make_rootfs(struct layer_new *l, struct error *e)
{
	if (fchown(l->work_fd, (uid_t)-1, getegid()) < 0 ||
	    fchmod(l->work_fd, 0755) < 0 ||
	    fault(mkdirat, mkdirat(l->work_fd, "rootfs", 0755)) < 0)
		return error_errno(e, errno, "create %s/rootfs", l->work);
	l->rootfs_fd = openat(l->work_fd, "rootfs",
			      O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (l->rootfs_fd < 0 || fchmod(l->rootfs_fd, 0755) < 0)
		return error_errno(e, errno, "open %s/rootfs", l->work);
	return 0;
}

static int
fill_work(struct layer_new *l, struct error *e)
{
	if (!store_is_incoming(l->store) && make_rootfs(l, e) < 0)
		return -1;
	l->blob_fd = openat(l->work_fd, "blob",
			    O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
			    0640);
	if (l->blob_fd < 0 || fchmod(l->blob_fd, 0640) < 0)
		return error_errno(e, errno, "create %s/blob", l->work);
	return 0;
}

static int
begin_work(struct store *s, const char *tree, int *lock_fd,
	   struct layer_new **ret, struct error *e)
{
	struct layer_new *l = xcalloc(1, sizeof(*l));

	l->store = s;
	l->tree = tree ? xstrdup(tree) : NULL;
	l->lock_fd = steal_fd(lock_fd);
	l->work_fd = l->rootfs_fd = l->blob_fd = -1;
	if (store_work_new(s, &l->work, &l->work_fd, e) < 0 ||
	    fill_work(l, e) < 0) {
		layer_new_free(l);
		return -1;
	}
	*ret = l;
	return 0;
}

static int
check_names(const char *tree, const char *blob, struct error *e)
{
	if (tree && !store_is_digest(tree))
		return error_set(e, RKT_ERR_INPUT, "'%s' is not a digest",
				 tree);
	if (blob && !store_is_digest(blob))
		return error_set(e, RKT_ERR_INPUT, "'%s' is not a digest",
				 blob);
	return 0;
}

int
store_layer_begin(struct store *s, const char *tree, const char *blob,
		  struct layer_new **ret_new, struct error *e)
{
	autoclose int lock_fd = -1;
	bool is_done = false;

	if (check_names(tree, blob, e) < 0 || store_import_begin(s, e) < 0)
		return -1;
	if (tree && !store_is_incoming(s) &&
	    lock_tree(s, tree, &lock_fd, e) < 0)
		return -1;
	if (tree && look_again(s, tree, blob, &is_done, e) < 0)
		return -1;
	if (is_done) {
		*ret_new = NULL;
		return 0;
	}
	return begin_work(s, tree, &lock_fd, ret_new, e);
}

int
layer_new_rootfs_fd(const struct layer_new *l)
{
	return l->rootfs_fd;
}

int
layer_new_blob_fd(const struct layer_new *l)
{
	return l->blob_fd;
}

void
layer_new_set_size(struct layer_new *l, uint64_t size)
{
	l->size = size;
	l->has_size = true;
}

void
layer_new_set_implied(struct layer_new *l, const char *paths, size_t len)
{
	free(l->implied);
	l->implied = len > 0 ? memcpy(xmalloc(len), paths, len) : NULL;
	l->implied_len = len;
}

static int
name_blob(struct layer_new *l, const char *blob, struct error *e)
{
	autofree char *path = store_blob_path(blob);
	autoclose int dir_fd = -1;

	if (store_parent_open(l->store, path, &dir_fd, e) < 0)
		return -1;
	if (fault(renameat, renameat(l->work_fd, "blob", dir_fd, blob)) < 0)
		return error_errno(e, errno, "rename %s/blob to %s", l->work,
				   path);
	return 0;
}

/* Beside a tree that is there already no syncfs is to come. */
static int
name_blob_alone(struct layer_new *l, const char *blob, struct error *e)
{
	if (blob_exists(l->store, blob))
		return 0;
	if (fault(fsync, fsync(l->blob_fd)) < 0)
		return error_errno(e, errno, "fsync %s/blob", l->work);
	return name_blob(l, blob, e);
}

/* All that is beside rootfs in the end, but the blob. */
static int
write_files(struct layer_new *l, struct error *e)
{
	if (!l->has_size && tree_size(l->work_fd, "rootfs", &l->size, e) < 0)
		return -1;
	if (l->implied_len > 0 && file_write(l->work_fd, "implied", l->implied,
					     l->implied_len, 0644, e) < 0)
		return -1;
	return layer_note_write(l->work_fd, l->size, e);
}

static int
drop_blob(struct layer_new *l, struct error *e)
{
	return unlinkat(l->work_fd, "blob", 0) == 0
		       ? 0
		       : error_errno(e, errno, "remove %s/blob", l->work);
}

/* The blob gets its name first, so that a tree is never without one. */
static int
name_both(struct layer_new *l, const char *tree, const char *blob,
	  struct error *e)
{
	autofree char *dir = xasprintf("tree/%s", tree);

	if (write_files(l, e) < 0 ||
	    (blob ? name_blob(l, blob, e) : drop_blob(l, e)) < 0)
		return -1;
	if (fault(renameat, renameat(l->store->cas_fd, l->work,
				     l->store->cas_fd, dir)) < 0)
		return error_errno(e, errno, "rename %s to %s", l->work, dir);
	free(steal(l->work));
	return 0;
}

int
layer_new_commit(struct layer_new *l, const char *tree, const char *blob,
		 struct error *e)
{
	bool is_done;

	if (check_names(tree, blob, e) < 0)
		return -1;
	if (l->tree && strcmp(l->tree, tree) != 0)
		return error_set(e, RKT_ERR_UNTRUSTED,
				 "layer is '%s' but should be '%s'", tree,
				 l->tree);
	if (store_is_incoming(l->store))
		return blob ? name_blob_alone(l, blob, e) : 0;
	if (l->lock_fd < 0 && lock_tree(l->store, tree, &l->lock_fd, e) < 0)
		return -1;
	if (look_again(l->store, tree, NULL, &is_done, e) < 0)
		return -1;
	if (!is_done && name_both(l, tree, blob, e) < 0)
		return -1;
	if (is_done && blob && name_blob_alone(l, blob, e) < 0)
		return -1;
	unlock_tree(l);
	return 0;
}

/* ---- in the place of another
 * ------------------------------------------------ */

int
store_layer_again(struct store *s, struct layer_new **ret_new, struct error *e)
{
	int no_lock = -1;

	return begin_work(s, NULL, &no_lock, ret_new, e);
}

static int
finish_replacement(struct layer_new *l, struct error *e)
{
	if (drop_blob(l, e) < 0 || write_files(l, e) < 0 ||
	    file_write(l->work_fd, "rendered", "", 0, 0644, e) < 0)
		return -1;
	if (fault(syncfs, syncfs(l->store->cas_fd)) < 0)
		return error_errno(e, errno, "syncfs %s", l->store->cas_path);
	return 0;
}

/* What has gone meanwhile, or never was, has nothing to be swapped with. */
static int
swap(struct layer_new *l, const char *tree, struct error *e)
{
	autofree char *dir = xasprintf("tree/%s", tree);
	int cas_fd = l->store->cas_fd;
	bool is_new = false;
	int rc = fault(renameat2, renameat2(cas_fd, l->work, cas_fd, dir,
					    RENAME_EXCHANGE));

	if (rc < 0 && errno == ENOENT) {
		is_new = true;
		rc = fault(renameat, renameat(cas_fd, l->work, cas_fd, dir));
	}
	if (rc < 0)
		return error_errno(e, errno, "exchange %s and %s", l->work,
				   dir);
	if (is_new)
		free(steal(l->work));
	return store_dir_sync(l->store, "tree", e);
}

int
layer_new_replace(struct layer_new *l, const char *tree,
		  const struct store_hold *hold, struct error *e)
{
	autoclose int prepare_fd = -1;
	int rc;

	if (check_names(tree, NULL, e) < 0 || finish_replacement(l, e) < 0 ||
	    store_prepare_lock(l->store, true, &prepare_fd, e) < 0 ||
	    lock_tree(l->store, tree, &l->lock_fd, e) < 0)
		return -1;
	rc = hold->take(hold->data, tree, e);
	if (rc == 0)
		rc = swap(l, tree, e);
	hold->release(hold->data);
	unlock_tree(l);
	return rc;
}

void
layer_new_free(struct layer_new *l)
{
	struct error ignored = ERROR_NONE; /* gc takes what stays */

	if (!l)
		return;
	cleanup_fd(&l->rootfs_fd);
	cleanup_fd(&l->blob_fd);
	if (l->work)
		(void)tree_remove(l->store->write_fd, l->work, &ignored);
	cleanup_fd(&l->work_fd);
	unlock_tree(l);
	free(l->work);
	free(l->tree);
	free(l->implied);
	free(l);
}
