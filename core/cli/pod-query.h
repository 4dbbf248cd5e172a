/* Which pods `list` and `status` show, and in which order: --filter and --sort.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CORE_CLI_POD_QUERY_H
#define CORE_CLI_POD_QUERY_H

#include "core/base/vec.h"
#include "core/cli/option.h"
#include "core/pod/pod.h"

/* Embryos and what is in garbage/ are not for people. */
#define PODS_SHOWN                                                             \
	(1u << POD_PREPARING | 1u << POD_ABORTED_PREPARE |                     \
	 1u << POD_PREPARED | 1u << POD_RUNNING | 1u << POD_EXITED |           \
	 1u << POD_EXITED_GARBAGE | 1u << POD_EXITED_DELETING)

struct pod_query {
	struct strings filters; /* "KEY=VALUE[,VALUE]"; all must hold      */
	struct strings sorts;   /* "[-]KEY[,[-]KEY]"                       */
};

/* What the command line asks for, by these options. */
extern struct pod_query pod_query_asked;
extern const struct option pod_query_options[];

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
