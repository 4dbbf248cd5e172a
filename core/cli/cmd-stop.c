/* rkt stop: ask running pods to end.
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/cli/verbs.h"

#include <stdio.h>

#include "core/base/cleanup.h"
#include "core/base/log.h"
#include "core/cli/uuids.h"

#define EXIT_NO_FILE 1

static bool is_forced;

static const struct option own_options[] = {
	{
		.name = "force",
		.type = OPTION_BOOL,
		.value = &is_forced,
		.shown = "false",
		.help = "forced stopping",
	},
	OPTION_END,
};

static int
stop_pod(struct cli *cli, struct pod_context *c, struct pod *pod)
{
	struct error e = ERROR_NONE;

	if (pod->state > POD_RUNNING) {
		printf("pod \"%s\" is already stopped\n", pod->uuid);
		fflush(stdout);
		return 0;
	}
	if (pod->state != POD_RUNNING) {
		log_info("pod \"%s\" is not running", pod->uuid);
		return -1;
	}
	if (pod_stop(c, pod, is_forced, &e) < 0) {
		error_prefix(&e, "error stopping \"%s\"", pod->uuid);
		cli_print_error(cli, &e);
		return -1;
	}
	printf("\"%s\"\n", pod->uuid);
	fflush(stdout);
	return 0;
}

static void
tell(int n_failed)
{
	if (n_failed > 0)
		log_info("failed to stop %d pod(s)", n_failed);
}

static int
run(struct cli *cli, int argc, char **argv)
{
	return uuids_run(cli, argc, argv, stop_pod, tell, EXIT_NO_FILE);
}

const struct verb verb_stop = {
	.name = "stop",
	.summary = "Stop a pod",
	.usage = "--uuid-file=FILE | UUID ...",
	.description = "Does not wait until the pod has ended.",
	.options = {own_options, uuid_options},
	.run = run,
};
