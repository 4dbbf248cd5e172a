/* Finds the verb and runs it.
 * SPDX-License-Identifier: Apache-2.0 */
#include <config.h>

#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "core/base/cleanup.h"
#include "core/base/log.h"
#include "core/cli/cli.h"

#ifdef BUILT_WITH_SANITIZERS
/* libltdl keeps its handles; a file of suppressions would be out of reach once
 * the root directory is the app's. */
const char *__lsan_default_suppressions(void);
const char *
__lsan_default_suppressions(void)
{
	return "leak:lt__malloc";
}
#endif

static int
bad_usage(const struct cli *cli, const char *group, const struct error *e)
{
	char cause[ERROR_TEXT_MAX + 128];

	fprintf(stderr, "Error: %s\n", error_cause(e, cause, sizeof(cause)));
	help_print(cli->verb, group);
	fflush(stdout);
	fputc('\n', stderr);
	return EXIT_FAILED;
}

/* All words but the program's and the command's. */
static char **
without_command(int argc, char **argv, const struct verb_match *m, int *ret)
{
	char **words = xcalloc((size_t)argc + 1, sizeof(*words));
	int n = 0;

	for (int i = 0; i < argc; i++)
		if (!(m->n_words > 0 && i == m->words[0]) &&
		    !(m->n_words > 1 && i == m->words[1]))
			words[n++] = argv[i];
	*ret = n;
	return words;
}

static int
missing_command(const struct cli *cli)
{
	fputs("rkt: missing command\n", stderr);
	help_print(NULL, NULL);
	return cli_flush(cli, 2);
}

static int
run_verb(struct cli *cli, int argc, char **argv)
{
	if (cli->verb->flags & VERB_ROOT && geteuid() != 0) {
		log_info("cannot run as unprivileged user");
		return EXIT_FAILED;
	}
	return cli->verb->run(cli, argc, argv);
}

static int
dispatch(struct cli *cli, const struct verb_match *m, int argc, char **argv)
{
	const struct option help[] = {{.name = "help",
				       .type = OPTION_BOOL,
				       .value = &cli->wants_help},
				      OPTION_END};
	const struct option *tables[9] = {help, global_options};
	bool stop = cli->verb && cli->verb->flags & VERB_STOP_AT_WORD;
	auto_strings struct strings words = {0};
	struct error e = ERROR_NONE;
	int i = 0;

	for (int n = 0; cli->verb && cli->verb->options[n]; n++)
		tables[n + 2] = cli->verb->options[n];
	if (options_parse(tables, argc, argv, &i, stop, &words, NULL, &e) < 0)
		return bad_usage(cli, m->group, &e);
	cli_options_done(cli);
	if (!cli->verb && !m->group && !cli->wants_help)
		return missing_command(cli);
	if (cli->wants_help || !cli->verb) {
		help_print(cli->verb, m->group);
		return cli_flush(cli, 0);
	}
	if (stop)
		return run_verb(cli, argc - i, argv + i);
	vec_push(&words, NULL);
	words.len--;
	return run_verb(cli, (int)words.len, words.items);
}

int
main(int argc, char **argv)
{
	struct cli *cli = cli_instance();
	autofree char **words = NULL;
	struct verb_match m;
	int n, status;

	/* A closed pipe is told like a full disk; engines start with default
	 * signals. */
	signal(SIGPIPE, SIG_IGN);
	verb_match(argc - 1, argv + 1, verbs, &m);
	if (m.unknown) {
		help_unknown(m.unknown);
		return EXIT_FAILED;
	}
	cli->verb = m.verb;
	log_set_prefix(m.verb ? verb_leaf(m.verb) : "rkt");
	words = without_command(argc - 1, argv + 1, &m, &n);
	status = dispatch(cli, &m, n, words);
	return status;
}
