/* rkt image verify: compare what is unpacked with what was fetched.
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/cli/verbs.h"

#include <stdio.h>

#include "core/base/cleanup.h"
#include "core/base/log.h"
#include "core/cli/images.h"
#include "core/render/verify.h"

struct holder {
	struct pods *pods;
	struct pods_held held;
};

static int
take(void *data, const char *tree, struct error *e)
{
	struct holder *h = data;

	return pods_hold_tree(h->pods, tree, &h->held, e);
}

static void
release(void *data)
{
	struct holder *h = data;

	pods_held_done(&h->held);
}

static void
tell_bad(void *data, const char *difference)
{
	const char *const *image = data;

	log_info("tree cache verification failed for image %s: %s;  "
		 "rebuilding...",
		 *image, difference);
}

static void
tell_good(const struct verify *v, const char *image, const char *key)
{
	if (!v->is_rendered)
		printf("image \"%s\" not rendered; no verification needed\n",
		       image);
	else if (v->is_good)
		printf("successfully verified checksum for image: \"%s\" "
		       "(\"%s\")\n",
		       image, key);
	fflush(stdout);
}

/* *ret_status: of an image that cannot be made good; the others still can. */
static int
verify_one(const struct cli *cli, struct verify *v, const char *image,
	   int *ret_status)
{
	autofree char *key = NULL;
	struct error e = ERROR_NONE;

	if (image_find(v->store, image, &key, &e) < 0) {
		cli_print_cause(cli, &e);
		*ret_status = EXIT_FAILED;
		return -1;
	}
	v->data = &image;
	if (image_verify(v, key, &e) == 0) {
		tell_good(v, image, key);
		return 0;
	}
	if (!v->is_good)
		error_prefix(&e,
			     "tree cache verification failed for image %s: %s",
			     image, v->difference);
	else
		error_prefix(&e, "cannot verify image %s", image);
	*ret_status = cli_fail(cli, &e);
	return 0;
}

static int
run(struct cli *cli, int argc, char **argv)
{
	struct holder holder = {0};
	const struct store_hold hold = {take, release, &holder};
	struct verify v = {.hold = &hold, .bad = tell_bad};
	struct error e = ERROR_NONE;
	int status = 0;

	if (argc == 0)
		return cli_usage(cli);
	if (cli_store(cli, &v.store, &e) < 0 ||
	    cli_pods(cli, &holder.pods, &e) < 0)
		return cli_fail(cli, &e);
	for (int i = 0; i < argc; i++)
		if (verify_one(cli, &v, argv[i], &status) < 0)
			break;
	verify_done(&v);
	return cli_flush(cli, status);
}

const struct verb verb_image_verify = {
	.name = "image verify",
	.summary = "Verify one or more rendered images in the local store",
	.usage = "IMAGE...",
	.description = "What was unpacked of each image, and of all it depends "
		       "on, is compared with what was fetched. What differs is "
		       "unpacked anew, unless a running pod uses it.",
	.flags = VERB_ROOT,
	.run = run,
};
