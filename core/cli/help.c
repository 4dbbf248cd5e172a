/* The help texts (2.6), made from the tables of verbs and options.
 * SPDX-License-Identifier: Apache-2.0 */
#include <config.h>

#include <stdio.h>
#include <string.h>

#include "core/base/cleanup.h"
#include "core/base/strbuf.h"
#include "core/cli/cli.h"
#include "core/cli/table.h"

#define SUMMARY "An application container runtime without a daemon"

static void
add_option(struct strbuf *b, const struct option *o)
{
	const char *shown = o->shown ? o->shown : "";

	strbuf_printf(b,
		      option_is_bare(o) ? "\t%s--%s[=%s]\t%s\n"
					: "\t%s--%s=%s\t%s\n",
		      strcmp(o->name, "help") == 0 ? "-h, " : "    ", o->name,
		      shown, o->help);
}

/* The first of the shown options behind `last` in the alphabet, unless `best`
 * comes earlier. */
static const struct option *
first_after(const struct option *table, const char *last,
	    const struct option *best)
{
	for (; table->name; table++)
		if (option_is_shown(table) && strcmp(table->name, last) > 0 &&
		    (!best || strcmp(table->name, best->name) < 0))
			best = table;
	return best;
}

/* In alphabetical order, "help" among them when it is a local one. */
static void
add_options(struct strbuf *b, const char *title,
	    const struct option *const *tables, const struct option *help)
{
	const char *last = "";

	strbuf_printf(b, "\n%s:\n", title);
	for (;;) {
		const struct option *next =
			help && strcmp(help->name, last) > 0 ? help : NULL;

		for (const struct option *const *t = tables; *t; t++)
			next = first_after(*t, last, next);
		if (!next)
			return;
		add_option(b, next);
		last = next->name;
	}
}

static void
add_commands(struct strbuf *b, const char *group)
{
	size_t len = group ? strlen(group) : 0;

	strbuf_puts(b, "\nCOMMANDS:\n");
	for (const struct verb *const *v = verbs; *v; v++) {
		if ((*v)->flags & VERB_HIDDEN)
			continue;
		if (group && (strncmp((*v)->name, group, len) != 0 ||
			      (*v)->name[len] != ' '))
			continue;
		strbuf_printf(b, "\t%s\t%s\n",
			      group ? (*v)->name + len + 1 : (*v)->name,
			      (*v)->summary);
	}
}

static void
add_description(struct strbuf *b, const char *text)
{
	strbuf_puts(b, "\nDESCRIPTION:\n");
	while (*text) {
		size_t len = strcspn(text, "\n");

		strbuf_putc(b, '\t');
		strbuf_add(b, text, len);
		strbuf_putc(b, '\n');
		text += len + (text[len] == '\n');
	}
}

static const char *
group_summary(const char *group)
{
	const struct verb_group *g = verb_groups;

	while (g->name && strcmp(g->name, group) != 0)
		g++;
	return g->name ? g->summary : "";
}

void
help_print(const struct verb *verb, const char *group)
{
	const char *name = verb ? verb->name : group ? group : "rkt";
	autofree char *help_text =
		xasprintf("help for %s", verb ? verb_leaf(verb) : name);
	struct option help = {.name = "help",
			      .type = OPTION_BOOL,
			      .shown = "false",
			      .help = help_text};
	const struct option *const global[] = {global_options, NULL};
	const struct option *const none[] = {NULL};
	auto_strbuf struct strbuf b = {0};
	auto_strbuf struct strbuf out = {0};

	strbuf_printf(&b, "NAME:\n\t%s - %s\n\nUSAGE:\n", name,
		      verb    ? verb->summary
		      : group ? group_summary(group)
			      : SUMMARY);
	if (verb)
		strbuf_printf(&b, "\trkt %s%s%s\n", name,
			      verb->usage && *verb->usage ? " " : "",
			      verb->usage ? verb->usage : "");
	else
		strbuf_printf(
			&b, group ? "\trkt %s [command]\n" : "\t%s [command]\n",
			name);
	if (!verb && !group)
		strbuf_printf(&b, "\nVERSION:\n\t%s\n", VERSION_FULL);
	if (!verb)
		add_commands(&b, group);
	if (verb && verb->description)
		add_description(&b, verb->description);
	if (!verb && !group) {
		add_options(&b, "OPTIONS", global, &help);
	} else {
		add_options(&b, "OPTIONS", verb ? verb->options : none, &help);
		add_options(&b, "GLOBAL OPTIONS", global, NULL);
	}
	table_layout(b.text, &out);
	fputs(out.text, stdout);
}
