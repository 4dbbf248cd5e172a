/* Stacked layers as one plain tree, where overlayfs cannot serve.
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/render/copy.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "core/base/alloc.h"
#include "core/base/cleanup.h"
#include "core/base/json.h"
#include "core/base/vec.h"
#include "core/render/copy-file.h"
#include "core/render/implied.h"
#include "core/render/links.h"

#define DEPTH_MAX 512

struct copy {
	int root_fd;
	struct implied implied;
	struct links links; /* paths are below the root of the copy */
};

VEC(fds, int);

static void
fds_done(struct fds *v)
{
	for (size_t i = 0; i < v->len; i++)
		close(v->items[i]);
	vec_done(v);
}

static bool
is_whiteout(const struct stat *st)
{
	return S_ISCHR(st->st_mode) && st->st_rdev == makedev(0, 0);
}

static int copy_level(struct copy *c, const struct fds *stack, int to_fd,
		      const char *path, int depth, struct error *e);

/* The directory `name` of layer `first` and of those below it that shine
 * through. */
static int
open_stack(const struct fds *stack, size_t first, const char *name,
	   struct fds *ret, struct error *e)
{
	for (size_t i = first; i < stack->len; i++) {
		struct stat st;
		int fd =
			openat(stack->items[i], name,
			       O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

		if (fd >= 0) {
			vec_push(ret, fd);
			if (dir_is_opaque(fd))
				break;
			continue;
		}
		if (errno == ENOENT)
			continue;
		if (errno != ENOTDIR && errno != ELOOP)
			return error_errno(e, errno, "open %s", name);
		/* A whiteout or another kind of file: the end of the stack. */
		if (fstatat(stack->items[i], name, &st, AT_SYMLINK_NOFOLLOW) ==
		    0)
			break;
	}
	return 0;
}

static int
copy_dir(struct copy *c, const struct fds *stack, size_t first, int to_fd,
	 const char *name, const char *path, int depth, struct error *e)
{
	struct fds below = {0};
	autoclose int to = -1;
	int rc = -1;

	if (mkdirat(to_fd, name, 0700) < 0)
		return error_errno(e, errno, "create directory %s", path);
	to = openat(to_fd, name,
		    O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (to < 0)
		return error_errno(e, errno, "open %s", path);
	if (open_stack(stack, first, name, &below, e) == 0)
		rc = copy_level(c, &below, to, path, depth + 1, e);
	fds_done(&below);
	return rc;
}

/* *ret_done: the inode was copied already, and is linked now. */
static int
link_again(struct copy *c, int to_fd, const char *name, const char *path,
	   const struct stat *st, bool *ret_done, struct error *e)
{
	const char *first;

	*ret_done = false;
	if (st->st_nlink < 2)
		return 0;
	first = links_find(&c->links, st->st_dev, st->st_ino);
	if (!first) {
		links_add(&c->links, st->st_dev, st->st_ino, path);
		return 0;
	}
	if (linkat(c->root_fd, first, to_fd, name, 0) < 0)
		return error_errno(e, errno, "link %s", path);
	*ret_done = true;
	return 0;
}

static int
copy_name(struct copy *c, const struct fds *stack, size_t layer, int to_fd,
	  const char *name, const char *parent, int depth, struct error *e)
{
	autofree char *path = *parent != '\0' ? xasprintf("%s/%s", parent, name)
					      : xstrdup(name);
	bool is_done = false;
	struct stat st;

	if (fstatat(stack->items[layer], name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return error_errno(e, errno, "stat %s", path);
	if (is_whiteout(&st))
		return 0;
	if (S_ISDIR(st.st_mode))
		return copy_dir(c, stack, layer, to_fd, name, path, depth, e);
	if (link_again(c, to_fd, name, path, &st, &is_done, e) < 0)
		return -1;
	if (is_done)
		return 0;
	if (copy_entry(stack->items[layer], to_fd, name, &st, e) < 0)
		return error_prefix(e, "cannot copy '%s'", path);
	return 0;
}

/* The names of one layer that no layer above it has. */
static int
copy_layer(struct copy *c, const struct fds *stack, size_t layer, int to_fd,
	   const char *path, json_t *names, int depth, struct error *e)
{
	autodir DIR *dir = NULL;
	struct dirent *entry;
	int fd = openat(stack->items[layer], ".",
			O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	dir = fd < 0 ? NULL : fdopendir(fd);
	if (!dir) {
		error_errno(e, errno, "read directory %s", path);
		if (fd >= 0)
			close(fd);
		return -1;
	}
	while ((void)(errno = 0), (entry = readdir(dir)) != NULL) {
		const char *name = entry->d_name;

		if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
			continue;
		if (stack->len > 1) {
			if (json_object_get(names, name))
				continue;
			json_object_set_new_nocheck(names, name, json_true());
		}
		if (copy_name(c, stack, layer, to_fd, name, path, depth, e) < 0)
			return -1;
	}
	if (errno != 0)
		return error_errno(e, errno, "read directory %s", path);
	return 0;
}

static int
dress(struct copy *c, int top_fd, int to_fd, const char *path, struct error *e)
{
	autoclose int lower = -1;
	struct stat st;
	int from;

	if (implied_find(&c->implied, path, &lower, e) < 0)
		return -1;
	from = lower < 0 ? top_fd : lower;
	if (fstat(from, &st) < 0)
		return error_errno(e, errno, "stat %s", path);
	return copy_metadata(from, to_fd, path, &st, e);
}

static int
copy_level(struct copy *c, const struct fds *stack, int to_fd, const char *path,
	   int depth, struct error *e)
{
	auto_json json_t *names = json_object();

	if (depth > DEPTH_MAX)
		return error_set(e, RKT_ERR_INPUT,
				 "'%s' is deeper than %d directories", path,
				 DEPTH_MAX);
	for (size_t i = 0; i < stack->len; i++)
		if (copy_layer(c, stack, i, to_fd, path, names, depth, e) < 0)
			return -1;
	return stack->len == 0 ? 0 : dress(c, stack->items[0], to_fd, path, e);
}

static int
open_layers(const char *const *layers, struct fds *ret, struct error *e)
{
	for (; *layers; layers++) {
		int fd = open(*layers,
			      O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

		if (fd < 0)
			return error_errno(e, errno, "open %s", *layers);
		vec_push(ret, fd);
		if (dir_is_opaque(fd))
			break;
	}
	return 0;
}

int
layers_copy(const char *const *layers, int to_fd, struct error *e)
{
	struct copy c = {.root_fd = to_fd};
	struct fds stack = {0};
	int rc = open_layers(layers, &stack, e);

	if (rc == 0)
		rc = implied_read(layers, &c.implied, e);
	if (rc == 0)
		rc = copy_level(&c, &stack, to_fd, "", 0, e);
	links_done(&c.links);
	implied_done(&c.implied);
	fds_done(&stack);
	return rc;
}
