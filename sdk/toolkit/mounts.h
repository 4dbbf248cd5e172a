/* Mounts of a pod: overlay roots, binds, and the places they go to.
 * SPDX-License-Identifier: Apache-2.0
 *
 * Everything is done by descriptor; nothing here follows a link out of the
 * root it was given. */
#ifndef RKT_TOOLKIT_MOUNTS_H
#define RKT_TOOLKIT_MOUNTS_H

#include <stdbool.h>

#include <rkt/stage1.h>

#include "pod-spec.h"

/* Stack the app's layers (or bind a root that is complete as it is) on its
 * rootfs directory.  pod.dir_fd must have been opened in the mount namespace
 * of the caller.  Gives a descriptor of the mounted root. */
rkt_status rkt_mount_root(struct rkt_call *call,
			  const struct rkt_stage1_pod *pod,
			  const struct rkt_stage1_app *app, int *ret_root_fd);

#define RKT_BIND_RECURSIVE (1u << 0)
#define RKT_BIND_READ_ONLY (1u << 1)

/* A copy of the mount at `path` that is nowhere yet.  It stays in the peer
 * group of what it was copied from. */
rkt_status rkt_mount_clone(struct rkt_call *call, int dir_fd, const char *path,
			   unsigned int flags, int *ret_tree_fd);

/* Put such a copy in its place inside the root; the place is made if it is
 * missing. */
rkt_status rkt_mount_attach(struct rkt_call *call, int tree_fd,
			    unsigned int flags, int root_fd,
			    const char *target);

/* Make the mount (RKT_BIND_RECURSIVE: and those below it) read-only, on
 * kernels without mount_setattr as well. */
rkt_status rkt_mount_read_only(struct rkt_call *call, int fd,
			       unsigned int flags, const char *name);

/* The directory (or file) `target` of the root, resolved through links as the
 * app would see them, dangling ones too, and made where it is missing. */
rkt_status rkt_mount_target(struct rkt_call *call, int root_fd,
			    const char *target, bool is_dir, int *ret_fd);

/* The directory of an empty volume below the pod directory, made if missing,
 * with the owner and mode that were asked for. */
rkt_status rkt_volume_make(struct rkt_call *call,
			   const struct rkt_stage1_pod *pod,
			   const struct rkt_mount_spec *mount,
			   const char **ret_path);

/* Tell of the mount points for which nobody named a volume; once, when the pod
 * starts. */
void rkt_mounts_warn(struct rkt_call *call, const struct rkt_app_spec *app);

#endif
