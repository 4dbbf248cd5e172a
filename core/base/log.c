/* Diagnostics by topic, on standard error.
 * SPDX-License-Identifier: Apache-2.0 */
#include "log.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "cleanup.h"

static const char *prefix_word = "rkt";
static bool debug_all;

void
log_set_prefix(const char *prefix)
{
	prefix_word = prefix;
}

const char *
log_prefix(void)
{
	return prefix_word;
}

void
log_set_debug(bool on)
{
	debug_all = on;
}

bool
log_is_debug(const char *topic)
{
	const char *list = getenv("RKT_DEBUG");
	size_t len = strlen(topic);

	if (debug_all)
		return true;
	for (; list && *list; list += strcspn(list, ",")) {
		list += strspn(list, ",");
		if (strncmp(list, topic, len) == 0 &&
		    (list[len] == '\0' || list[len] == ',' || list[len] == ':'))
			return true;
	}
	return false;
}

/* One write per line, so that lines of several processes do not mix. */
static RKT_PRINTF(2, 0) void
line(const char *prefix, const char *fmt, va_list args)
{
	int saved = errno;
	autofree char *text = xvasprintf(fmt, args);
	size_t len = strlen(text);

	if (len > 0 && text[len - 1] == '\n')
		text[len - 1] = '\0';
	fprintf(stderr, "%s: %s\n", prefix, text);
	errno = saved;
}

#define LINE(prefix)                                                           \
	do {                                                                   \
		va_list args;                                                  \
		va_start(args, fmt);                                           \
		line(prefix, fmt, args);                                       \
		va_end(args);                                                  \
	} while (0)

void
log_debug(const char *topic, const char *fmt, ...)
{
	if (log_is_debug(topic))
		LINE(prefix_word);
}

void
log_warn(const char *fmt, ...)
{
	LINE(prefix_word);
}

void
log_info(const char *fmt, ...)
{
	LINE(prefix_word);
}

void
log_as(const char *prefix, const char *fmt, ...)
{
	LINE(prefix);
}
