/* rkt enter: run a command in an app of a running pod.
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/cli/verbs.h"

#include <string.h>

#include "core/base/cleanup.h"
#include "core/base/log.h"
#include "core/cli/app-choice.h"
#include "core/pod/leader.h"

#define DEFAULT_COMMAND "/bin/bash"

static const char *app_name = "";

static const struct option options[] = {
	{
		.name = "app",
		.type = OPTION_STRING,
		.value = &app_name,
		.shown = "\"\"",
		.help = "name of the app to enter within the specified pod",
	},
	OPTION_END,
};

static const char *const *
command(int argc, char **argv)
{
	static const char *const default_command[] = {DEFAULT_COMMAND, NULL};

	if (argc > 0 && strcmp(argv[0], "--") == 0) {
		argc--;
		argv++;
	}
	if (argc > 0)
		return (const char *const *)argv;
	log_info("no command specified, assuming \"" DEFAULT_COMMAND "\"");
	return default_command;
}

static int
enter(struct pod_context *c, struct pod *pod, int argc, char **argv,
      struct error *e)
{
	auto_json json_t *manifest = NULL;
	struct enter_request r = {0};

	if (pod_leader_wait(pod, &r.leader, e) < 0)
		return error_prefix(
			e, "unable to determine the pid for pod \"%s\"",
			pod->uuid);
	if (pod_manifest_read(pod, &manifest, e) < 0) {
		error_prefix(e, "error reading pod manifest");
		return error_prefix(e, "unable to determine app name");
	}
	if (app_choose(json_object_get(manifest, "apps"), app_name, &r.app, e) <
	    0)
		return error_prefix(e, "unable to determine app name");
	r.argv = command(argc, argv);
	pod_enter(c, pod, &r, e);
	return error_prefix(e, "enter failed");
}

static int
run(struct cli *cli, int argc, char **argv)
{
	struct error e = ERROR_NONE;
	struct pod_context c;
	struct pod pod;

	if (argc == 0)
		return cli_usage(cli);
	if (cli_pod_context_bare(cli, &c, &e) < 0)
		return cli_fail(cli, &e);
	if (pod_find(c.pods, argv[0], &pod, &e) < 0) {
		error_prefix(&e, "problem retrieving pod");
		return cli_fail(cli, &e);
	}
	if (pod.state == POD_RUNNING) {
		enter(&c, &pod, argc - 1, argv + 1, &e);
		cli_print_error(cli, &e);
	} else {
		log_info("pod \"%s\" isn't currently running", pod.uuid);
	}
	pod_done(&pod);
	return EXIT_FAILED;
}

const struct verb verb_enter = {
	.name = "enter",
	.summary = "Enter the namespaces of an app within a rkt pod",
	.usage = "[--app=APPNAME] UUID [CMD [ARGS ...]]",
	.description =
		"UUID should be the UUID of a running pod.\n\n"
		"By default the CMD that is run is " DEFAULT_COMMAND
		", providing the user with shell access to the running pod.",
	.options = {options},
	.flags = VERB_ROOT | VERB_STOP_AT_WORD,
	.run = run,
};
