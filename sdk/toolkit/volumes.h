/* Which volume of the pod goes where in an app.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef RKT_TOOLKIT_VOLUMES_H
#define RKT_TOOLKIT_VOLUMES_H

#include <jansson.h>

#include "pod-spec.h"

/* Mounts and mount points of one app, as the manifests have them. */
struct rkt_mount_input {
	const char *app;
	const json_t *mounts;       /* of the app in the pod manifest */
	const json_t *mount_points; /* of the app section             */
	const json_t *volumes;      /* of the pod                     */
	bool is_docker;
};

/* Mounts, then the mount points that no mount covers; one without a volume
 * becomes an empty one of its own.  Outer targets come before
 * what lies below them. */
rkt_status rkt_mounts_merge(struct rkt_call *call,
			    const struct rkt_mount_input *in,
			    const struct rkt_mount_spec **ret, size_t *ret_n);

#endif
