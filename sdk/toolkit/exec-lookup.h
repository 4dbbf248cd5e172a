/* Which file inside the root an app's exec[0] means.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef RKT_TOOLKIT_EXEC_LOOKUP_H
#define RKT_TOOLKIT_EXEC_LOOKUP_H

#include <rkt/plugin.h>

#include "pod-spec.h"

/* Absolute, as seen inside the root.  An absolute exec[0] is not looked at:
 * execve will tell. */
rkt_status rkt_exec_lookup(struct rkt_call *call, int root_fd,
			   const struct rkt_app_spec *app, const char **ret);

#endif
