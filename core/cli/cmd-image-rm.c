/* rkt image rm: remove images from the store.
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/cli/verbs.h"

#include "core/base/cleanup.h"
#include "core/cli/images.h"

/* What cannot be resolved is told and left out; that is no failure. */
static void
find_all(const struct cli *cli, struct store *store, int argc, char **argv,
	 struct strings *ret)
{
	for (int i = 0; i < argc; i++) {
		struct error e = ERROR_NONE;
		autofree char *key = NULL;

		if (image_find(store, argv[i], &key, &e) < 0)
			cli_print_cause(cli, &e);
		else if (!strings_has(ret, key))
			strings_push(ret, key);
	}
}

static int
run(struct cli *cli, int argc, char **argv)
{
	auto_strings struct strings keys = {0};
	struct error e = ERROR_NONE;
	struct store *store;

	if (argc == 0)
		error_set(&e, RKT_ERR_INPUT,
			  "must provide at least one image ID");
	if (argc == 0 || cli_store(cli, &store, &e) < 0)
		return cli_fail(cli, &e);
	find_all(cli, store, argc, argv, &keys);
	return cli_flush(cli, images_remove(cli, store, &keys));
}

const struct verb verb_image_rm = {
	.name = "image rm",
	.summary = "Remove image(s) with the given ID(s) or name(s) from the "
		   "local store",
	.usage = "IMAGE...",
	.description = "Pods that were made from an image keep what they need. "
		       "Unpacked layers stay until rkt gc finds that neither "
		       "an image nor a pod names them.",
	.run = run,
};
