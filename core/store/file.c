/* Writing small files of the store so that they stay.
 * SPDX-License-Identifier: Apache-2.0 */
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "core/base/cleanup.h"
#include "core/base/fault.h"
#include "core/base/fd.h"
#include "internal.h"

/* The parents exist after the first few images; so try the last one first. */
int
store_parent_make(struct store *s, const char *path, struct error *e)
{
	const char *slash = strrchr(path, '/');
	autofree char *parent = xstrndup(path, (size_t)(slash - path));

	if (fault(mkdirat, mkdirat(s->cas_fd, parent, 0770)) == 0 ||
	    errno == EEXIST)
		return 0;
	return dir_make_all(s->cas_fd, parent, 0770, e);
}

int
store_dir_sync(struct store *s, const char *path, struct error *e)
{
	autoclose int fd =
		openat(s->cas_fd, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return error_errno(e, errno, "open directory %s", path);
	if (fault(fsync, fsync(fd)) < 0)
		return error_errno(e, errno, "fsync %s", path);
	return 0;
}

int
store_file_write(struct store *s, const char *path, const char *text,
		 size_t len, struct error *e)
{
	const char *slash = strrchr(path, '/');
	autofree char *parent = xstrndup(path, (size_t)(slash - path));

	if (file_write_atomic(s->cas_fd, path, text, len, 0660, e) < 0)
		return -1;
	/* The umask took the group's right to write, which touching an image
	 * needs; a file that somebody else replaced meanwhile is theirs. */
	(void)!fchmodat(s->cas_fd, path, 0660, 0);
	return store_dir_sync(s, parent, e);
}
