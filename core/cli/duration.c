/* Go's durations: "1h30m", "300ms", "-1.5s".
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/cli/option.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "core/base/cleanup.h"
#include "core/cli/format.h"

#define SECOND INT64_C(1000000000)

static const struct unit {
	const char *name;
	int64_t ns;
} units[] = {
	{"ns", 1},           {"us", 1000},
	{"\xc2\xb5s", 1000}, /* micro sign        */
	{"\xce\xbcs", 1000}, /* Greek letter mu   */
	{"ms", 1000000},     {"s", SECOND},
	{"m", 60 * SECOND},  {"h", 3600 * SECOND},
};

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static const struct unit *
unit_find(const char *s, size_t len)
{
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (strlen(units[i].name) == len &&
		    strncmp(units[i].name, s, len) == 0)
			return &units[i];
	return NULL;
}

static int
bad(struct error *e, const char *what, const char *whole)
{
	autofree char *shown = format_quoted(whole);

	return error_set(e, RKT_ERR_INPUT, "time: %s duration %s", what, shown);
}

/* "12.5" at *s: the whole part, and the fraction in units of 10^-9. */
static bool
number_parse(const char **s, uint64_t *whole, uint64_t *fraction)
{
	const char *from = *s;
	uint64_t scale = (uint64_t)SECOND;
	bool has_digit = false;

	*whole = *fraction = 0;
	for (; is_digit(**s); ++*s) {
		if (*whole > (uint64_t)INT64_MAX / 10)
			return false;
		*whole = *whole * 10 + (uint64_t)(**s - '0');
		has_digit = true;
	}
	if (**s != '.')
		return *s > from;
	for (++*s; is_digit(**s); ++*s) {
		scale /= 10;
		*fraction += (uint64_t)(**s - '0') * scale;
		has_digit = true;
	}
	return has_digit;
}

/* One "12.5h" at *s, added to *total. */
static int
part_parse(const char **s, const char *whole_text, unsigned __int128 *total,
	   struct error *e)
{
	uint64_t whole, fraction;
	const struct unit *unit;
	size_t len;

	if (!number_parse(s, &whole, &fraction))
		return bad(e, "invalid", whole_text);
	len = strcspn(*s, ".0123456789");
	if (len == 0)
		return bad(e, "missing unit in", whole_text);
	unit = unit_find(*s, len);
	if (!unit) {
		autofree char *name = xstrndup(*s, len);
		autofree char *shown = format_quoted(name);
		autofree char *what = xasprintf("unknown unit %s in", shown);

		return bad(e, what, whole_text);
	}
	*s += len;
	*total += (unsigned __int128)whole * (uint64_t)unit->ns;
	*total += (unsigned __int128)fraction * (uint64_t)unit->ns /
		  (uint64_t)SECOND;
	if (*total > (unsigned __int128)INT64_MAX)
		return bad(e, "invalid", whole_text);
	return 0;
}

int
duration_parse(const char *s, int64_t *ret_ns, struct error *e)
{
	const char *whole_text = s;
	unsigned __int128 total = 0;
	bool is_negative = *s == '-';

	if (*s == '-' || *s == '+')
		s++;
	if (strcmp(s, "0") == 0) {
		*ret_ns = 0;
		return 0;
	}
	if (*s == '\0')
		return bad(e, "invalid", whole_text);
	while (*s)
		if (part_parse(&s, whole_text, &total, e) < 0)
			return -1;
	*ret_ns = is_negative ? -(int64_t)total : (int64_t)total;
	return 0;
}

/* "1.5" for 1500 thousandths; no zeros at the end. */
static size_t
decimal_print(uint64_t value, uint64_t unit, char *buf, size_t size)
{
	size_t len = (size_t)snprintf(buf, size, "%" PRIu64, value / unit);
	uint64_t rest = value % unit;

	if (rest > 0)
		buf[len++] = '.';
	while (rest > 0) {
		unit /= 10;
		buf[len++] = (char)('0' + rest / unit);
		rest %= unit;
	}
	buf[len] = '\0';
	return len;
}

void
duration_print(int64_t ns, char *buf, size_t size)
{
	uint64_t u = ns < 0 ? -(uint64_t)ns : (uint64_t)ns;
	const char *sign = ns < 0 ? "-" : "";
	uint64_t seconds = u / (uint64_t)SECOND;
	char number[48];

	if (u == 0) {
		snprintf(buf, size, "0s");
	} else if (u < (uint64_t)SECOND) {
		const char *unit = u < 1000      ? "ns"
				   : u < 1000000 ? "\xc2\xb5s"
						 : "ms";
		uint64_t scale = u < 1000 ? 1 : u < 1000000 ? 1000 : 1000000;

		decimal_print(u, scale, number, sizeof(number));
		snprintf(buf, size, "%s%s%s", sign, number, unit);
	} else {
		decimal_print(u % (60 * (uint64_t)SECOND), (uint64_t)SECOND,
			      number, sizeof(number));
		if (seconds < 60)
			snprintf(buf, size, "%s%ss", sign, number);
		else if (seconds < 3600)
			snprintf(buf, size, "%s%" PRIu64 "m%ss", sign,
				 seconds / 60, number);
		else
			snprintf(buf, size, "%s%" PRIu64 "h%" PRIu64 "m%ss",
				 sign, seconds / 3600, seconds / 60 % 60,
				 number);
	}
}
