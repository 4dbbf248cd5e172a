/* The group "rkt", whose members may look into the overlay of a pod.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CORE_POD_GROUP_H
#define CORE_POD_GROUP_H

#include <stdbool.h>

#include "core/pod/view.h"

/* The number of a group in the text of /etc/group. */
bool group_parse(const char *text, const char *name, gid_t *ret);

/* Give overlay/<tree> of every app to the group; a warning if there is none. */
int group_take_overlay(const struct pod_view *view, struct error *e);

#endif
