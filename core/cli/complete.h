/* What may follow on a command line that is not finished yet.
 * SPDX-License-Identifier: Apache-2.0
 *
 * The tables of verbs and options say most of it; the two tables below add
 * which values an option takes, and which things a verb works on. */
#ifndef CORE_CLI_COMPLETE_H
#define CORE_CLI_COMPLETE_H

#include "core/cli/cli.h"

#define OFFER_LIST     (1u << 0) /* several of the words, with commas      */
#define OFFER_FILES    (1u << 1)
#define OFFER_DIRS     (1u << 2)
#define OFFER_IMAGES   (1u << 3) /* names and IDs of the store             */
#define OFFER_COMMANDS (1u << 4)

struct offer {
	const char *const *words; /* a closed set, ended by NULL; or NULL */
	unsigned int flags;       /* OFFER_*                              */
	unsigned int pods;        /* UUIDs of pods in these states:
				     1u << POD_...                        */
};

struct offer_entry {
	const char *name;         /* NULL ends the table                  */
	struct offer first;       /* an option's value; a verb's first word */
	struct offer rest;        /* the words of a verb behind that      */
};

/* By the name of an option, whichever verb has it, and of a verb. */
extern const struct offer_entry option_offers[];
extern const struct offer_entry verb_offers[];
/* NULL if there is nothing to offer. */
const struct offer_entry *offer_find(const struct offer_entry *table,
				     const char *name);

struct candidates {
	struct strings lines; /* "word", or "word<TAB>what it is"           */
	unsigned int files;   /* OFFER_FILES, OFFER_DIRS: the shell's part  */
};

/* What the last of `argv` may become; `argv` is what was typed behind "rkt".
 * Global options among the words count, so that --dir is looked into. */
void complete_words(struct cli *cli, int argc, char *const *argv,
		    struct candidates *ret);
void candidates_done(struct candidates *c);
/* One that begins with `typed`, or nothing. */
void candidates_add(struct candidates *c, const char *typed,
		    const char *before, const char *word, const char *what);

/* The things of the data directory. */
void complete_pods(struct cli *cli, unsigned int states, const char *typed,
		   struct candidates *to);
void complete_images(struct cli *cli, const char *typed,
		     struct candidates *to);

/* What a shell reads to ask us; NULL: no such shell. */
extern const char *const completion_shells[];
const char *completion_script(const char *shell);

#endif
