/* The check sum at the end of gzip data, which libarchive does not look at.
 * SPDX-License-Identifier: Apache-2.0
 *
 * Only for data of one member, told by the length in the trailer: elsewhere a
 * digest is there, which is worth more. */
#ifndef CORE_FETCH_GZIP_CHECK_H
#define CORE_FETCH_GZIP_CHECK_H

#include <stddef.h>
#include <stdint.h>

#include "core/base/error.h"

struct gzip_check {
	uint32_t crc; /* zero at the start */
	uint64_t len;
};

void gzip_check_add(struct gzip_check *c, const uint8_t *bytes, size_t len);
int gzip_check_finish(const struct gzip_check *c, const uint8_t trailer[8],
		      const char *name, struct error *e);

#endif
