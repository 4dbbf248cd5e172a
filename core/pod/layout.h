/* What prepare writes below the pod directory (chapter 10.5).
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CORE_POD_LAYOUT_H
#define CORE_POD_LAYOUT_H

#include "core/pod/plan.h"

int layout_dirs(int fd, struct error *e);
/* appsinfo/<app>, and either the overlay's directories or the whole tree. */
int layout_app(struct store *store, int fd, const struct app_plan *a,
	       bool use_overlay, struct error *e);
/* flavor, pod.lck, pod, pod-created, overlay-prepared. */
int layout_pod(int fd, const struct pod_plan *plan, const char *engine,
	       bool use_overlay, struct error *e);

#endif
