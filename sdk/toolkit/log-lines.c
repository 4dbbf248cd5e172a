/* Records of an app's log, from what it writes.
 * SPDX-License-Identifier: Apache-2.0 */
#include "log-lines.h"

#include <stdio.h>
#include <string.h>

size_t
rkt_log_record(char *to, const struct timespec *when, const char *name,
	       bool is_whole, const char *text, size_t len)
{
	struct tm tm;
	size_t n;

	gmtime_r(&when->tv_sec, &tm);
	n = strftime(to, RKT_LOG_HEAD_MAX, "%Y-%m-%dT%H:%M:%S", &tm);
	n += (size_t)snprintf(to + n, RKT_LOG_HEAD_MAX - n, ".%09ldZ %.8s %c ",
			      when->tv_nsec, name, is_whole ? 'F' : 'P');
	memcpy(to + n, text, len);
	to[n + len] = '\n';
	return n + len + 1;
}

size_t
rkt_log_stream_next(struct rkt_log_stream *s, bool is_end,
		    const struct timespec *when, char *to)
{
	const char *end = memchr(s->text, '\n', s->len);
	size_t len = end ? (size_t)(end - s->text) : s->len;
	size_t used = end ? len + 1 : len;
	size_t n;

	if (!end && s->len < sizeof(s->text) && !(is_end && s->len > 0))
		return 0;
	n = rkt_log_record(to, when, s->name, end != NULL, s->text, len);
	memmove(s->text, s->text + used, s->len - used);
	s->len -= used;
	return n;
}
