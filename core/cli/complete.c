/* Finds out what the last word of a command line may become.
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/cli/complete.h"

#include <string.h>

#include "core/base/cleanup.h"

/* What the words in front of the last one come to. */
struct line {
	struct verb_match match;
	const struct option *tables[9]; /* of the verb, ended by NULL   */
	const struct option *pending;   /* the last word is its value   */
	int n_words;                    /* positional ones              */
	const char *last;               /* of them, or NULL             */
	bool in_args;                   /* behind "--"                  */
};

static const struct option help_option[] = {
	{.name = "help", .type = OPTION_BOOL, .help = "show the help"},
	OPTION_END,
};

static const struct option *const globals[] = {global_options, NULL};

void
candidates_done(struct candidates *c)
{
	strings_done(&c->lines);
}

void
candidates_add(struct candidates *c, const char *typed, const char *before,
	       const char *word, const char *what)
{
	autofree char *line = NULL;

	if (strncmp(word, typed, strlen(typed)) != 0)
		return;
	line = xasprintf("%s%s%s%s", before, word, what && *what ? "\t" : "",
			 what ? what : "");
	strings_push(&c->lines, line);
}

/* ---- words in front -------------------------------------------------------
 */

/* An error will be told when the command runs. */
static void
apply_global(const struct option *o, int end, char *const *argv, int i)
{
	struct error ignored = ERROR_NONE;

	if (option_find(globals, o->name, strlen(o->name)) == o)
		options_parse(globals, end, argv, &i, true, NULL, NULL,
			      &ignored);
}

static void
read_option(struct line *l, char *const *argv, int i)
{
	const char *name = argv[i] + 2;
	size_t len = strcspn(name, "=");
	const struct option *o = option_find(l->tables, name, len);

	if (!o)
		return;
	if (name[len] == '=' || option_is_bare(o))
		apply_global(o, i + 1, argv, i);
	else
		l->pending = o;
}

static void
read_word(struct line *l, char *const *argv, int i)
{
	const char *word = argv[i];

	if (l->in_args) {
		l->in_args = strcmp(word, "---") != 0;
	} else if (l->pending) {
		apply_global(l->pending, i + 1, argv, i - 1);
		l->pending = NULL;
	} else if (strcmp(word, "--") == 0) {
		l->in_args = true;
	} else if (strncmp(word, "--", 2) == 0) {
		read_option(l, argv, i);
	} else if (word[0] != '-') {
		l->n_words++;
		l->last = word;
	}
}

static void
read_line(struct line *l, int argc, char *const *argv)
{
	const struct verb_match *m = &l->match;
	int n = 0;

	verb_match(argc, argv, verbs, &l->match);
	l->tables[n++] = help_option;
	l->tables[n++] = global_options;
	for (int i = 0; m->verb && m->verb->options[i]; i++)
		l->tables[n++] = m->verb->options[i];
	for (int i = 0; i < argc; i++)
		if (!(m->n_words > 0 && i == m->words[0]) &&
		    !(m->n_words > 1 && i == m->words[1]))
			read_word(l, argv, i);
}

/* ---- the last word --------------------------------------------------------
 */

static void
add_commands(struct candidates *to, const char *group, const char *typed)
{
	size_t len = group ? strlen(group) : 0;
	const struct verb_group *g;

	for (const struct verb *const *v = verbs; *v; v++) {
		const char *name = (*v)->name;

		if ((*v)->flags & VERB_HIDDEN)
			continue;
		if (!group && !strchr(name, ' '))
			candidates_add(to, typed, "", name, (*v)->summary);
		if (group && strncmp(name, group, len) == 0 && name[len] == ' ')
			candidates_add(to, typed, "", name + len + 1,
				       (*v)->summary);
	}
	for (g = verb_groups; !group && g->name; g++)
		candidates_add(to, typed, "", g->name, g->summary);
}

/* Is the word one of those between commas in the `len` bytes? */
static bool
is_listed(const char *list, size_t len, const char *word)
{
	size_t word_len = strlen(word);

	while (len > 0) {
		size_t one = strcspn(list, ",");

		if (one == word_len && strncmp(list, word, one) == 0)
			return true;
		list += one + 1;
		len -= one + 1;
	}
	return false;
}

static void
add_listed(struct candidates *to, const char *const *words, const char *before,
	   const char *typed)
{
	const char *comma = strrchr(typed, ',');
	size_t len = comma ? (size_t)(comma - typed) + 1 : 0;
	autofree char *so_far = xasprintf("%s%.*s", before, (int)len, typed);

	for (; *words; words++)
		if (!is_listed(typed, len, *words))
			candidates_add(to, typed + len, so_far, *words, NULL);
}

static void
add_offer(struct cli *cli, struct candidates *to, const struct offer *offer,
	  const char *before, const char *typed)
{
	const char *const *word = offer->words;

	if (offer->flags & OFFER_LIST)
		add_listed(to, offer->words, before, typed);
	else
		for (; word && *word; word++)
			candidates_add(to, typed, before, *word, NULL);
	if (offer->pods)
		complete_pods(cli, offer->pods, typed, to);
	if (offer->flags & OFFER_IMAGES)
		complete_images(cli, typed, to);
	to->files |= offer->flags & (OFFER_FILES | OFFER_DIRS);
}

static void
add_values(struct cli *cli, struct candidates *to, const struct option *o,
	   const char *before, const char *typed)
{
	const struct offer_entry *entry = offer_find(option_offers, o->name);
	const struct option_words *words = o->value;

	if (o->type == OPTION_CALL && o->parse == option_parse_words) {
		add_listed(to, words->known, before, typed);
	} else if (o->type == OPTION_BOOL) {
		candidates_add(to, typed, before, "true", NULL);
		candidates_add(to, typed, before, "false", NULL);
	} else if (entry) {
		add_offer(cli, to, &entry->first, before, typed);
	}
}

static void
add_options(struct candidates *to, const struct line *l, const char *typed)
{
	for (const struct option *const *t = l->tables; *t; t++) {
		for (const struct option *o = *t; o->name; o++) {
			autofree char *word =
				xasprintf("--%s%s", o->name,
					  option_is_bare(o) ? "" : "=");

			if (option_is_shown(o))
				candidates_add(to, typed, "", word, o->help);
		}
	}
}

static void
add_option(struct cli *cli, struct candidates *to, const struct line *l,
	   const char *typed)
{
	const char *equals = strchr(typed, '=');
	autofree char *before = NULL;
	const struct option *o;

	if (!equals) {
		add_options(to, l, typed);
		return;
	}
	o = option_find(l->tables, typed + 2, (size_t)(equals - typed) - 2);
	if (!o)
		return;
	before = xstrndup(typed, (size_t)(equals - typed) + 1);
	add_values(cli, to, o, before, equals + 1);
}

static void
add_positional(struct cli *cli, struct candidates *to, const struct line *l,
	       const char *typed)
{
	const struct verb_match *m = &l->match;
	const struct offer_entry *entry;
	const struct offer *offer;

	if (!m->verb) {
		if (!m->unknown && l->n_words == 0)
			add_commands(to, m->group, typed);
		return;
	}
	entry = offer_find(verb_offers, m->verb->name);
	if (!entry)
		return;
	offer = l->n_words == 0 ? &entry->first : &entry->rest;
	if (offer->flags & OFFER_COMMANDS)
		add_commands(to, l->last, typed);
	add_offer(cli, to, offer, "", typed);
}

void
complete_words(struct cli *cli, int argc, char *const *argv,
	       struct candidates *ret)
{
	struct line l = {0};
	const char *typed = argc > 0 ? argv[argc - 1] : "";

	read_line(&l, argc > 0 ? argc - 1 : 0, argv);
	if (l.in_args)
		ret->files = OFFER_FILES;
	else if (l.pending)
		add_values(cli, ret, l.pending, "", typed);
	else if (strncmp(typed, "--", 2) == 0 || strcmp(typed, "-") == 0)
		add_option(cli, ret, &l, typed);
	else
		add_positional(cli, ret, &l, typed);
}
