/* Stacked layers seen as one tree, entry by entry.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CORE_RENDER_MERGE_H
#define CORE_RENDER_MERGE_H

#include <sys/stat.h>

#include "core/base/error.h"

/* What is done with the tree.  Paths are below its root, which is "".  Names
 * in a directory come sorted by their bytes. */
struct merge_ops {
	/* A directory, before what is in it; `fd` and `st` are of the one it
	 * should look like. */
	int (*enter)(void *arg, const char *path, int fd, const struct stat *st,
		     struct error *e);
	/* The same, behind what is in it; may be NULL. */
	int (*leave)(void *arg, const char *path, int fd, const struct stat *st,
		     struct error *e);
	/* Anything else: the last name of `path` in `dir_fd`.  `first`: the
	 * path by which this inode came before, or NULL. */
	int (*entry)(void *arg, const char *path, int dir_fd,
		     const struct stat *st, const char *first,
		     struct error *e);
};

/* The last name of a path. */
const char *path_base(const char *path);

/* The directories `layers` (topmost first, NULL-terminated) as overlayfs would
 * show them: whiteouts hide, opaque directories cut off what is below.
 * `upper_fd`: what an overlay of them has written, or -1; renames that only
 * overlayfs can follow are refused. */
int layers_merge(int upper_fd, const char *const *layers,
		 const struct merge_ops *ops, void *arg, struct error *e);

#endif
