/* Making, removing and measuring directory trees relative to descriptors.
 * SPDX-License-Identifier: Apache-2.0 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "alloc.h"
#include "cleanup.h"
#include "fd.h"

/* Deep enough for any real tree; one descriptor is open per level. */
#define TREE_DEPTH_MAX 2000

int
dir_make_all(int dir_fd, const char *path, mode_t mode, struct error *e)
{
	autofree char *copy = xstrdup(path);

	for (char *p = copy + 1; *p; p++) {
		if (*p != '/')
			continue;
		*p = '\0';
		if (mkdirat(dir_fd, copy, mode) < 0 && errno != EEXIST)
			return error_errno(e, errno, "create directory %s",
					   copy);
		*p = '/';
	}
	if (mkdirat(dir_fd, copy, mode) < 0 && errno != EEXIST)
		return error_errno(e, errno, "create directory %s", copy);
	return 0;
}

static int
is_dot(const char *name)
{
	return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

static int remove_below(int dir_fd, const char *name, dev_t dev, int depth,
			struct error *e);

static int
remove_children(int fd, const char *name, dev_t dev, int depth, struct error *e)
{
	autodir DIR *dir = fdopendir(fd);
	struct dirent *entry;

	if (!dir) {
		close(fd);
		return error_errno(e, errno, "read directory %s", name);
	}
	while ((errno = 0, entry = readdir(dir)) != NULL) {
		if (is_dot(entry->d_name))
			continue;
		if (entry->d_type != DT_DIR && entry->d_type != DT_UNKNOWN &&
		    unlinkat(dirfd(dir), entry->d_name, 0) == 0)
			continue;
		if (remove_below(dirfd(dir), entry->d_name, dev, depth + 1, e) <
		    0)
			return -1;
	}
	if (errno != 0)
		return error_errno(e, errno, "read directory %s", name);
	return 0;
}

static int
remove_below(int dir_fd, const char *name, dev_t dev, int depth,
	     struct error *e)
{
	struct stat st;
	autoclose int fd = -1;

	if (unlinkat(dir_fd, name, 0) == 0 || errno == ENOENT)
		return 0;
	if (errno != EISDIR && errno != EPERM)
		return error_errno(e, errno, "remove %s", name);
	if (unlinkat(dir_fd, name, AT_REMOVEDIR) == 0 || errno == ENOENT)
		return 0;
	if (errno != ENOTEMPTY && errno != EEXIST)
		return error_errno(e, errno, "remove directory %s", name);
	if (depth > TREE_DEPTH_MAX)
		return error_set(e, RKT_ERR_INPUT, "'%s' is nested too deep",
				 name);

	fd = openat(dir_fd, name,
		    O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0 && errno == ENOENT)
		return 0;
	if (fd < 0 || fstat(fd, &st) < 0)
		return error_errno(e, errno, "open directory %s", name);
	if (dev != 0 && st.st_dev != dev)
		return error_errno(e, EBUSY, "'%s' is a mount point", name);
	if (remove_children(steal_fd(&fd), name, st.st_dev, depth, e) < 0)
		return -1;
	if (unlinkat(dir_fd, name, AT_REMOVEDIR) < 0 && errno != ENOENT)
		return error_errno(e, errno, "remove directory %s", name);
	return 0;
}

int
tree_remove(int dir_fd, const char *name, struct error *e)
{
	return remove_below(dir_fd, name, 0, 0, e);
}

int
tree_size(int dir_fd, const char *name, uint64_t *ret_size, struct error *e)
{
	autodir DIR *dir = NULL;
	struct dirent *entry;
	uint64_t total = 0;
	int fd = openat(dir_fd, name,
			O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	if (fd < 0)
		return error_errno(e, errno, "open directory %s", name);
	dir = fdopendir(fd);
	if (!dir) {
		close(fd);
		return error_errno(e, errno, "read directory %s", name);
	}
	while ((entry = readdir(dir)) != NULL) {
		struct stat st;
		uint64_t below = 0;

		if (is_dot(entry->d_name))
			continue;
		if (fstatat(dirfd(dir), entry->d_name, &st,
			    AT_SYMLINK_NOFOLLOW) < 0)
			return error_errno(e, errno, "stat %s", entry->d_name);
		if (S_ISREG(st.st_mode))
			total += (uint64_t)st.st_size;
		else if (S_ISDIR(st.st_mode) &&
			 tree_size(dirfd(dir), entry->d_name, &below, e) < 0)
			return -1;
		total += below;
	}
	*ret_size = total;
	return 0;
}
