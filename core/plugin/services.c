/* The services a plugin finds in the call it is handed.
 * SPDX-License-Identifier: Apache-2.0 */
#include "call-state.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/cleanup.h"
#include "core/base/log.h"

/* A larger size was computed from hostile input. */
#define SCRATCH_MAX ((size_t)256 << 20)

_Static_assert(offsetof(struct plugin_call, call) == 0,
	       "services find the call's owner behind its address");

static struct plugin_call *
owner_of(struct rkt_call *call)
{
	return (struct plugin_call *)(void *)call;
}

/* Messages carry names from hostile input; they stay on one line. */
RKT_PRINTF(1, 0)
static char *
format_line(const char *fmt, va_list args)
{
	char *text = xvasprintf(fmt, args);

	for (char *c = text; *c; c++)
		if ((unsigned char)*c < 0x20 || *c == 0x7f)
			*c = ' ';
	return text;
}

RKT_PRINTF(4, 5)
static rkt_status
service_fail(struct rkt_call *call, rkt_status code, int err, const char *fmt,
	     ...)
{
	struct plugin_call_state *state = owner_of(call)->state;
	autofree char *text = NULL;
	va_list args;

	va_start(args, fmt);
	text = format_line(fmt, args);
	va_end(args);
	if (code >= RKT_OK || code < RKT_ERR_TOO_NEW)
		code = RKT_ERR_SYSTEM;
	/* What the host itself found wrong in emit() is the cause. */
	if (state->is_refused) {
		error_prefix(&state->error, "%s", text);
		return code;
	}
	error_set(&state->error, code, "%s", text);
	state->error.err = err > 0 ? err : 0;
	return code;
}

RKT_PRINTF(3, 4)
static void
service_log(struct rkt_call *call, uint32_t level, const char *fmt, ...)
{
	const char *label = owner_of(call)->plugin->label;
	autofree char *text = NULL;
	va_list args;

	if (level >= RKT_LOG_DEBUG && !log_is_debug(label))
		return;
	va_start(args, fmt);
	text = format_line(fmt, args);
	va_end(args);
	log_as(label, "%s", text);
}

static void *
service_scratch(struct rkt_call *call, size_t size)
{
	struct plugin_call_state *state = owner_of(call)->state;
	struct plugin_scratch *s;

	if (size > SCRATCH_MAX)
		return NULL;
	s = calloc(1, sizeof(*s) + size);
	if (!s)
		return NULL;
	s->next = state->scratch;
	state->scratch = s;
	return s->bytes;
}

static rkt_status
service_emit(struct rkt_call *call, const char *key, const void *data,
	     size_t len)
{
	struct plugin_call *c = owner_of(call);
	struct error e = ERROR_NONE;

	if (c->state->is_refused)
		return c->state->error.code;
	if (!c->callbacks.emit ||
	    c->callbacks.emit(c->callbacks.data, key, data, len, &e) == 0)
		return RKT_OK;
	if (e.n_layers == 0)
		error_set(&e, RKT_ERR_INPUT, "result '%s' was refused", key);
	if (e.code >= RKT_OK)
		e.code = RKT_ERR_SYSTEM;
	c->state->error = e;
	c->state->is_refused = true;
	return e.code;
}

/* Strings as they are; numbers, truth values and structures as JSON. */
static const char *
service_conf(struct rkt_call *call, const char *key)
{
	const json_t *section = owner_of(call)->plugin->section;
	const json_t *value =
		json_object_get(json_object_get(section, "config"), key);
	autofree char *text = NULL;
	char *copy;

	if (!value || json_is_null(value))
		return NULL;
	if (json_is_string(value))
		return json_string_value(value);
	text = json_print(value, false);
	copy = service_scratch(call, strlen(text) + 1);
	return copy ? strcpy(copy, text) : NULL;
}

static const char *
service_path(struct rkt_call *call, uint32_t which)
{
	const struct plugin_host *host = owner_of(call)->plugin->host;

	switch (which) {
	case RKT_PATH_CONFIG:
		return host->config_dir;
	case RKT_PATH_DATA:
		return host->data_dir;
	case RKT_PATH_RUN:
		return "/run/rkt";
	case RKT_PATH_LIBEXEC:
		return LIBEXEC_DIR;
	default:
		return NULL;
	}
}

static rkt_status
service_progress(struct rkt_call *call, uint64_t done, uint64_t total)
{
	struct plugin_call *c = owner_of(call);

	if (!c->callbacks.progress ||
	    c->callbacks.progress(c->callbacks.data, done, total) == 0)
		return RKT_OK;
	return RKT_ERR_CANCELLED;
}

static const void *
service_service(struct rkt_call *call, const char *name, size_t size)
{
	const struct plugin_services *services =
		&owner_of(call)->plugin->host->services;

	for (size_t i = 0; i < services->len; i++) {
		const struct plugin_service *s = &services->items[i];

		if (strcmp(s->name, name) == 0 &&
		    *(const uint32_t *)s->table >= size)
			return s->table;
	}
	return NULL;
}

const struct rkt_host plugin_host_services = {
	.size = sizeof(struct rkt_host),
	.abi_major = RKT_HOST_ABI_MAJOR,
	.abi_minor = RKT_HOST_ABI_MINOR,
	.fail = service_fail,
	.log = service_log,
	.scratch = service_scratch,
	.emit = service_emit,
	.conf = service_conf,
	.path = service_path,
	.progress = service_progress,
	.service = service_service,
};
