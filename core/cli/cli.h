/* What every verb is given: global options and what they lead to.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CORE_CLI_CLI_H
#define CORE_CLI_CLI_H

#include "core/cli/option.h"
#include "core/config/config.h"
#include "core/fetch/fetch.h"
#include "core/plugin/host.h"
#include "core/pod/pod.h"
#include "core/pod/prepare.h"
#include "core/store/store.h"

#define EXIT_FAILED 254

#define VERB_ROOT         (1u << 0) /* euid 0, checked before anything else  */
#define VERB_STOP_AT_WORD (1u << 1) /* options end at the first positional   */
#define VERB_HIDDEN       (1u << 2)

struct cli;

struct verb {
	const char *name;        /* whole path: "image list"                  */
	const char *summary;     /* "List images in the local store"          */
	const char *usage;       /* what follows "rkt NAME": "[--full] IMAGE" */
	const char *description; /* or NULL                                   */
	/* tables, each ended by OPTION_END; verbs share some of them */
	const struct option *options[6];
	unsigned int flags;
	/* argv: the positional words.  With VERB_STOP_AT_WORD all words from
	 * the first positional on, unparsed.  Returns the exit status. */
	int (*run)(struct cli *cli, int argc, char **argv);
};

/* All verbs, in the order of `rkt help`; ended by name NULL. */
extern const struct verb *const verbs[];
const char *verb_leaf(const struct verb *verb); /* "list" of "image list" */

struct cli {
	const struct verb *verb;
	/* global options */
	bool is_debug;
	const char *dir;
	struct config_roots roots;
	unsigned int insecure; /* INSECURE_* */
	bool trust_keys_from_https;
	/* opened on first use by the functions below */
	char *data_dir;
	struct config *config;
	struct store *store;
	struct pods *pods;
	struct plugin_host *plugins;
};

/* Each opens at most once, and prints nothing; messages already carry
 * "cannot open store" and the like (Appendix C). */
int cli_config(struct cli *cli, struct config **ret, struct error *e);
int cli_data_dir(struct cli *cli, const char **ret, struct error *e);
int cli_store(struct cli *cli, struct store **ret, struct error *e);
int cli_pods(struct cli *cli, struct pods **ret, struct error *e);
int cli_plugins(struct cli *cli, struct plugin_host **ret, struct error *e);
/* All of it, for verbs that work on pods. */
int cli_pod_context(struct cli *cli, struct pod_context *ret, struct error *e);

/* Print "<leaf>: ..." in the short form, or the chain with --debug (2.4). */
void cli_print_error(const struct cli *cli, const struct error *e);
/* The same, and EXIT_FAILED to return. */
int cli_fail(const struct cli *cli, const struct error *e);
/* Wrong number of words: usage on standard output, EXIT_FAILED. */
int cli_usage(const struct cli *cli);

/* stdout, with what is wrong on a full disk or a closed pipe reported once at
 * the end: the status `status`, or EXIT_FAILED. */
int cli_flush(const struct cli *cli, int status);

#endif
