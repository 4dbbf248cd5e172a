/* What the verbs of `rkt image` share.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CORE_CLI_IMAGES_H
#define CORE_CLI_IMAGES_H

#include "core/cli/cli.h"
#include "core/render/image.h"

/* The key of IMAGE, an ID or a name.  Told with cli_print_cause(). */
int image_find(struct store *store, const char *image, char **ret_key,
	       struct error *e);

/* The whole of `rkt image extract` and `render`, whose words are IMAGE DIR. */
int image_to_dir(struct cli *cli, int argc, char **argv,
		 const struct extract_options *options);

/* Remove them, telling about each; the exit status. */
int images_remove(const struct cli *cli, struct store *store,
		  const struct strings *keys);

#endif
