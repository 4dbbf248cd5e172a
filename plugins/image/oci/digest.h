/* Content digests: "sha256:<hex>".
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef PLUGINS_IMAGE_OCI_DIGEST_H
#define PLUGINS_IMAGE_OCI_DIGEST_H

#include <stdbool.h>
#include <stddef.h>

#define DIGEST_TEXT_MAX 136 /* "sha512:", 128 digits, NUL */

/* Has the grammar of a digest, whether or not it can be computed here. */
bool digest_is_valid(const char *s);

/* sha256 or sha512, in lower case: what may be trusted and used in a path. */
bool digest_is_known(const char *s);

/* The digest of `data` by the algorithm of the known digest `like`; -1 if the
 * library cannot. */
int digest_of(const char *like, const void *data, size_t len,
	      char ret[DIGEST_TEXT_MAX]);

#endif
