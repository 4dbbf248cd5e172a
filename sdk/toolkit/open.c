/* Opening files below a directory without ever leaving it.
 * SPDX-License-Identifier: Apache-2.0 */
#include "open.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdint.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "sdk/toolkit/cleanup.h"

/* Where openat2 is forbidden (old kernels, strict filters): walk one component
 * at a time, and refuse every link rather than resolve it in a race. */
static int
walk(int dir_fd, const char *path, int flags, mode_t mode)
{
	autofree char *copy = strdup(path);
	autoclose int at = -1;
	char *rest, *name;

	if (!copy)
		return -1;
	at = openat(dir_fd, ".", O_PATH | O_DIRECTORY | O_CLOEXEC);
	name = strtok_r(copy, "/", &rest);
	while (at >= 0 && name) {
		char *next = strtok_r(NULL, "/", &rest);
		int fd;

		if (strcmp(name, "..") == 0) {
			errno = EXDEV;
			return -1;
		}
		if (!next)
			return openat(at, name, flags | O_NOFOLLOW | O_CLOEXEC,
				      mode);
		fd = openat(at, name,
			    O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		if (fd < 0)
			return -1;
		close(at);
		at = fd;
		name = next;
	}
	return at < 0 ? -1 : openat(at, ".", flags | O_CLOEXEC, mode);
}

static int
open_resolved(int dir_fd, const char *path, int flags, mode_t mode,
	      uint64_t resolve)
{
	struct open_how how = {
		.flags = (uint64_t)(unsigned int)(flags | O_CLOEXEC),
		.mode = mode,
		.resolve = resolve | RESOLVE_NO_MAGICLINKS,
	};
	long fd;

	do
		fd = syscall(SYS_openat2, dir_fd, path, &how, sizeof(how));
	while (fd < 0 && (errno == EAGAIN || errno == EINTR));
	return (int)fd;
}

int
rkt_open_beneath(int dir_fd, const char *path, int flags, mode_t mode)
{
	int fd = open_resolved(dir_fd, path, flags, mode, RESOLVE_BENEATH);

	if (fd >= 0 || errno != ENOSYS)
		return fd;
	if (path[0] == '/') {
		errno = EXDEV;
		return -1;
	}
	return walk(dir_fd, path, flags, mode);
}

int
rkt_open_in_root(int dir_fd, const char *path, int flags, mode_t mode)
{
	int fd = open_resolved(dir_fd, path, flags, mode, RESOLVE_IN_ROOT);

	if (fd >= 0 || errno != ENOSYS)
		return fd;
	return walk(dir_fd, path, flags, mode);
}
