/* Pods and apps as the JSON objects of list and status (3.11).
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CORE_CLI_POD_JSON_H
#define CORE_CLI_POD_JSON_H

#include "core/pod/pod.h"

/* The whole pod; new reference.  Fails for pods that are still being prepared,
 * which have no creation time, and for those with a broken manifest. */
int pod_json(const struct pod *pod, json_t **ret, struct error *e);

/* Does the pod have a complete manifest in this state? */
bool pod_has_manifest(const struct pod *pod);

/* When it was created; fails if the files that tell are missing.  0 for pods
 * that are not prepared yet. */
int pod_creation_time(const struct pod *pod, int64_t *ret_ns, struct error *e);

/* "default:ip4=172.16.28.2, other:ip4=10.0.0.3"; owned, "" if there is none. */
char *pod_networks_text(const struct pod *pod);

#endif
