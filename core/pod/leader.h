/* Which process of a running pod is its first, seen from the host (10.6).
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CORE_POD_LEADER_H
#define CORE_POD_LEADER_H

#include "core/pod/pod.h"

/* The process in `pid`, else the only child of the one in `ppid`; waits for
 * either as long as the pod runs. */
int pod_leader_wait(struct pod *pod, int *ret_pid, struct error *e);

#endif
