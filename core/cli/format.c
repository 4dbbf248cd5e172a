/* Times, sizes and quoted names in the forms that the tables show.
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/cli/format.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "core/base/strbuf.h"

#define SECOND INT64_C(1000000000)
#define MINUTE 60
#define HOUR   (60 * MINUTE)
#define DAY    (24 * HOUR)
#define WEEK   (7 * DAY)
#define MONTH  (30 * DAY)
#define YEAR   (12 * MONTH)

/* The first row whose `below` exceeds the difference wins. */
static const struct age {
	int64_t below;
	const char *one;  /* fixed text, or NULL             */
	int64_t unit;     /* otherwise: how many of these... */
	const char *many; /* ... of that                     */
} ages[] = {
	{2, "1 second", 0, NULL},          {MINUTE, NULL, 1, "seconds"},
	{2 * MINUTE, "1 minute", 0, NULL}, {HOUR, NULL, MINUTE, "minutes"},
	{2 * HOUR, "1 hour", 0, NULL},     {DAY, NULL, HOUR, "hours"},
	{2 * DAY, "1 day", 0, NULL},       {WEEK, NULL, DAY, "days"},
	{2 * WEEK, "1 week", 0, NULL},     {MONTH, NULL, WEEK, "weeks"},
	{2 * MONTH, "1 month", 0, NULL},   {YEAR, NULL, MONTH, "months"},
	{18 * MONTH, "1 year", 0, NULL},   {2 * YEAR, "2 years", 0, NULL},
	{37 * YEAR, NULL, YEAR, "years"},  {INT64_MAX, "a long while", 0, NULL},
};

int64_t
format_now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (int64_t)now.tv_sec * SECOND + now.tv_nsec;
}

void
format_age(int64_t when_ns, int64_t now_ns, char *buf, size_t size)
{
	bool is_future = when_ns > now_ns;
	const char *side = is_future ? "from now" : "ago";
	const struct age *age = ages;
	int64_t d;

	if (is_future ? __builtin_sub_overflow(when_ns, now_ns, &d)
		      : __builtin_sub_overflow(now_ns, when_ns, &d))
		d = INT64_MAX;
	d /= SECOND;
	if (when_ns == 0) {
		snprintf(buf, size, "a long while ago");
		return;
	}
	if (d < 1) {
		snprintf(buf, size, "now");
		return;
	}
	while (d >= age->below)
		age++;
	if (age->one)
		snprintf(buf, size, "%s %s", age->one, side);
	else
		snprintf(buf, size, "%" PRId64 " %s %s", d / age->unit,
			 age->many, side);
}

/* ".38" for 380 milliseconds, nothing for 0. */
static void
format_milliseconds(int64_t ms, char *buf, size_t size)
{
	size_t len;

	snprintf(buf, size, ".%03" PRId64, ms);
	len = strlen(buf);
	while (len > 1 && buf[len - 1] == '0')
		buf[--len] = '\0';
	if (len == 1)
		buf[0] = '\0';
}

void
format_time(int64_t when_ns, char *buf, size_t size)
{
	int64_t rest = when_ns % SECOND;
	time_t seconds = (time_t)(when_ns / SECOND);
	char date[32], zone[24], ms[24];
	struct tm tm;

	if (rest < 0) {
		rest += SECOND;
		seconds--;
	}
	if (when_ns == 0 || !localtime_r(&seconds, &tm)) {
		snprintf(buf, size, "0001-01-01 00:00:00 +0000 UTC");
		return;
	}
	strftime(date, sizeof(date), "%Y-%m-%d %H:%M:%S", &tm);
	strftime(zone, sizeof(zone), "%z %Z", &tm);
	format_milliseconds(rest / 1000000, ms, sizeof(ms));
	snprintf(buf, size, "%s%s %s", date, ms, zone);
}

void
format_size(uint64_t bytes, char *buf, size_t size)
{
	static const char *const units[] = {"B",   "KiB", "MiB", "GiB",
					    "TiB", "PiB", "EiB"};
	uint64_t unit = 1;
	size_t e = 0;
	double value;

	if (bytes < 10) {
		snprintf(buf, size, "%" PRIu64 "B", bytes);
		return;
	}
	for (; bytes / unit >= 1024; e++)
		unit *= 1024;
	value = (double)bytes / (double)unit * 10 + 0.5;
	value = (double)(uint64_t)value / 10;
	snprintf(buf, size, "%.*f%s", value < 10 ? 1 : 0, value, units[e]);
}

/* Bytes of the UTF-8 character at `s`, 0 if it is none. */
static size_t
character_len(const unsigned char *s)
{
	size_t len = *s < 0x80   ? 1
		     : *s < 0xc2 ? 0
		     : *s < 0xe0 ? 2
		     : *s < 0xf0 ? 3
		     : *s < 0xf5 ? 4
				 : 0;

	for (size_t i = 1; i < len; i++)
		if ((s[i] & 0xc0) != 0x80)
			return 0;
	return len;
}

static void
quote_ascii(struct strbuf *b, unsigned char c)
{
	static const char from[] = "\a\b\f\n\r\t\v\\\"";
	static const char to[] = "abfnrtv\\\"";
	const char *at = c ? strchr(from, c) : NULL;

	if (at)
		strbuf_printf(b, "\\%c", to[at - from]);
	else if (c < 0x20 || c == 0x7f)
		strbuf_printf(b, "\\x%02x", c);
	else
		strbuf_putc(b, (char)c);
}

char *
format_quoted(const char *s)
{
	const unsigned char *c = (const unsigned char *)s;
	struct strbuf b = {0};

	strbuf_putc(&b, '"');
	while (*c) {
		size_t len = character_len(c);

		if (len == 0)
			strbuf_printf(&b, "\\x%02x", *c++);
		else if (len == 1)
			quote_ascii(&b, *c++);
		else if (len == 2 && c[0] == 0xc2 && c[1] < 0xa0) {
			strbuf_printf(&b, "\\u%04x", (unsigned int)c[1]);
			c += 2;
		} else {
			strbuf_add(&b, c, len);
			c += len;
		}
	}
	strbuf_putc(&b, '"');
	return strbuf_take(&b);
}
