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

/* One directory after the other, from the root. */
static int
make_parents(struct unpack *u, const char *path, int *ret_fd, struct error *e)
{
	autofree char *prefix = xstrdup(path);
	autoclose int fd = -1;

	for (char *end = prefix; end; end = strchr(end, '/')) {
		const char *base;
		int parent = fd >= 0 ? fd : u->root_fd;
		int next;
		bool is_made;

		if (end == prefix)
			end = strchr(prefix, '/');
		else
			end = strchr(end + 1, '/');
		if (end)
			*end = '\0';
		base = strrchr(prefix, '/');
		base = base ? base + 1 : prefix;
		is_made = mkdirat(parent, base, 0700) == 0;
		if (!is_made && errno != EEXIST)
			return member_errno(u, prefix, e, errno,
					    "create directory");
		if (is_made && dir_remember(u, prefix, NULL, e) < 0)
			return -1;
		next = open_in_root(u->root_fd, prefix, O_RDONLY | O_DIRECTORY,
				    0);
		if (next < 0 &&
		    (errno == ENOTDIR || errno == ENOENT || errno == ELOOP))
			return member_error(u, path, e,
					    "lies below '%s', which is not a "
					    "directory",
					    prefix);
		if (next < 0)
			return member_errno(u, prefix, e, errno,
					    "open directory");
		if (fd >= 0)
			close(fd);
		fd = next;
		if (!end)
			break;
		*end = '/';
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
