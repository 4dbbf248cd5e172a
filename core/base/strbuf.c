/* Strings that grow at their end, and lists of strings.
 * SPDX-License-Identifier: Apache-2.0 */
#include "strbuf.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "vec.h"

void
strbuf_add(struct strbuf *b, const void *data, size_t len)
{
	size_t need;

	if (__builtin_add_overflow(b->len, len + 1, &need))
		abort();
	if (need > b->cap) {
		b->cap = need * 2 > 64 ? need * 2 : 64;
		b->text = xrealloc(b->text, b->cap, 1);
	}
	if (len > 0)
		memcpy(b->text + b->len, data, len);
	b->len += len;
	b->text[b->len] = '\0';
}

void
strbuf_puts(struct strbuf *b, const char *s)
{
	strbuf_add(b, s, strlen(s));
}

void
strbuf_putc(struct strbuf *b, char c)
{
	strbuf_add(b, &c, 1);
}

void
strbuf_printf(struct strbuf *b, const char *fmt, ...)
{
	va_list args;
	char *text;

	va_start(args, fmt);
	text = xvasprintf(fmt, args);
	va_end(args);
	strbuf_puts(b, text);
	free(text);
}

char *
strbuf_take(struct strbuf *b)
{
	char *text = b->text ? b->text : xstrdup("");

	*b = (struct strbuf){0};
	return text;
}

void
strbuf_done(struct strbuf *b)
{
	free(b->text);
	*b = (struct strbuf){0};
}

void
strings_done(struct strings *v)
{
	for (size_t i = 0; i < v->len; i++)
		free(v->items[i]);
	vec_done(v);
}

void
strings_push(struct strings *v, const char *s)
{
	vec_push(v, xstrdup(s));
}

int
strings_has(const struct strings *v, const char *s)
{
	for (size_t i = 0; i < v->len; i++)
		if (strcmp(v->items[i], s) == 0)
			return 1;
	return 0;
}
