/* Writing small files of the store so that they stay.
 * SPDX-License-Identifier: Apache-2.0 */
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "core/base/cleanup.h"
#include "core/base/fault.h"
#include "core/base/fd.h"
#include "internal.h"

#define DIR_FLAGS (O_RDONLY | O_DIRECTORY)

/* The group may write in incoming only, whatever the umask is. */
static int
make_one(struct store *s, const char *path, struct error *e)
{
	mode_t mode = store_is_incoming(s) ? 02770 : 02750;

	if (fault(mkdirat, mkdirat(s->write_fd, path, mode & 0777)) == 0)
		(void)!fchmodat(s->write_fd, path, mode, AT_SYMLINK_NOFOLLOW);
	else if (errno != EEXIST)
		return error_errno(e, errno, "create directory %s", path);
	return 0;
}

/* The parents exist after the first few images; so try that first. */
int
store_parent_open(struct store *s, const char *path, int *ret_fd,
		  struct error *e)
{
	const char *slash = strrchr(path, '/');
	autofree char *parent = xstrndup(path, (size_t)(slash - path));
	int fd = open_no_links(s->write_fd, parent, DIR_FLAGS, 0);

	if (fd < 0 && errno == ENOENT) {
		for (char *p = parent; (p = strchr(p, '/')) != NULL; p++) {
			*p = '\0';
			if (make_one(s, parent, e) < 0)
				return -1;
			*p = '/';
		}
		if (make_one(s, parent, e) < 0)
			return -1;
		fd = open_no_links(s->write_fd, parent, DIR_FLAGS, 0);
	}
	if (fd < 0)
		return error_errno(e, errno, "open directory %s", parent);
	*ret_fd = fd;
	return 0;
}

int
store_file_write(struct store *s, const char *path, const char *text,
		 size_t len, struct error *e)
{
	const char *name = strrchr(path, '/') + 1;
	autoclose int dir_fd = -1;

	if (store_parent_open(s, path, &dir_fd, e) < 0 ||
	    file_write_atomic(dir_fd, name, text, len, 0640, e) < 0)
		return -1;
	(void)!fchmodat(dir_fd, name, 0640, 0); /* whatever the umask is */
	if (fault(fsync, fsync(dir_fd)) < 0)
		return error_errno(e, errno, "fsync %.*s",
				   (int)(name - path - 1), path);
	return 0;
}
