/* Walking a directory tree of any depth with one descriptor.
 * SPDX-License-Identifier: Apache-2.0
 *
 * Every level remembers by name which of its directories are still to be
 * walked; the way back up is "..", checked against what it was on the way
 * down. */
#include "walk.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "cleanup.h"
#include "fault.h"
#include "vec.h"

#define DIR_FLAGS (O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)

struct level {
	char *name;
	dev_t dev;
	uint64_t ino;
	struct strings todo;
};
VEC(levels, struct level);

struct walk {
	int fd; /* of the last level */
	struct levels levels;
	const struct walk_ops *ops;
	void *arg;
};

static void
walk_done(struct walk *w)
{
	for (size_t i = 0; i < w->levels.len; i++) {
		free(w->levels.items[i].name);
		strings_done(&w->levels.items[i].todo);
	}
	vec_done(&w->levels);
	cleanup_fd(&w->fd);
}

/* Mode 0 keeps the owner out, but not when he insists. */
static int
open_dir(int dir_fd, const char *name)
{
	int fd = fault(openat, openat(dir_fd, name, DIR_FLAGS));

	if (fd < 0 && errno == EACCES && fchmodat(dir_fd, name, 0700, 0) == 0)
		fd = fault(openat, openat(dir_fd, name, DIR_FLAGS));
	return fd;
}

static int
identify(int fd, const char *name, struct level *level, struct error *e)
{
	struct statx st;

	if (statx(fd, "", AT_EMPTY_PATH, STATX_INO, &st) < 0)
		return error_errno(e, errno, "stat %s", name);
	if (st.stx_attributes & STATX_ATTR_MOUNT_ROOT)
		return error_errno(e, EBUSY, "'%s' is a mount point", name);
	level->dev = makedev(st.stx_dev_major, st.stx_dev_minor);
	level->ino = st.stx_ino;
	return 0;
}

static int
read_entries(struct walk *w, const char *buf, size_t len, struct error *e)
{
	struct level *level = &w->levels.items[w->levels.len - 1];

	for (size_t at = 0; at < len;) {
		const struct dirent64 *entry = (const void *)(buf + at);
		const char *name = entry->d_name;
		bool enter = false;

		at += entry->d_reclen;
		if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
			continue;
		if (w->ops->entry(w->fd, name, entry->d_type, &enter, w->arg,
				  e) < 0)
			return -1;
		if (enter)
			strings_push(&level->todo, name);
	}
	return 0;
}

static int
read_level(struct walk *w, const char *name, struct error *e)
{
	_Alignas(struct dirent64) char buf[16384];
	ssize_t n;

	while ((n = getdents64(w->fd, buf, sizeof(buf))) > 0)
		if (read_entries(w, buf, (size_t)n, e) < 0)
			return -1;
	if (n < 0 && errno != ENOENT) /* removed by somebody else */
		return error_errno(e, errno, "read directory %s", name);
	return 0;
}

/* Takes the name; an absent directory is none of our business any more. */
static int
enter(struct walk *w, int dir_fd, char *name, struct error *e)
{
	struct level level = {.name = name};
	autoclose int fd = open_dir(dir_fd, name);
	int rc = 0;

	if (fd < 0 && errno != ENOENT)
		rc = error_errno(e, errno, "open directory %s", name);
	if (fd >= 0)
		rc = identify(fd, name, &level, e);
	if (fd < 0 || rc < 0) {
		free(name);
		return rc;
	}
	cleanup_fd(&w->fd);
	w->fd = steal_fd(&fd);
	vec_push(&w->levels, level);
	return read_level(w, name, e);
}

static int
go_up(struct walk *w, struct error *e)
{
	struct level *level = &w->levels.items[w->levels.len - 1];
	autoclose int fd = fault(openat, openat(w->fd, "..", DIR_FLAGS));
	struct level found = {0};

	if (fd < 0)
		return error_errno(e, errno, "open parent directory of %s",
				   level[1].name);
	if (identify(fd, level->name, &found, e) < 0)
		return -1;
	if (found.dev != level->dev || found.ino != level->ino)
		return error_set(e, RKT_ERR_BUSY,
				 "directory '%s' was moved meanwhile",
				 level[1].name);
	cleanup_fd(&w->fd);
	w->fd = steal_fd(&fd);
	return 0;
}

static int
leave(struct walk *w, struct error *e)
{
	struct level *level = &w->levels.items[--w->levels.len];
	autofree char *name = level->name;

	vec_done(&level->todo);
	if (w->levels.len == 0)
		return 0;
	if (go_up(w, e) < 0)
		return -1;
	return w->ops->leave ? w->ops->leave(w->fd, name, w->arg, e) : 0;
}

int
tree_walk(int dir_fd, const char *name, const struct walk_ops *ops, void *arg,
	  struct error *e)
{
	struct walk w = {.fd = -1, .ops = ops, .arg = arg};
	int rc = enter(&w, dir_fd, xstrdup(name), e);

	while (rc == 0 && w.levels.len > 0) {
		struct strings *todo = &w.levels.items[w.levels.len - 1].todo;

		if (todo->len > 0)
			rc = enter(&w, w.fd, todo->items[--todo->len], e);
		else
			rc = leave(&w, e);
	}
	walk_done(&w);
	return rc;
}
