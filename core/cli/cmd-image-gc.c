/* rkt image gc: remove images that nobody has used for long.
 * SPDX-License-Identifier: Apache-2.0
 *
 * Images go first, so that the layers only they had go in the same run. */
#include "core/cli/verbs.h"

#include "core/base/cleanup.h"
#include "core/cli/collect.h"
#include "core/cli/format.h"
#include "core/cli/images.h"

#define HOUR (INT64_C(3600) * 1000000000)

static int64_t arg_grace = 24 * HOUR;

static const struct option own_options[] = {
	{
		.name = "grace-period",
		.type = OPTION_CALL,
		.value = &arg_grace,
		.shown = "24h0m0s",
		.help = "duration to wait since an image was last used before "
			"removing it",
		.parse = option_parse_duration,
	},
	OPTION_END,
};

static void
add_images(const json_t *manifest, struct strings *ret)
{
	const json_t *app;
	size_t i;

	json_array_foreach(json_object_get(manifest, "apps"), i, app)
	{
		const char *id =
			json_string_at(json_object_get(app, "image"), "id");

		if (id)
			strings_push(ret, id);
	}
}

/* One that cannot be read keeps everything: it may use anything. */
static int
add_pod(struct pods *pods, const char *uuid, struct strings *ret,
	struct error *e)
{
	auto_json json_t *manifest = NULL;
	struct pod pod;
	int rc = 0;

	if (pod_open(pods, uuid, &pod, e) < 0)
		return -1;
	if (pod.state == POD_RUNNING &&
	    (rc = pod_manifest_read_lenient(&pod, &manifest, e)) == 0)
		add_images(manifest, ret);
	pod_done(&pod);
	return rc < 0 ? error_prefix(e, "cannot read what pod \"%s\" runs",
				     uuid)
		      : 0;
}

static int
images_running(struct pods *pods, struct strings *ret, struct error *e)
{
	auto_strings struct strings uuids = {0};

	if (pods_list(pods, 1u << POD_RUNNING, &uuids, e) < 0)
		return -1;
	for (size_t i = 0; i < uuids.len; i++)
		if (add_pod(pods, uuids.items[i], ret, e) < 0)
			return -1;
	return 0;
}

/* What cannot be read is told, and stays. */
static int
find_unused(struct store *store, const struct strings *running,
	    struct strings *ret, struct error *e)
{
	auto_strings struct strings problems = {0};
	struct images images = {0};
	int64_t now = format_now_ns();

	if (store_image_list(store, &images, &problems, e) < 0)
		return -1;
	for (size_t i = 0; i < images.len; i++) {
		const struct image *image = &images.items[i];

		if (now - image->used_ns > arg_grace &&
		    !strings_has(running, image->key))
			strings_push(ret, image->key);
	}
	images_done(&images);
	cli_print_problems(&problems, "listing images");
	return 0;
}

static int
run(struct cli *cli, int argc, char **argv)
{
	auto_strings struct strings running = {0}, keys = {0};
	struct error e = ERROR_NONE;
	struct store *store;
	struct pods *pods;
	int status = 0;

	(void)argv;
	if (argc != 0)
		return cli_usage(cli);
	if (cli_store(cli, &store, &e) < 0 || cli_pods(cli, &pods, &e) < 0 ||
	    images_running(pods, &running, &e) < 0 ||
	    find_unused(store, &running, &keys, &e) < 0)
		return cli_fail(cli, &e);
	if (keys.len > 0)
		status = images_remove(cli, store, &keys);
	if (collect_layers(store, pods, &e) < 0)
		status = cli_fail(cli, &e);
	return cli_flush(cli, status);
}

const struct verb verb_image_gc = {
	.name = "image gc",
	.summary = "Garbage collect images from the local store",
	.usage = "[--grace-period=duration]",
	.description = "Images that were not used for the grace period, and "
		       "that no running pod uses, are removed; then layers "
		       "that neither an image nor a pod names, and what killed "
		       "processes left in the store.",
	.options = {own_options},
	.run = run,
};
