/* rkt image render: a stored image, with all it is made of, as a directory.
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/cli/verbs.h"

#include "core/cli/images.h"

static struct extract_options arg = {.has_dependencies = true};

static const struct option own_options[] = {
	{
		.name = "overwrite",
		.type = OPTION_BOOL,
		.value = &arg.overwrite,
		.shown = "false",
		.help = "overwrite output directory",
	},
	{
		.name = "rootfs-only",
		.type = OPTION_BOOL,
		.value = &arg.is_rootfs_only,
		.shown = "false",
		.help = "render rootfs only",
	},
	OPTION_END,
};

static int
run(struct cli *cli, int argc, char **argv)
{
	return image_to_dir(cli, argc, argv, &arg);
}

const struct verb verb_image_render = {
	.name = "image render",
	.summary = "Render a stored image to a directory with all its "
		   "dependencies",
	.usage = "[--rootfs-only] [--overwrite] IMAGE OUTPUT_DIR",
	.description = "IMAGE should be a string referencing an image; either "
		       "a hash or a name.",
	.options = {own_options},
	.run = run,
};
