/* Walking the members of a tar archive by their headers alone.
 * SPDX-License-Identifier: Apache-2.0 */
#include "tar.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define BLOCK        512u
#define EXTENDED_MAX (64u << 10) /* bytes of pax records or of a long name */

/* POSIX 1003.1, "ustar Interchange Format"; GNU magic differs in its tail. */
struct header {
	char name[100];
	char mode[8];
	char uid[8];
	char gid[8];
	char size[12];
	char mtime[12];
	char sum[8];
	char type;
	char link[100];
	char magic[6];
	char version[2];
	char user[32];
	char group[32];
	char major[8];
	char minor[8];
	char prefix[155];
	char pad[12];
};
_Static_assert(sizeof(struct header) == BLOCK, "a tar header is one block");

/* What an extended header says about the member behind it. */
struct extension {
	bool has_name, has_size;
	char name[TAR_NAME_MAX + 1];
	uint64_t size;
};

/* Octal text, or base-256 where the first bit is set. */
static bool
parse_number(const char *field, size_t len, uint64_t *ret)
{
	const unsigned char *p = (const unsigned char *)field;
	uint64_t value = 0;
	size_t i = 0;

	if (p[0] & 0x80) {
		if (p[0] != 0x80)
			return false;
		for (i = 1; i < len; i++) {
			if (value >> 55)
				return false;
			value = value << 8 | p[i];
		}
		*ret = value;
		return true;
	}
	while (i < len && p[i] == ' ')
		i++;
	for (; i < len && p[i] >= '0' && p[i] <= '7'; i++)
		value = value << 3 | (uint64_t)(p[i] - '0');
	if (i < len && p[i] != ' ' && p[i] != '\0')
		return false;
	*ret = value;
	return true;
}

static bool
is_sum_right(const struct header *h)
{
	const unsigned char *p = (const unsigned char *)h;
	uint64_t want, sum = 0;

	if (!parse_number(h->sum, sizeof(h->sum), &want))
		return false;
	for (size_t i = 0; i < BLOCK; i++) {
		size_t at = offsetof(struct header, sum);

		sum += i >= at && i < at + sizeof(h->sum) ? ' ' : p[i];
	}
	return sum == want;
}

static bool
is_zero(const struct header *h)
{
	const char *p = (const char *)h;

	return p[0] == '\0' && memcmp(p, p + 1, BLOCK - 1) == 0;
}

/* Normal form: no "./" in front, no '/' behind. */
static bool
set_name(char *to, const char *from, size_t len)
{
	len = strnlen(from, len);
	while (len >= 2 && from[0] == '.' && from[1] == '/') {
		from += 2;
		len -= 2;
		while (len > 0 && from[0] == '/') {
			from++;
			len--;
		}
	}
	while (len > 1 && from[len - 1] == '/')
		len--;
	if (len > TAR_NAME_MAX)
		return false;
	memcpy(to, from, len);
	to[len] = '\0';
	return true;
}

static bool
set_header_name(char *to, const struct header *h)
{
	char joined[sizeof(h->prefix) + sizeof(h->name) + 2];
	size_t n = 0;

	if (memcmp(h->magic, "ustar", 6) == 0 && h->prefix[0] != '\0') {
		n = strnlen(h->prefix, sizeof(h->prefix));
		memcpy(joined, h->prefix, n);
		joined[n++] = '/';
	}
	memcpy(joined + n, h->name, sizeof(h->name));
	return set_name(to, joined, n + sizeof(h->name));
}

static bool
take_record(struct extension *x, const char *key, const char *value,
	    const char *end)
{
	size_t len = (size_t)(end - value);
	char digits[24], *rest;

	if (strncmp(key, "path=", 5) == 0) {
		x->has_name = true;
		return set_name(x->name, value, len);
	}
	if (strncmp(key, "size=", 5) != 0)
		return true;
	if (len == 0 || len > 19 || value[0] < '0' || value[0] > '9')
		return false;
	memcpy(digits, value, len);
	digits[len] = '\0';
	x->size = strtoull(digits, &rest, 10);
	x->has_size = true;
	return *rest == '\0';
}

/* Records are "LENGTH KEY=VALUE\n", the length that of the whole record. */
static bool
parse_pax(struct extension *x, const char *text, size_t len)
{
	const char *end = text + len;

	while (text < end) {
		const char *p = text, *equals;
		size_t n = 0;

		for (; p < end && *p >= '0' && *p <= '9' && n < len; p++)
			n = n * 10 + (size_t)(*p - '0');
		if (p == end || *p != ' ' || n > (size_t)(end - text) ||
		    n < (size_t)(p - text) + 3 || text[n - 1] != '\n')
			return false;
		p++;
		equals = memchr(p, '=', (size_t)(text + n - p));
		if (!equals || !take_record(x, p, equals + 1, text + n - 1))
			return false;
		text += n;
	}
	return true;
}

static enum tar_result
read_extension(struct tar_walk *w, char type, uint64_t size,
	       struct extension *x)
{
	enum tar_result result = TAR_MEMBER;
	char *text;

	if (type != 'x' && type != 'L')
		return TAR_MEMBER;
	if (size > EXTENDED_MAX)
		return TAR_MALFORMED;
	text = calloc(1, size + 1);
	if (!text || w->read(w->data, w->offset, text, size) < 0)
		result = TAR_CUT;
	else if (type == 'x' && !parse_pax(x, text, size))
		result = TAR_MALFORMED;
	else if (type == 'L')
		result = (x->has_name = set_name(x->name, text, size))
				 ? TAR_MEMBER
				 : TAR_MALFORMED;
	free(text);
	return result;
}

/* Move over `size` bytes of content, padded to whole blocks. */
static bool
skip(struct tar_walk *w, uint64_t size)
{
	uint64_t padded;

	return !__builtin_add_overflow(size, BLOCK - 1, &padded) &&
	       !__builtin_add_overflow(w->offset, padded & ~(BLOCK - 1ull),
				       &w->offset);
}

static bool
has_content(char type)
{
	return type == '0' || type == '7' || type == 'S';
}

static enum tar_result
read_header(struct tar_walk *w, struct header *h)
{
	uint8_t probe;

	if (w->read(w->data, w->offset, h, BLOCK) < 0)
		return w->read(w->data, w->offset, &probe, 1) < 0 ? TAR_END
								  : TAR_CUT;
	if (is_zero(h))
		return TAR_END;
	if (memcmp(h->magic, "ustar", 5) != 0 || !is_sum_right(h))
		return TAR_MALFORMED;
	w->offset += BLOCK;
	return TAR_MEMBER;
}

enum tar_result
tar_walk_next(struct tar_walk *w, struct tar_member *ret)
{
	struct extension x = {0};
	enum tar_result result;
	struct header h;
	uint64_t size;

	for (;;) {
		result = read_header(w, &h);
		if (result != TAR_MEMBER)
			return result;
		if (!parse_number(h.size, sizeof(h.size), &size))
			return TAR_MALFORMED;
		if (h.type == '\0')
			h.type = '0';
		if (!strchr("xgLK", h.type))
			break;
		result = read_extension(w, h.type, size, &x);
		if (result != TAR_MEMBER)
			return result;
		if (!skip(w, size))
			return TAR_MALFORMED;
	}
	if (x.has_name)
		memcpy(ret->name, x.name, sizeof(ret->name));
	else if (!set_header_name(ret->name, &h))
		return TAR_MALFORMED;
	ret->type = h.type;
	ret->size = !has_content(h.type) ? 0 : x.has_size ? x.size : size;
	ret->offset = w->offset;
	return skip(w, ret->size) ? TAR_MEMBER : TAR_MALFORMED;
}

static int
read_memory(void *data, uint64_t offset, void *to, size_t len)
{
	const struct tar_memory *m = data;

	if (offset > m->len || len > m->len - offset)
		return -1;
	memcpy(to, m->bytes + offset, len);
	return 0;
}

void
tar_walk_memory(struct tar_walk *w, struct tar_memory *memory)
{
	*w = (struct tar_walk){.read = read_memory, .data = memory};
}
