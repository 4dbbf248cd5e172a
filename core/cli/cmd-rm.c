/* rkt rm: delete pods that do not run.
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/cli/verbs.h"

#include <stdio.h>

#include "core/base/cleanup.h"
#include "core/base/log.h"
#include "core/cli/uuids.h"

/* How often a pod may change its state between our look and our step. */
#define TRIES_MAX 16

static int
refuse(const struct pod *pod, const char *what)
{
	log_info("pod \"%s\" is currently %s", pod->uuid, what);
	return -1;
}

/* Out of the directories of the living, if it is not yet. */
static int
move(struct pod *pod, struct error *e)
{
	const char *what = "expired prepared pod";

	if (pod->state == POD_EXITED)
		return pod_to_exited_garbage(pod, e);
	if (pod->state == POD_ABORTED_PREPARE)
		what = "failed prepare";
	else if (pod->state != POD_PREPARED)
		return 0;
	if (pod_to_garbage(pod, e) < 0)
		return -1;
	log_info("moving %s \"%s\" to garbage", what, pod->uuid);
	return 0;
}

/* Somebody else deletes it: that is told only of what was so before we came;
 * later it is waited for. */
static int
check_state(const struct pod *pod, bool is_first_look)
{
	switch (pod->state) {
	case POD_EMBRYO:
	case POD_PREPARING:
		return refuse(pod, "being prepared");
	case POD_RUNNING:
		return refuse(pod, "running");
	case POD_EXITED_DELETING:
	case POD_DELETING:
		return is_first_look ? refuse(pod, "being deleted") : 0;
	default:
		return 0;
	}
}

/* RKT_ERR_BUSY: another rkt has moved it between our look and our step. */
static int
remove_pod(struct cli *cli, struct pod_context *c, struct pod *pod)
{
	for (int i = 1;; i++) {
		struct error e = ERROR_NONE;

		if (check_state(pod, i == 1) < 0)
			return -1;
		if (move(pod, &e) == 0 && pod_delete(c, pod, &e) == 0)
			break;
		if (e.code != RKT_ERR_BUSY || i == TRIES_MAX ||
		    pod_refresh(pod, &e) < 0) {
			cli_print_error(cli, &e);
			return -1;
		}
	}
	printf("\"%s\"\n", pod->uuid);
	fflush(stdout);
	return 0;
}

static void
tell(int n_failed)
{
	(void)n_failed;
	log_info("failed to remove one or more pods");
}

static int
run(struct cli *cli, int argc, char **argv)
{
	return uuids_run(cli, argc, argv, remove_pod, tell, EXIT_FAILED);
}

const struct verb verb_rm = {
	.name = "rm",
	.summary = "Remove all files and resources associated with an exited "
		   "pod",
	.usage = "--uuid-file=FILE | UUID ...",
	.description = "Unlike gc, rm allows users to remove specific pods.",
	.options = {uuid_options},
	.flags = VERB_ROOT,
	.run = run,
};
