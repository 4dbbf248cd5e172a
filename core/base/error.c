/* Recording what failed, layer by layer.
 * SPDX-License-Identifier: Apache-2.0 */
#include "error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static RKT_PRINTF(2, 0) void
put(char *to, const char *fmt, va_list args)
{
	int n = vsnprintf(to, ERROR_TEXT_MAX, fmt, args);

	if (n >= ERROR_TEXT_MAX)
		memcpy(to + ERROR_TEXT_MAX - 4, "...", 4);
}

void
error_record(struct error *e, rkt_status code, const char *fmt, ...)
{
	va_list args;

	e->code = code;
	e->err = 0;
	e->n_layers = 1;
	va_start(args, fmt);
	put(e->layers[0], fmt, args);
	va_end(args);
}

void
error_record_errno(struct error *e, int err, const char *fmt, ...)
{
	va_list args;

	e->code = RKT_ERR_SYSTEM;
	e->err = err;
	e->n_layers = 1;
	va_start(args, fmt);
	put(e->layers[0], fmt, args);
	va_end(args);
}

void
error_add_layer(struct error *e, const char *fmt, ...)
{
	va_list args;

	/* The outermost context is what people see: keep it, drop the one
	 * before it, when the layers are full. */
	if (e->n_layers == ERROR_LAYERS_MAX)
		e->n_layers--;
	va_start(args, fmt);
	put(e->layers[e->n_layers], fmt, args);
	va_end(args);
	e->n_layers++;
}

void
error_clear(struct error *e)
{
	*e = ERROR_NONE;
}

const char *
error_cause(const struct error *e, char *buf, size_t size)
{
	const char *text = e->n_layers > 0 ? e->layers[0] : "no error";

	if (e->err != 0)
		snprintf(buf, size, "%s: %s", text, strerror(e->err));
	else
		snprintf(buf, size, "%s", text);
	return buf;
}

const char *
error_line(const struct error *e, char *buf, size_t size)
{
	char cause[ERROR_TEXT_MAX + 128];

	error_cause(e, cause, sizeof(cause));
	if (e->n_layers > 1)
		snprintf(buf, size, "%s: %s", e->layers[e->n_layers - 1],
			 cause);
	else
		snprintf(buf, size, "%s", cause);
	return buf;
}
