/* Pod directories: states, locks, transitions (chapters 9 and 10).
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CORE_POD_POD_H
#define CORE_POD_POD_H

#include <stdbool.h>
#include <stdint.h>

#include "core/appc/types.h"
#include "core/base/json.h"
#include "core/base/vec.h"

enum pod_state {
	POD_EMBRYO,
	POD_PREPARING,
	POD_ABORTED_PREPARE,
	POD_PREPARED,
	POD_RUNNING,
	POD_EXITED,
	POD_EXITED_GARBAGE,
	POD_EXITED_DELETING,
	POD_GARBAGE,
	POD_DELETING,
	POD_GONE, /* not in any directory (any more) */
};
const char *pod_state_name(enum pod_state state); /* "aborted prepare" */

/* <data>/pods with its six directories; made when the first pod is. */
struct pods;
int pods_open(const char *data_dir, struct pods **ret, struct error *e);
void pods_close(struct pods *p);

struct pod {
	struct pods *pods;          /* borrowed                             */
	char uuid[UUID_TEXT_LEN + 1];
	enum pod_state state;       /* when it was last looked at           */
	int dir_fd;                 /* -1 if gone                           */
	bool is_locked;             /* by us, exclusively, through dir_fd   */
};

/* mkdir in embryo, lock, rename to prepare. */
int pod_create(struct pods *p, struct pod *ret, struct error *e);
/* By full UUID; state POD_GONE instead of an error if there is none. */
int pod_open(struct pods *p, const char *uuid, struct pod *ret,
	     struct error *e);
/* By unique prefix over prepare, prepared, run, exited-garbage; messages of
 * 10.4 without the verb's own prefix. */
int pod_find(struct pods *p, const char *prefix, struct pod *ret,
	     struct error *e);
void pod_done(struct pod *pod);
int pod_refresh(struct pod *pod, struct error *e);
/* Has it moved on, or is it being deleted, since it was last looked at?  Then
 * what was read of it may be half of it. */
bool pod_has_changed(const struct pod *pod);

/* Absolute path of the directory in its present state; owned. */
char *pod_path(const struct pod *pod);

/* Transitions; each checks the state it starts from (RKT_ERR_BUSY if it is
 * another by now) and renames.  What survives a loss of power is decided in
 * doc/decisions/0002-durability-of-pods.md. */
int pod_to_prepared(struct pod *pod, struct error *e);
int pod_to_run(struct pod *pod, struct error *e); /* takes the lock if needed */
int pod_to_exited_garbage(struct pod *pod, struct error *e);
/* From aborted prepare, prepared, and embryo: an embryo that nobody holds is
 * what a killed process left, and `gc` collects it like an aborted prepare. */
int pod_to_garbage(struct pod *pod, struct error *e);
int pod_lock(struct pod *pod, struct error *e); /* exclusive, waits */
/* Remove what was not finished, in preparing or prepared, and is ours by its
 * lock; what is killed instead is left for gc. */
void pod_discard(struct pod *pod);

/* UUIDs in the directories of these states (bit 1 << state), sorted. */
int pods_list(struct pods *p, unsigned int states, struct strings *ret,
	      struct error *e);

/* The trees of the store that pods in any state name; only under the exclusive
 * prepare lock does that stay true. */
int pods_trees_in_use(struct pods *p, struct strings *ret, struct error *e);

/* Prepared pods that are not to be started for a while.  Zeroed to begin
 * with. */
VEC(pods_held, int);
/* Those of the tree; fails if a pod of it is running or about to.  Under the
 * exclusive prepare lock nobody can prepare one.  Add them up at will. */
int pods_hold_tree(struct pods *p, const char *tree, struct pods_held *held,
		   struct error *e);
void pods_held_done(struct pods_held *held);

/* ---- what is written in a pod directory ----------------------------------- */

int pod_manifest_read(const struct pod *pod, json_t **ret, struct error *e);
/* For list and rm: do not change what they return, another pod may get the
 * same. */
int pod_manifest_read_lenient(const struct pod *pod, json_t **ret,
			      struct error *e);
/* The image manifest saved for the app; lenient. */
int pod_image_manifest_read(const struct pod *pod, const char *app,
			    json_t **ret, struct error *e);
/* Nanoseconds since the epoch; 0: not known in this state (10.6). */
int64_t pod_created_ns(const struct pod *pod);
int64_t pod_started_ns(const struct pod *pod);
int64_t pod_gc_marked_ns(const struct pod *pod);
int64_t pod_moved_ns(const struct pod *pod); /* ctime, in every state */
int pod_pid(const struct pod *pod);                  /* -1: no file */
bool pod_exit_status(const struct pod *pod, const char *app, int *ret);
/* Has the engine told that the apps are up (`rkt/supervisor-status`)? */
bool pod_is_ready(const struct pod *pod);
/* net-info.json, or NULL; new reference. */
json_t *pod_networks(const struct pod *pod);
/* The engine that prepared it: target of the link `flavor`.  Owned. */
int pod_engine(const struct pod *pod, char **ret, struct error *e);

#endif
