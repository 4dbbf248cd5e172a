/* rkt export: an app of a pod that has ended, as an .aci file.
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/cli/verbs.h"

#include <string.h>

#include "core/base/cleanup.h"
#include "core/cli/app-choice.h"
#include "core/pod/export.h"

static const char *app_name = "";
static bool can_overwrite;

static const struct option own_options[] = {
	{
		.name = "app",
		.type = OPTION_STRING,
		.value = &app_name,
		.shown = "\"\"",
		.help = "name of the app to export within the specified pod",
	},
	{
		.name = "overwrite",
		.type = OPTION_BOOL,
		.value = &can_overwrite,
		.shown = "false",
		.help = "overwrite output ACI",
	},
	OPTION_END,
};

/* From the last dot of the last name. */
static int
check_extension(const char *path, struct error *e)
{
	const char *slash = strrchr(path, '/');
	const char *dot = strrchr(slash ? slash : path, '.');

	if (dot && strcmp(dot, ".aci") == 0)
		return 0;
	return error_set(e, RKT_ERR_INPUT, "extension must be .aci (given %s)",
			 dot ? dot : "");
}

static int export(struct pod_context *c, struct pod *pod, const char *path,
		  struct error *e)
{
	auto_json json_t *manifest = NULL;
	const char *app;

	if (pod->state != POD_EXITED && pod->state != POD_EXITED_GARBAGE)
		return error_set(e, RKT_ERR_INPUT,
				 "pod is not exited. Only exited pods can be "
				 "exported");
	if (pod_manifest_read(pod, &manifest, e) < 0 ||
	    app_choose(json_object_get(manifest, "apps"), app_name, &app, e) <
		    0)
		return error_prefix(e, "unable to find app");
	return pod_export(c, pod, app, path, can_overwrite, e);
}

/* Nobody swaps a tree that is read. */
static int
lock_trees(struct cli *cli, int *ret_fd, struct error *e)
{
	struct store *store;

	return cli_store(cli, &store, e) < 0
		       ? -1
		       : store_prepare_lock(store, false, ret_fd, e);
}

static int
run(struct cli *cli, int argc, char **argv)
{
	autoclose int lock_fd = -1;
	struct error e = ERROR_NONE;
	struct pod_context c;
	struct pod pod;
	int rc;

	if (argc != 2)
		return cli_usage(cli);
	if (check_extension(argv[1], &e) < 0 ||
	    cli_pod_context_bare(cli, &c, &e) < 0)
		return cli_fail(cli, &e);
	if (pod_find(c.pods, argv[0], &pod, &e) < 0) {
		error_prefix(&e, "problem retrieving pod");
		return cli_fail(cli, &e);
	}
	rc = lock_trees(cli, &lock_fd, &e);
	if (rc == 0)
		rc = export(&c, &pod, argv[1], &e);
	pod_done(&pod);
	return rc < 0 ? cli_fail(cli, &e) : 0;
}

const struct verb verb_export = {
	.name = "export",
	.summary = "Export an app from an exited pod to an ACI file",
	.usage = "[--app=APPNAME] [--overwrite] UUID OUTPUT_ACI_FILE",
	.description = "UUID should be the uuid of an exited pod. The changes "
		       "that the app has made to its root file system are part "
		       "of the image.",
	.options = {own_options},
	.run = run,
};
