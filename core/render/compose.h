/* Several images as one tree, by the rules of appc.
 * SPDX-License-Identifier: Apache-2.0
 *
 * For each path the first image that has it gives it.  What an image has as
 * anything but a directory hides all that later ones have below.  White lists
 * take out what they do not name.  A directory has owner, mode, times and
 * attributes from the first that has a member for it. */
#ifndef CORE_RENDER_COMPOSE_H
#define CORE_RENDER_COMPOSE_H

#include <stdbool.h>

#include "core/base/error.h"
#include "core/base/vec.h"

struct compose_source {
	char *rootfs; /* path; owned                                       */
	size_t image; /* whiteouts hide only what is below in the same one */
	/* Sorted; NULL or empty: everything.  Borrowed. */
	const struct strings *own;   /* names what is no directory    */
	const struct strings *upper; /* names directories as well     */
	char *implied_text;
	struct strings implied; /* directories without a member; borrowed */
	int fd;
};
VEC(compose_sources, struct compose_source);

/* `rootfs` is taken over. */
int compose_add(struct compose_sources *to, char *rootfs, size_t image,
	      const struct strings *own, const struct strings *upper,
	      struct error *e);
void compose_done(struct compose_sources *sources);

/* Would overlayfs show anything else?  It cuts a stack of directories where a
 * layer has another kind of file; the rules pass that layer over. */
int compose_is_overlay(const struct compose_sources *sources, bool *ret,
		     struct error *e);

/* Make the tree in the empty directory `to_fd`.  Files are hard links to those
 * of the sources, or copies where that is not possible. */
int compose_make(const struct compose_sources *sources, int to_fd, struct error *e);

#endif
