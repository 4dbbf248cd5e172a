/* Digests: their names and how they are computed.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CORE_FETCH_DIGEST_H
#define CORE_FETCH_DIGEST_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/error.h"

enum digest_alg { DIGEST_NONE, DIGEST_SHA256, DIGEST_SHA512 };

#define DIGEST_HEX_MAX  128
#define DIGEST_TEXT_MAX (7 + DIGEST_HEX_MAX + 1) /* "sha512:" hex NUL */

const char *digest_alg_name(enum digest_alg alg); /* "sha256" */

/* "sha256:<64 lower hex>", "sha512:<128>"; an algorithm of another name is
 * RKT_ERR_UNSUPPORTED, for what cannot be verified is not used. */
int digest_parse(const char *s, enum digest_alg *ret, struct error *e);

/* "sha256:<hex>" -> "sha256-<hex>", the name in the store.  Owned. */
char *digest_store_name(const char *text);

struct digest;
int digest_new(enum digest_alg alg, struct digest **ret, struct error *e);
void digest_add(struct digest *d, const void *data, size_t len);
/* "sha256:<hex>"; ends the computation. */
int digest_finish(struct digest *d, char *to, size_t size, struct error *e);
void digest_free(struct digest *d);

#endif
