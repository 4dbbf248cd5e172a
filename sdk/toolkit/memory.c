/* Texts and arrays in the scratch memory of a call.
 * SPDX-License-Identifier: Apache-2.0 */
#include "memory.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void *
rkt_alloc(struct rkt_call *call, size_t n, size_t size)
{
	void *p = NULL;
	size_t total;

	if (!__builtin_mul_overflow(n, size, &total))
		p = call->host->scratch(call, total > 0 ? total : 1);
	if (!p)
		call->host->fail(call, RKT_ERR_SYSTEM, ENOMEM,
				 "cannot allocate memory");
	return p;
}

char *
rkt_copy(struct rkt_call *call, const char *text)
{
	size_t size = strlen(text) + 1;
	char *p = rkt_alloc(call, 1, size);

	if (p)
		memcpy(p, text, size);
	return p;
}

char *
rkt_format(struct rkt_call *call, const char *fmt, ...)
{
	va_list ap;
	char *p;
	int len;

	va_start(ap, fmt);
	len = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	p = rkt_alloc(call, 1, len < 0 ? SIZE_MAX : (size_t)len + 1);
	if (!p)
		return NULL;
	va_start(ap, fmt);
	vsnprintf(p, (size_t)len + 1, fmt, ap);
	va_end(ap);
	return p;
}
