/* Names, identifiers and hashes of appc.
 * SPDX-License-Identifier: Apache-2.0 */
#include "types.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/alloc.h"

static bool
is_alnum(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

static bool
is_legal(const char *s, const char *separators)
{
	size_t len = strlen(s);

	if (len == 0 || !is_alnum(s[0]) || !is_alnum(s[len - 1]))
		return false;
	for (size_t i = 0; i < len; i++)
		if (!is_alnum(s[i]) && !strchr(separators, s[i]))
			return false;
	return true;
}

static char *
sanitize(const char *s, const char *separators, char replacement)
{
	char *text = xstrdup(s);
	size_t from = 0, len = strlen(text);

	for (size_t i = 0; i < len; i++) {
		if (text[i] >= 'A' && text[i] <= 'Z')
			text[i] = (char)(text[i] - 'A' + 'a');
		else if (!is_alnum(text[i]) && !strchr(separators, text[i]))
			text[i] = replacement;
	}
	while (len > 0 && !is_alnum(text[len - 1]))
		len--;
	while (from < len && !is_alnum(text[from]))
		from++;
	if (from == len) {
		free(text);
		return NULL;
	}
	memmove(text, text + from, len - from);
	text[len - from] = '\0';
	return text;
}

bool
acname_is_valid(const char *s)
{
	return is_legal(s, "-");
}

bool
acidentifier_is_valid(const char *s)
{
	return is_legal(s, "-._~/");
}

char *
acname_sanitize(const char *s)
{
	return sanitize(s, "-", '-');
}

char *
acidentifier_sanitize(const char *s)
{
	return sanitize(s, "-._~/", '_');
}

bool
achash_is_valid(const char *s)
{
	static const char type[] = "sha512-";

	return strncmp(s, type, sizeof(type) - 1) == 0 &&
	       s[sizeof(type) - 1] != '\0' &&
	       !strchr(s + sizeof(type) - 1, '-');
}
