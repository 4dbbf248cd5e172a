/* Texts and arrays in the scratch memory of a call: they live until the
 * operation returns, and nobody frees them.
 * SPDX-License-Identifier: Apache-2.0
 *
 * Each returns NULL when there is no memory, after having said so. */
#ifndef RKT_TOOLKIT_MEMORY_H
#define RKT_TOOLKIT_MEMORY_H

#include <rkt/plugin.h>

void *rkt_alloc(struct rkt_call *call, size_t n, size_t size);
char *rkt_copy(struct rkt_call *call, const char *text);
char *rkt_format(struct rkt_call *call, const char *fmt, ...) RKT_PRINTF(2, 3);

#endif
