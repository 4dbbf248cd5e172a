/* What the files of the fly engine share.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef PLUGINS_STAGE1_FLY_FLY_H
#define PLUGINS_STAGE1_FLY_FLY_H

#include <stdbool.h>

#include <rkt/stage1.h>

#include "sdk/toolkit/pod-spec.h"

#define FLY_ENV_DIR "stage1/rootfs/rkt/env"
#define FLY_READY   "stage1/rootfs/rkt/supervisor-status"

/* The pod's only app. */
rkt_status fly_read_app(struct rkt_call *call, const struct rkt_stage1_pod *pod,
			const struct rkt_app_spec **ret);

/* Enter a mount namespace of the pod's own and mount all that the app sees.
 * Gives a descriptor of its root; fly_root_enter() makes that "/" and lets go
 * of everything else. */
rkt_status fly_mount_all(struct rkt_call *call,
			 const struct rkt_stage1_pod *pod,
			 const struct rkt_stage1_run *run,
			 const struct rkt_app_spec *app, int *ret_root_fd);
rkt_status fly_root_enter(struct rkt_call *call, int root_fd);

/* etc/mtab, etc/hosts and etc/resolv.conf. */
rkt_status fly_etc_fill(struct rkt_call *call, const struct rkt_stage1_run *run,
			int root_fd);

/* Is it one of the pod's processes?  A pidfd, or -1. */
bool fly_is_holder(int pid, int pod_fd);
int fly_open_holder(int pid, int pod_fd);
rkt_status fly_signal_holders(struct rkt_call *call, int pod_fd,
			      int signal_number);

/* `pid` and `pgid` of the calling process; 0: no such file. */
rkt_status fly_pids_write(struct rkt_call *call, int pod_fd);
int fly_pid_read(int pod_fd, const char *name);

/* The root is the app's, and the next step is to execute it. */
rkt_status fly_ready_set(struct rkt_call *call, int pod_fd);
void fly_ready_clear(int pod_fd);
bool fly_is_ready(int pod_fd);

rkt_status fly_become(struct rkt_call *call, const struct rkt_app_spec *app,
		      uid_t uid, gid_t gid);
const char *fly_env_path(struct rkt_call *call, const char *app);

rkt_status fly_run(struct rkt_call *call, void *self,
		   const struct rkt_stage1_pod *pod,
		   const struct rkt_stage1_run *run);
rkt_status fly_enter(struct rkt_call *call, void *self,
		     const struct rkt_stage1_pod *pod,
		     const struct rkt_stage1_exec *exec);
rkt_status fly_stop(struct rkt_call *call, void *self,
		    const struct rkt_stage1_pod *pod, uint32_t force);

#endif
