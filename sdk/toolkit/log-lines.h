/* The format of an app's log, as the kubelet and `rkt logs` read it.
 * SPDX-License-Identifier: Apache-2.0
 *
 *	2026-11-22T08:21:46.380885715Z stdout F the text
 *
 * Time in UTC, stream, F for a whole line or P for a part of one that goes on
 * in the next record of that stream, text. */
#ifndef RKT_TOOLKIT_LOG_LINES_H
#define RKT_TOOLKIT_LOG_LINES_H

#include <stdbool.h>
#include <stddef.h>
#include <time.h>

#define RKT_LOG_TEXT_MAX 16384 /* of one record; longer lines are cut */
#define RKT_LOG_HEAD_MAX 64    /* what stands before the text, and "\n" */

/* What was read of a stream and is no whole line yet. */
struct rkt_log_stream {
	const char *name; /* "stdout", "stderr" */
	size_t len;
	char text[RKT_LOG_TEXT_MAX];
};

/* One record; `to` has room for len + RKT_LOG_HEAD_MAX.  Returns its length. */
size_t rkt_log_record(char *to, const struct timespec *when, const char *name,
		      bool is_whole, const char *text, size_t len);

/* Take the next line out of the stream, or all of it if it is full or `is_end`,
 * as a record.  0: there is none (any more). */
size_t rkt_log_stream_next(struct rkt_log_stream *s, bool is_end,
			   const struct timespec *when, char *to);

#endif
