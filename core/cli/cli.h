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

/* All verbs, in the order of `rkt help`; ended by NULL. */
extern const struct verb *const verbs[];
const char *verb_leaf(const struct verb *verb); /* "list" of "image list" */

/* What the first words of a command line mean: a verb; or a group ("image")
 * with verb NULL; or an unknown word.  Exact names win, then unique prefixes. */
struct verb_match {
	const struct verb *verb;
	const char *group;   /* the group it is in; NULL: none           */
	const char *unknown; /* top-level word that is no command, or NULL */
	int words[2];        /* where in argv the command words were     */
	int n_words;
};
void verb_match(int argc, char *const *argv, const struct verb *const *all,
		struct verb_match *ret);
/* A group's name and summary; ended by name NULL. */
struct verb_group {
	const char *name;
	const char *summary;
};
extern const struct verb_group verb_groups[];

/* The options every verb takes, for verbs that parse on behind the first
 * positional word themselves; then cli_options_done() makes them count. */
extern const struct option global_options[];
struct cli *cli_instance(void);
void cli_options_done(struct cli *cli);

/* Help of a verb, of a group, or (both NULL) of rkt itself; on stdout. */
void help_print(const struct verb *verb, const char *group);
/* `Error: unknown command "x" for "rkt"` with suggestions; on stderr. */
void help_unknown(const char *word);

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
	bool wants_help;
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

/* What stop, rm and gc need: no store is opened. */
int cli_pod_context_bare(struct cli *cli, struct pod_context *ret,
			 struct error *e);

/* The pods named by the positional words or by --uuid-file: `uuid_file` NULL
 * or the path.  Fails with `unable to resolve UUID from file`. */
int cli_uuid_file_read(const char *uuid_file, char **ret, struct error *e);

/* --format: 0 table, 1 json, 2 json-pretty. */
enum output_format { FORMAT_TABLE, FORMAT_JSON, FORMAT_JSON_PRETTY };
int cli_format_parse(const char *s, enum output_format *ret, struct error *e);
/* A document on standard output, with a newline; NULL or an empty array is
 * "null". */
void cli_print_json(const json_t *j, bool pretty);
/* A text on standard output, with a newline if it has none. */
void cli_print_text(const char *text);
/* "N error(s) encountered when listing pods:" and so on, on stderr (3.9). */
void cli_print_problems(const struct strings *problems, const char *when);

/* Print "<leaf>: ..." in the short form, or the chain with --debug (2.4). */
void cli_print_error(const struct cli *cli, const struct error *e);
/* Only the innermost cause in the short form. */
void cli_print_cause(const struct cli *cli, const struct error *e);
/* cli_print_error(), and EXIT_FAILED to return. */
int cli_fail(const struct cli *cli, const struct error *e);
/* Wrong number of words: usage on standard output, EXIT_FAILED. */
int cli_usage(const struct cli *cli);

/* stdout, with what is wrong on a full disk or a closed pipe reported once at
 * the end: the status `status`, or EXIT_FAILED. */
int cli_flush(const struct cli *cli, int status);

#endif
