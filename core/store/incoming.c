/* What members of the group fetched, who may not write in the store itself.
 * SPDX-License-Identifier: Apache-2.0
 *
 * All below cas/incoming is written by people who may mean harm: links, fifos,
 * records that lie.  Nothing there is opened through a link, and what is read
 * is for show until root has verified it anew. */
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "core/base/cleanup.h"
#include "core/base/fd.h"
#include "internal.h"

int
store_incoming_fd(struct store *s)
{
	int fd = __atomic_load_n(&s->incoming_fd, __ATOMIC_ACQUIRE);

	if (fd != -2)
		return fd;
	pthread_mutex_lock(&s->mutex);
	if (s->incoming_fd == -2)
		s->incoming_fd =
			openat(s->cas_fd, "incoming",
			       O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	fd = s->incoming_fd;
	pthread_mutex_unlock(&s->mutex);
	return fd;
}

bool
store_is_incoming(const struct store *s)
{
	return s->write_fd != s->cas_fd;
}

int
store_incoming_choose(struct store *s, struct error *e)
{
	static const char *const dirs[] = {"blob", "imageManifest", "image",
					   "imagelocks", "tmp"};
	int fd;

	if (faccessat(s->cas_fd, "image", W_OK, AT_EACCESS) == 0)
		return 0;
	fd = store_incoming_fd(s);
	if (fd < 0 || faccessat(fd, ".", W_OK, AT_EACCESS) < 0)
		return 0;
	for (size_t i = 0; i < sizeof(dirs) / sizeof(dirs[0]); i++) {
		if (mkdirat(fd, dirs[i], 0770) < 0) {
			if (errno == EEXIST)
				continue;
			return error_errno(e, errno,
					   "create directory incoming/%s",
					   dirs[i]);
		}
		/* The umask took the group's right to write. */
		(void)!fchmodat(fd, dirs[i], 02770, 0);
	}
	s->write_fd = fd;
	return 0;
}

int
store_file_open(struct store *s, const char *path, bool *ret_is_incoming,
		struct error *e)
{
	const int flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC;
	autoclose int fd = openat(s->cas_fd, path, flags);
	struct stat st;

	*ret_is_incoming = false;
	if (fd >= 0 || errno != ENOENT)
		return steal_fd(&fd);
	if (store_incoming_fd(s) >= 0)
		fd = open_no_links(store_incoming_fd(s), path, flags, 0);
	else
		errno = ENOENT;
	if (fd >= 0 && (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode))) {
		error_set(e, RKT_ERR_INPUT, "'%s' is not a file", path);
		errno = EINVAL;
		return -1;
	}
	*ret_is_incoming = true;
	return steal_fd(&fd);
}

bool
store_incoming_drop(struct store *s, const char *key)
{
	autoclose int fd = -1;

	if (store_incoming_fd(s) < 0 || !store_is_full_key(key))
		return false;
	fd = open_no_links(store_incoming_fd(s), "image",
			   O_RDONLY | O_DIRECTORY, 0);
	return fd >= 0 && unlinkat(fd, key, 0) == 0;
}
