/* rkt help [COMMAND]: the same as COMMAND --help.
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/cli/verbs.h"

static int
run(struct cli *cli, int argc, char **argv)
{
	struct verb_match m;

	verb_match(argc, argv, verbs, &m);
	if (m.unknown) {
		help_unknown(m.unknown);
		return EXIT_FAILED;
	}
	help_print(m.verb, m.group);
	return cli_flush(cli, 0);
}

const struct verb verb_help = {
	.name = "help",
	.summary = "Help about any command",
	.usage = "[COMMAND]",
	.run = run,
};
