/* Directories of work in progress, and what the dead left there.
 * SPDX-License-Identifier: Apache-2.0 */
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "core/base/cleanup.h"
#include "core/base/fault.h"
#include "core/base/fd.h"
#include "core/base/log.h"
#include "internal.h"

#define DIR_FLAGS (O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)

/* Lock the directory just made.  Between mkdir and here a collector may have
 * taken it for a dead one: then it has no name any more. */
static int
open_locked(struct store *s, const char *path, int *ret_fd, struct error *e)
{
	autoclose int fd = openat(s->write_fd, path, DIR_FLAGS);
	struct stat st;

	*ret_fd = -1;
	if (fd < 0 && errno == ENOENT)
		return 0;
	if (fd < 0)
		return error_errno(e, errno, "open %s", path);
	if (lock_wait(fd, true, path, e) < 0)
		return -1;
	if (fstat(fd, &st) < 0)
		return error_errno(e, errno, "stat %s", path);
	if (st.st_nlink > 0)
		*ret_fd = steal_fd(&fd);
	return 0;
}

int
store_work_new(struct store *s, char **ret_name, int *ret_fd, struct error *e)
{
	static unsigned int serial;

	for (;;) {
		autofree char *path = xasprintf(
			"%swork-%d-%u",
			store_is_incoming(s) ? "tmp/" : "tree/.", (int)getpid(),
			__atomic_fetch_add(&serial, 1, __ATOMIC_RELAXED));
		autoclose int fd = -1;

		if (fault(mkdirat, mkdirat(s->write_fd, path, 0700)) < 0) {
			if (errno == EEXIST)
				continue;
			return error_errno(e, errno, "create directory %s",
					   path);
		}
		if (open_locked(s, path, &fd, e) < 0)
			return -1;
		if (fd < 0)
			continue;
		*ret_name = steal(path);
		*ret_fd = steal_fd(&fd);
		return 0;
	}
}

static int
remove_if_dead(int tmp_fd, const char *name, struct error *e)
{
	autoclose int fd = openat(
		tmp_fd, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	bool is_dead = true;

	if (fd >= 0 && lock_try(fd, true, name, &is_dead, e) < 0)
		return -1;
	if (!is_dead)
		return 0;
	log_debug("store", "removing '%s', left by a dead process", name);
	return tree_remove(tmp_fd, name, e);
}

/* `start`: what the names of work begin with. */
static int
clean(int parent_fd, const char *path, const char *start, struct error *e)
{
	autodir DIR *dir = NULL;
	struct dirent *entry;
	int fd = open_no_links(parent_fd, path, DIR_FLAGS, 0);
	int rc = 0;

	if (fd < 0 && errno == ENOENT)
		return 0;
	if (fd < 0)
		return error_errno(e, errno, "open directory %s", path);
	dir = fdopendir(fd);
	if (!dir) {
		close(fd);
		return error_errno(e, errno, "read directory %s", path);
	}
	/* One that cannot be removed must not keep the others. */
	while ((entry = readdir(dir)) != NULL)
		if (strcmp(entry->d_name, ".") != 0 &&
		    strcmp(entry->d_name, "..") != 0 &&
		    strncmp(entry->d_name, start, strlen(start)) == 0)
			if (remove_if_dead(fd, entry->d_name, e) < 0)
				rc = -1;
	return rc;
}

int
store_tmp_gc(struct store *s, struct error *e)
{
	int rc = clean(s->cas_fd, "tmp", "", e);

	if (clean(s->cas_fd, "tree", ".work-", e) < 0)
		rc = -1;
	if (store_incoming_fd(s) >= 0 &&
	    clean(store_incoming_fd(s), "tmp", "", e) < 0)
		rc = -1;
	return rc;
}
