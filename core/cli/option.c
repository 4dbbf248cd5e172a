/* Parsing words of the command line against tables of options.
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/cli/option.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "core/base/cleanup.h"
#include "core/cli/format.h"

const struct option *
option_find(const struct option *const *tables, const char *name, size_t len)
{
	for (; *tables; tables++)
		for (const struct option *o = *tables; o->name; o++)
			if (strncmp(o->name, name, len) == 0 &&
			    o->name[len] == '\0')
				return o;
	return NULL;
}

bool
option_is_bare(const struct option *option)
{
	if (option->implied)
		return true;
	return option->type == OPTION_BOOL &&
	       !(option->flags & OPTION_REQUIRED);
}

bool
option_is_shown(const struct option *option)
{
	return !(option->flags & OPTION_HIDDEN) && !option->deprecated;
}

bool
bool_parse(const char *s, bool *ret)
{
	static const char *const yes[] = {"1",    "t",    "T",
					  "TRUE", "true", "True"};
	static const char *const no[] = {"0",     "f",     "F",
					 "FALSE", "false", "False"};

	for (size_t i = 0; i < sizeof(yes) / sizeof(yes[0]); i++) {
		if (strcmp(s, yes[i]) == 0) {
			*ret = true;
			return true;
		}
		if (strcmp(s, no[i]) == 0) {
			*ret = false;
			return true;
		}
	}
	return false;
}

int
option_parse_duration(const struct option *option, const char *value,
		      struct error *e)
{
	return duration_parse(value, option->value, e);
}

static int
words_add(struct option_words *words, const char *word, size_t len,
	  struct error *e)
{
	unsigned int i;
	autofree char *lower = xstrndup(word, len);
	autofree char *shown = NULL;

	for (char *c = lower; *c; c++)
		*c = (char)tolower((unsigned char)*c);
	for (i = 0; words->known[i]; i++)
		if (strcmp(words->known[i], lower) == 0)
			break;
	shown = format_quoted(lower);
	if (!words->known[i])
		return error_set(e, RKT_ERR_INPUT, "unknown option %s", shown);
	for (size_t k = 0; k < words->len; k++)
		if (words->chosen[k] == i)
			return error_set(e, RKT_ERR_INPUT,
					 "duplicated option %s", shown);
	words->chosen[words->len++] = i;
	return 0;
}

int
option_parse_words(const struct option *option, const char *value,
		   struct error *e)
{
	struct option_words *words = option->value;
	size_t len;

	words->len = 0;
	if (*value == '\0')
		return 0;
	for (;; value += len + 1) {
		len = strcspn(value, ",");
		if (words_add(words, value, len, e) < 0)
			return -1;
		if (value[len] == '\0')
			return 0;
	}
}

static int
set_value(const struct option *o, const char *value, struct error *e)
{
	autofree char *shown = NULL;

	switch (o->type) {
	case OPTION_BOOL:
		if (bool_parse(value, o->value))
			return 0;
		shown = format_quoted(value);
		return error_set(e, RKT_ERR_INPUT,
				 "strconv.ParseBool: parsing %s: invalid "
				 "syntax",
				 shown);
	case OPTION_STRING:
		*(const char **)o->value = value;
		return 0;
	case OPTION_LIST:
		strings_push(o->value, value);
		return 0;
	case OPTION_CALL:
		return o->parse(o, value, e);
	}
	return 0;
}

/* One occurrence; `word` is what was typed, without a separate value. */
static int
take(const struct option *o, const char *value, const char *word,
     struct error *e)
{
	struct error inner = ERROR_NONE;
	char cause[ERROR_TEXT_MAX + 128];
	autofree char *shown = NULL;

	if (set_value(o, value, &inner) < 0) {
		shown = format_quoted(value);
		return error_set(e, RKT_ERR_INPUT,
				 "invalid argument %s for %s: %s", shown, word,
				 error_cause(&inner, cause, sizeof(cause)));
	}
	if (o->deprecated)
		fprintf(stderr, "Flag --%s has been deprecated, %s\n", o->name,
			o->deprecated);
	return 0;
}

static int
parse_long(const struct option *const *tables, int argc, char *const *argv,
	   int *i, struct error *e)
{
	const char *word = argv[*i];
	const char *name = word + 2;
	size_t len = strcspn(name, "=");
	const struct option *o;

	if (len == 0 || *name == '-')
		return error_set(e, RKT_ERR_INPUT, "bad flag syntax: %s", word);
	o = option_find(tables, name, len);
	if (!o)
		return error_set(e, RKT_ERR_INPUT, "unknown flag: --%.*s",
				 (int)len, name);
	++*i;
	if (name[len] == '=')
		return take(o, name + len + 1, word, e);
	if (option_is_bare(o))
		return take(o, o->implied ? o->implied : "true", word, e);
	if (*i >= argc)
		return error_set(e, RKT_ERR_INPUT, "flag needs an argument: %s",
				 word);
	return take(o, argv[(*i)++], word, e);
}

/* "-h" is the only short option there is. */
static int
parse_short(const struct option *const *tables, char *const *argv, int *i,
	    struct error *e)
{
	const char *word = argv[*i];
	const struct option *o = option_find(tables, "help", 4);

	for (const char *c = word + 1; *c; c++) {
		if (*c != 'h' || !o)
			return error_set(e, RKT_ERR_INPUT,
					 "unknown shorthand flag: '%c' in %s",
					 *c, word);
		if (c[1] == '=') {
			++*i;
			return take(o, c + 2, word, e);
		}
		if (take(o, "true", word, e) < 0)
			return -1;
	}
	++*i;
	return 0;
}

int
options_parse(const struct option *const *tables, int argc, char *const *argv,
	      int *i, bool stop_at_positional, struct strings *positional,
	      bool *ret_dashes, struct error *e)
{
	bool dashes = false;

	while (*i < argc && !dashes) {
		const char *word = argv[*i];
		int rc = 0;

		if (word[0] != '-' || word[1] == '\0') {
			if (stop_at_positional)
				break;
			strings_push(positional, word);
			++*i;
		} else if (strcmp(word, "--") == 0) {
			dashes = true;
			++*i;
		} else if (word[1] == '-') {
			rc = parse_long(tables, argc, argv, i, e);
		} else {
			rc = parse_short(tables, argv, i, e);
		}
		if (rc < 0)
			return -1;
	}
	while (!stop_at_positional && *i < argc)
		strings_push(positional, argv[(*i)++]);
	if (ret_dashes)
		*ret_dashes = dashes;
	return 0;
}
