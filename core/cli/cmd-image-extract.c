/* rkt image extract: one stored image as a directory.
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/cli/verbs.h"

#include "core/cli/images.h"

static struct extract_options arg;

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
		.help = "extract rootfs only",
	},
	OPTION_END,
};

static int
run(struct cli *cli, int argc, char **argv)
{
	return image_to_dir(cli, argc, argv, &arg);
}

const struct verb verb_image_extract = {
	.name = "image extract",
	.summary = "Extract a stored image to a directory",
	.usage = "[--rootfs-only] [--overwrite] IMAGE OUTPUT_DIR",
	.description = "IMAGE should be a string referencing an image; either "
		       "a hash or a name. What an ACI depends on is not "
		       "extracted; rkt image render does that.",
	.options = {own_options},
	.run = run,
};
