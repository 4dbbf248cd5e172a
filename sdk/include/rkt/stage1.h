/* rkt/stage1.h - engines, which isolate and run pods
 * SPDX-License-Identifier: Apache-2.0
 *
 * File: ${plugindir}/rkt-stage1-NAME.so    Manual: rkt-stage1-plugin(7)
 *
 *   open -> check -> prepare -> run ----------------------> gc -> close
 *                                \-> enter, stop, app_* /
 *
 * Any arrow may cross from one process to another: `rkt run`, `rkt enter` and
 * `rkt gc` are three of them.  State lives in the pod directory, not in memory.
 */
#ifndef RKT_STAGE1_H
#define RKT_STAGE1_H

#include <rkt/plugin.h>

#ifdef __cplusplus
extern "C" {
#endif

#define RKT_STAGE1_ABI_MAJOR 0
#define RKT_STAGE1_ABI_MINOR 2

/* What an engine honours.  The core refuses, before anything starts, a request
 * that needs a bit the engine lacks. */
#define RKT_STAGE1_CAP_NETNS      (1ull << 0) /* joins a network namespace    */
#define RKT_STAGE1_CAP_USERNS     (1ull << 1) /* uid_shift, uid_range         */
#define RKT_STAGE1_CAP_MUTABLE    (1ull << 2) /* app_add ... app_stop         */
#define RKT_STAGE1_CAP_MULTI_APP  (1ull << 3) /* more than one app in a pod   */
#define RKT_STAGE1_CAP_HOSTNAME   (1ull << 4) /* a host name of the pod's own */
#define RKT_STAGE1_CAP_IPC        (1ull << 5) /* ipc_mode                     */
#define RKT_STAGE1_CAP_RESOURCES  (1ull << 6) /* memory, cpu, oom score, ...  */
#define RKT_STAGE1_CAP_LINUX_CAPS (1ull << 7) /* capability isolators         */
#define RKT_STAGE1_CAP_SECCOMP    (1ull << 8) /* seccomp isolators            */
#define RKT_STAGE1_CAP_READONLY   (1ull << 9) /* read-only root file system   */
#define RKT_STAGE1_CAP_HOOKS      (1ull << 10) /* pre-start, post-stop        */
#define RKT_STAGE1_CAP_MDS        (1ull << 11) /* metadata service            */
#define RKT_STAGE1_CAP_STREAMS    (1ull << 12) /* modes stream and tty        */
#define RKT_STAGE1_CAP_OVERLAY    (1ull << 13) /* stacks `layers` itself      */
/* since 0.2 */
#define RKT_STAGE1_CAP_LOGS       (1ull << 14) /* modes null and log; writes  */
					       /* logs/APP.log in pod.dir_fd  */

/* One app of the pod.  Paths without a leading slash are below pod.dir_fd. */
struct rkt_stage1_app {
	uint32_t size;
	uint32_t flags;               /* 0                                    */
	const char *name;
	const char *image_manifest;   /* appc JSON text                       */
	const char *rootfs;           /* where the root is, or is to be       */
	const char *const *layers;    /* absolute, topmost first, then NULL;  */
				      /* NULL: `rootfs` is complete as it is  */
	const char *upper;            /* overlayfs; NULL without layers       */
	const char *work;
};

/* The pod as every op sees it.  Descriptors are borrowed. */
struct rkt_stage1_pod {
	uint32_t size;
	uint32_t flags;       /* 0                                     */
	const char *uuid;
	const char *manifest; /* PodManifest: JSON text                */
	const char *dir;      /* absolute; what dir_fd is open on      */
	const struct rkt_stage1_app *const *apps; /* in manifest order */
	uint32_t n_apps;
	int32_t dir_fd;       /* pod directory; holds the pod lock     */
	int32_t netns_fd;     /* -1: the host's network                */
	uint32_t uid_shift;
	uint32_t uid_range;   /* 0: no user namespace                  */
	uint32_t reserved0;
};

#define RKT_STAGE1_RUN_INTERACTIVE (1u << 0)
#define RKT_STAGE1_RUN_NO_CAPS     (1u << 1) /* --insecure-options= */
#define RKT_STAGE1_RUN_NO_PATHS    (1u << 2) /*   capabilities,     */
#define RKT_STAGE1_RUN_NO_SECCOMP  (1u << 3) /*   paths, seccomp    */
#define RKT_STAGE1_RUN_DEBUG       (1u << 4)

#define RKT_STAGE1_IPC_AUTO    0u
#define RKT_STAGE1_IPC_PRIVATE 1u
#define RKT_STAGE1_IPC_PARENT  2u

struct rkt_stage1_run {
	uint32_t size;
	uint32_t flags;          /* RKT_STAGE1_RUN_*                         */
	const char *hostname;    /* NULL: the engine's default               */
	const char *mds_token;   /* NULL: no metadata service                */
	const char *resolv_conf; /* absolute path of a file to show as       */
	const char *hosts;       /*   /etc/resolv.conf, /etc/hosts; or NULL: */
				 /*   leave what the image has               */
	uint32_t ipc_mode;       /* RKT_STAGE1_IPC_*                         */
	int32_t lock_fd;         /* keep open as long as the pod lives, and  */
				 /*   out of helper programs                 */
};

struct rkt_stage1_exec {
	uint32_t size;
	uint32_t flags;
	const char *app;
	const char *const *argv; /* argc of them, then NULL */
	uint32_t argc;
	int32_t leader_pid;      /* process 1 of the pod, seen from the host */
};

struct rkt_stage1_plugin {
	struct rkt_plugin_info info;
	uint64_t caps; /* RKT_STAGE1_CAP_* */

	/* Optional.  `*self` is the engine's own; NULL is a legal value. */
	rkt_status (*open)(struct rkt_call *call, void **self);
	void (*close)(void *self);

	/* Optional.  Can this machine run the engine?  No side effects. */
	rkt_status (*check)(struct rkt_call *call, void *self);

	/* Required.  Lay out what run() needs inside the pod directory.
	 * Restartable: what a killed run left half made is overwritten. */
	rkt_status (*prepare)(struct rkt_call *call, void *self,
			      const struct rkt_stage1_pod *pod);

	/* Required.  Does not return on success: it becomes the pod (exec) or
	 * ends with the pod's exit status.  Writes `pid` or `ppid` into the pod
	 * directory first.  One thread, default signals, cwd "/", umask 022. */
	rkt_status (*run)(struct rkt_call *call, void *self,
			  const struct rkt_stage1_pod *pod,
			  const struct rkt_stage1_run *run);

	/* Required.  As run(), for one command in a running app. */
	rkt_status (*enter)(struct rkt_call *call, void *self,
			    const struct rkt_stage1_pod *pod,
			    const struct rkt_stage1_exec *exec);

	/* Optional; NULL: the host signals the leader itself.  Does not wait
	 * for the end.  `force` 1: at once. */
	rkt_status (*stop)(struct rkt_call *call, void *self,
			   const struct rkt_stage1_pod *pod, uint32_t force);

	/* Required.  Idempotent; a missing resource is success. */
	rkt_status (*gc)(struct rkt_call *call, void *self,
			 const struct rkt_stage1_pod *pod);

	/* All four present if caps has RKT_STAGE1_CAP_MUTABLE, else none. */
	rkt_status (*app_add)(struct rkt_call *call, void *self,
			      const struct rkt_stage1_pod *pod,
			      const char *app);
	rkt_status (*app_rm)(struct rkt_call *call, void *self,
			     const struct rkt_stage1_pod *pod, const char *app);
	rkt_status (*app_start)(struct rkt_call *call, void *self,
				const struct rkt_stage1_pod *pod,
				const char *app);
	rkt_status (*app_stop)(struct rkt_call *call, void *self,
			       const struct rkt_stage1_pod *pod,
			       const char *app);
};

RKT_EXPORT const struct rkt_stage1_plugin *rkt_stage1_plugin_v0(void);

#define RKT_STAGE1_INFO(plugin_name, plugin_version, plugin_summary)           \
	{                                                                      \
		sizeof(struct rkt_stage1_plugin), RKT_STAGE1_ABI_MAJOR,        \
			RKT_STAGE1_ABI_MINOR, 0, 0, 0, (plugin_name),          \
			(plugin_version), (plugin_summary), NULL               \
	}

#define RKT_STAGE1_PLUGIN(descriptor)                                          \
	const struct rkt_stage1_plugin *rkt_stage1_plugin_v0(void)             \
	{                                                                      \
		return &(descriptor);                                          \
	}                                                                      \
	struct rkt_stage1_plugin

#ifdef __cplusplus
}
#endif
#endif
