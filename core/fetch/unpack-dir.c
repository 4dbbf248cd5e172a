/* Directories: made private at once, given their metadata at the end.
 * SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/cleanup.h"
#include "core/base/fd.h"
#include "core/base/strbuf.h"
#include "unpack-internal.h"

/* Memory for the names of directories that wait for the end. */
#define DIRS_BYTES_MAX ((size_t)128 << 20)

int
dir_remember(struct unpack *u, const char *path, const struct member *m,
	     struct error *e)
{
	struct dir_meta d = {
		.serial = u->dirs.len,
		.is_implied = !m,
		.perm = m ? m->perm : 0755,
		.uid = m ? m->uid : 0,
		.gid = m ? m->gid : 0,
		.mtime = {.tv_nsec = UTIME_OMIT},
	};

	u->dirs_bytes += sizeof(d) + strlen(path);
	if (m) {
		d.mtime = m->mtime;
		d.xattrs = m->xattrs;
		for (size_t i = 0; i < d.xattrs.len; i++)
			u->dirs_bytes += d.xattrs.items[i].len;
	}
	if (u->dirs_bytes > DIRS_BYTES_MAX) {
		if (m)
			xattrs_done(&d.xattrs);
		return member_error(u, path, e, "is one directory too many");
	}
	d.path = xstrdup(path);
	vec_push(&u->dirs, d);
	return 0;
}

/* A removed directory that is made again hides what was below it. */
static int
make_opaque(struct unpack *u, int parent, const struct member *m,
	    struct error *e)
{
	autoclose int fd =
		openat(parent, m->base,
		       O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	if (fd < 0)
		return member_errno(u, m->path, e, errno, "open directory");
	return opaque_set(u, fd, m->path, e);
}

static int
replace(struct unpack *u, int parent, const struct member *m, struct error *e)
{
	struct stat st;

	if (fstatat(parent, m->base, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return member_errno(u, m->path, e, errno, "look at");
	if (S_ISDIR(st.st_mode))
		return 0;
	if (place_clear(u, parent, m->path, m->base, e) < 0)
		return -1;
	if (mkdirat(parent, m->base, 0700) < 0)
		return member_errno(u, m->path, e, errno, "create directory");
	return is_whiteout_node(&st) ? make_opaque(u, parent, m, e) : 0;
}

int
dir_make(struct unpack *u, struct member *m, struct error *e)
{
	struct xattrs none = {0};
	int parent, rc;

	if (m->path[0] != '\0') {
		if (parent_open(u, m->path, &parent, e) < 0)
			return -1;
		if (mkdirat(parent, m->base, 0700) < 0) {
			if (errno != EEXIST)
				return member_errno(u, m->path, e, errno,
						    "create directory");
			if (replace(u, parent, m, e) < 0)
				return -1;
		}
	}
	rc = dir_remember(u, m->path, m, e);
	m->xattrs = none;
	return rc;
}

/* Deepest first, and of the same path the last one first. */
static int
compare(const void *a, const void *b)
{
	const struct dir_meta *x = a, *y = b;
	int c = strcmp(y->path, x->path);

	if (c != 0)
		return c;
	return x->serial < y->serial ? 1 : x->serial > y->serial ? -1 : 0;
}

/* *ret_found: it is there still. */
static int
finish_one(struct unpack *u, const struct dir_meta *d, bool *ret_found,
	   struct error *e)
{
	struct timespec times[2] = {d->mtime, d->mtime};
	autoclose int fd = -1;

	if (d->path[0] == '\0')
		fd = fcntl(u->root_fd, F_DUPFD_CLOEXEC, 0);
	else
		fd = open_in_root(u->root_fd, d->path,
				  O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0);
	/* A later member took its place. */
	*ret_found = fd >= 0;
	if (fd < 0 && (errno == ENOENT || errno == ENOTDIR || errno == ELOOP))
		return 0;
	if (fd < 0)
		return member_errno(u, d->path, e, errno, "open directory");
	if (u->is_root && fchown(fd, d->uid, d->gid) < 0)
		return member_errno(u, d->path, e, errno, "change owner of");
	if (fchmod(fd, d->perm) < 0)
		return member_errno(u, d->path, e, errno, "change mode of");
	if (xattrs_set_fd(u, fd, d->path, &d->xattrs, e) < 0)
		return -1;
	if (futimens(fd, times) < 0)
		return member_errno(u, d->path, e, errno, "set time of");
	return 0;
}

/* `paths` are sorted downwards. */
static void
keep_implied(struct unpack *u, const struct strings *paths)
{
	struct strbuf b = {0};

	for (size_t i = paths->len; i-- > 0;)
		strbuf_add(&b, paths->items[i], strlen(paths->items[i]) + 1);
	u->result.implied_len = b.len;
	u->result.implied = b.text;
}

/* Once for every path, the deepest first. */
static int
finish_all(struct unpack *u, struct strings *implied, struct error *e)
{
	struct dir_metas *dirs = &u->dirs;

	if (dirs->len > 1)
		qsort(dirs->items, dirs->len, sizeof(dirs->items[0]), compare);
	for (size_t i = 0; i < dirs->len; i++) {
		const struct dir_meta *d = &dirs->items[i];
		bool is_found;

		if (i > 0 && strcmp(d->path, d[-1].path) == 0) {
			if (u->options->root && !d->is_implied &&
			    !d[-1].is_implied)
				return member_error(u, d->path, e,
						    "is there twice");
			continue;
		}
		if (finish_one(u, d, &is_found, e) < 0)
			return -1;
		if (is_found && d->is_implied)
			strings_push(implied, d->path);
	}
	if (dirs->len == 0 || dirs->items[dirs->len - 1].path[0] != '\0')
		strings_push(implied, "");
	return 0;
}

int
dirs_finish(struct unpack *u, struct error *e)
{
	struct strings implied = {0};
	int rc = finish_all(u, &implied, e);

	if (rc == 0)
		keep_implied(u, &implied);
	strings_done(&implied);
	return rc;
}

void
dirs_done(struct unpack *u)
{
	for (size_t i = 0; i < u->dirs.len; i++) {
		free(u->dirs.items[i].path);
		xattrs_done(&u->dirs.items[i].xattrs);
	}
	vec_done(&u->dirs);
}
