/* Archives made in memory, header by header, also such as no tool writes.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_UNIT_FETCH_TAR_H
#define TESTS_UNIT_FETCH_TAR_H

#include <stdio.h>
#include <string.h>

#include "core/base/strbuf.h"

/* Tables of members leave out what is zero. */
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"

struct tar_entry {
	const char *name;
	char type; /* '0' file, '1' hard link, '2' link, '3' char, '5' dir */
	const char *data; /* content, or target of a link */
	unsigned int mode, uid, gid, major, minor;
};

static inline void
tar_pad(struct strbuf *b)
{
	static const char zeros[512];

	if (b->len % 512 != 0)
		strbuf_add(b, zeros, 512 - b->len % 512);
}

static inline void
tar_header(struct strbuf *b, const struct tar_entry *t, size_t size)
{
	char h[512] = {0};
	unsigned int sum = 0;
	int is_link = t->type == '1' || t->type == '2';

	snprintf(h, 100, "%s", t->name);
	snprintf(h + 100, 8, "%07o", (t->mode ? t->mode : 0644) & 07777777);
	snprintf(h + 108, 8, "%07o", t->uid & 07777777);
	snprintf(h + 116, 8, "%07o", t->gid & 07777777);
	snprintf(h + 124, 12, "%011llo",
		 (unsigned long long)size & 077777777777ULL);
	snprintf(h + 136, 12, "%011o", 1000000000u);
	memset(h + 148, ' ', 8);
	h[156] = t->type;
	if (is_link && t->data)
		snprintf(h + 157, 100, "%s", t->data);
	memcpy(h + 257, "ustar\00000", 8);
	snprintf(h + 329, 8, "%07o", t->major & 07777777);
	snprintf(h + 337, 8, "%07o", t->minor & 07777777);
	for (size_t i = 0; i < 512; i++)
		sum += (unsigned char)h[i];
	snprintf(h + 148, 8, "%06o", sum);
	strbuf_add(b, h, 512);
}

static inline void
tar_add(struct strbuf *b, const struct tar_entry *t)
{
	int has_data = t->data && t->type != '1' && t->type != '2';
	size_t size = has_data ? strlen(t->data) : 0;

	tar_header(b, t, size);
	if (has_data)
		strbuf_add(b, t->data, size);
	tar_pad(b);
}

/* One record of a PAX header for the next member: "LEN key=value\n". */
static inline void
tar_add_pax(struct strbuf *b, const char *key, const char *value)
{
	size_t len = strlen(key) + strlen(value) + 3;
	char record[1024];
	int n;

	len += len + 2 > 99 ? 3 : 2;
	n = snprintf(record, sizeof(record), "%zu %s=%s\n", len, key, value);
	tar_header(b, &(struct tar_entry){"pax", 'x'}, (size_t)n);
	strbuf_add(b, record, (size_t)n);
	tar_pad(b);
}

static inline void
tar_end(struct strbuf *b)
{
	static const char zeros[1024];

	strbuf_add(b, zeros, sizeof(zeros));
}

#endif
