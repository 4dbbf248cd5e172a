/* Which pods `list` shows, and in which order: --filter and --sort.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CORE_CLI_POD_QUERY_H
#define CORE_CLI_POD_QUERY_H

#include "core/base/vec.h"
#include "core/pod/pod.h"

struct pod_query {
	struct strings filters; /* "KEY=VALUE[,VALUE]"; all must hold      */
	struct strings sorts;   /* "[-]KEY[,[-]KEY]"                       */
};

/* Are the keys and the names of states known? */
int pod_query_check(const struct pod_query *q, struct error *e);

/* Leave those of `uuids` that are asked for, in the order that is asked for.
 * A pod that cannot be read is kept for the caller to complain of. */
void pod_query_apply(const struct pod_query *q, struct pods *pods,
		     struct strings *uuids);
void pod_query_done(struct pod_query *q);

/* Of "KEY=", and of what sorting goes by; each ended by NULL. */
extern const char *const pod_filter_words[];
extern const char *const pod_sort_words[];

#endif
