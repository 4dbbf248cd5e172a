/* Is what the store has unpacked still what was fetched?
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CORE_RENDER_VERIFY_H
#define CORE_RENDER_VERIFY_H

#include <stdbool.h>

#include "core/store/store.h"

struct verify {
	struct store *store;
	const struct store_hold *hold; /* who may not lose a tree */
	/* Said before a tree is made anew. */
	void (*bad)(void *data, const char *difference);
	void *data;

	/* results */
	bool is_rendered; /* none of the trees is there: nothing was done */
	bool is_good;
	char *difference;    /* the last one; owned */
	struct strings done; /* trees that need no second look; owned */
};
void verify_done(struct verify *v);

/* Unpack the layers of the image, and of all it depends on, once more; what
 * differs takes the place of what is there.  May be called for one image after
 * the other with the same `v`. */
int image_verify(struct verify *v, const char *key, struct error *e);

#endif
