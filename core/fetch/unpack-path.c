/* Names of members: cleaning them, finding their directories.
 * SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "core/base/cleanup.h"
#include "core/base/fd.h"
#include "unpack-internal.h"

char *
member_path(const struct unpack *u, const char *name, struct error *e)
{
	autofree char *path = NULL;
	size_t at = 0, depth = 0;

	if (strlen(name) > UNPACK_PATH_MAX) {
		member_error(u, "...", e, "has a name of %zu bytes",
			     strlen(name));
		return NULL;
	}
	if (name[0] == '/') {
		member_error(u, name, e, "has an absolute name");
		return NULL;
	}
	path = xmalloc(strlen(name) + 1);
	for (const char *from = name; *from;) {
		size_t len = strcspn(from, "/");

		if (len == 2 && memcmp(from, "..", 2) == 0) {
			member_error(u, name, e, "has '..' in its name");
			return NULL;
		}
		if (len > UNPACK_NAME_MAX || depth > UNPACK_DEPTH_MAX) {
			member_error(u, name, e, "has a name that is too %s",
				     len > UNPACK_NAME_MAX ? "long" : "deep");
			return NULL;
		}
		if (len > 0 && !(len == 1 && from[0] == '.')) {
			if (at > 0)
				path[at++] = '/';
			memcpy(path + at, from, len);
			at += len;
			depth++;
		}
		from += len;
		from += strspn(from, "/");
	}
	path[at] = '\0';
	return steal(path);
}

void
parent_forget(struct unpack *u)
{
	if (u->parent_fd >= 0)
		close(u->parent_fd);
	u->parent_fd = -1;
	free(u->parent_path);
	u->parent_path = NULL;
}

static int
not_a_dir(struct unpack *u, const char *path, const char *dir, struct error *e)
{
	return member_error(u, path, e,
			    "lies below '%.200s', which is not a directory",
			    dir);
}

/* The deepest directory there is on the way to `path`; *ret_len: how much of
 * the name it takes, 0 for the root itself. */
static int
open_deepest(struct unpack *u, const char *path, int *ret_fd, size_t *ret_len,
	     struct error *e)
{
	autofree char *prefix = xstrdup(path);

	for (size_t len = strlen(path); len > 0;) {
		const char *slash;
		int fd;

		prefix[len] = '\0';
		fd = open_in_root(u->root_fd, prefix, O_RDONLY | O_DIRECTORY,
				  0);
		if (fd >= 0) {
			*ret_fd = fd;
			*ret_len = len;
			return 0;
		}
		if (errno == ENOTDIR || errno == ELOOP)
			return not_a_dir(u, path, prefix, e);
		if (errno != ENOENT)
			return member_errno(u, prefix, e, errno,
					    "open directory");
		slash = strrchr(prefix, '/');
		len = slash ? (size_t)(slash - prefix) : 0;
	}
	*ret_fd = fcntl(u->root_fd, F_DUPFD_CLOEXEC, 0);
	*ret_len = 0;
	return *ret_fd < 0 ? member_errno(u, path, e, errno, "open directory")
			   : 0;
}

static int
make_parents(struct unpack *u, const char *path, int *ret_fd, struct error *e)
{
	autofree char *prefix = xstrdup(path);
	size_t total = strlen(path), len;
	autoclose int fd = -1;

	if (open_deepest(u, path, &fd, &len, e) < 0)
		return -1;
	while (len < total) {
		const char *base = prefix + (len > 0 ? len + 1 : 0);
		int next;

		len = (size_t)(base - prefix) + strcspn(base, "/");
		prefix[len] = '\0';
		/* There already: a link to nothing. */
		if (mkdirat(fd, base, 0700) < 0 && errno == EEXIST)
			return not_a_dir(u, path, prefix, e);
		next = openat(fd, base,
			      O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		if (next < 0)
			return member_errno(u, prefix, e, errno,
					    "create directory");
		close(fd);
		fd = next;
		if (dir_remember(u, prefix, NULL, e) < 0)
			return -1;
		memcpy(prefix, path, total);
	}
	*ret_fd = steal_fd(&fd);
	return 0;
}

int
parent_open(struct unpack *u, const char *path, int *ret_fd, struct error *e)
{
	const char *slash = strrchr(path, '/');
	size_t len = slash ? (size_t)(slash - path) : 0;
	autofree char *parent = NULL;
	int fd;

	if (len == 0) {
		*ret_fd = u->root_fd;
		return 0;
	}
	if (u->parent_path && strlen(u->parent_path) == len &&
	    memcmp(u->parent_path, path, len) == 0) {
		*ret_fd = u->parent_fd;
		return 0;
	}
	parent = xstrndup(path, len);
	fd = open_in_root(u->root_fd, parent, O_RDONLY | O_DIRECTORY, 0);
	if (fd < 0 && make_parents(u, parent, &fd, e) < 0)
		return -1;
	parent_forget(u);
	u->parent_path = steal(parent);
	u->parent_fd = fd;
	*ret_fd = fd;
	return 0;
}

int
place_clear(struct unpack *u, int parent, const char *path, const char *base,
	    struct error *e)
{
	if (u->options->root)
		return member_error(u, path, e, "is there twice");
	/* The directory that is open may be reached through what goes away;
	 * but the one in use is above it. */
	if (u->parent_fd != parent)
		parent_forget(u);
	if (unlinkat(parent, base, 0) == 0 || errno == ENOENT)
		return 0;
	if (errno != EISDIR)
		return member_errno(u, path, e, errno, "replace");
	return tree_remove(parent, base, e);
}
