/* Finding the command words among the options of a command line.
 * SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "core/cli/cli.h"

static const struct option *const tables[] = {global_options, NULL};

/* The next word at or after *i that is neither an option nor an option's
 * value; argc if there is none.  As in cobra, an unknown "--name" takes the
 * next word along. */
static int
next_word(int argc, char *const *argv, int i)
{
	for (; i < argc; i++) {
		const char *word = argv[i];
		const struct option *o;

		if (strcmp(word, "--") == 0)
			return argc;
		if (word[0] != '-' || word[1] == '\0') {
			if (word[0] != '\0')
				return i;
			continue;
		}
		if (word[1] != '-' || strchr(word, '='))
			continue;
		if (strcmp(word, "--help") == 0)
			continue;
		o = option_find(tables, word + 2, strlen(word + 2));
		if (!o || !option_is_bare(o))
			i++;
	}
	return argc;
}

/* The part of a verb's name that is asked for: its first word, or what follows
 * the group; its length, or 0 if the verb is not in the group. */
static size_t
name_part(const struct verb *verb, const char *group, const char **ret)
{
	size_t len = group ? strlen(group) : 0;

	*ret = verb->name;
	if (!group)
		return strcspn(verb->name, " ");
	if (strncmp(verb->name, group, len) != 0 || verb->name[len] != ' ')
		return 0;
	*ret = verb->name + len + 1;
	return strlen(*ret);
}

/* The one verb, or the first of the one group, whose name begins with `word`;
 * NULL if there is none or more than one. */
static const struct verb *
find(const char *word, const struct verb *const *all, const char *group)
{
	size_t word_len = strlen(word);
	const struct verb *found = NULL;
	const char *found_name = NULL;
	size_t found_len = 0;
	bool is_ambiguous = false;

	for (; *all; all++) {
		const char *name;
		size_t len = name_part(*all, group, &name);

		if (len < word_len || strncmp(name, word, word_len) != 0)
			continue;
		if (len == word_len)
			return *all;
		if (found &&
		    (len != found_len || strncmp(name, found_name, len) != 0))
			is_ambiguous = true;
		if (found)
			continue;
		found = *all;
		found_name = name;
		found_len = len;
	}
	return is_ambiguous ? NULL : found;
}

static const char *
group_of(const struct verb *verb)
{
	const struct verb_group *g = verb_groups;
	size_t len = strcspn(verb->name, " ");

	for (; g->name; g++)
		if (strlen(g->name) == len &&
		    strncmp(g->name, verb->name, len) == 0)
			return g->name;
	return NULL;
}

void
verb_match(int argc, char *const *argv, const struct verb *const *all,
	   struct verb_match *ret)
{
	const struct verb *verb;
	int i = next_word(argc, argv, 0);

	*ret = (struct verb_match){0};
	if (i >= argc)
		return;
	verb = find(argv[i], all, NULL);
	if (!verb) {
		ret->unknown = argv[i];
		return;
	}
	ret->words[ret->n_words++] = i;
	if (!strchr(verb->name, ' ')) {
		ret->verb = verb;
		return;
	}
	ret->group = group_of(verb);
	i = next_word(argc, argv, i + 1);
	if (i >= argc)
		return;
	ret->verb = find(argv[i], all, ret->group);
	if (ret->verb)
		ret->words[ret->n_words++] = i;
}
