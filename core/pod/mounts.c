/* What is still mounted below a directory, and getting rid of it.
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/pod/mounts.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

#include "core/base/alloc.h"
#include "core/base/cleanup.h"
#include "core/base/fd.h"

#define MOUNTINFO_MAX     ((size_t)256 << 20)
#define MOUNT_POINT_FIELD 4

static bool
is_octal(const char *s)
{
	return s[0] >= '0' && s[0] <= '3' && s[1] >= '0' && s[1] <= '7' &&
	       s[2] >= '0' && s[2] <= '7';
}

/* "a\040b" -> "a b", in place. */
static void
unescape(char *s)
{
	char *to = s;

	for (; *s != '\0'; s++) {
		if (*s == '\\' && is_octal(s + 1)) {
			*to++ = (char)((s[1] - '0') << 6 | (s[2] - '0') << 3 |
				       (s[3] - '0'));
			s += 3;
		} else {
			*to++ = *s;
		}
	}
	*to = '\0';
}

/* Field 5 of "36 35 98:0 /root /mount/point options ..."; owned or NULL. */
static char *
mount_point(const char *line, size_t len)
{
	const char *end = line + len;
	char *path;
	const char *stop;

	for (int i = 0; i < MOUNT_POINT_FIELD; i++) {
		line = memchr(line, ' ', (size_t)(end - line));
		if (!line)
			return NULL;
		line++;
	}
	stop = memchr(line, ' ', (size_t)(end - line));
	if (!stop)
		return NULL;
	path = xstrndup(line, (size_t)(stop - line));
	unescape(path);
	return path;
}

void
mounts_below(const char *mountinfo, const char *dir, struct strings *ret)
{
	size_t dir_len = strlen(dir);

	while (*mountinfo != '\0') {
		size_t len = strcspn(mountinfo, "\n");
		autofree char *path = mount_point(mountinfo, len);

		if (path && strncmp(path, dir, dir_len) == 0 &&
		    path[dir_len] == '/')
			vec_push(ret, steal(path));
		mountinfo += len + (mountinfo[len] == '\n');
	}
}

static int
unmount(const char *path, struct error *e)
{
	if (umount2(path, UMOUNT_NOFOLLOW) == 0)
		return 0;
	if (errno == EBUSY && umount2(path, UMOUNT_NOFOLLOW | MNT_DETACH) == 0)
		return 0;
	/* Gone with its parent, or by another rkt. */
	if (errno == EINVAL || errno == ENOENT)
		return 0;
	return error_errno(e, errno, "unmount %s", path);
}

static int
list_mounts(int dir_fd, struct strings *ret, struct error *e)
{
	autofree char *text = NULL;
	char link[64], dir[PATH_MAX];
	ssize_t n;

	snprintf(link, sizeof(link), "/proc/self/fd/%d", dir_fd);
	n = readlink(link, dir, sizeof(dir) - 1);
	if (n < 0)
		return error_errno(e, errno, "read link %s", link);
	dir[n] = '\0';
	if (file_read_all(AT_FDCWD, "/proc/self/mountinfo", MOUNTINFO_MAX,
			  &text, NULL, e) < 0)
		return -1;
	mounts_below(text, dir, ret);
	return 0;
}

int
mounts_find(int dir_fd, bool *ret_found, struct error *e)
{
	auto_strings struct strings paths = {0};

	if (list_mounts(dir_fd, &paths, e) < 0)
		return -1;
	*ret_found = paths.len > 0;
	return 0;
}

int
mounts_remove(int dir_fd, struct error *e)
{
	auto_strings struct strings paths = {0};

	if (list_mounts(dir_fd, &paths, e) < 0)
		return -1;
	/* First cut the ties: unmounting below a shared mount would unmount in
	 * its peers, the host's own /dev among them. */
	for (size_t i = 0; i < paths.len; i++)
		if (mount(NULL, paths.items[i], NULL, MS_PRIVATE, NULL) < 0 &&
		    errno != EINVAL && errno != ENOENT)
			return error_errno(e, errno, "make %s private",
					   paths.items[i]);
	for (size_t i = paths.len; i-- > 0;)
		if (unmount(paths.items[i], e) < 0)
			return -1;
	return 0;
}
