/* rkt image cat-manifest: the manifest of an image in the store.
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/cli/verbs.h"

#include <string.h>

#include "core/appc/manifest.h"
#include "core/base/cleanup.h"
#include "core/cli/images.h"

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
manifest_get(struct store *store, const char *image, json_t **ret,
	     struct error *e)
{
	autofree char *key = NULL;
	autofree char *text = NULL;

	if (image_find(store, image, &key, e) < 0)
		return -1;
	if (store_manifest_read(store, key, &text, e) < 0 ||
	    image_manifest_parse(text, strlen(text), key, ret, e) < 0)
		return error_prefix(e, "cannot get image manifest");
	return 0;
}

static int
run(struct cli *cli, int argc, char **argv)
{
	auto_json json_t *manifest = NULL;
	struct error e = ERROR_NONE;
	struct store *store;

	if (argc != 1)
		return cli_usage(cli);
	if (cli_store(cli, &store, &e) < 0)
		return cli_fail(cli, &e);
	if (manifest_get(store, argv[0], &manifest, &e) < 0) {
		cli_print_cause(cli, &e);
		return EXIT_FAILED;
	}
	cli_print_json(manifest, is_pretty);
	return cli_flush(cli, 0);
}

const struct verb verb_image_cat_manifest = {
	.name = "image cat-manifest",
	.summary = "Inspect and print the image manifest",
	.usage = "IMAGE",
	.description = "IMAGE should be a string referencing an image; either "
		       "a hash or a name.",
	.options = {own_options},
	.run = run,
};
