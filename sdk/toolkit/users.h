/* Who an app runs as: names, numbers and paths inside its root.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef RKT_TOOLKIT_USERS_H
#define RKT_TOOLKIT_USERS_H

#include <sys/types.h>

#include <rkt/plugin.h>

#include "pod-spec.h"

/* The root user's name, a number, a path whose owner is meant, or a name in
 * the root's own etc/passwd and etc/group. */
rkt_status rkt_user_resolve(struct rkt_call *call, int root_fd,
			    const struct rkt_app_spec *app, uid_t *ret_uid,
			    gid_t *ret_gid);

#endif
