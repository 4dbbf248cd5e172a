/* rkt cat-manifest: the manifest of a pod.
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/cli/verbs.h"

#include "core/base/cleanup.h"
#include "core/cli/uuids.h"

static bool is_pretty = true;

static const struct option own_options[] = {
	{
		.name = "pretty-print",
		.type = OPTION_BOOL,
		.value = &is_pretty,
		.shown = "true",
		.help = "apply indent to format the output",
	},
	OPTION_END,
};

static int
manifest_get(struct cli *cli, int argc, char **argv, json_t **ret,
	     struct error *e)
{
	struct pods *pods;
	struct pod pod;
	int rc;

	if (cli_pods(cli, &pods, e) < 0 ||
	    uuids_find_one(pods, argc, argv, &pod, e) < 0)
		return -1;
	rc = pod_manifest_read(&pod, ret, e);
	if (rc < 0)
		error_prefix(e, "cannot get the pod manifest");
	pod_done(&pod);
	return rc;
}

static int
run(struct cli *cli, int argc, char **argv)
{
	auto_json json_t *manifest = NULL;
	struct error e = ERROR_NONE;

	if (!uuids_one_given(argc))
		return cli_usage(cli);
	if (manifest_get(cli, argc, argv, &manifest, &e) < 0)
		return cli_fail(cli, &e);
	cli_print_json(manifest, is_pretty);
	return cli_flush(cli, 0);
}

const struct verb verb_cat_manifest = {
	.name = "cat-manifest",
	.summary = "Inspect and print the pod manifest",
	.usage = "UUID | --uuid-file FILE",
	.description = "UUID should be the UUID of a pod, or a unique prefix "
		       "of it.",
	.options = {own_options, uuid_options},
	.run = run,
};
