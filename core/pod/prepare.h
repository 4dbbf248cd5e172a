/* From a request to a pod directory that an engine can run (chapter 11).
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CORE_POD_PREPARE_H
#define CORE_POD_PREPARE_H

#include "core/plugin/host.h"
#include "core/pod/pod.h"
#include "core/pod/request.h"
#include "core/store/store.h"

/* Everything life-cycle code needs at hand; all borrowed. */
struct pod_context {
	struct pods *pods;
	struct store *store;
	struct plugin_host *plugins;
	const char *data_dir;
};

struct pod_view;

/* Read the file of --pod-manifest, if there is one: once, as it may be a pipe.
 * Before anything else that is given the request. */
int pod_request_load(struct pod_request *r, struct error *e);

/* Refuse what the engine does not honour; before a pod directory exists.
 * `start` NULL for `prepare`. */
int request_check_engine(const struct pod_request *r,
			 const struct start_request *start,
			 struct plugin *engine, struct error *e);

/* The manifest of the pod (chapter 11.2-11.8) in normal form. */
int pod_manifest_build(struct store *store, const struct pod_request *r,
		       json_t **ret, struct error *e);

/* Fill prepare/<uuid>: appsinfo, pod, pod-created, overlay dirs or copies,
 * flavor; then the engine's prepare().  Holds the shared prepare lock.  *ret:
 * what pod_run() wants, to be freed by pod_view_done(); NULL: not wanted.
 * Leaves no pod behind when it fails. */
int pod_prepare(struct pod_context *c, struct pod *pod,
		const struct pod_request *r, struct plugin *engine,
		struct pod_view *ret, struct error *e);

/* Become the pod: returns only on failure.  The pod is in run/ and locked;
 * `view` may be of the state before. */
int pod_run(const struct pod *pod, struct pod_view *view,
	    const struct start_request *start, struct plugin *engine,
	    struct error *e);

/* Become `argv` (ended by NULL) in an app of a running pod: returns only on
 * failure.  `leader` is what pod_leader_wait() found. */
struct enter_request {
	const char *app;
	int leader;
	const char *const *argv;
};
int pod_enter(struct pod_context *c, struct pod *pod,
	      const struct enter_request *r, struct error *e);

/* `rkt stop`. */
int pod_stop(struct pod_context *c, struct pod *pod, bool force,
	     struct error *e);

/* Delete a pod in exited-garbage or garbage: engine gc, leftover mounts, files
 * (10.7).  Takes the lock; a pod that is gone meanwhile is success. */
int pod_delete(struct pod_context *c, struct pod *pod, struct error *e);

/* Can this data directory be an overlayfs upper (12.1)?  *ret_why: static text
 * of the reason, NULL if it can. */
void overlay_supported(const char *data_dir, const char **ret_why);

#endif
