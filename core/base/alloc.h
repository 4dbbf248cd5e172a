/* Allocation that ends the process instead of failing (core only).
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CORE_BASE_ALLOC_H
#define CORE_BASE_ALLOC_H

#include <stdarg.h>
#include <stddef.h>

#include <rkt/plugin.h>

/* Nothing owned crosses the plugin boundary and all state is on disk, so a
 * process without memory may end at any instruction. */
void *xmalloc(size_t size);
void *xcalloc(size_t count, size_t size);
void *xrealloc(void *p, size_t count, size_t size);
char *xstrdup(const char *s);
char *xstrndup(const char *s, size_t n);
void *xmemdup(const void *p, size_t size);
char *xasprintf(const char *fmt, ...) RKT_PRINTF(1, 2);
char *xvasprintf(const char *fmt, va_list args) RKT_PRINTF(1, 0);

#endif
