/* Command line options as tables, parsed the way rkt 1.30 did.
 * SPDX-License-Identifier: Apache-2.0
 *
 * One table gives parsing, --help, completion and the manual's option list. */
#ifndef CORE_CLI_OPTION_H
#define CORE_CLI_OPTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/error.h"
#include "core/base/vec.h"

enum option_type {
	OPTION_BOOL,   /* bool *; "--flag" or "--flag=BOOL"                  */
	OPTION_STRING, /* const char **, borrowed from argv                   */
	OPTION_LIST,   /* struct strings *; every occurrence appends          */
	OPTION_CALL,   /* parse() below; `value` is its own business          */
};

#define OPTION_HIDDEN   (1u << 0) /* neither in --help nor in completion   */
#define OPTION_REQUIRED (1u << 1) /* a bool that needs its value ("--f=B",
				     "--f B")                              */

struct option {
	const char *name; /* without dashes; "help" is "-h" as well */
	enum option_type type;
	void *value;
	const char *shown;      /* default as --help shows it, quotes included
				   for strings: "\"\"", "false", "30m0s"      */
	const char *implied;    /* value of a bare "--name" (which then never
				   takes the next word); NULL: none            */
	const char *help;       /* one line                                   */
	unsigned int flags;
	const char *deprecated; /* hint printed on use; implies hidden        */
	/* OPTION_CALL: one occurrence; the error's cause becomes the REASON of
	 * `invalid argument "v" for WORD: REASON`. */
	int (*parse)(const struct option *option, const char *value,
		     struct error *e);
};
#define OPTION_END {.name = NULL}

/* Parse the words of argv from *i on, against `tables` (each ended by
 * OPTION_END; the list by NULL).  With `stop_at_positional`, returns at the
 * first word that is no option, or behind "--", with *i on the next word to
 * read; otherwise collects the positional words into `positional`.
 * *ret_dashes (may be NULL) tells that a "--" was swallowed. */
int options_parse(const struct option *const *tables, int argc,
		  char *const *argv, int *i, bool stop_at_positional,
		  struct strings *positional, bool *ret_dashes,
		  struct error *e);

/* The option of that name (its first `len` bytes), or NULL. */
const struct option *option_find(const struct option *const *tables,
				 const char *name, size_t len);
/* Does a bare "--name" leave the next word alone? */
bool option_is_bare(const struct option *option);
/* In --help, in completion, in the manual? */
bool option_is_shown(const struct option *option);

/* parse() for durations: `value` is int64_t *, nanoseconds. */
int option_parse_duration(const struct option *option, const char *value,
			  struct error *e);
/* parse() for lists of words out of a set: "a,b", any case.  `value` is
 * struct option_words *; each occurrence replaces the one before. */
struct option_words {
	const char *const *known; /* ended by NULL                     */
	unsigned int chosen[16];  /* indexes into `known`, in order    */
	size_t len;
};
int option_parse_words(const struct option *option, const char *value,
		       struct error *e);

/* Go's strconv.ParseBool and time.ParseDuration (nanoseconds). */
bool bool_parse(const char *s, bool *ret);
int duration_parse(const char *s, int64_t *ret_ns, struct error *e);
/* "30m0s", "24h0m0s", "300ms" */
void duration_print(int64_t ns, char *buf, size_t size);

#endif
