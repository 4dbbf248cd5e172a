/* Finding and making the place of a mount inside a root.
 * SPDX-License-Identifier: Apache-2.0 */
#include "mounts.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>

#include "memory.h"
#include "sdk/toolkit/cleanup.h"
#include "sdk/toolkit/open.h"

#define LINKS_MAX 40 /* as the kernel has it */

/* A walk from the root: `done` holds only directories, `rest` is still to be
 * looked at.  ".." takes a name off `done` and stops at the root. */
struct walk {
	struct rkt_call *call;
	int root_fd;
	const char *target; /* for messages */
	char *done;         /* "a/b", "" is the root */
	char *rest;
	unsigned int n_links;
	bool is_dir; /* what is wanted at the end */
};

static rkt_status
fail_walk(struct walk *w, int err, const char *what)
{
	return w->call->host->fail(w->call,
				   err ? RKT_ERR_SYSTEM : RKT_ERR_INPUT, err,
				   "%s '%s'", what, w->target);
}

static void
go_up(struct walk *w)
{
	char *slash = strrchr(w->done, '/');

	*(slash ? slash : w->done) = '\0';
}

static rkt_status
follow_link(struct walk *w, int fd)
{
	char text[PATH_MAX];
	ssize_t len = readlinkat(fd, "", text, sizeof(text) - 1);

	if (len < 0)
		return fail_walk(w, errno, "cannot resolve mount target");
	if (++w->n_links > LINKS_MAX)
		return fail_walk(w, ELOOP, "cannot resolve mount target");
	text[len] = '\0';
	if (text[0] == '/')
		w->done[0] = '\0';
	w->rest = rkt_format(w->call, "%s/%s", text, w->rest);
	return w->rest ? RKT_OK : RKT_ERR_SYSTEM;
}

static rkt_status
make(struct walk *w, const char *name, bool is_last)
{
	autoclose int dir =
		rkt_open_in_root(w->root_fd, w->done[0] ? w->done : ".",
				 O_PATH | O_DIRECTORY, 0);
	int result = -1;

	if (dir >= 0 && (!is_last || w->is_dir)) {
		result = mkdirat(dir, name, 0755);
	} else if (dir >= 0) {
		result = openat(dir, name,
				O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW |
					O_CLOEXEC,
				0700);
		if (result >= 0)
			close(result);
	}
	if (result < 0 && errno != EEXIST)
		return fail_walk(w, errno, "cannot create mount target");
	return RKT_OK;
}

static rkt_status
enter(struct walk *w, const char *name, bool is_last)
{
	char *path = rkt_format(w->call, "%s%s%s", w->done,
				w->done[0] ? "/" : "", name);
	autoclose int fd = -1;
	struct stat st;
	rkt_status status;

	if (!path)
		return RKT_ERR_SYSTEM;
	fd = rkt_open_in_root(w->root_fd, path, O_PATH | O_NOFOLLOW, 0);
	if (fd < 0 && errno == ENOENT) {
		status = make(w, name, is_last);
		w->done = path;
		return status;
	}
	if (fd < 0 || fstat(fd, &st) < 0)
		return fail_walk(w, errno, "cannot resolve mount target");
	if (S_ISLNK(st.st_mode))
		return follow_link(w, fd);
	if (!is_last && !S_ISDIR(st.st_mode))
		return fail_walk(w, ENOTDIR, "cannot resolve mount target");
	w->done = path;
	return RKT_OK;
}

static rkt_status
step(struct walk *w)
{
	size_t len = strcspn(w->rest, "/");
	char *name = w->rest;
	char *rest = name + len + strspn(name + len, "/");
	bool is_last = *rest == '\0';

	name[len] = '\0';
	w->rest = rest;
	if (len == 0 || strcmp(name, ".") == 0)
		return RKT_OK;
	if (strcmp(name, "..") == 0) {
		go_up(w);
		return RKT_OK;
	}
	return enter(w, name, is_last);
}

static rkt_status
make_target(struct walk *w, int *ret_fd)
{
	rkt_status status = RKT_OK;

	w->done = rkt_copy(w->call, "");
	w->rest = rkt_copy(w->call, w->target);
	if (!w->done || !w->rest)
		return RKT_ERR_SYSTEM;
	while (status == RKT_OK && *w->rest)
		status = step(w);
	if (status != RKT_OK)
		return status;
	*ret_fd = rkt_open_in_root(w->root_fd, w->done[0] ? w->done : ".",
				   O_PATH, 0);
	if (*ret_fd < 0)
		return fail_walk(w, errno, "cannot open mount target");
	return RKT_OK;
}

rkt_status
rkt_mount_target(struct rkt_call *call, int root_fd, const char *target,
		 bool is_dir, int *ret_fd)
{
	struct walk w = {
		.call = call,
		.root_fd = root_fd,
		.target = target,
		.is_dir = is_dir,
	};
	autoclose int fd = rkt_open_in_root(root_fd, target, O_PATH, 0);
	struct stat st;

	if (fd < 0) {
		rkt_status status = make_target(&w, &fd);

		if (status != RKT_OK)
			return status;
	}
	if (fstat(fd, &st) < 0)
		return fail_walk(&w, errno, "cannot look at mount target");
	if (is_dir && !S_ISDIR(st.st_mode))
		return fail_walk(&w, 0,
				 "a directory cannot be mounted on the "
				 "file");
	if (!is_dir && S_ISDIR(st.st_mode))
		return fail_walk(&w, 0,
				 "a file cannot be mounted on the "
				 "directory");
	*ret_fd = steal_fd(&fd);
	return RKT_OK;
}
