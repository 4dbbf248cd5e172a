/* Is one tree what another one is?
 * SPDX-License-Identifier: Apache-2.0
 *
 * What cannot be read of the tree in question is a difference; what cannot be
 * read of the other is an error. */
#include "core/render/compare.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "core/base/alloc.h"
#include "core/base/cleanup.h"
#include "core/base/strbuf.h"
#include "core/fetch/progress.h"
#include "core/render/compare-xattr.h"
#include "core/render/links.h"

#define PIECE_SIZE ((size_t)256 << 10)
#define DIR_FLAGS  (O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)

struct compare {
	const struct strings *implied;
	struct progress *progress;
	struct links want_links, have_links;
	char *want_piece, *have_piece;
	char *difference;
};

/* One name in both; for the roots the name is ".". */
struct both {
	int want_fd, have_fd; /* the directories it is in */
	const char *name, *path;
	struct stat want, have;
};

/* Names may hold anything, and go to a terminal. */
static int
differ(struct compare *c, const char *path, const char *what)
{
	struct strbuf b = {0};

	strbuf_puts(&b, "'/");
	for (; *path; path++) {
		unsigned char byte = (unsigned char)*path;

		if (byte < ' ' || byte >= 0x7f || byte == '\\')
			strbuf_printf(&b, "\\x%02x", byte);
		else
			strbuf_putc(&b, *path);
	}
	strbuf_printf(&b, "' %s", what);
	c->difference = b.text;
	return 0;
}

static int
compare_strings(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static bool
is_implied(const struct compare *c, const char *path)
{
	return c->implied->len > 0 &&
	       bsearch(&path, c->implied->items, c->implied->len,
		       sizeof(char *), compare_strings) != NULL;
}

/* Mark of a removed file, and a directory without a member: the time is when
 * they were made. */
static bool
has_time(const struct compare *c, const struct stat *st, const char *path)
{
	if (S_ISDIR(st->st_mode))
		return !is_implied(c, path);
	return !S_ISCHR(st->st_mode) || st->st_rdev != makedev(0, 0);
}

/* ---- one inode --------------------------------------------------------------
 */

static const char *
stat_difference(const struct compare *c, const struct both *b)
{
	const struct stat *want = &b->want, *have = &b->have;

	if ((want->st_mode & S_IFMT) != (have->st_mode & S_IFMT))
		return "is of another type";
	if (want->st_mode != have->st_mode)
		return "has another mode";
	if (want->st_uid != have->st_uid || want->st_gid != have->st_gid)
		return "has another owner";
	if ((S_ISCHR(want->st_mode) || S_ISBLK(want->st_mode)) &&
	    want->st_rdev != have->st_rdev)
		return "is another device";
	if (S_ISREG(want->st_mode) && want->st_size != have->st_size)
		return "has another size";
	if ((want->st_mtim.tv_sec != have->st_mtim.tv_sec ||
	     want->st_mtim.tv_nsec != have->st_mtim.tv_nsec) &&
	    has_time(c, want, b->path))
		return "has another time of change";
	return NULL;
}

/* Up to `size` bytes, as many as there are; -1: errno. */
static ssize_t
read_piece(int fd, char *to, size_t size)
{
	size_t len = 0;

	while (len < size) {
		ssize_t n = read(fd, to + len, size - len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n < 0 ? -1 : (ssize_t)len;
		len += (size_t)n;
	}
	return (ssize_t)len;
}

static int
open_file(int dir_fd, const char *name)
{
	return openat(dir_fd, name,
		      O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
}

static int
compare_content(struct compare *c, const struct both *b, struct error *e)
{
	autoclose int want = open_file(b->want_fd, b->name);
	autoclose int have = open_file(b->have_fd, b->name);
	ssize_t n, m;

	if (want < 0)
		return error_errno(e, errno, "open %s", b->path);
	do {
		n = read_piece(want, c->want_piece, PIECE_SIZE);
		if (n < 0)
			return error_errno(e, errno, "read %s", b->path);
		m = have < 0 ? -1 : read_piece(have, c->have_piece, PIECE_SIZE);
		if (m < 0)
			return differ(c, b->path, "cannot be read");
		if (n != m ||
		    memcmp(c->want_piece, c->have_piece, (size_t)n) != 0)
			return differ(c, b->path, "has other content");
		if (c->progress)
			progress_add(c->progress, (uint64_t)n);
	} while ((size_t)n == PIECE_SIZE);
	return 0;
}

static int
compare_target(struct compare *c, const struct both *b, struct error *e)
{
	autofree char *want = xcalloc(1, PATH_MAX);
	autofree char *have = xcalloc(1, PATH_MAX);

	if (readlinkat(b->want_fd, b->name, want, PATH_MAX - 1) < 0)
		return error_errno(e, errno, "read link %s", b->path);
	if (readlinkat(b->have_fd, b->name, have, PATH_MAX - 1) < 0)
		return differ(c, b->path, "cannot be read");
	return strcmp(want, have) == 0
		       ? 0
		       : differ(c, b->path, "leads somewhere else");
}

static const char *
first_name(struct links *links, const struct stat *st, const char *path)
{
	const char *first;

	if (st->st_nlink < 2)
		return NULL;
	first = links_find(links, st->st_dev, st->st_ino);
	if (!first)
		links_add(links, st->st_dev, st->st_ino, path);
	return first;
}

/* *ret_again: it was compared by another name.  Inodes that both trees have
 * are the same all the more. */
static int
compare_links(struct compare *c, const struct both *b, bool *ret_again)
{
	const char *want = first_name(&c->want_links, &b->want, b->path);
	const char *have = first_name(&c->have_links, &b->have, b->path);

	*ret_again = want != NULL || (b->want.st_dev == b->have.st_dev &&
				      b->want.st_ino == b->have.st_ino);
	if (want && have ? strcmp(want, have) != 0 : want != have)
		return differ(c, b->path, "is another hard link");
	return 0;
}

static int
compare_node(struct compare *c, const struct both *b, struct error *e)
{
	const char *what = stat_difference(c, b);
	bool is_again = false;

	if (what)
		return differ(c, b->path, what);
	if (!S_ISDIR(b->want.st_mode) && compare_links(c, b, &is_again) < 0)
		return -1;
	if (c->difference || is_again)
		return 0;
	if (xattrs_compare(b->want_fd, b->have_fd, b->name, &what, e) < 0)
		return -1;
	if (what)
		return differ(c, b->path, what);
	if (S_ISREG(b->want.st_mode))
		return compare_content(c, b, e);
	return S_ISLNK(b->want.st_mode) ? compare_target(c, b, e) : 0;
}

/* ---- directories ------------------------------------------------------------
 */

static int
read_names(int dir_fd, struct strings *to)
{
	int fd = openat(dir_fd, ".", DIR_FLAGS);
	autodir DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *entry;

	if (!dir) {
		cleanup_fd(&fd);
		return -1;
	}
	while ((void)(errno = 0), (entry = readdir(dir)) != NULL)
		if (strcmp(entry->d_name, ".") != 0 &&
		    strcmp(entry->d_name, "..") != 0)
			strings_push(to, entry->d_name);
	if (errno != 0)
		return -1;
	if (to->len > 1)
		qsort(to->items, to->len, sizeof(char *), compare_strings);
	return 0;
}

static int compare_name(struct compare *c, int want_fd, int have_fd,
			const char *name, const char *path, struct error *e);

static char *
join(const char *parent, const char *name)
{
	return *parent != '\0' ? xasprintf("%s/%s", parent, name)
			       : xstrdup(name);
}

static int
compare_lists(struct compare *c, const struct strings *want,
	      const struct strings *have, const char *path)
{
	for (size_t i = 0; i < want->len || i < have->len; i++) {
		int order = i == want->len ? 1
			    : i == have->len
				    ? -1
				    : strcmp(want->items[i], have->items[i]);
		const char *name = order > 0 ? have->items[i] : want->items[i];
		autofree char *at = order == 0 ? NULL : join(path, name);

		if (at)
			return differ(c, at,
				      order < 0 ? "is missing"
						: "does not belong there");
	}
	return 0;
}

static int
compare_dirs(struct compare *c, int want_fd, int have_fd, const char *path,
	     struct error *e)
{
	auto_strings struct strings want = {0}, have = {0};

	if (read_names(want_fd, &want) < 0)
		return error_errno(e, errno, "read directory %s", path);
	if (read_names(have_fd, &have) < 0)
		return differ(c, path, "cannot be read");
	compare_lists(c, &want, &have, path);
	for (size_t i = 0; !c->difference && i < want.len; i++) {
		autofree char *below = join(path, want.items[i]);

		if (compare_name(c, want_fd, have_fd, want.items[i], below, e) <
		    0)
			return -1;
	}
	return 0;
}

static int
compare_below(struct compare *c, const struct both *b, struct error *e)
{
	autoclose int want = openat(b->want_fd, b->name, DIR_FLAGS);
	autoclose int have = openat(b->have_fd, b->name, DIR_FLAGS);

	if (want < 0)
		return error_errno(e, errno, "open directory %s", b->path);
	if (have < 0)
		return differ(c, b->path, "cannot be read");
	return compare_dirs(c, want, have, b->path, e);
}

static int
compare_name(struct compare *c, int want_fd, int have_fd, const char *name,
	     const char *path, struct error *e)
{
	struct both b = {want_fd, have_fd, name, path, {0}, {0}};

	if (fstatat(want_fd, name, &b.want, AT_SYMLINK_NOFOLLOW) < 0)
		return error_errno(e, errno, "stat %s", path);
	if (fstatat(have_fd, name, &b.have, AT_SYMLINK_NOFOLLOW) < 0)
		return differ(c, path, "cannot be read");
	if (compare_node(c, &b, e) < 0)
		return -1;
	return c->difference || !S_ISDIR(b.want.st_mode)
		       ? 0
		       : compare_below(c, &b, e);
}

int
trees_compare(int want_fd, int have_fd, const struct strings *implied,
	      struct progress *progress, char **ret_difference, struct error *e)
{
	struct compare c = {.implied = implied, .progress = progress};
	int rc;

	c.want_piece = xmalloc(PIECE_SIZE);
	c.have_piece = xmalloc(PIECE_SIZE);
	rc = compare_name(&c, want_fd, have_fd, ".", "", e);
	links_done(&c.want_links);
	links_done(&c.have_links);
	free(c.want_piece);
	free(c.have_piece);
	*ret_difference = c.difference;
	return rc;
}
