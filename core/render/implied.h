/* Directories that a layer has only for what is in them, without a member of
 * their own: what they look like is said by a layer further down.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CORE_RENDER_IMPLIED_H
#define CORE_RENDER_IMPLIED_H

#include <stdbool.h>

#include "core/base/error.h"
#include "core/base/vec.h"

struct implied_layer {
	char *text;           /* paths as the store has them       */
	struct strings paths; /* borrowed from `text`, sorted      */
	int root_fd;          /* opened when it is first asked for */
	const char *rootfs;   /* borrowed                          */
};

/* Topmost layer first, as long as `layers` (paths of rootfs). */
struct implied {
	struct implied_layer *items;
	size_t len;
};

/* Costs one openat(2) for each layer that has no such directory, and nothing
 * for the lowest. */
int implied_read(const char *const *layers, struct implied *ret,
		 struct error *e);
void implied_done(struct implied *im);

/* *ret_fd: the directory whose owner, mode, times and attributes `path` ("" is
 * the root) should have in the stack; -1 when the topmost layer that has it
 * is right, or there is none. */
int implied_find(struct implied *im, const char *path, int *ret_fd,
		 struct error *e);

/* Is there any but the root itself? */
bool implied_is_below_root(const struct implied *im);
/* Make such directories, and those above them, in the upper directory of an
 * overlay of the layers: all but the root itself. */
int implied_make(struct implied *im, int upper_fd, struct error *e);

/* Does it hide the directories below it in the stack? */
bool dir_is_opaque(int fd);

#endif
