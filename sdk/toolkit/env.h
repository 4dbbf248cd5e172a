/* The environment an app gets, and the file that keeps it for `rkt enter`.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef RKT_TOOLKIT_ENV_H
#define RKT_TOOLKIT_ENV_H

#include <rkt/plugin.h>

#include "pod-spec.h"

/* The app's own variables, before them defaults for PATH, SHELL, USER,
 * LOGNAME and HOME where they are missing, after them `extra` (NULL: none).
 * NULL-terminated, in scratch memory. */
rkt_status rkt_env_make(struct rkt_call *call, const struct rkt_app_spec *app,
			const char *const *extra, const char *const **ret);

/* One "NAME=value" a line, below pod.dir_fd.  A value with a newline has no
 * place in that format and is left out of the file. */
rkt_status rkt_env_write(struct rkt_call *call, int dir_fd, const char *path,
			 const char *const *env);
rkt_status rkt_env_read(struct rkt_call *call, int dir_fd, const char *path,
			const char *const **ret);

#endif
