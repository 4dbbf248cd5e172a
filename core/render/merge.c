/* Stacked layers seen as one tree, entry by entry.
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/render/merge.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "core/base/alloc.h"
#include "core/base/cleanup.h"
#include "core/base/vec.h"
#include "core/render/implied.h"
#include "core/render/links.h"

#define DEPTH_MAX 512
#define DIR_FLAGS (O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)

struct merge {
	struct implied implied;
	struct links links;
	const struct merge_ops *ops;
	void *arg;
};

/* One directory in the layers that have it, topmost first. */
struct stack {
	int *items;
	size_t len, cap;
	bool has_upper; /* the first is of what an overlay has written */
};

/* A name and the topmost layer that has it. */
struct found {
	char *name;
	size_t layer;
};
VEC(founds, struct found);

const char *
path_base(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static void
stack_done(struct stack *s)
{
	for (size_t i = 0; i < s->len; i++)
		close(s->items[i]);
	vec_done(s);
}

static void
founds_done(struct founds *v)
{
	for (size_t i = 0; i < v->len; i++)
		free(v->items[i].name);
	vec_done(v);
}

static bool
is_whiteout(const struct stat *st)
{
	return S_ISCHR(st->st_mode) && st->st_rdev == makedev(0, 0);
}

/* ---- names in a directory ---------------------------------------------------
 */

static int
read_names(int dir_fd, size_t layer, const char *path, struct founds *to,
	   struct error *e)
{
	autodir DIR *dir = NULL;
	struct dirent *entry;
	int fd = openat(dir_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	dir = fd < 0 ? NULL : fdopendir(fd);
	if (!dir) {
		error_errno(e, errno, "read directory %s", path);
		if (fd >= 0)
			close(fd);
		return -1;
	}
	while ((void)(errno = 0), (entry = readdir(dir)) != NULL) {
		struct found f = {.layer = layer};

		if (strcmp(entry->d_name, ".") == 0 ||
		    strcmp(entry->d_name, "..") == 0)
			continue;
		f.name = xstrdup(entry->d_name);
		vec_push(to, f);
	}
	return errno == 0 ? 0
			  : error_errno(e, errno, "read directory %s", path);
}

/* By name; the topmost layer first. */
static int
compare(const void *a, const void *b)
{
	const struct found *x = a, *y = b;
	int c = strcmp(x->name, y->name);

	return c != 0 ? c : x->layer < y->layer ? -1 : x->layer > y->layer;
}

static int
read_all_names(const struct stack *stack, const char *path, struct founds *to,
	       struct error *e)
{
	for (size_t i = 0; i < stack->len; i++)
		if (read_names(stack->items[i], i, path, to, e) < 0)
			return -1;
	if (to->len > 1)
		qsort(to->items, to->len, sizeof(to->items[0]), compare);
	return 0;
}

/* ---- one level --------------------------------------------------------------
 */

static int merge_level(struct merge *m, const struct stack *stack,
		       const char *path, int depth, struct error *e);

/* The directory `name` of layer `first` and of those below it that shine
 * through. */
static int
open_stack(const struct stack *stack, size_t first, const char *name,
	   struct stack *ret, struct error *e)
{
	ret->has_upper = stack->has_upper && first == 0;
	for (size_t i = first; i < stack->len; i++) {
		struct stat st;
		int fd = openat(stack->items[i], name, DIR_FLAGS);

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
merge_dir(struct merge *m, const struct stack *stack, size_t first,
	  const char *path, int depth, struct error *e)
{
	struct stack below = {0};
	int rc = open_stack(stack, first, path_base(path), &below, e);

	if (rc == 0)
		rc = merge_level(m, &below, path, depth + 1, e);
	stack_done(&below);
	return rc;
}

static int
merge_entry(struct merge *m, int dir_fd, const char *path,
	    const struct stat *st, struct error *e)
{
	const char *first = NULL;

	if (st->st_nlink > 1) {
		first = links_find(&m->links, st->st_dev, st->st_ino);
		if (!first)
			links_add(&m->links, st->st_dev, st->st_ino, path);
	}
	return m->ops->entry(m->arg, path, dir_fd, st, first, e);
}

/* Overlayfs may have been told to write down a rename, or a changed mode,
 * instead of copying; this is not read here. */
static int
check_upper(int fd, const char *path, struct error *e)
{
	static const char *const marks[] = {"trusted.overlay.redirect",
					    "trusted.overlay.metacopy"};

	for (size_t i = 0; i < 2; i++)
		if (fgetxattr(fd, marks[i], NULL, 0) >= 0)
			return error_set(e, RKT_ERR_UNSUPPORTED,
					 "'%s' has the attribute %s, which "
					 "only overlayfs understands",
					 path, marks[i]);
	return 0;
}

static int
check_upper_file(int dir_fd, const char *path, struct error *e)
{
	autoclose int fd = openat(dir_fd, path_base(path),
				  O_RDONLY | O_NOFOLLOW | O_CLOEXEC);

	if (fd < 0)
		return error_errno(e, errno, "open %s", path);
	return check_upper(fd, path, e);
}

static int
merge_name(struct merge *m, const struct stack *stack, const struct found *f,
	   const char *parent, int depth, struct error *e)
{
	int dir_fd = stack->items[f->layer];
	autofree char *path = *parent != '\0'
				      ? xasprintf("%s/%s", parent, f->name)
				      : xstrdup(f->name);
	struct stat st;

	if (fstatat(dir_fd, f->name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return error_errno(e, errno, "stat %s", path);
	if (is_whiteout(&st))
		return 0;
	if (S_ISDIR(st.st_mode))
		return merge_dir(m, stack, f->layer, path, depth, e);
	if (S_ISREG(st.st_mode) && stack->has_upper && f->layer == 0 &&
	    check_upper_file(dir_fd, path, e) < 0)
		return -1;
	return merge_entry(m, dir_fd, path, &st, e);
}

static int
merge_names(struct merge *m, const struct stack *stack, const char *path,
	    int depth, struct error *e)
{
	struct founds names = {0};
	int rc = read_all_names(stack, path, &names, e);

	for (size_t i = 0; rc == 0 && i < names.len; i++)
		if (i == 0 ||
		    strcmp(names.items[i].name, names.items[i - 1].name) != 0)
			rc = merge_name(m, stack, &names.items[i], path, depth,
					e);
	founds_done(&names);
	return rc;
}

/* What an overlay has written looks right already. */
static int
looks_of(struct merge *m, const struct stack *stack, const char *path,
	 int *ret_fd, struct error *e)
{
	*ret_fd = -1;
	if (stack->has_upper)
		return check_upper(stack->items[0], path, e);
	return implied_find(&m->implied, path, ret_fd, e);
}

static int
merge_level(struct merge *m, const struct stack *stack, const char *path,
	    int depth, struct error *e)
{
	autoclose int lower = -1;
	struct stat st;
	int from;

	if (depth > DEPTH_MAX)
		return error_set(e, RKT_ERR_INPUT,
				 "'%s' is deeper than %d directories", path,
				 DEPTH_MAX);
	if (stack->len == 0)
		return 0;
	if (looks_of(m, stack, path, &lower, e) < 0)
		return -1;
	from = lower < 0 ? stack->items[0] : lower;
	if (fstat(from, &st) < 0)
		return error_errno(e, errno, "stat %s", path);
	if (m->ops->enter(m->arg, path, from, &st, e) < 0 ||
	    merge_names(m, stack, path, depth, e) < 0)
		return -1;
	return m->ops->leave ? m->ops->leave(m->arg, path, from, &st, e) : 0;
}

static int
open_layers(int upper_fd, const char *const *layers, struct stack *ret,
	    struct error *e)
{
	if (upper_fd >= 0) {
		int fd = openat(upper_fd, ".", DIR_FLAGS);

		if (fd < 0)
			return error_errno(e, errno, "open upper directory");
		ret->has_upper = true;
		vec_push(ret, fd);
	}
	for (; *layers; layers++) {
		int fd = open(*layers, DIR_FLAGS);

		if (fd < 0)
			return error_errno(e, errno, "open %s", *layers);
		vec_push(ret, fd);
		if (dir_is_opaque(fd))
			break;
	}
	return 0;
}

int
layers_merge(int upper_fd, const char *const *layers,
	     const struct merge_ops *ops, void *arg, struct error *e)
{
	struct merge m = {.ops = ops, .arg = arg};
	struct stack stack = {0};
	int rc = open_layers(upper_fd, layers, &stack, e);

	if (rc == 0)
		rc = implied_read(layers, &m.implied, e);
	if (rc == 0)
		rc = merge_level(&m, &stack, "", 0, e);
	links_done(&m.links);
	implied_done(&m.implied);
	stack_done(&stack);
	return rc;
}
