/* Is this file the blob of an image that is in the store?
 * SPDX-License-Identifier: Apache-2.0
 *
 * An .aci does not say what is in it: only unpacking tells its key.  The store
 * keeps the file as it came, so one of the same bytes is found by comparing,
 * which costs a fraction of it. */
#ifndef CORE_FETCH_KNOWN_H
#define CORE_FETCH_KNOWN_H

#include "source.h"

/* From here to the end of the import, no other process looks at the same
 * file.  *ret_fd: close it to let go. */
int known_lock(struct store *s, const struct source *source, int *ret_fd,
	       struct error *e);

/* The record and the manifest, both owned; *ret_found false: unpack it. */
int known_find(struct store *s, const struct source *source, bool *ret_found,
	       struct image *ret, char **ret_manifest, struct error *e);

#endif
