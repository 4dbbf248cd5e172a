/* What an image is made of: its layers, and the images it depends on.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CORE_RENDER_STACK_H
#define CORE_RENDER_STACK_H

#include "core/fetch/flatten.h"
#include "core/store/store.h"

/* Replace the layers of `image`, as its record has them, by all that its root
 * file system is stacked of; only their trees are known then.  Where overlayfs
 * would not show what the rules of appc say, one tree is made for it, once.
 * `manifest`: its text. */
int stack_resolve(struct store *s, struct image *image, const char *manifest,
		  struct error *e);
/* The same for who only wants it to be there. */
int stack_prepare(struct store *s, const char *key, struct error *e);

/* The name of the one tree that would be made of these images; owned. */
int stack_tree_name(const struct flat *flat, char **ret, struct error *e);
/* Make it in the empty directory. */
int stack_tree_make(struct store *s, const struct flat *flat, int to_fd,
		    struct error *e);

#endif
