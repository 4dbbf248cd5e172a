/* Bind mounts by descriptor.
 * SPDX-License-Identifier: Apache-2.0 */
#include "mounts.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#include "memory.h"
#include "sdk/toolkit/cleanup.h"
#include "syscalls.h"

rkt_status
rkt_mount_clone(struct rkt_call *call, int dir_fd, const char *path,
		unsigned int flags, int *ret_tree_fd)
{
	unsigned int how = RKT_OPEN_TREE_CLONE | RKT_OPEN_TREE_CLOEXEC;
	int fd;

	if (flags & RKT_BIND_RECURSIVE)
		how |= RKT_AT_RECURSIVE;
	fd = rkt_sys_open_tree(dir_fd, path, how);
	if (fd < 0)
		return call->host->fail(call, RKT_ERR_SYSTEM, errno,
					"cannot bind '%s'", path);
	*ret_tree_fd = fd;
	return RKT_OK;
}

/* A remount sets all flags of a mount: keep those it has. */
static int
remount_read_only(const char *path)
{
	struct statvfs st;
	unsigned long flags = MS_REMOUNT | MS_BIND | MS_RDONLY;

	if (statvfs(path, &st) < 0)
		return -1;
	flags |= st.f_flag & ST_NOSUID ? MS_NOSUID : 0;
	flags |= st.f_flag & ST_NODEV ? MS_NODEV : 0;
	flags |= st.f_flag & ST_NOEXEC ? MS_NOEXEC : 0;
	flags |= st.f_flag & ST_NOATIME ? MS_NOATIME : 0;
	flags |= st.f_flag & ST_NODIRATIME ? MS_NODIRATIME : 0;
	flags |= st.f_flag & ST_RELATIME ? MS_RELATIME : 0;
	return mount(NULL, path, NULL, flags, NULL);
}

/* mountinfo writes blanks and backslashes of a path as \ooo. */
static void
unescape(char *text)
{
	char *to = text;

	for (const char *p = text; *p; p++) {
		if (p[0] == '\\' && p[1] && p[2] && p[3]) {
			*to++ = (char)((p[1] - '0') << 6 | (p[2] - '0') << 3 |
				       (p[3] - '0'));
			p += 3;
		} else {
			*to++ = *p;
		}
	}
	*to = '\0';
}

/* The mount point of a mountinfo line if it is `top` or lies below it. */
static char *
point_below(char *line, const char *top)
{
	size_t len = strlen(top);
	char *point = NULL;

	for (int field = 0; field < 5; field++)
		point = strsep(&line, " ");
	if (!point)
		return NULL;
	unescape(point);
	if (strcmp(top, "/") == 0)
		return point;
	return strncmp(point, top, len) == 0 &&
			       (point[len] == '/' || point[len] == '\0')
		       ? point
		       : NULL;
}

static int
remount_below(const char *top)
{
	FILE *file = fopen("/proc/self/mountinfo", "re");
	char *line = NULL;
	size_t size = 0;
	int result = file ? 0 : -1;

	while (result == 0 && getline(&line, &size, file) >= 0) {
		const char *point = point_below(line, top);

		if (point)
			result = remount_read_only(point);
	}
	free(line);
	if (file)
		fclose(file);
	return result;
}

/* Linux before 5.12; the mount must have its place already. */
static int
read_only_by_remount(struct rkt_call *call, int fd, unsigned int flags)
{
	const char *name = rkt_format(call, "/proc/self/fd/%d", fd);
	char *path;
	int result;

	if (!name)
		return -1;
	if (!(flags & RKT_BIND_RECURSIVE))
		return remount_read_only(name);
	path = realpath(name, NULL);
	if (!path)
		return -1;
	result = remount_below(path);
	free(path);
	return result;
}

rkt_status
rkt_mount_read_only(struct rkt_call *call, int fd, unsigned int flags,
		    const char *name)
{
	const struct rkt_mount_attr attr = {.attr_set = RKT_MOUNT_ATTR_RDONLY};
	unsigned int how = RKT_AT_EMPTY_PATH;
	int result;

	if (flags & RKT_BIND_RECURSIVE)
		how |= RKT_AT_RECURSIVE;
	result = rkt_sys_mount_setattr(fd, "", how, &attr);
	if (result < 0 && errno == ENOSYS)
		result = read_only_by_remount(call, fd, flags);
	if (result < 0)
		return call->host->fail(call, RKT_ERR_SYSTEM, errno,
					"cannot make '%s' read-only", name);
	return RKT_OK;
}

rkt_status
rkt_mount_attach(struct rkt_call *call, int tree_fd, unsigned int flags,
		 int root_fd, const char *target)
{
	autoclose int where = -1;
	struct stat st;
	rkt_status status;

	if (fstat(tree_fd, &st) < 0)
		return call->host->fail(call, RKT_ERR_SYSTEM, errno,
					"cannot look at what goes to '%s'",
					target);
	status = rkt_mount_target(call, root_fd, target, S_ISDIR(st.st_mode),
				  &where);
	if (status != RKT_OK)
		return status;
	if (rkt_sys_move_mount(tree_fd, "", where, "",
			       RKT_MOVE_F_EMPTY_PATH | RKT_MOVE_T_EMPTY_PATH) <
	    0)
		return call->host->fail(call, RKT_ERR_SYSTEM, errno,
					"cannot mount at '%s'", target);
	if (flags & RKT_BIND_READ_ONLY)
		return rkt_mount_read_only(call, tree_fd, flags, target);
	return RKT_OK;
}
