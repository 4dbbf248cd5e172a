/* Making, removing and measuring directory trees relative to descriptors.
 * SPDX-License-Identifier: Apache-2.0 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "alloc.h"
#include "cleanup.h"
#include "fault.h"
#include "fd.h"
#include "walk.h"

int
dir_make_all(int dir_fd, const char *path, mode_t mode, struct error *e)
{
	autofree char *copy = xstrdup(path);

	for (char *p = copy + 1; *p; p++) {
		if (*p != '/')
			continue;
		*p = '\0';
		if (fault(mkdirat, mkdirat(dir_fd, copy, mode)) < 0 &&
		    errno != EEXIST)
			return error_errno(e, errno, "create directory %s",
					   copy);
		*p = '/';
	}
	if (fault(mkdirat, mkdirat(dir_fd, copy, mode)) < 0 && errno != EEXIST)
		return error_errno(e, errno, "create directory %s", copy);
	return 0;
}

/* A directory of ours that keeps us out of itself does not mean it. */
static int
unlink_in(int fd, const char *name, int flags)
{
	if (fault(unlinkat, unlinkat(fd, name, flags)) == 0)
		return 0;
	if (errno != EACCES || fchmod(fd, 0700) < 0)
		return -1;
	return fault(unlinkat, unlinkat(fd, name, flags));
}

static int
remove_entry(int fd, const char *name, unsigned char type, bool *ret_enter,
	     void *arg, struct error *e)
{
	(void)arg;
	if (type != DT_DIR && (unlink_in(fd, name, 0) == 0 || errno == ENOENT))
		return 0;
	/* Not every file system says EISDIR; rmdir tells for sure. */
	if (type != DT_DIR &&
	    (type != DT_UNKNOWN || (errno != EISDIR && errno != EPERM)))
		return error_errno(e, errno, "remove %s", name);
	if (unlink_in(fd, name, AT_REMOVEDIR) == 0 || errno == ENOENT)
		return 0;
	if (errno == ENOTDIR)
		return error_errno(e, EPERM, "remove %s", name);
	if (errno != ENOTEMPTY && errno != EEXIST)
		return error_errno(e, errno, "remove directory %s", name);
	*ret_enter = true;
	return 0;
}

static int
remove_empty(int fd, const char *name, void *arg, struct error *e)
{
	(void)arg;
	if (unlink_in(fd, name, AT_REMOVEDIR) < 0 && errno != ENOENT)
		return error_errno(e, errno, "remove directory %s", name);
	return 0;
}

int
tree_remove(int dir_fd, const char *name, struct error *e)
{
	static const struct walk_ops ops = {remove_entry, remove_empty};
	bool is_full = false;

	if (remove_entry(dir_fd, name, DT_UNKNOWN, &is_full, NULL, e) < 0)
		return -1;
	if (!is_full)
		return 0;
	if (tree_walk(dir_fd, name, &ops, NULL, e) < 0)
		return -1;
	return remove_empty(dir_fd, name, NULL, e);
}

static int
add_size(int fd, const char *name, unsigned char type, bool *ret_enter,
	 void *arg, struct error *e)
{
	uint64_t *total = arg;
	struct stat st;

	*ret_enter = type == DT_DIR;
	if (type != DT_REG && type != DT_UNKNOWN)
		return 0;
	if (fstatat(fd, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return error_errno(e, errno, "stat %s", name);
	*ret_enter = S_ISDIR(st.st_mode);
	if (S_ISREG(st.st_mode))
		*total += (uint64_t)st.st_size;
	return 0;
}

int
tree_size(int dir_fd, const char *name, uint64_t *ret_size, struct error *e)
{
	static const struct walk_ops ops = {add_size, NULL};
	uint64_t total = 0;
	struct stat st;

	if (fstatat(dir_fd, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return error_errno(e, errno, "stat %s", name);
	if (!S_ISDIR(st.st_mode))
		return error_errno(e, ENOTDIR, "stat %s", name);
	if (tree_walk(dir_fd, name, &ops, &total, e) < 0)
		return -1;
	*ret_size = total;
	return 0;
}
