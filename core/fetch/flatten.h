/* An image and all it depends on, in the order in which they are stacked.
 * SPDX-License-Identifier: Apache-2.0
 *
 * An image comes before its dependencies, and of these the one listed last
 * comes first, each with all that is its own: A -> [B, C], C -> [D] gives
 * A, C, D, B.  What comes first wins. */
#ifndef CORE_FETCH_FLATTEN_H
#define CORE_FETCH_FLATTEN_H

#include "fetch.h"

VEC(flat_indexes, size_t);

struct flat_image {
	json_t *manifest;
	struct image record;
	struct strings whitelist; /* cleaned, sorted; empty: everything */
	struct flat_indexes dependencies;
	bool is_on_branch;
};
VEC(flat_images, struct flat_image);

#define FLAT_NONE SIZE_MAX

/* An image in one of its places. */
struct flat_part {
	size_t image; /* index of it */
	size_t upper; /* of the topmost one above it with a white list */
};
VEC(flat_parts, struct flat_part);

struct flat {
	struct flat_images images; /* each once; the image itself first */
	struct flat_parts parts;   /* topmost first                     */
};

/* All must be in the store, or be fetched as `f` allows. */
int flatten(struct fetch *f, const char *key, struct flat *ret,
	    struct error *e);
void flat_done(struct flat *flat);

/* Is the image just its own layers? */
bool flat_is_plain(const struct flat *flat);
/* The same, told from the text of a manifest: true is certain. */
bool manifest_is_plain(const char *text);

#endif
