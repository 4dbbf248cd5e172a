/* A stream of bytes pulled piece by piece.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CORE_FETCH_BYTES_H
#define CORE_FETCH_BYTES_H

#include <stddef.h>
#include <stdint.h>

#include "core/base/error.h"

/* The next piece, valid until the next call; *ret_len 0 at the end. */
struct bytes {
	int (*next)(void *data, const uint8_t **ret, size_t *ret_len,
		    struct error *e);
	void *data;
};

#endif
