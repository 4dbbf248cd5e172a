/* Pods as rows of list and lines of status.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CORE_CLI_POD_TEXT_H
#define CORE_CLI_POD_TEXT_H

#include "core/cli/table.h"
#include "core/pod/pod.h"

/* The line above the rows. */
void pod_rows_legend(struct table *t, bool is_full);

/* One row for each app, at least one for the pod.  What cannot be read becomes
 * "-" or "--", and a line of `problems`. */
void pod_rows_add(struct table *t, const struct pod *pod, bool is_full,
		  int64_t now_ns, struct strings *problems);

/* "state=exited\ncreated=..."; owned. */
int pod_status_text(const struct pod *pod, char **ret, struct error *e);

#endif
