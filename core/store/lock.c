/* Locks: of keys, of preparation against garbage collection.
 * SPDX-License-Identifier: Apache-2.0 */
#include <fcntl.h>
#include <sys/stat.h>

#include "core/base/cleanup.h"
#include "core/base/fd.h"
#include "core/base/log.h"
#include "internal.h"

#define LOCK_TRIES 3

static int
lock_announced(int fd, const char *name, const char *waiting, struct error *e)
{
	bool is_locked;

	if (lock_try(fd, true, name, &is_locked, e) < 0)
		return -1;
	if (is_locked)
		return 0;
	if (waiting)
		log_info("%s", waiting);
	return lock_wait(fd, true, name, e);
}

/* Does the path still lead to the file we hold? */
static bool
is_current(int dir_fd, const char *path, int fd)
{
	struct stat held, named;

	return fstat(fd, &held) == 0 &&
	       fstatat(dir_fd, path, &named, AT_SYMLINK_NOFOLLOW) == 0 &&
	       held.st_dev == named.st_dev && held.st_ino == named.st_ino;
}

int
store_key_lock(struct store *s, const char *dir, const char *key,
	       const char *waiting, int *ret_fd, struct error *e)
{
	autofree char *path = xasprintf("%s/%s", dir, key);

	/* Two members at once: no harm is done but to their time. */
	if (store_is_incoming(s)) {
		*ret_fd = -1;
		return 0;
	}
	for (int tries = 0; tries < LOCK_TRIES; tries++) {
		autoclose int fd = open_no_links(s->write_fd, path,
						 O_RDWR | O_CREAT, 0660);

		if (fd < 0)
			return error_errno(e, errno, "open %s", path);
		if (lock_announced(fd, path, waiting, e) < 0)
			return -1;
		if (is_current(s->write_fd, path, fd)) {
			*ret_fd = steal_fd(&fd);
			return 0;
		}
	}
	return error_set(e, RKT_ERR_BUSY, "lock file '%s' keeps changing",
			 path);
}

int
store_source_lock(struct store *s, const char *name, int *ret_fd,
		  struct error *e)
{
	if (store_import_begin(s, e) < 0)
		return -1;
	return store_key_lock(s, "imagelocks", name,
			      "another rkt instance is fetching this file, "
			      "waiting...",
			      ret_fd, e);
}

static int
open_prepare_lock(struct store *s, int *ret_fd, struct error *e)
{
	autofree char *path = xasprintf("%s/locks/prepareLock", s->data_dir);
	const int flags = O_RDONLY | O_CREAT | O_CLOEXEC;
	int fd = open(path, flags, 0660);

	if (fd < 0 && errno == ENOENT) {
		if (store_layout_make(s, e) < 0)
			return -1;
		fd = open(path, flags, 0660);
	}
	if (fd < 0)
		return error_errno(e, errno, "open %s", path);
	*ret_fd = fd;
	return 0;
}

int
store_prepare_lock(struct store *s, bool exclusive, int *ret_fd,
		   struct error *e)
{
	autoclose int fd = -1;

	if (open_prepare_lock(s, &fd, e) < 0)
		return -1;
	if (exclusive) {
		if (lock_announced(fd, "prepareLock",
				   "another rkt instance is fetching or "
				   "preparing, waiting...",
				   e) < 0)
			return -1;
	} else if (lock_wait(fd, false, "prepareLock", e) < 0) {
		return -1;
	}
	*ret_fd = steal_fd(&fd);
	return 0;
}

int
store_prepare_lock_try(struct store *s, int *ret_fd, bool *ret_locked,
		       struct error *e)
{
	autoclose int fd = -1;

	if (open_prepare_lock(s, &fd, e) < 0 ||
	    lock_try(fd, true, "prepareLock", ret_locked, e) < 0)
		return -1;
	*ret_fd = *ret_locked ? steal_fd(&fd) : -1;
	return 0;
}

int
store_import_begin(struct store *s, struct error *e)
{
	int rc = 0;

	if (store_layout_make(s, e) < 0)
		return -1;
	pthread_mutex_lock(&s->mutex);
	if (s->import_lock < 0)
		rc = store_prepare_lock(s, false, &s->import_lock, e);
	pthread_mutex_unlock(&s->mutex);
	return rc;
}

void
store_import_end(struct store *s)
{
	pthread_mutex_lock(&s->mutex);
	cleanup_fd(&s->import_lock);
	s->import_lock = -1;
	pthread_mutex_unlock(&s->mutex);
}
