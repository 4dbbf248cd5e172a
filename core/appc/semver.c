/* Semantic versions.
 * SPDX-License-Identifier: Apache-2.0 */
#include "types.h"

#include <string.h>

#define DIGITS "0123456789"
#define PART_CHARS                                                             \
	DIGITS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-."
#define NUMBER_LEN_MAX 18

/* One number; *s moves behind it. */
static bool
take_number(const char **s, bool *is_zero)
{
	size_t len = strspn(*s, DIGITS);

	if (len == 0 || len > NUMBER_LEN_MAX)
		return false;
	if (strspn(*s, "0") < len)
		*is_zero = false;
	*s += len;
	return true;
}

/* What follows `mark`, if it is there. */
static bool
take_part(const char **s, char mark, bool *is_zero)
{
	size_t len;

	if (**s != mark)
		return true;
	len = strspn(*s + 1, PART_CHARS);
	*s += 1 + len;
	*is_zero = false;
	return len > 0;
}

bool
semver_is_valid(const char *s)
{
	bool is_zero = true;

	for (int i = 0; i < 3; i++) {
		if (i > 0 && *s++ != '.')
			return false;
		if (!take_number(&s, &is_zero))
			return false;
	}
	return take_part(&s, '-', &is_zero) && take_part(&s, '+', &is_zero) &&
	       *s == '\0' && !is_zero;
}
