/* Resource quantities, exact: read as a large integer, rounded once.
 * SPDX-License-Identifier: Apache-2.0 */
#include "quantity.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DIGITS       "0123456789"
#define TEXT_MAX     64
#define EXPONENT_MAX 100
#define NANO         1000000000
#define BINARY_MIN   1024

/* 64 digits, times 10^109: 576 bits, with room for a binary suffix. */
#define LIMBS 22
struct big {
	uint32_t limb[LIMBS]; /* lowest first */
};

enum family { FAMILY_DECIMAL, FAMILY_BINARY, FAMILY_EXPONENT };

struct suffix {
	enum family family;
	int power; /* of 10, or of 1024 */
};

static void
big_mul_add(struct big *b, uint32_t factor, uint32_t addend)
{
	uint64_t carry = addend;

	for (size_t i = 0; i < LIMBS; i++) {
		carry += (uint64_t)b->limb[i] * factor;
		b->limb[i] = (uint32_t)carry;
		carry >>= 32;
	}
}

static uint32_t
big_div(struct big *b, uint32_t divisor)
{
	uint64_t rest = 0;

	for (size_t i = LIMBS; i-- > 0;) {
		rest = rest << 32 | b->limb[i];
		b->limb[i] = (uint32_t)(rest / divisor);
		rest %= divisor;
	}
	return (uint32_t)rest;
}

/* Digits with at most one point; *ret_point counts those behind it.  *s moves
 * to the suffix. */
static bool
take_digits(const char **s, struct big *ret, int *ret_point)
{
	bool has_digit = false, has_point = false;

	for (;; (*s)++) {
		if (**s == '.' && !has_point) {
			has_point = true;
		} else if (**s >= '0' && **s <= '9') {
			has_digit = true;
			big_mul_add(ret, 10, (uint32_t)(**s - '0'));
			*ret_point += has_point;
		} else {
			return has_digit;
		}
	}
}

static bool
take_exponent(const char *s, struct suffix *ret)
{
	const char *digits = s + 1 + (s[1] == '+' || s[1] == '-');
	size_t len = strspn(digits, DIGITS);

	if (len == 0 || digits[len] != '\0')
		return false;
	digits += strspn(digits, "0");
	ret->family = FAMILY_EXPONENT;
	ret->power = strlen(digits) > 3 ? EXPONENT_MAX + 1 : atoi(digits);
	if (ret->power > EXPONENT_MAX)
		ret->power = EXPONENT_MAX + 1;
	if (s[1] == '-')
		ret->power = -ret->power;
	return true;
}

static bool
take_suffix(const char *s, struct suffix *ret)
{
	static const char decimal[] = "num?kMGTPE";
	static const char binary[] = "KMGTPE";
	const char *at;

	if ((*s == 'e' || *s == 'E') && s[1] != '\0' && s[1] != 'i')
		return take_exponent(s, ret);
	ret->family = FAMILY_DECIMAL;
	ret->power = 0;
	if (*s == '\0')
		return true;
	at = strchr(binary, *s);
	if (at && s[1] == 'i' && s[2] == '\0') {
		ret->family = FAMILY_BINARY;
		ret->power = (int)(at - binary) + 1;
		return true;
	}
	at = *s == 'K' ? strchr(decimal, 'k') : strchr(decimal, *s);
	if (!at || *at == '?' || s[1] != '\0')
		return false;
	ret->power = ((int)(at - decimal) - 3) * 3;
	return true;
}

/* In units of 10^-9, rounded away from zero; false: too large. */
static bool
scale(struct big *b, int point, const struct suffix *suffix, __int128 *ret)
{
	const __int128 max = (__int128)INT64_MAX * NANO;
	int power = 9 - point;
	bool is_inexact = false;
	unsigned __int128 value = 0;

	if (suffix->family == FAMILY_BINARY)
		for (int i = 0; i < suffix->power; i++)
			big_mul_add(b, 1024, 0);
	else
		power += suffix->power;
	for (; power > 0; power--)
		big_mul_add(b, 10, 0);
	for (; power < 0; power++)
		is_inexact |= big_div(b, 10) != 0;
	for (size_t i = LIMBS; i-- > 4;)
		if (b->limb[i] != 0)
			return false;
	for (size_t i = 4; i-- > 0;)
		value = value << 32 | b->limb[i];
	if (value > (unsigned __int128)max - is_inexact)
		return false;
	*ret = (__int128)(value + is_inexact);
	return true;
}

/* `value` / 10^9 has at most 19 digits; with nanos 28. */
static void
print_scaled(char *to, size_t size, bool is_negative, __int128 value,
	     const char *suffix)
{
	char digits[48];
	size_t at = sizeof(digits) - 1;

	digits[at] = '\0';
	do {
		digits[--at] = (char)('0' + (int)(value % 10));
		value /= 10;
	} while (value > 0);
	snprintf(to, size, "%s%s%s", is_negative ? "-" : "", digits + at,
		 suffix);
}

static void
print_decimal(struct quantity *q, bool is_exponent)
{
	static const char *const suffixes[] = {"n", "u", "m", "",  "k",
					       "M", "G", "T", "P", "E"};
	static const char *const exponents[] = {
		"e-9", "e-6", "e-3", "", "e3", "e6", "e9", "e12", "e15", "e18"};
	__int128 value = q->nano < 0 ? -q->nano : q->nano;
	size_t i = 0;

	while (value != 0 && value % 1000 == 0 && i < 9) {
		value /= 1000;
		i++;
	}
	if (value == 0)
		i = 3;
	print_scaled(q->text, sizeof(q->text), q->nano < 0, value,
		     is_exponent ? exponents[i] : suffixes[i]);
}

static void
print_binary(struct quantity *q)
{
	static const char *const suffixes[] = {"",   "Ki", "Mi", "Gi",
					       "Ti", "Pi", "Ei"};
	__int128 value = quantity_value(q);
	size_t i = 0;

	if (value < 0)
		value = -value;
	while (value != 0 && value % 1024 == 0 && i < 6) {
		value /= 1024;
		i++;
	}
	print_scaled(q->text, sizeof(q->text), q->nano < 0, value, suffixes[i]);
}

/* The family of the suffix stays, but a small fraction of a binary unit can
 * only be said in decimal. */
static void
print(struct quantity *q, enum family family)
{
	__int128 size = q->nano < 0 ? -q->nano : q->nano;

	if (family == FAMILY_BINARY &&
	    (size % NANO == 0 || size >= (__int128)BINARY_MIN * NANO))
		print_binary(q);
	else
		print_decimal(q, family == FAMILY_EXPONENT);
}

int
quantity_parse(const char *s, struct quantity *ret, struct error *e)
{
	struct quantity q;
	struct suffix suffix;
	struct big b = {0};
	const char *rest = s;
	bool is_negative = *s == '-';
	int point = 0;

	if (*rest == '-' || *rest == '+')
		rest++;
	if (strlen(s) > TEXT_MAX || !take_digits(&rest, &b, &point) ||
	    !take_suffix(rest, &suffix))
		return error_set(
			e, RKT_ERR_INPUT,
			"\"%s\" is not a quantity such as 500m or 64Mi", s);
	if (!scale(&b, point, &suffix, &q.nano))
		return error_set(e, RKT_ERR_INPUT,
				 "the quantity \"%s\" is too large", s);
	if (is_negative)
		q.nano = -q.nano;
	print(&q, suffix.family);
	*ret = q;
	return 0;
}

static int64_t
divide_away_from_zero(__int128 value, __int128 divisor)
{
	__int128 quotient = value / divisor;
	__int128 rest = value % divisor;

	if (rest > 0)
		quotient++;
	else if (rest < 0)
		quotient--;
	if (quotient > INT64_MAX)
		return INT64_MAX;
	if (quotient < -INT64_MAX)
		return -INT64_MAX;
	return (int64_t)quotient;
}

int64_t
quantity_value(const struct quantity *q)
{
	return divide_away_from_zero(q->nano, NANO);
}

int64_t
quantity_milli(const struct quantity *q)
{
	return divide_away_from_zero(q->nano, NANO / 1000);
}
