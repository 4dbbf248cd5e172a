/* A pod on disk, as the structs that cross the plugin interface.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CORE_POD_VIEW_H
#define CORE_POD_VIEW_H

#include "core/pod/plan.h"
#include "core/pod/prepare.h"

struct app_view {
	struct rkt_stage1_app app;
	char *name;
	char *manifest;
	char *rootfs;
	char *upper;
	char *work;
	struct strings layers;
	const char **layer_list;
};

struct pod_view {
	struct rkt_stage1_pod pod;
	json_t *json; /* the manifest in normal form */
	char *text;
	char *dir;
	size_t n_apps;
	struct app_view *apps;
	const struct rkt_stage1_app **list;
};

/* Read the pod's files.  Lenient: what cannot be read is left out, for those
 * who clean up. */
int pod_view_load(const struct pod_context *c, const struct pod *pod,
		  struct pod_view *ret, struct error *e);
void pod_view_load_lenient(const struct pod_context *c, const struct pod *pod,
			   struct pod_view *ret);
/* The same from what is known anyway, without a look at the disk; takes the
 * texts out of `plan`, which stays to be freed. */
void pod_view_of_plan(const struct pod_context *c, const struct pod *pod,
		      struct pod_plan *plan, bool use_overlay,
		      struct pod_view *ret);
/* The pod has moved to another state, and so its directory. */
void pod_view_moved(struct pod_view *view, const struct pod *pod);
void pod_view_done(struct pod_view *view);

/* "stage1/rootfs/opt/stage2/<app>"; owned. */
char *app_stage2_path(const char *app);

#endif
