/* A host for testing the ops of a plugin: records what they say and emit.
 * SPDX-License-Identifier: Apache-2.0 */
#include "mock-host.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Padded so that the bytes behind it are aligned for anything. */
struct mock_scratch {
	_Alignas(max_align_t) struct mock_scratch *next;
};

static struct mock_host *
mock_of(struct rkt_call *call)
{
	return (struct mock_host *)(void *)call;
}

static rkt_status RKT_PRINTF(4, 5) fail(struct rkt_call *call, rkt_status code,
					int err, const char *fmt, ...)
{
	struct mock_host *m = mock_of(call);
	va_list args;

	m->n_failures++;
	m->code = code;
	m->err = err;
	va_start(args, fmt);
	vsnprintf(m->failure, sizeof(m->failure), fmt, args);
	va_end(args);
	return code;
}

static void RKT_PRINTF(3, 4)
	log_line(struct rkt_call *call, uint32_t level, const char *fmt, ...)
{
	static const char *const names[] = {"error", "warning", "info",
					    "debug"};
	struct mock_host *m = mock_of(call);
	size_t len = strlen(m->log);
	char text[1024];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	snprintf(m->log + len, sizeof(m->log) - len, "%s: %s\n",
		 level <= RKT_LOG_DEBUG ? names[level] : "?", text);
}

static void *
scratch(struct rkt_call *call, size_t size)
{
	struct mock_host *m = mock_of(call);
	struct mock_scratch *s;

	if (m->scratch_max > 0 && m->n_scratch >= m->scratch_max)
		return NULL;
	m->n_scratch++;
	s = calloc(1, sizeof(*s) + size);
	if (!s)
		return NULL;
	s->next = m->scratch;
	m->scratch = s;
	return s + 1;
}

static rkt_status
emit(struct rkt_call *call, const char *key, const void *data, size_t len)
{
	struct mock_host *m = mock_of(call);
	unsigned int n = m->n_emitted;

	if (n == MOCK_EMITTED_MAX || (m->emit_max > 0 && n >= m->emit_max))
		return fail(call, RKT_ERR_SYSTEM, 0, "mock: emit refused");
	m->emitted[n].key = strdup(key);
	m->emitted[n].data = calloc(1, len + 1);
	if (!m->emitted[n].key || !m->emitted[n].data)
		abort();
	memcpy(m->emitted[n].data, data, len);
	m->emitted[n].len = len;
	m->n_emitted++;
	return RKT_OK;
}

static const char *
conf(struct rkt_call *call, const char *key)
{
	const char *const *pair = mock_of(call)->conf;

	for (; pair && pair[0]; pair += 2)
		if (strcmp(pair[0], key) == 0)
			return pair[1];
	return NULL;
}

static const char *
path(struct rkt_call *call, uint32_t which)
{
	return which < 4 ? mock_of(call)->paths[which] : NULL;
}

static rkt_status
progress(struct rkt_call *call, uint64_t done, uint64_t total)
{
	struct mock_host *m = mock_of(call);

	(void)done;
	(void)total;
	m->n_progress++;
	return m->progress_max > 0 && m->n_progress > m->progress_max
		       ? RKT_ERR_CANCELLED
		       : RKT_OK;
}

static const void *
service(struct rkt_call *call, const char *name, size_t size)
{
	(void)call;
	(void)name;
	(void)size;
	return NULL;
}

void
mock_host_init(struct mock_host *m)
{
	*m = (struct mock_host){
		.host = {.size = sizeof(struct rkt_host),
			 .abi_major = RKT_HOST_ABI_MAJOR,
			 .abi_minor = RKT_HOST_ABI_MINOR,
			 .fail = fail,
			 .log = log_line,
			 .scratch = scratch,
			 .emit = emit,
			 .conf = conf,
			 .path = path,
			 .progress = progress,
			 .service = service},
		.paths = {"/etc/rkt", "/var/lib/rkt", "/run/rkt",
			  "/usr/libexec/rkt"},
	};
	m->call.host = &m->host;
}

void
mock_host_done(struct mock_host *m)
{
	for (unsigned int i = 0; i < m->n_emitted; i++) {
		free(m->emitted[i].key);
		free(m->emitted[i].data);
	}
	while (m->scratch) {
		struct mock_scratch *next = m->scratch->next;

		free(m->scratch);
		m->scratch = next;
	}
	m->n_emitted = 0;
}

const char *
mock_host_emitted(const struct mock_host *m, const char *key, unsigned int n)
{
	for (unsigned int i = 0; i < m->n_emitted; i++)
		if (strcmp(m->emitted[i].key, key) == 0 && n-- == 0)
			return m->emitted[i].data;
	return NULL;
}
