/* Layers as an appc image, one stream.
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/render/aci.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "core/base/alloc.h"
#include "core/base/cleanup.h"
#include "core/fetch/progress.h"
#include "core/render/merge.h"
#include "core/render/tar.h"

#define PIECE_SIZE ((size_t)256 << 10)

struct writer {
	struct output *output;
	struct progress *progress;
	struct strbuf head; /* of one member */
	struct strbuf xattrs;
	char *piece;
};

static int
put_zeros(struct writer *w, size_t len, struct error *e)
{
	static const char zeros[TAR_END_SIZE];

	return output_write(w->output, zeros, len, e);
}

static int
put_header(struct writer *w, const struct tar_member *m, struct error *e)
{
	w->head.len = 0;
	tar_header(&w->head, m);
	return output_write(w->output, w->head.text, w->head.len, e);
}

static char *
member_name(const char *path)
{
	return *path == '\0' ? xstrdup("rootfs") : xasprintf("rootfs/%s", path);
}

/* ---- attributes -------------------------------------------------------------
 */

/* Marks of overlayfs, and labels of this machine, are no part of an image. */
static bool
is_wanted(const char *key)
{
	return strncmp(key, "trusted.overlay.", 16) != 0 &&
	       strcmp(key, "security.selinux") != 0;
}

static int
read_xattr(struct writer *w, const char *from, const char *key,
	   const char *path, struct error *e)
{
	ssize_t len = lgetxattr(from, key, NULL, 0);
	autofree char *value = NULL;

	if (len >= 0) {
		value = xmalloc((size_t)len + 1);
		len = lgetxattr(from, key, value, (size_t)len);
	}
	if (len < 0)
		return error_errno(e, errno, "read attribute %s of %s", key,
				   path);
	tar_add_xattr(&w->xattrs, key, value, (size_t)len);
	return 0;
}

/* In the order of their names, as everything. */
static int
read_xattrs(struct writer *w, const char *from, const char *path,
	    struct error *e)
{
	ssize_t len = llistxattr(from, NULL, 0);
	autofree char *list = NULL;
	const char *key, *last = "";

	w->xattrs.len = 0;
	if (len == 0 || (len < 0 && errno == EOPNOTSUPP))
		return 0;
	if (len > 0) {
		list = xmalloc((size_t)len);
		len = llistxattr(from, list, (size_t)len);
	}
	if (len < 0)
		return error_errno(e, errno, "list attributes of %s", path);
	for (;; last = key) {
		key = NULL;
		for (const char *k = list; k < list + len; k += strlen(k) + 1)
			if (strcmp(k, last) > 0 && (!key || strcmp(k, key) < 0))
				key = k;
		if (!key)
			return 0;
		if (is_wanted(key) && read_xattr(w, from, key, path, e) < 0)
			return -1;
	}
}

/* ---- members ----------------------------------------------------------------
 */

static int
enter(void *arg, const char *path, int fd, const struct stat *st,
      struct error *e)
{
	struct writer *w = arg;
	autofree char *name = member_name(path);
	autofree char *from = xasprintf("/proc/self/fd/%d/.", fd);

	if (read_xattrs(w, from, path, e) < 0)
		return -1;
	return put_header(w,
			  &(struct tar_member){
				  .path = name, .st = st, .xattrs = &w->xattrs},
			  e);
}

static int
put_content(struct writer *w, int fd, const char *path, uint64_t size,
	    struct error *e)
{
	uint64_t left = size;

	while (left > 0) {
		size_t want = left < PIECE_SIZE ? (size_t)left : PIECE_SIZE;
		ssize_t n = read(fd, w->piece, want);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return error_errno(e, errno, "read %s", path);
		if (n == 0)
			return error_set(e, RKT_ERR_BUSY,
					 "'%s' became shorter while it was "
					 "read",
					 path);
		if (output_write(w->output, w->piece, (size_t)n, e) < 0)
			return -1;
		if (w->progress)
			progress_add(w->progress, (uint64_t)n);
		left -= (uint64_t)n;
	}
	return put_zeros(w, tar_padding(size), e);
}

static int
put_file(struct writer *w, const struct tar_member *m, const char *path,
	 int dir_fd, struct error *e)
{
	autoclose int fd =
		openat(dir_fd, path_base(path),
		       O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);

	if (fd < 0)
		return error_errno(e, errno, "open %s", path);
	if (put_header(w, m, e) < 0)
		return -1;
	return put_content(w, fd, path, tar_content_size(m), e);
}

static int
put_entry(struct writer *w, struct tar_member *m, const char *path, int dir_fd,
	  struct error *e)
{
	autofree char *target = NULL;
	autofree char *from =
		xasprintf("/proc/self/fd/%d/%s", dir_fd, path_base(path));
	ssize_t len;

	if (read_xattrs(w, from, path, e) < 0)
		return -1;
	m->xattrs = &w->xattrs;
	if (S_ISREG(m->st->st_mode))
		return put_file(w, m, path, dir_fd, e);
	if (S_ISLNK(m->st->st_mode)) {
		target = xcalloc(1, PATH_MAX);
		len = readlinkat(dir_fd, path_base(path), target, PATH_MAX - 1);
		if (len < 0)
			return error_errno(e, errno, "read link %s", path);
		m->link = target;
	}
	return put_header(w, m, e);
}

static int
entry(void *arg, const char *path, int dir_fd, const struct stat *st,
      const char *first, struct error *e)
{
	struct writer *w = arg;
	autofree char *name = member_name(path);
	autofree char *hardlink = first ? member_name(first) : NULL;
	struct tar_member m = {.path = name, .st = st, .hardlink = hardlink};

	if (S_ISSOCK(st->st_mode))
		return 0;
	return first ? put_header(w, &m, e) : put_entry(w, &m, path, dir_fd, e);
}

/* Time 0: the same image is the same archive at any time. */
static int
put_manifest(struct writer *w, const char *text, struct error *e)
{
	const struct stat st = {
		.st_mode = S_IFREG | 0644,
		.st_size = (off_t)strlen(text),
	};

	if (put_header(w, &(struct tar_member){.path = "manifest", .st = &st},
		       e) < 0 ||
	    output_write(w->output, text, strlen(text), e) < 0)
		return -1;
	return put_zeros(w, tar_padding(strlen(text)), e);
}

int
aci_write(struct output *o, const struct aci *aci, struct error *e)
{
	static const struct merge_ops ops = {enter, NULL, entry};
	struct writer w = {.output = o, .progress = aci->progress};
	int rc;

	w.piece = xmalloc(PIECE_SIZE);
	rc = put_manifest(&w, aci->manifest, e);
	if (rc == 0)
		rc = layers_merge(aci->upper_fd, aci->layers, &ops, &w, e);
	if (rc == 0)
		rc = put_zeros(&w, TAR_END_SIZE, e);
	free(w.piece);
	strbuf_done(&w.head);
	strbuf_done(&w.xattrs);
	return rc;
}
