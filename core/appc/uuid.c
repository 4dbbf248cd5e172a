/* UUIDs as pods have them.
 * SPDX-License-Identifier: Apache-2.0 */
#include "types.h"

#include <errno.h>
#include <string.h>
#include <sys/random.h>

static bool
is_dash_position(size_t i)
{
	return i == 8 || i == 13 || i == 18 || i == 23;
}

int
uuid_generate(char *to, struct error *e)
{
	static const char hex[] = "0123456789abcdef";
	unsigned char bytes[16];
	size_t n = 0;

	if (getrandom(bytes, sizeof(bytes), 0) != sizeof(bytes))
		return error_errno(e, errno, "cannot get random bytes");
	bytes[6] = (unsigned char)((bytes[6] & 0x0f) | 0x40);
	bytes[8] = (unsigned char)((bytes[8] & 0x3f) | 0x80);
	for (size_t i = 0; i < sizeof(bytes); i++) {
		if (is_dash_position(n))
			to[n++] = '-';
		to[n++] = hex[bytes[i] >> 4];
		to[n++] = hex[bytes[i] & 0x0f];
	}
	to[n] = '\0';
	return 0;
}

static char
hex_lower(char c)
{
	if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'))
		return c;
	if (c >= 'A' && c <= 'F')
		return (char)(c - 'A' + 'a');
	return '\0';
}

bool
uuid_parse(const char *s, char *to)
{
	char text[UUID_TEXT_LEN + 1];
	bool is_zero = true;
	size_t n = 0;

	for (; *s; s++) {
		char c = hex_lower(*s);

		if (*s == '-')
			continue;
		if (c == '\0' || n == UUID_TEXT_LEN)
			return false;
		if (is_dash_position(n))
			text[n++] = '-';
		text[n++] = c;
		if (c != '0')
			is_zero = false;
	}
	if (n != UUID_TEXT_LEN || is_zero)
		return false;
	text[n] = '\0';
	memcpy(to, text, sizeof(text));
	return true;
}

bool
uuid_is_canonical(const char *s)
{
	char text[UUID_TEXT_LEN + 1];

	return uuid_parse(s, text) && strcmp(s, text) == 0;
}
