/* What the files of core/pod share and nobody else sees.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CORE_POD_INTERNAL_H
#define CORE_POD_INTERNAL_H

#include "core/pod/pod.h"

/* The directories below pods/, in the order a pod moves through them: who
 * looks for a pod in this order cannot miss one that is moving. */
enum pod_dir {
	DIR_EMBRYO,
	DIR_PREPARE,
	DIR_PREPARED,
	DIR_RUN,
	DIR_EXITED_GARBAGE,
	DIR_GARBAGE,
	POD_DIRS,
};

extern const char *const pod_dir_names[POD_DIRS];

/* The manifest read last: pods of one image have the same, and pods started by
 * the same words too. */
struct manifest_memo {
	char *text;
	size_t len;
	json_t *parsed;
};
void manifest_memo_done(struct manifest_memo *memo);

struct pods {
	char *data_dir;
	char *dir; /* <data>/pods                          */
	int fd;    /* -1 as long as the directory is missing */
	enum pod_dir found_in; /* where the last pod was       */
	struct manifest_memo pod_memo, image_memo;
};

/* Make <data>/pods and what belongs in it. */
int pods_make(struct pods *p, struct error *e);
/* Open what was not there before; that it is not there yet is no error. */
int pods_find(struct pods *p, struct error *e);

enum pod_dir pod_state_dir(enum pod_state state);
enum pod_state pod_dir_state(enum pod_dir dir, bool is_locked);

/* "run/<uuid>"; owned. */
char *pod_relative(enum pod_dir dir, const char *uuid);

/* Where the pod is; POD_DIRS if it is nowhere (any more). */
enum pod_dir pod_locate(const struct pod *pod);

/* The number in that file of the pod directory. */
bool pod_pid_in(const struct pod *pod, const char *file, int *ret);

/* What run() and enter() of an engine may count on: default signals, "/",
 * umask 022. */
int pod_plain_state(struct error *e);

bool ip_is_valid(const char *s);

/* Go's %q for the texts people type; owned. */
char *quoted(const char *s);

#endif
