/* The marks of OCI layers for removed files, as overlayfs wants them.
 * SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>

#include "core/base/cleanup.h"
#include "unpack-internal.h"

#define LEFTOVER_PREFIX ".wh..wh."
#define OPAQUE_NAME     ".wh..wh..opq"

bool
is_whiteout_node(const struct stat *st)
{
	return S_ISCHR(st->st_mode) && st->st_rdev == makedev(0, 0);
}

int
opaque_set(const struct unpack *u, int dir_fd, const char *path,
	   struct error *e)
{
	if (fsetxattr(dir_fd, UNPACK_OPAQUE_KEY, "y", 1, 0) < 0)
		return member_errno(u, path, e, errno, "make opaque");
	return 0;
}

static bool
begins(const char *s, const char *prefix)
{
	return strncmp(s, prefix, strlen(prefix)) == 0;
}

/* A directory of that name in this layer hides the one below it; any other
 * file of this layer does so anyway. */
static int
mark_existing(struct unpack *u, int parent, const struct member *m,
	      const char *name, struct error *e)
{
	autoclose int fd = openat(
		parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	if (fd >= 0)
		return opaque_set(u, fd, m->path, e);
	if (errno != ENOTDIR && errno != ELOOP)
		return member_errno(u, m->path, e, errno, "open directory");
	return 0;
}

static int
mark_removed(struct unpack *u, int parent, const struct member *m,
	     struct error *e)
{
	const char *name = m->base + strlen(WHITEOUT_PREFIX);

	if (name[0] == '\0' || strcmp(name, ".") == 0 ||
	    strcmp(name, "..") == 0)
		return member_error(u, m->path, e,
				    "is a whiteout of nothing that could be "
				    "removed");
	if (mknodat(parent, name, S_IFCHR, makedev(0, 0)) == 0)
		return 0;
	if (errno != EEXIST)
		return member_errno(u, m->path, e, errno, "make whiteout");
	return mark_existing(u, parent, m, name, e);
}

/* Below a directory named like a mark: a leftover of aufs, or nonsense. */
static int
check_dirs(struct unpack *u, const struct member *m, bool *ret_done,
	   struct error *e)
{
	const char *at = m->path;

	for (; at < m->base; at = strchr(at, '/') + 1) {
		if (begins(at, LEFTOVER_PREFIX)) {
			*ret_done = true;
			return 0;
		}
		if (begins(at, WHITEOUT_PREFIX))
			return member_error(u, m->path, e,
					    "lies below a whiteout");
	}
	return 0;
}

/* This layer has something else in the place of the mark's directory, which
 * hides all that was below it: there is nothing left to mark.  A link is not
 * followed, for the files behind it are others. */
static int
is_hidden(struct unpack *u, const struct member *m, bool *ret, struct error *e)
{
	autofree char *path = xstrdup(m->path);
	char *base = path + (m->base - m->path), *next;
	autoclose int fd = -1;

	*ret = false;
	for (char *at = path; at < base; at = next) {
		int dir;

		next = strchr(at, '/');
		*next++ = '\0';
		dir = openat(fd >= 0 ? fd : u->root_fd, at,
			     O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		if (dir < 0) {
			*ret = errno == ENOTDIR || errno == ELOOP;
			if (*ret || errno == ENOENT)
				return 0;
			return member_errno(u, m->path, e, errno,
					    "open directory of");
		}
		cleanup_fd(&fd);
		fd = dir;
	}
	return 0;
}

int
whiteout_apply(struct unpack *u, const struct member *m, bool *ret_done,
	       struct error *e)
{
	bool is_nothing;
	int parent;

	*ret_done = false;
	if (!strstr(m->path, WHITEOUT_PREFIX))
		return 0;
	if (check_dirs(u, m, ret_done, e) < 0)
		return -1;
	if (*ret_done || !begins(m->base, WHITEOUT_PREFIX))
		return 0;
	*ret_done = true;
	if (begins(m->base, LEFTOVER_PREFIX) &&
	    strcmp(m->base, OPAQUE_NAME) != 0)
		return 0;
	if (is_hidden(u, m, &is_nothing, e) < 0)
		return -1;
	if (is_nothing)
		return 0;
	if (parent_open(u, m->path, &parent, e) < 0)
		return -1;
	if (strcmp(m->base, OPAQUE_NAME) == 0)
		return opaque_set(u, parent, m->path, e);
	return mark_removed(u, parent, m, e);
}
