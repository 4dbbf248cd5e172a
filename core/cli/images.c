/* Finding and removing images as the command line tells it.
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/cli/images.h"

#include <stdio.h>

#include "core/base/cleanup.h"
#include "core/base/log.h"

int
image_find(struct store *store, const char *image, char **ret_key,
	   struct error *e)
{
	if (store_resolve(store, image, ret_key, e) == 0)
		return 0;
	return error_prefix(e, store_is_key(image) ? "cannot resolve image ID"
						   : "cannot find image");
}

int
image_to_dir(struct cli *cli, int argc, char **argv,
	     const struct extract_options *options)
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
	if (image_extract(store, key, argv[1], options, &e) < 0)
		return cli_fail(cli, &e);
	store_image_touch(store, key);
	return 0;
}

static int
remove_one(const struct cli *cli, struct store *store, const char *key)
{
	struct error e = ERROR_NONE;

	if (store_image_remove(store, key, &e) == 0) {
		printf("successfully removed aci for image: \"%s\"\n", key);
		fflush(stdout);
		return 0;
	}
	/* Somebody else was faster: it is gone, as was asked. */
	if (e.code == RKT_ERR_NOT_FOUND)
		return 0;
	error_prefix(&e, "error removing aci for image \"%s\"", key);
	cli_print_error(cli, &e);
	return -1;
}

int
images_remove(const struct cli *cli, struct store *store,
	      const struct strings *keys)
{
	size_t n_failed = 0;

	for (size_t i = 0; i < keys->len; i++)
		if (remove_one(cli, store, keys->items[i]) < 0)
			n_failed++;
	if (n_failed < keys->len)
		log_info("%zu image(s) successfully removed",
			 keys->len - n_failed);
	if (n_failed == 0)
		return 0;
	log_info("%zu image(s) cannot be removed", n_failed);
	return EXIT_FAILED;
}
