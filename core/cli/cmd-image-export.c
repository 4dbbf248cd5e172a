/* rkt image export: an image of the store as an .aci file.
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/cli/verbs.h"

#include "core/base/cleanup.h"
#include "core/cli/images.h"
#include "core/render/image.h"

static bool can_overwrite;

static const struct option own_options[] = {
	{
		.name = "overwrite",
		.type = OPTION_BOOL,
		.value = &can_overwrite,
		.shown = "false",
		.help = "overwrite output ACI",
	},
	OPTION_END,
};

static int
run(struct cli *cli, int argc, char **argv)
{
	autofree char *key = NULL;
	struct error e = ERROR_NONE;
	struct store *store;

	if (argc != 2)
		return cli_usage(cli);
	if (cli_store(cli, &store, &e) < 0)
		return cli_fail(cli, &e);
	if (image_find(store, argv[0], &key, &e) < 0) {
		cli_print_cause(cli, &e);
		return EXIT_FAILED;
	}
	if (image_export(store, key, argv[1], can_overwrite, &e) < 0)
		return cli_fail(cli, &e);
	store_image_touch(store, key);
	return 0;
}

const struct verb verb_image_export = {
	.name = "image export",
	.summary = "Export a stored image to an ACI file",
	.usage = "[--overwrite] IMAGE OUTPUT_ACI_FILE",
	.description = "IMAGE should be a string referencing an image; either "
		       "a hash or a name. What was imported as an ACI comes "
		       "out as the same bytes, uncompressed; the layers of "
		       "another image are made into one ACI.",
	.options = {own_options},
	.run = run,
};
