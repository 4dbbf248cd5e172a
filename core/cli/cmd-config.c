/* rkt config: what the configuration directories amount to.
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/cli/verbs.h"

#include "core/cli/config-json.h"

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
run(struct cli *cli, int argc, char **argv)
{
	auto_json json_t *shown = NULL;
	struct error e = ERROR_NONE;
	struct config *config;

	(void)argv;
	if (argc != 0)
		return cli_usage(cli);
	if (cli_config(cli, &config, &e) < 0)
		return cli_fail(cli, &e);
	shown = config_json(config);
	cli_print_json(shown, is_pretty);
	return cli_flush(cli, 0);
}

const struct verb verb_config = {
	.name = "config",
	.summary = "Print configuration for each stage in JSON format",
	.usage = "",
	.description = "Credentials are printed as they are.",
	.options = {own_options},
	.run = run,
};
