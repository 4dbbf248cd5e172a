/* Stacked layers as one plain tree, where overlayfs cannot serve.
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/render/copy.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "core/base/alloc.h"
#include "core/base/cleanup.h"
#include "core/base/fd.h"
#include "core/base/vec.h"
#include "core/fetch/progress.h"
#include "core/render/copy-file.h"
#include "core/render/merge.h"

#define DIR_FLAGS (O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)

VEC(fds, int);

struct copy {
	struct fds dirs; /* from the root down to where we are */
	struct progress *progress;
};

static int
last(const struct copy *c)
{
	return c->dirs.items[c->dirs.len - 1];
}

static int
enter(void *arg, const char *path, int from_fd, const struct stat *st,
      struct error *e)
{
	struct copy *c = arg;
	int fd;

	(void)from_fd;
	(void)st;
	if (*path == '\0')
		return 0;
	if (mkdirat(last(c), path_base(path), 0700) < 0)
		return error_errno(e, errno, "create directory %s", path);
	fd = openat(last(c), path_base(path), DIR_FLAGS);
	if (fd < 0)
		return error_errno(e, errno, "open %s", path);
	vec_push(&c->dirs, fd);
	return 0;
}

/* What is in it was written: its time and mode count from now on. */
static int
leave(void *arg, const char *path, int from_fd, const struct stat *st,
      struct error *e)
{
	struct copy *c = arg;
	int rc = copy_metadata(from_fd, last(c), path, st, e);

	if (c->dirs.len > 1)
		close(c->dirs.items[--c->dirs.len]);
	return rc;
}

/* Through directories only, whatever somebody put in their place. */
static int
link_again(const struct copy *c, const char *first, const char *path,
	   struct error *e)
{
	size_t len = strlen(first) - strlen(path_base(first));
	autofree char *parent = xstrndup(first, len > 0 ? len - 1 : 0);
	autoclose int fd = len > 0 ? open_beneath(c->dirs.items[0], parent,
						  O_PATH | O_DIRECTORY, 0)
				   : -1;

	if (len > 0 && fd < 0)
		return error_errno(e, errno, "open %s", parent);
	if (linkat(len > 0 ? fd : c->dirs.items[0], path_base(first), last(c),
		   path_base(path), 0) < 0)
		return error_errno(e, errno, "link %s", path);
	return 0;
}

static int
entry(void *arg, const char *path, int dir_fd, const struct stat *st,
      const char *first, struct error *e)
{
	struct copy *c = arg;

	if (first)
		return link_again(c, first, path, e);
	if (copy_entry(dir_fd, last(c), path_base(path), st, e) < 0)
		return error_prefix(e, "cannot copy '%s'", path);
	if (c->progress && S_ISREG(st->st_mode))
		progress_add(c->progress, (uint64_t)st->st_size);
	return 0;
}

int
layers_copy_shown(const char *const *layers, int to_fd,
		  struct progress *progress, struct error *e)
{
	static const struct merge_ops ops = {enter, leave, entry};
	struct copy c = {.progress = progress};
	int rc;

	vec_push(&c.dirs, to_fd);
	rc = layers_merge(-1, layers, &ops, &c, e);
	while (c.dirs.len > 1)
		close(c.dirs.items[--c.dirs.len]);
	vec_done(&c.dirs);
	return rc;
}

int
layers_copy(const char *const *layers, int to_fd, struct error *e)
{
	return layers_copy_shown(layers, to_fd, NULL, e);
}
