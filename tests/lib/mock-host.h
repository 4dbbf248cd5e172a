/* A host for testing the ops of a plugin: records what they say and emit.
 * SPDX-License-Identifier: Apache-2.0
 *
 *	struct mock_host host;
 *
 *	mock_host_init(&host);
 *	status = plugin->resolve(&host.call, &source);
 *	assert_text(host.failure, "...");
 *	mock_host_done(&host);
 */
#ifndef TESTS_LIB_MOCK_HOST_H
#define TESTS_LIB_MOCK_HOST_H

#include <stddef.h>

#include <rkt/plugin.h>

#define MOCK_EMITTED_MAX 64

struct mock_scratch;

struct mock_host {
	struct rkt_call call; /* first, so that the services find the rest */
	struct rkt_host host;

	/* Set these to steer it, after init. */
	const char *const *conf;  /* "key", "value", ..., NULL; or NULL     */
	const char *paths[4];     /* by RKT_PATH_*                          */
	unsigned int scratch_max; /* allocations that succeed; 0: all       */
	unsigned int emit_max;    /* emits that succeed; 0: all             */
	unsigned int progress_max; /* reports before cancellation; 0: never */

	/* What the op did. */
	unsigned int n_failures;
	rkt_status code; /* of the last fail()       */
	int err;         /* its errno value          */
	char failure[2048];
	char log[8192]; /* "warning: text\n"...     */
	unsigned int n_emitted;
	struct {
		char *key;
		char *data; /* a NUL follows, not counted */
		size_t len;
	} emitted[MOCK_EMITTED_MAX];
	unsigned int n_scratch;
	unsigned int n_progress;
	struct mock_scratch *scratch;
};

void mock_host_init(struct mock_host *m);
void mock_host_done(struct mock_host *m);

/* The n-th (from 0) text emitted under `key`, or NULL. */
const char *mock_host_emitted(const struct mock_host *m, const char *key,
			      unsigned int n);

#endif
