/* A string that grows at its end.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CORE_BASE_STRBUF_H
#define CORE_BASE_STRBUF_H

#include <stddef.h>

#include <rkt/plugin.h>

/* Zero is a valid empty one.  `text` is NUL-terminated once anything was
 * added, NULL before. */
struct strbuf {
	char *text;
	size_t len;
	size_t cap;
};

void strbuf_add(struct strbuf *b, const void *data, size_t len);
void strbuf_puts(struct strbuf *b, const char *s);
void strbuf_putc(struct strbuf *b, char c);
void strbuf_printf(struct strbuf *b, const char *fmt, ...) RKT_PRINTF(2, 3);
/* The text, owned by the caller, never NULL; the buffer is empty again. */
char *strbuf_take(struct strbuf *b);
void strbuf_done(struct strbuf *b);

#define auto_strbuf __attribute__((__cleanup__(strbuf_done)))

#endif
