/* One inode copied: data, owner, mode, times, extended attributes.
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/render/copy-file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/fs.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "core/base/alloc.h"
#include "core/base/cleanup.h"

#define CHUNK          ((size_t)1 << 30)
#define BUFFER_SIZE    ((size_t)128 << 10)
#define OVERLAY_PREFIX "trusted.overlay."

/* ---- data -----------------------------------------------------------------
 */

static int
copy_by_buffer(int from, int to, off_t at, off_t end, const char *name,
	       struct error *e)
{
	autofree char *buf = xmalloc(BUFFER_SIZE);

	while (at < end) {
		size_t want = (size_t)(end - at);
		ssize_t n = pread(from, buf,
				  want < BUFFER_SIZE ? want : BUFFER_SIZE, at);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n == 0 ? 0
				      : error_errno(e, errno, "read %s", name);
		for (ssize_t done = 0; done < n;) {
			ssize_t w = pwrite(to, buf + done, (size_t)(n - done),
					   at + done);

			if (w < 0 && errno != EINTR)
				return error_errno(e, errno, "write %s", name);
			done += w > 0 ? w : 0;
		}
		at += n;
	}
	return 0;
}

static int
copy_range(int from, int to, off_t at, off_t end, const char *name,
	   struct error *e)
{
	while (at < end) {
		off_t in = at, out = at;
		size_t want = (size_t)(end - at);
		ssize_t n = copy_file_range(from, &in, to, &out,
					    want < CHUNK ? want : CHUNK, 0);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && (errno == EXDEV || errno == ENOSYS ||
			      errno == EINVAL || errno == EOPNOTSUPP))
			return copy_by_buffer(from, to, at, end, name, e);
		if (n < 0)
			return error_errno(e, errno, "write %s", name);
		if (n == 0)
			break;
		at += n;
	}
	return 0;
}

/* Only where there is data: holes stay holes. */
static int
copy_data(int from, int to, off_t size, const char *name, struct error *e)
{
	off_t at = 0;

	if (size == 0 || ioctl(to, FICLONE, from) == 0)
		return 0;
	while (at < size) {
		off_t start = lseek(from, at, SEEK_DATA);
		off_t end;

		if (start < 0 && errno == ENXIO)
			break;
		end = start < 0 ? size : lseek(from, start, SEEK_HOLE);
		if (start < 0)
			start = at;
		if (end < 0 || end > size)
			end = size;
		if (copy_range(from, to, start, end, name, e) < 0)
			return -1;
		at = end;
	}
	if (ftruncate(to, size) < 0)
		return error_errno(e, errno, "write %s", name);
	return 0;
}

/* ---- metadata ---------------------------------------------------------------
 */

/* Descriptors opened with O_PATH take no attribute calls: go through /proc. */
static void
proc_path(char *to, size_t size, int fd)
{
	snprintf(to, size, "/proc/self/fd/%d", fd);
}

static int
copy_one_xattr(const char *from, const char *to, const char *key,
	       const char *name, struct error *e)
{
	ssize_t len = getxattr(from, key, NULL, 0);
	autofree char *value = NULL;

	if (len < 0)
		return error_errno(e, errno, "read attribute %s of %s", key,
				   name);
	value = xmalloc((size_t)len + 1);
	len = getxattr(from, key, value, (size_t)len);
	if (len < 0 || setxattr(to, key, value, (size_t)len, 0) < 0)
		return error_errno(e, errno, "copy attribute %s of %s", key,
				   name);
	return 0;
}

static int
copy_xattrs(const char *from, const char *to, const char *name, struct error *e)
{
	ssize_t len = listxattr(from, NULL, 0);
	autofree char *list = NULL;

	if (len == 0 || (len < 0 && errno == EOPNOTSUPP))
		return 0;
	if (len > 0) {
		list = xmalloc((size_t)len);
		len = listxattr(from, list, (size_t)len);
	}
	if (len < 0)
		return error_errno(e, errno, "list attributes of %s", name);
	for (char *key = list; key < list + len; key += strlen(key) + 1) {
		if (strncmp(key, OVERLAY_PREFIX, strlen(OVERLAY_PREFIX)) == 0)
			continue;
		if (copy_one_xattr(from, to, key, name, e) < 0)
			return -1;
	}
	return 0;
}

int
copy_metadata(int from_fd, int to_fd, const char *name, const struct stat *st,
	      struct error *e)
{
	const struct timespec times[] = {st->st_atim, st->st_mtim};
	char from[64], to[64];

	proc_path(from, sizeof(from), from_fd);
	proc_path(to, sizeof(to), to_fd);
	/* chown clears set-id bits and file capabilities: first. */
	if (fchownat(to_fd, "", st->st_uid, st->st_gid, AT_EMPTY_PATH) < 0)
		return error_errno(e, errno, "change owner of %s", name);
	if (S_ISLNK(st->st_mode)) {
		if (utimensat(to_fd, "", times, AT_EMPTY_PATH) < 0)
			return error_errno(e, errno, "set times of %s", name);
		return 0;
	}
	if (chmod(to, st->st_mode & 07777) < 0)
		return error_errno(e, errno, "change mode of %s", name);
	if (copy_xattrs(from, to, name, e) < 0)
		return -1;
	if (utimensat(AT_FDCWD, to, times, 0) < 0)
		return error_errno(e, errno, "set times of %s", name);
	return 0;
}

/* ---- entries ----------------------------------------------------------------
 */

static int
copy_regular(int from_fd, int to_fd, const char *name, const struct stat *st,
	     struct error *e)
{
	autoclose int from =
		openat(from_fd, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	autoclose int to = -1;

	if (from < 0)
		return error_errno(e, errno, "open %s", name);
	to = openat(to_fd, name,
		    O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (to < 0)
		return error_errno(e, errno, "create %s", name);
	if (copy_data(from, to, st->st_size, name, e) < 0)
		return -1;
	return copy_metadata(from, to, name, st, e);
}

static int
make_link(int from_fd, int to_fd, const char *name, struct error *e)
{
	autofree char *target = xmalloc(PATH_MAX);
	ssize_t n = readlinkat(from_fd, name, target, PATH_MAX - 1);

	if (n < 0)
		return error_errno(e, errno, "read link %s", name);
	target[n] = '\0';
	if (symlinkat(target, to_fd, name) < 0)
		return error_errno(e, errno, "create %s", name);
	return 0;
}

int
copy_entry(int from_fd, int to_fd, const char *name, const struct stat *st,
	   struct error *e)
{
	autoclose int from = -1;
	autoclose int to = -1;

	if (S_ISREG(st->st_mode))
		return copy_regular(from_fd, to_fd, name, st, e);
	if (S_ISLNK(st->st_mode)) {
		if (make_link(from_fd, to_fd, name, e) < 0)
			return -1;
	} else if (mknodat(to_fd, name, (st->st_mode & S_IFMT) | 0600,
			   st->st_rdev) < 0) {
		return error_errno(e, errno, "create %s", name);
	}
	from = openat(from_fd, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	to = openat(to_fd, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	if (from < 0 || to < 0)
		return error_errno(e, errno, "open %s", name);
	return copy_metadata(from, to, name, st, e);
}
