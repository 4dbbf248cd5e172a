/* Several images as one tree, by the rules of appc.
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/render/compose.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "core/base/alloc.h"
#include "core/base/cleanup.h"
#include "core/base/fd.h"
#include "core/render/copy-file.h"
#include "core/render/implied.h"

#define DEPTH_MAX 512
#define LIST_MAX  ((size_t)128 << 20)
#define DIR_FLAGS (O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)

/* A directory of one source. */
struct level {
	size_t source;
	int fd;
};
VEC(levels, struct level);

struct compose {
	const struct compose_source *sources;
	bool is_overlay; /* nothing was found that speaks against it */
};

/* Who gives a name: one a file, or some together a directory. */
struct choice {
	ssize_t file;         /* index of the level, or -1           */
	struct levels levels; /* of the directory                    */
	size_t giver;         /* of its looks, index in `levels` ... */
	bool is_given;        /* ... if there is one                 */
};

/* `out` is -1 where nothing is made, only looked for. */
struct place {
	int out;
	const char *path; /* "" is the root */
	int depth;
};

static int compose_level(struct compose *m, const struct levels *levels,
			 const struct place *place, bool *ret_any,
			 struct error *e);

/* ---- sources ----------------------------------------------------------------
 */

static int
read_implied(struct compose_source *s, struct error *e)
{
	autoclose int fd =
		openat(s->fd, "../implied", O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	size_t len;

	if (fd < 0 && errno == ENOENT)
		return 0;
	if (fd < 0)
		return error_errno(e, errno, "open %s/../implied", s->rootfs);
	if (fd_read_all(fd, s->rootfs, LIST_MAX, &s->implied_text, &len, e) < 0)
		return -1;
	for (size_t at = 0; at < len; at += strlen(s->implied_text + at) + 1)
		vec_push(&s->implied, s->implied_text + at);
	return 0;
}

int
compose_add(struct compose_sources *to, char *rootfs, size_t image,
	    const struct strings *own, const struct strings *upper,
	    struct error *e)
{
	struct compose_source s = {
		.rootfs = rootfs,
		.image = image,
		.own = own && own->len > 0 ? own : NULL,
		.upper = upper && upper->len > 0 ? upper : NULL,
		.fd = open(rootfs, DIR_FLAGS),
	};
	int err = errno;

	vec_push(to, s);
	if (s.fd < 0)
		return error_errno(e, err, "open directory %s", rootfs);
	return read_implied(&to->items[to->len - 1], e);
}

void
compose_done(struct compose_sources *sources)
{
	for (size_t i = 0; i < sources->len; i++) {
		struct compose_source *s = &sources->items[i];

		if (s->fd >= 0)
			close(s->fd);
		free(s->rootfs);
		free(s->implied_text);
		vec_done(&s->implied);
	}
	vec_done(sources);
}

static int
compare(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static bool
has(const struct strings *v, const char *s)
{
	return v->len > 0 &&
	       bsearch(&s, v->items, v->len, sizeof(char *), compare) != NULL;
}

/* ---- choosing ---------------------------------------------------------------
 */

static void
levels_done(struct levels *levels)
{
	for (size_t i = 0; i < levels->len; i++)
		close(levels->items[i].fd);
	vec_done(levels);
}

static bool
may_give_file(const struct compose_source *s, const char *path)
{
	return (!s->own || has(s->own, path)) &&
	       (!s->upper || has(s->upper, path));
}

static bool
may_give_dir(const struct compose_source *s, const char *path)
{
	return (!s->upper || has(s->upper, path)) && !has(&s->implied, path);
}

/* Is there anything to be had from these directories? */
static int
is_anything(struct compose *m, const struct choice *c,
	    const struct place *place, bool *ret, struct error *e)
{
	const struct place look = {-1, place->path, place->depth};

	if (c->is_given) {
		*ret = true;
		return 0;
	}
	return compose_level(m, &c->levels, &look, ret, e);
}

static int
choose_dir(struct compose *m, const struct level *from, const char *name,
	   const struct place *place, struct choice *c, bool *ret_is_opaque,
	   struct error *e)
{
	struct level level = {from->source, openat(from->fd, name, DIR_FLAGS)};

	if (level.fd < 0)
		return error_errno(e, errno, "open directory %s", place->path);
	*ret_is_opaque = dir_is_opaque(level.fd);
	if (!c->is_given &&
	    may_give_dir(&m->sources[from->source], place->path)) {
		c->is_given = true;
		c->giver = c->levels.len;
	}
	vec_push(&c->levels, level);
	return 0;
}

/* *ret_hides: the rest of this image has nothing to say to the name; a file
 * that is taken ends the search. */
static int
choose_file(struct compose *m, const struct level *from, size_t index,
	    const struct stat *st, const struct place *place, struct choice *c,
	    struct error *e)
{
	bool is_dir = false;

	if (S_ISCHR(st->st_mode) && st->st_rdev == makedev(0, 0))
		return 0;
	if (c->levels.len > 0 && is_anything(m, c, place, &is_dir, e) < 0)
		return -1;
	if (is_dir || !may_give_file(&m->sources[from->source], place->path))
		return 0;
	levels_done(&c->levels);
	c->file = (ssize_t)index;
	return 0;
}

static int
choose(struct compose *m, const struct levels *levels, const char *name,
       const struct place *place, struct choice *c, struct error *e)
{
	size_t hidden = SIZE_MAX; /* the image that has said its last word */
	bool is_cut = false;

	for (size_t i = 0; i < levels->len && c->file < 0; i++) {
		const struct level *level = &levels->items[i];
		size_t image = m->sources[level->source].image;
		bool is_last = true;
		struct stat st;

		if (image == hidden)
			continue;
		if (fstatat(level->fd, name, &st, AT_SYMLINK_NOFOLLOW) < 0) {
			if (errno == ENOENT)
				continue;
			return error_errno(e, errno, "stat %s", place->path);
		}
		if (S_ISDIR(st.st_mode)) {
			m->is_overlay &= !is_cut;
			if (choose_dir(m, level, name, place, c, &is_last, e) <
			    0)
				return -1;
		} else {
			is_cut |= c->levels.len > 0;
			if (choose_file(m, level, i, &st, place, c, e) < 0)
				return -1;
		}
		if (is_last)
			hidden = image;
	}
	return 0;
}

/* ---- making -----------------------------------------------------------------
 */

static int
make_file(const struct level *from, const char *name, const struct place *place,
	  struct error *e)
{
	struct stat st;

	if (linkat(from->fd, name, place->out, name, 0) == 0)
		return 0;
	/* As many links as there can be, or another file system. */
	if (errno != EMLINK && errno != EXDEV && errno != EPERM)
		return error_errno(e, errno, "link %s", place->path);
	if (fstatat(from->fd, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return error_errno(e, errno, "stat %s", place->path);
	return copy_entry(from->fd, place->out, name, &st, e);
}

/* The same at any time: it can be compared with one made later. */
static int
dress_plainly(int to, const char *path, struct error *e)
{
	static const struct timespec times[2];

	if (fchmod(to, 0755) < 0 || futimens(to, times) < 0)
		return error_errno(e, errno, "change mode and time of %s",
				   path);
	return 0;
}

static int
dress(const struct choice *c, int to, const char *path, struct error *e)
{
	const struct level *giver = &c->levels.items[c->giver];
	struct stat st;

	if (!c->is_given)
		return dress_plainly(to, path, e);
	if (fstat(giver->fd, &st) < 0)
		return error_errno(e, errno, "stat %s", path);
	return copy_metadata(giver->fd, to, path, &st, e);
}

static int
fill_dir(struct compose *m, const struct choice *c, int to,
	 const struct place *place, bool *ret_any, struct error *e)
{
	const struct place below = {to, place->path, place->depth};

	if (compose_level(m, &c->levels, &below, ret_any, e) < 0)
		return -1;
	return *ret_any || c->is_given ? dress(c, to, place->path, e) : 0;
}

/* What nobody gives is there only for what is in it. */
static int
make_dir(struct compose *m, const struct choice *c, const char *name,
	 const struct place *place, bool *ret_any, struct error *e)
{
	autoclose int to = -1;
	bool is_any = false;

	if (place->out < 0 && c->is_given && c->levels.len < 3) {
		*ret_any = true;
		return 0;
	}
	if (place->out >= 0) {
		if (mkdirat(place->out, name, 0700) < 0)
			return error_errno(e, errno, "create directory %s",
					   place->path);
		to = openat(place->out, name, DIR_FLAGS);
		if (to < 0)
			return error_errno(e, errno, "open directory %s",
					   place->path);
		if (fill_dir(m, c, to, place, &is_any, e) < 0)
			return -1;
	} else if (compose_level(m, &c->levels, place, &is_any, e) < 0) {
		return -1;
	}
	is_any |= c->is_given;
	if (!is_any && place->out >= 0 &&
	    unlinkat(place->out, name, AT_REMOVEDIR) < 0)
		return error_errno(e, errno, "remove %s", place->path);
	*ret_any |= is_any;
	return 0;
}

static int
compose_name(struct compose *m, const struct levels *levels, const char *name,
	     const struct place *parent, bool *ret_any, struct error *e)
{
	autofree char *path = parent->path[0] != '\0'
				      ? xasprintf("%s/%s", parent->path, name)
				      : xstrdup(name);
	const struct place place = {parent->out, path, parent->depth + 1};
	struct choice c = {.file = -1};
	int rc = choose(m, levels, name, &place, &c, e);

	if (rc == 0 && c.file >= 0) {
		*ret_any = true;
		if (place.out >= 0)
			rc = make_file(&levels->items[c.file], name, &place, e);
	} else if (rc == 0 && c.levels.len > 0) {
		rc = make_dir(m, &c, name, &place, ret_any, e);
	}
	levels_done(&c.levels);
	return rc;
}

static int
read_names(const struct level *level, struct strings *ret, struct error *e)
{
	autodir DIR *dir = NULL;
	struct dirent *entry;
	int fd = openat(level->fd, ".", DIR_FLAGS);

	dir = fd < 0 ? NULL : fdopendir(fd);
	if (!dir) {
		error_errno(e, errno, "read directory");
		if (fd >= 0)
			close(fd);
		return -1;
	}
	while ((void)(errno = 0), (entry = readdir(dir)) != NULL)
		if (strcmp(entry->d_name, ".") != 0 &&
		    strcmp(entry->d_name, "..") != 0)
			strings_push(ret, entry->d_name);
	return errno == 0 ? 0 : error_errno(e, errno, "read directory");
}

static int
compose_level(struct compose *m, const struct levels *levels,
	      const struct place *place, bool *ret_any, struct error *e)
{
	auto_strings struct strings names = {0};
	const char *last = NULL;

	if (place->depth > DEPTH_MAX)
		return error_set(e, RKT_ERR_INPUT, "'%s' is too deep",
				 place->path);
	for (size_t i = 0; i < levels->len; i++)
		if (read_names(&levels->items[i], &names, e) < 0)
			return -1;
	if (names.len > 1)
		qsort(names.items, names.len, sizeof(char *), compare);
	for (size_t i = 0; i < names.len; last = names.items[i++])
		if (!last || strcmp(last, names.items[i]) != 0)
			if (compose_name(m, levels, names.items[i], place,
					 ret_any, e) < 0)
				return -1;
	return 0;
}

/* ---- all --------------------------------------------------------------------
 */

static int
compose_all(struct compose *m, const struct compose_sources *sources, int out,
	    struct error *e)
{
	const struct place root = {out, "", 0};
	struct choice c = {.file = -1};
	bool is_any = false;
	int rc;

	for (size_t i = 0; i < sources->len; i++) {
		struct level level = {
			i, fcntl(sources->items[i].fd, F_DUPFD_CLOEXEC, 0)};

		if (!c.is_given && !has(&sources->items[i].implied, "")) {
			c.is_given = true;
			c.giver = c.levels.len;
		}
		vec_push(&c.levels, level);
	}
	rc = out < 0 ? compose_level(m, &c.levels, &root, &is_any, e)
		     : fill_dir(m, &c, out, &root, &is_any, e);
	levels_done(&c.levels);
	return rc;
}

int
compose_is_overlay(const struct compose_sources *sources, bool *ret,
		   struct error *e)
{
	struct compose m = {.sources = sources->items, .is_overlay = true};

	/* It takes a directory, a file and again a directory. */
	if (sources->len > 2 && compose_all(&m, sources, -1, e) < 0)
		return -1;
	*ret = m.is_overlay;
	return 0;
}

int
compose_make(const struct compose_sources *sources, int to_fd, struct error *e)
{
	struct compose m = {.sources = sources->items};

	return compose_all(&m, sources, to_fd, e);
}
