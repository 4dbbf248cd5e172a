/* rkt fetch: bring images into the store.
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/cli/verbs.h"

#include <stdio.h>
#include <string.h>

#include "core/base/cleanup.h"
#include "core/cli/run-options.h"
#include "core/render/stack.h"

#define KEY_SHORT_LEN 39 /* "sha512-" + 32 */

static bool is_full;
static struct pull_choice pull = {.policy = "update"};

static const struct option own_options[] = {
	{
		.name = "full",
		.type = OPTION_BOOL,
		.value = &is_full,
		.shown = "false",
		.help = "print the full image hash after fetching",
	},
	PULL_OPTIONS(pull, "update"),
	OPTION_END,
};

static int
fetch_all(struct cli *cli, struct fetch *fetch, struct error *e)
{
	const struct app_requests *apps = &run_target()->apps;

	for (size_t i = 0; i < apps->len; i++) {
		const struct app_request *app = &apps->items[i];
		autofree char *key = NULL;

		if (fetch_image(fetch, app->image, app->signature, &key, e) <
			    0 ||
		    stack_prepare(fetch->store, key, e) < 0)
			return cli_fail(cli, e);
		printf("%.*s\n", is_full ? IMAGE_KEY_LEN : KEY_SHORT_LEN, key);
	}
	return cli_flush(cli, 0);
}

static int
run(struct cli *cli, int argc, char **argv)
{
	static const struct option *const tables[] = {
		global_options, own_options, fetch_app_options, NULL};
	struct fetch fetch = {0};
	struct error e = ERROR_NONE;

	if (run_args_parse(tables, false, argc, argv, &e) < 0) {
		error_prefix(&e, "unable to parse arguments");
		return cli_fail(cli, &e);
	}
	cli_options_done(cli);
	fetch.insecure = cli->insecure;
	if (run_target()->apps.len == 0)
		error_set(&e, RKT_ERR_INPUT, "must provide at least one image");
	if (e.n_layers > 0 ||
	    pull_choice_resolve(&pull, &fetch.policy, &e) < 0 ||
	    cli_store(cli, &fetch.store, &e) < 0 ||
	    cli_plugins(cli, &fetch.plugins, &e) < 0)
		return cli_fail(cli, &e);
	return fetch_all(cli, &fetch, &e);
}

const struct verb verb_fetch = {
	.name = "fetch",
	.summary = "Fetch image(s) and store them in the local store",
	.usage = "IMAGE...",
	.description = "Fetches the images and prints the ID of each.",
	.options = {own_options, fetch_app_options},
	.flags = VERB_STOP_AT_WORD,
	.run = run,
};

/* The older spelling. */
const struct verb verb_image_fetch = {
	.name = "image fetch",
	.summary = "Fetch image(s) and store them in the local store",
	.usage = "IMAGE...",
	.options = {own_options, fetch_app_options},
	.flags = VERB_STOP_AT_WORD | VERB_HIDDEN,
	.run = run,
};
