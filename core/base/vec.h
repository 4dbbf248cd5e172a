/* Growing arrays, typed by macro.
 * SPDX-License-Identifier: Apache-2.0
 *
 *	VEC(names, char *);          declares struct names { items, len, cap }
 *	struct names v = {0};
 *	vec_push(&v, xstrdup("a"));
 *	for (size_t i = 0; i < v.len; i++)
 *		use(v.items[i]);
 *	vec_done(&v);                frees the array, not what it points to
 */
#ifndef CORE_BASE_VEC_H
#define CORE_BASE_VEC_H

#include <stdlib.h>

#include "alloc.h"

#define VEC(name, type)                                                        \
	struct name {                                                          \
		type *items;                                                   \
		size_t len;                                                    \
		size_t cap;                                                    \
	}

#define vec_push(v, item)                                                      \
	do {                                                                   \
		if ((v)->len == (v)->cap) {                                    \
			(v)->cap = (v)->cap > 0 ? (v)->cap * 2 : 8;            \
			(v)->items = xrealloc((v)->items, (v)->cap,            \
					      sizeof(*(v)->items));            \
		}                                                              \
		(v)->items[(v)->len++] = (item);                               \
	} while (0)

#define vec_done(v)                                                            \
	do {                                                                   \
		free((v)->items);                                              \
		(v)->items = NULL;                                             \
		(v)->len = (v)->cap = 0;                                       \
	} while (0)

/* An owned list of owned strings. */
VEC(strings, char *);
void strings_done(struct strings *v);
void strings_push(struct strings *v, const char *s);
int strings_has(const struct strings *v, const char *s);

#define auto_strings __attribute__((__cleanup__(strings_done)))

#endif
