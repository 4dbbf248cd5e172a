/* Directories that a layer has only for what is in them.
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/render/implied.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "core/base/alloc.h"
#include "core/base/cleanup.h"
#include "core/base/fd.h"
#include "core/render/copy-file.h"

#define LIST_MAX   ((size_t)128 << 20)
#define OPAQUE_KEY "trusted.overlay.opaque"
#define DIR_FLAGS  (O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)

bool
dir_is_opaque(int fd)
{
	char value;

	return fgetxattr(fd, OPAQUE_KEY, &value, 1) == 1 && value == 'y';
}

/* ---- the lists --------------------------------------------------------------
 */

static int
read_list(struct implied_layer *layer, struct error *e)
{
	autofree char *path = xasprintf("%s/../implied", layer->rootfs);
	autoclose int fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	size_t len;

	if (fd < 0 && errno == ENOENT)
		return 0;
	if (fd < 0)
		return error_errno(e, errno, "open %s", path);
	if (fd_read_all(fd, path, LIST_MAX, &layer->text, &len, e) < 0)
		return -1;
	for (size_t at = 0; at < len; at += strlen(layer->text + at) + 1)
		vec_push(&layer->paths, layer->text + at);
	return 0;
}

int
implied_read(const char *const *layers, struct implied *ret, struct error *e)
{
	struct implied im = {0};

	while (layers[im.len])
		im.len++;
	im.items = xcalloc(im.len + 1, sizeof(*im.items));
	for (size_t i = 0; i < im.len; i++) {
		im.items[i].rootfs = layers[i];
		im.items[i].root_fd = -1;
	}
	/* What the lowest layer has is as good as explicit. */
	for (size_t i = 0; i + 1 < im.len; i++) {
		if (read_list(&im.items[i], e) < 0) {
			implied_done(&im);
			return -1;
		}
	}
	*ret = im;
	return 0;
}

void
implied_done(struct implied *im)
{
	for (size_t i = 0; i < im->len; i++) {
		free(im->items[i].text);
		vec_done(&im->items[i].paths);
		if (im->items[i].root_fd >= 0)
			close(im->items[i].root_fd);
	}
	free(im->items);
	*im = (struct implied){0};
}

static int
compare(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static bool
has(const struct implied_layer *layer, const char *path)
{
	return layer->paths.len > 0 &&
	       bsearch(&path, layer->paths.items, layer->paths.len,
		       sizeof(char *), compare) != NULL;
}

/* ---- looking through the stack ----------------------------------------------
 */

static int
open_root(struct implied_layer *layer, struct error *e)
{
	if (layer->root_fd < 0)
		layer->root_fd = open(layer->rootfs, DIR_FLAGS);
	return layer->root_fd < 0 ? error_errno(e, errno, "open directory %s",
						layer->rootfs)
				  : 0;
}

/* The directory in one layer, or -1; *ret_is_end: whatever lower layers have at
 * `path` is hidden by this one. */
static int
open_in_layer(struct implied_layer *layer, const char *path, int *ret_fd,
	      bool *ret_is_end, struct error *e)
{
	autofree char *copy = xstrdup(path);
	autoclose int fd = -1;
	char *rest = copy, *name;

	if (open_root(layer, e) < 0)
		return -1;
	fd = fcntl(layer->root_fd, F_DUPFD_CLOEXEC, 0);
	while (fd >= 0 && (name = strsep(&rest, "/")) && name[0] != '\0') {
		int next;

		*ret_is_end |= dir_is_opaque(fd);
		next = openat(fd, name, DIR_FLAGS);
		cleanup_fd(&fd);
		fd = next;
	}
	/* A whiteout, or another kind of file. */
	*ret_is_end |= fd < 0 && (errno == ENOTDIR || errno == ELOOP);
	if (fd < 0 && errno != ENOENT && errno != ENOTDIR && errno != ELOOP)
		return error_errno(e, errno, "open directory %s in %s", path,
				   layer->rootfs);
	*ret_fd = steal_fd(&fd);
	return 0;
}

/* *ret_fd: as said for implied_find(), but the topmost one rather than -1. */
static int
find(struct implied *im, const char *path, int *ret_fd, bool *ret_is_lower,
     struct error *e)
{
	autoclose int top = -1;
	bool is_end = false;

	*ret_is_lower = false;
	for (size_t i = 0; i < im->len && !is_end; i++) {
		autoclose int fd = -1;

		if (open_in_layer(&im->items[i], path, &fd, &is_end, e) < 0)
			return -1;
		if (fd < 0)
			continue;
		if (!has(&im->items[i], path)) {
			*ret_is_lower = top >= 0;
			*ret_fd = steal_fd(&fd);
			return 0;
		}
		if (top < 0)
			top = steal_fd(&fd);
	}
	*ret_fd = steal_fd(&top);
	return 0;
}

int
implied_find(struct implied *im, const char *path, int *ret_fd, struct error *e)
{
	autoclose int fd = -1;
	bool is_lower = false;

	for (size_t i = 0; i < im->len && !is_lower; i++)
		is_lower = has(&im->items[i], path);
	if (is_lower && find(im, path, &fd, &is_lower, e) < 0)
		return -1;
	*ret_fd = is_lower ? steal_fd(&fd) : -1;
	return 0;
}

/* ---- an upper directory -----------------------------------------------------
 */

/* With those above it; *made gets what was not there, from the top on. */
static int
make_one(int upper_fd, char *path, struct strings *made, struct error *e)
{
	for (char *slash = path; slash; *slash = '/') {
		slash = strchr(slash + 1, '/');
		if (slash)
			*slash = '\0';
		if (mkdirat(upper_fd, path, 0700) == 0)
			strings_push(made, path);
		else if (errno != EEXIST)
			return error_errno(e, errno, "create directory %s",
					   path);
		if (!slash)
			break;
	}
	return 0;
}

static int
dress(struct implied *im, int upper_fd, const char *path, struct error *e)
{
	autoclose int from = -1;
	autoclose int to = openat(upper_fd, path, DIR_FLAGS);
	bool is_lower;
	struct stat st;

	if (to < 0)
		return error_errno(e, errno, "open directory %s", path);
	if (find(im, path, &from, &is_lower, e) < 0)
		return -1;
	if (fstat(from, &st) < 0)
		return error_errno(e, errno, "stat %s", path);
	return copy_metadata(from, to, path, &st, e);
}

bool
implied_is_below_root(const struct implied *im)
{
	for (size_t i = 0; i < im->len; i++) {
		const struct strings *paths = &im->items[i].paths;

		if (paths->len > 0 && paths->items[paths->len - 1][0] != '\0')
			return true;
	}
	return false;
}

static int
make_all(struct implied *im, int upper_fd, struct strings *made,
	 struct error *e)
{
	for (size_t i = 0; i < im->len; i++) {
		const struct strings *paths = &im->items[i].paths;

		for (size_t j = 0; j < paths->len; j++) {
			autofree char *path = xstrdup(paths->items[j]);
			autoclose int fd = -1;

			if (path[0] == '\0')
				continue;
			if (implied_find(im, path, &fd, e) < 0)
				return -1;
			if (fd >= 0 && make_one(upper_fd, path, made, e) < 0)
				return -1;
		}
	}
	return 0;
}

int
implied_make(struct implied *im, int upper_fd, struct error *e)
{
	auto_strings struct strings made = {0};

	if (make_all(im, upper_fd, &made, e) < 0)
		return -1;
	/* What is below first, for that changes the time of what is above. */
	for (size_t i = made.len; i-- > 0;)
		if (dress(im, upper_fd, made.items[i], e) < 0)
			return -1;
	return 0;
}
