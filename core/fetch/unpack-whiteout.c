/* The marks of OCI layers for removed files, as overlayfs wants them.
 * SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
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
opaque_set(int dir_fd, const char *path, struct error *e)
{
	if (fsetxattr(dir_fd, "trusted.overlay.opaque", "y", 1, 0) < 0)
		return error_errno(e, errno, "make directory '%s' opaque",
				   path);
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
		return opaque_set(fd, m->path, e);
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

int
whiteout_apply(struct unpack *u, const struct member *m, bool *ret_done,
	       struct error *e)
{
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
	if (parent_open(u, m->path, &parent, e) < 0)
		return -1;
	if (strcmp(m->base, OPAQUE_NAME) == 0)
		return opaque_set(parent, m->path, e);
	return mark_removed(u, parent, m, e);
}
