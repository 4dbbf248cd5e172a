/* Regular files: content, holes, metadata.
 * SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <sys/statvfs.h>

#include "core/base/cleanup.h"
#include "unpack-internal.h"

/* How often to look at the free space, and what must be left of it. */
#define SPACE_CHECK_EVERY ((uint64_t)64 << 20)
#define SPACE_RESERVE     ((uint64_t)32 << 20)

int
unpack_count(struct unpack *u, const char *path, uint64_t bytes,
	     struct error *e)
{
	struct statvfs fs;

	if (bytes > u->options->bytes_max ||
	    u->file_bytes > u->options->bytes_max - bytes)
		return member_error(u, path, e,
				    "takes the files beyond %llu bytes",
				    (unsigned long long)u->options->bytes_max);
	u->file_bytes += bytes;
	u->written_since_check += bytes;
	if (u->written_since_check < SPACE_CHECK_EVERY)
		return 0;
	u->written_since_check = 0;
	if (fstatvfs(u->root_fd, &fs) == 0 &&
	    (uint64_t)fs.f_bavail * fs.f_frsize < SPACE_RESERVE)
		return member_errno(u, path, e, ENOSPC, "write");
	return 0;
}

static int
write_at(struct unpack *u, int fd, const struct member *m, const char *bytes,
	 size_t len, off_t offset, struct error *e)
{
	while (len > 0) {
		ssize_t n = pwrite(fd, bytes, len, offset);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return member_errno(u, m->path, e, errno, "write");
		bytes += n;
		offset += n;
		len -= (size_t)n;
	}
	return 0;
}

static int
copy_content(struct unpack *u, int fd, const struct member *m, struct error *e)
{
	const void *bytes;
	size_t len;
	la_int64_t offset;
	uint64_t end = 0;
	int rc;

	for (;;) {
		rc = u->lib->archive_read_data_block(u->archive, &bytes, &len,
						     &offset);
		if (rc != ARCHIVE_OK)
			break;
		if (offset < 0 || (uint64_t)offset > m->size ||
		    len > m->size - (uint64_t)offset)
			return member_error(u, m->path, e,
					    "is longer than it says");
		if (write_at(u, fd, m, bytes, len, offset, e) < 0)
			return -1;
		if (len > 0)
			end = (uint64_t)offset + len;
	}
	if (rc != ARCHIVE_EOF) {
		const char *why = u->lib->archive_error_string(u->archive);

		return member_error(u, m->path, e, "is damaged: %s",
				    why ? why : "unknown");
	}
	/* A hole at the end. */
	if (end < m->size && ftruncate(fd, (off_t)m->size) < 0)
		return member_errno(u, m->path, e, errno, "write");
	return 0;
}

int
file_make(struct unpack *u, int parent, struct member *m, struct error *e)
{
	const int flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
	bool is_others = owner_differs(u, m->uid, m->gid);
	struct timespec times[2] = {m->mtime, m->mtime};
	mode_t perm = is_others ? m->perm & 0700 : m->perm;
	autoclose int fd = -1;

	if (unpack_count(u, m->path, m->size, e) < 0)
		return -1;
	fd = openat(parent, m->base, flags, perm);
	if (fd < 0 && errno == EEXIST) {
		if (place_clear(u, parent, m->path, m->base, e) < 0)
			return -1;
		fd = openat(parent, m->base, flags, perm);
	}
	if (fd < 0)
		return member_errno(u, m->path, e, errno, "create");
	if (m->size > 0 && copy_content(u, fd, m, e) < 0)
		return -1;
	if (is_others && fchown(fd, m->uid, m->gid) < 0)
		return member_errno(u, m->path, e, errno, "change owner of");
	/* A change of owner clears setuid, a write may do so. */
	if ((is_others || (m->perm & (u->umask | 06000))) &&
	    fchmod(fd, m->perm) < 0)
		return member_errno(u, m->path, e, errno, "change mode of");
	if (xattrs_set_fd(u, fd, m->path, &m->xattrs, e) < 0)
		return -1;
	if (futimens(fd, times) < 0)
		return member_errno(u, m->path, e, errno, "set time of");
	return 0;
}
