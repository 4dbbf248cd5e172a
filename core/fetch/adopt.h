/* Images of the store, ready to be used by who must trust them.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CORE_FETCH_ADOPT_H
#define CORE_FETCH_ADOPT_H

#include "core/store/store.h"

/* The record and the manifest of an image.  One that a member of the group
 * fetched is imported again, on the first use by who can unpack: from the
 * blobs that are there, by the same rules, under the key that is computed anew.
 * What is not what its record says is refused. */
int image_get_ready(struct store *s, const char *key, struct image *ret,
		    char **ret_manifest, struct error *e);

#endif
