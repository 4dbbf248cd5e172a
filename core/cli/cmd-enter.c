/* rkt enter: run a command in an app of a running pod.
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/cli/verbs.h"

#include <string.h>

#include "core/base/cleanup.h"
#include "core/base/log.h"
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

static const char *
name_of(const json_t *app)
{
	return json_string_at(app, "name");
}

static int
find_named(const json_t *apps, const char **ret, struct error *e)
{
	const json_t *app;
	size_t i;

	json_array_foreach(apps, i, app)
	{
		if (strcmp(name_of(app), app_name) == 0) {
			*ret = name_of(app);
			return 0;
		}
	}
	return error_set(e, RKT_ERR_NOT_FOUND, "app %s is not present in pod",
			 app_name);
}

static int
choose_app(const json_t *apps, const char **ret, struct error *e)
{
	const json_t *app;
	size_t i;

	if (*app_name != '\0')
		return find_named(apps, ret, e);
	if (json_array_size(apps) == 0)
		return error_set(e, RKT_ERR_INPUT, "pod contains zero apps");
	if (json_array_size(apps) == 1) {
		*ret = name_of(json_array_get(apps, 0));
		return 0;
	}
	log_info("pod contains multiple apps:");
	json_array_foreach(apps, i, app) log_info("\t%s", name_of(app));
	return error_set(e, RKT_ERR_INPUT,
			 "specify app using \"rkt enter --app= ...\"");
}

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
	if (choose_app(json_object_get(manifest, "apps"), &r.app, e) < 0)
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
