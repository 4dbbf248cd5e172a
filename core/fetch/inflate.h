/* Compressions: how they are told apart and undone.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CORE_FETCH_INFLATE_H
#define CORE_FETCH_INFLATE_H

#include <stdbool.h>

#include "bytes.h"

enum compression {
	COMPRESSION_NONE,
	COMPRESSION_GZIP,
	COMPRESSION_BZIP2,
	COMPRESSION_XZ,
	COMPRESSION_ZSTD,
};

#define COMPRESSION_SNIFF 512 /* bytes that compression_of() wants to see */

enum compression compression_of(const uint8_t *head, size_t len);
const char *compression_name(enum compression c);
bool compression_parse(const char *s, enum compression *ret);

/* Undoes exactly one compression, not NONE; several gzip members, zstd frames
 * or xz streams in a row are one stream.  What follows the last of them is not
 * looked at.  `name` is the file, for messages; borrowed as `from` is. */
struct inflate;
int inflate_open(enum compression c, const char *name, const struct bytes *from,
		 struct inflate **ret, struct error *e);
int inflate_next(struct inflate *i, const uint8_t **ret, size_t *ret_len,
		 struct error *e);
void inflate_free(struct inflate *i);

#endif
