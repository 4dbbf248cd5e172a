/* Files relative to descriptors: reading, writing, locking.
 * SPDX-License-Identifier: Apache-2.0 */
#include "fd.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "alloc.h"
#include "cleanup.h"
#include "fault.h"

static int
open_resolved(int dir_fd, const char *path, int flags, mode_t mode,
	      uint64_t resolve)
{
	struct open_how how = {
		.flags = (uint64_t)(unsigned int)(flags | O_CLOEXEC),
		.mode = flags & (O_CREAT | O_TMPFILE) ? mode & 07777 : 0,
		.resolve = resolve | RESOLVE_NO_MAGICLINKS,
	};
	long fd;

	/* EAGAIN: a rename raced with the resolution of ".." in the kernel. */
	for (int tries = 0; tries < 64; tries++) {
		fd = fault(openat, syscall(SYS_openat2, dir_fd, path, &how,
					   sizeof(how)));
		if (fd >= 0 || (errno != EAGAIN && errno != EINTR))
			break;
	}
	return (int)fd;
}

int
open_beneath(int dir_fd, const char *path, int flags, mode_t mode)
{
	return open_resolved(dir_fd, path, flags, mode, RESOLVE_BENEATH);
}

int
open_no_links(int dir_fd, const char *path, int flags, mode_t mode)
{
	return open_resolved(dir_fd, path, flags, mode,
			     RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS);
}

int
open_in_root(int dir_fd, const char *path, int flags, mode_t mode)
{
	return open_resolved(dir_fd, path, flags, mode, RESOLVE_IN_ROOT);
}

int
fd_read_all(int fd, const char *name, size_t max, char **ret_text,
	    size_t *ret_len, struct error *e)
{
	autofree char *text = NULL;
	size_t len = 0, cap = 4096;

	text = xmalloc(cap);
	for (;;) {
		ssize_t n;

		if (len + 1 >= cap) {
			cap *= 2;
			text = xrealloc(text, cap, 1);
		}
		n = fault(read, read(fd, text + len, cap - len - 1));
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return error_errno(e, errno, "read %s", name);
		if (n == 0)
			break;
		len += (size_t)n;
		if (len > max)
			return error_set(e, RKT_ERR_INPUT,
					 "'%s' is larger than %zu bytes", name,
					 max);
	}
	text[len] = '\0';
	*ret_text = steal(text);
	if (ret_len)
		*ret_len = len;
	return 0;
}

int
file_read_all(int dir_fd, const char *path, size_t max, char **ret_text,
	      size_t *ret_len, struct error *e)
{
	autoclose int fd =
		fault(openat, openat(dir_fd, path, O_RDONLY | O_CLOEXEC));

	if (fd < 0)
		return error_errno(e, errno, "open %s", path);
	return fd_read_all(fd, path, max, ret_text, ret_len, e);
}

int
fd_write_all(int fd, const char *name, const void *data, size_t len,
	     struct error *e)
{
	const char *from = data;

	while (len > 0) {
		ssize_t n = fault(write, write(fd, from, len));

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return error_errno(e, errno, "write %s", name);
		from += n;
		len -= (size_t)n;
	}
	return 0;
}

int
file_write(int dir_fd, const char *path, const void *data, size_t len,
	   mode_t mode, struct error *e)
{
	autoclose int fd = fault(
		openat, openat(dir_fd, path,
			       O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode));

	if (fd < 0)
		return error_errno(e, errno, "create %s", path);
	return fd_write_all(fd, path, data, len, e);
}

int
file_write_atomic(int dir_fd, const char *path, const void *data, size_t len,
		  mode_t mode, struct error *e)
{
	static unsigned int serial;
	const char *base = strrchr(path, '/');
	int dir_len = base ? (int)(base - path + 1) : 0;
	autofree char *tmp = NULL;
	autoclose int fd = -1;

	base = base ? base + 1 : path;
	tmp = xasprintf("%.*s.tmp-%d-%u-%s", dir_len, path, (int)getpid(),
			__atomic_fetch_add(&serial, 1, __ATOMIC_RELAXED), base);
	fd = fault(openat,
		   openat(dir_fd, tmp,
			  O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC,
			  mode));
	if (fd < 0)
		return error_errno(e, errno, "create %s", tmp);
	if (fd_write_all(fd, tmp, data, len, e) < 0)
		goto fail; /* the temporary file must go on every path */
	if (fault(fsync, fsync(fd)) < 0) {
		error_errno(e, errno, "fsync %s", tmp);
		goto fail;
	}
	if (fault(renameat, renameat(dir_fd, tmp, dir_fd, path)) < 0) {
		error_errno(e, errno, "rename %s to %s", tmp, path);
		goto fail;
	}
	return 0;
fail:
	unlinkat(dir_fd, tmp, 0);
	return -1;
}

int
lock_wait(int fd, bool exclusive, const char *name, struct error *e)
{
	int rc;

	do
		rc = fault(flock, flock(fd, exclusive ? LOCK_EX : LOCK_SH));
	while (rc < 0 && errno == EINTR);
	if (rc < 0)
		return error_errno(e, errno, "lock %s", name);
	return 0;
}

int
lock_try(int fd, bool exclusive, const char *name, bool *ret_locked,
	 struct error *e)
{
	int rc;

	do
		rc = fault(flock, flock(fd, (exclusive ? LOCK_EX : LOCK_SH) |
						    LOCK_NB));
	while (rc < 0 && errno == EINTR);
	if (rc < 0 && errno != EWOULDBLOCK)
		return error_errno(e, errno, "lock %s", name);
	*ret_locked = rc == 0;
	return 0;
}
