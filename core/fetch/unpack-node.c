/* Making one member: links, devices, pipes, or what has a file of its own.
 * SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "core/base/cleanup.h"
#include "core/base/fd.h"
#include "unpack-internal.h"

/* Where a hard link points, with the root of the image cut off. */
static char *
link_target(const struct unpack *u, const struct member *m, struct error *e)
{
	const char *root = u->options->root;
	size_t len = root ? strlen(root) : 0;
	autofree char *target = NULL;

	/* An absolute one means the root of the image. */
	target = member_path(u, m->link + strspn(m->link, "/"), e);
	if (!target)
		return NULL;
	if (root && (strncmp(target, root, len) != 0 || target[len] != '/')) {
		member_error(u, m->path, e,
			     "is a hard link to '%s' outside the file system",
			     m->link);
		return NULL;
	}
	if (root)
		memmove(target, target + len + 1, strlen(target + len));
	if (strcmp(target, m->path) == 0 || target[0] == '\0') {
		member_error(u, m->path, e, "is a hard link to %s",
			     target[0] ? "itself" : "the root");
		return NULL;
	}
	return steal(target);
}

static int
open_target_dir(struct unpack *u, const char *target, int *ret_fd)
{
	const char *slash = strrchr(target, '/');
	autofree char *dir = NULL;

	if (!slash)
		*ret_fd = fcntl(u->root_fd, F_DUPFD_CLOEXEC, 0);
	else {
		dir = xstrndup(target, (size_t)(slash - target));
		*ret_fd =
			open_in_root(u->root_fd, dir, O_PATH | O_DIRECTORY, 0);
	}
	return *ret_fd < 0 ? -1 : 0;
}

static int
hardlink_make(struct unpack *u, int parent, struct member *m, struct error *e)
{
	autofree char *target = link_target(u, m, e);
	autoclose int dir = -1;
	const char *base;
	struct stat st;

	if (!target)
		return -1;
	base = strrchr(target, '/');
	base = base ? base + 1 : target;
	/* A whiteout is no file: it cannot be linked to. */
	if (open_target_dir(u, target, &dir) < 0 ||
	    fstatat(dir, base, &st, AT_SYMLINK_NOFOLLOW) < 0 ||
	    is_whiteout_node(&st))
		return member_error(u, m->path, e,
				    "is a hard link to '%s', which does not "
				    "come before it",
				    m->link);
	if (S_ISDIR(st.st_mode))
		return member_error(u, m->path, e,
				    "is a hard link to the directory '%s'",
				    m->link);
	if (linkat(dir, base, parent, m->base, 0) == 0)
		return 0;
	if (errno == EEXIST) {
		if (place_clear(u, parent, m->path, m->base, e) < 0)
			return -1;
		if (linkat(dir, base, parent, m->base, 0) == 0)
			return 0;
	}
	return member_errno(u, m->path, e, errno, "link");
}

static int
node_try(int parent, const struct member *m)
{
	if (S_ISLNK(m->type))
		return symlinkat(m->link, parent, m->base);
	return mknodat(parent, m->base, m->type | m->perm, m->rdev);
}

static int
node_finish(struct unpack *u, int parent, const struct member *m,
	    struct error *e)
{
	struct timespec times[2] = {m->mtime, m->mtime};

	if (owner_differs(u, m->uid, m->gid) &&
	    fchownat(parent, m->base, m->uid, m->gid, AT_SYMLINK_NOFOLLOW) < 0)
		return member_errno(u, m->path, e, errno, "change owner of");
	/* Made a moment ago in a directory that only we can enter. */
	if (!S_ISLNK(m->type) && fchmodat(parent, m->base, m->perm, 0) < 0)
		return member_errno(u, m->path, e, errno, "change mode of");
	if (xattrs_set_at(u, parent, m, e) < 0)
		return -1;
	if (utimensat(parent, m->base, times, AT_SYMLINK_NOFOLLOW) < 0)
		return member_errno(u, m->path, e, errno, "set time of");
	return 0;
}

static int
special_make(struct unpack *u, int parent, struct member *m, struct error *e)
{
	if (S_ISCHR(m->type) && m->rdev == 0)
		return member_error(u, m->path, e,
				    "is a character device 0:0, the mark of a "
				    "removed file");
	if (S_ISLNK(m->type) && (!m->link || m->link[0] == '\0'))
		return member_error(u, m->path, e, "is a link to nothing");
	if (node_try(parent, m) < 0) {
		if (errno == EEXIST) {
			if (place_clear(u, parent, m->path, m->base, e) < 0)
				return -1;
			if (node_try(parent, m) == 0)
				return node_finish(u, parent, m, e);
		}
		return member_errno(u, m->path, e, errno, "create");
	}
	return node_finish(u, parent, m, e);
}

int
node_make(struct unpack *u, struct member *m, struct error *e)
{
	int parent;

	if (m->path[0] == '\0' && (m->is_hardlink || !S_ISDIR(m->type)))
		return member_error(u,
				    u->options->root ? u->options->root : ".",
				    e, "is not a directory");
	if (!m->is_hardlink && S_ISDIR(m->type))
		return dir_make(u, m, e);
	if (parent_open(u, m->path, &parent, e) < 0)
		return -1;
	if (m->is_hardlink)
		return hardlink_make(u, parent, m, e);
	if (S_ISREG(m->type))
		return file_make(u, parent, m, e);
	return special_make(u, parent, m, e);
}
