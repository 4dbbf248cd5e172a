/* rkt completion: what makes a shell complete the words of rkt.
 * SPDX-License-Identifier: Apache-2.0
 *
 * The script is short and the same for ever: it asks `rkt completion --words`
 * for what may follow, and that looks into the tables of verbs and options. */
#include "core/cli/verbs.h"

#include <stdio.h>

#include "core/base/cleanup.h"
#include "core/cli/complete.h"

static bool is_asking;

static const struct option own_options[] = {
	{
		.name = "words",
		.type = OPTION_BOOL,
		.value = &is_asking,
		.shown = "false",
		.help = "complete the last of the words behind \"--\"; asked "
			"by the scripts",
		.flags = OPTION_HIDDEN,
	},
	OPTION_END,
};

/* The first line says whether names of files may follow too. */
static int
answer(struct cli *cli, int argc, char **argv)
{
	struct candidates found = {0};

	complete_words(cli, argc, argv, &found);
	puts(found.files & OFFER_FILES  ? "files"
	     : found.files & OFFER_DIRS ? "dirs"
					: "words");
	for (size_t i = 0; i < found.lines.len; i++)
		puts(found.lines.items[i]);
	candidates_done(&found);
	return cli_flush(cli, 0);
}

static int
print_script(const char *shell, struct error *e)
{
	const char *script = completion_script(shell);

	if (!script)
		return error_set(e, RKT_ERR_INPUT,
				 "'%s' shell is not supported", shell);
	fputs(script, stdout);
	return 0;
}

static int
run(struct cli *cli, int argc, char **argv)
{
	struct error e = ERROR_NONE;
	int rc;

	if (is_asking)
		return answer(cli, argc, argv);
	if (argc == 0)
		rc = error_set(&e, RKT_ERR_INPUT,
			       "shell type is not specified");
	else if (argc > 1)
		rc = error_set(&e, RKT_ERR_INPUT,
			       "too many arguments, only shell type is "
			       "expected");
	else
		rc = print_script(argv[0], &e);
	return rc < 0 ? cli_fail(cli, &e) : cli_flush(cli, 0);
}

const struct verb verb_completion = {
	.name = "completion",
	.summary = "Output shell completion code for the specified shell",
	.usage = "SHELL",
	.description = "SHELL is bash, zsh or fish. To complete in the "
		       "running bash:\n"
		       "\n"
		       "    . <(rkt completion bash)",
	.options = {own_options},
	.run = run,
};
