/* The error object every fallible function fills in.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CORE_BASE_ERROR_H
#define CORE_BASE_ERROR_H

#include <rkt/plugin.h>

#define ERROR_TEXT_MAX 512
#define ERROR_LAYERS_MAX 8

/* What went wrong, from the outermost context to the innermost cause.  Layer 0
 * is the cause; every error_prefix() adds one in front.  The command line
 * shows "<outermost>: <cause>", or all layers with --debug. */
struct error {
	rkt_status code;
	int err;     /* errno value of the cause, or 0 */
	int n_layers; /* 0: no error recorded           */
	char layers[ERROR_LAYERS_MAX][ERROR_TEXT_MAX];
};

#define ERROR_NONE ((struct error){.code = RKT_OK})

static inline int
error_failed(void)
{
	return -1;
}

/* All three are -1, so that `return error_set(...)` reads as one step; macros,
 * so that the compiler knows it too.  A function that returns 0 has not touched
 * *e; one that returns -1 has. */
#define error_set(...)   (error_record(__VA_ARGS__), error_failed())
#define error_errno(...) (error_record_errno(__VA_ARGS__), error_failed())
/* Put context in front: "cannot prepare pod '1234'".  No trailing colon. */
#define error_prefix(...) (error_add_layer(__VA_ARGS__), error_failed())

void error_record(struct error *e, rkt_status code, const char *fmt, ...)
	RKT_PRINTF(3, 4);
void error_record_errno(struct error *e, int err, const char *fmt, ...)
	RKT_PRINTF(3, 4);
void error_add_layer(struct error *e, const char *fmt, ...) RKT_PRINTF(2, 3);

/* Forget what was recorded, for callers that cope. */
void error_clear(struct error *e);

/* The innermost cause with its errno text appended: "open 'x': No such file or
 * directory".  Writes at most `size` bytes; returns `buf`. */
const char *error_cause(const struct error *e, char *buf, size_t size);

/* "<outermost>: <cause>", the line people see.  Returns `buf`. */
const char *error_line(const struct error *e, char *buf, size_t size);

#endif
