/* Walking a directory tree of any depth with one descriptor.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CORE_BASE_WALK_H
#define CORE_BASE_WALK_H

#include <stdbool.h>

#include "error.h"

/* Links are not followed and mount points are not entered (EBUSY).  Neither the
 * stack nor the descriptors grow with the depth, for trees come from images. */
struct walk_ops {
	/* One entry of the directory `fd`; `type` is a DT_ value, perhaps
	 * DT_UNKNOWN.  *ret_enter is false; set it for a directory to be walked
	 * after its siblings were seen. */
	int (*entry)(int fd, const char *name, unsigned char type,
		     bool *ret_enter, void *arg, struct error *e);
	/* A directory below the first was walked; `fd` is its parent.  May be
	 * NULL. */
	int (*leave)(int fd, const char *name, void *arg, struct error *e);
};

/* Walks what is below `dir_fd`/`name`, a directory. */
int tree_walk(int dir_fd, const char *name, const struct walk_ops *ops,
	      void *arg, struct error *e);

#endif
