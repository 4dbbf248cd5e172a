/* core/cli/complete: what the last word of a line may become.
 * SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "core/base/cleanup.h"
#include "core/base/strbuf.h"
#include "core/cli/complete.h"
#include "tests/lib/unit.h"

#define WORDS_MAX 8

/* The words that are offered, without what they are. */
static char *
offered(const char *line, unsigned int *ret_files)
{
	char *words[WORDS_MAX];
	struct candidates found = {0};
	autofree char *copy = xstrdup(line);
	char *rest = copy, *word;
	struct strbuf b = {0};
	int n = 0;

	while ((word = strsep(&rest, " ")) != NULL && n < WORDS_MAX)
		words[n++] = word;
	complete_words(cli_instance(), n, words, &found);
	for (size_t i = 0; i < found.lines.len; i++)
		strbuf_printf(&b, "%s%.*s", i > 0 ? " " : "",
			      (int)strcspn(found.lines.items[i], "\t"),
			      found.lines.items[i]);
	*ret_files = found.files;
	candidates_done(&found);
	return strbuf_take(&b);
}

static void
test_lines(void)
{
	static const struct {
		const char *line, *want;
		unsigned int files;
	} cases[] = {
		{"sta", "status", 0},
		{"image li", "list", 0},
		{"im li", "list", 0},
		{"help im", "image", 0},
		{"help image li", "list", 0},
		{"nonsense ", "", 0},
		{"image nonsense ", "", 0},
		{"list --fo", "--format=", 0},
		{"list x --fo", "--format=", 0},
		{"list -- --fo", "", OFFER_FILES},
		{"list --format=json-", "--format=json-pretty", 0},
		{"list --format json-", "json-pretty", 0},
		{"list --nonsense=", "", 0},
		{"list --full=", "--full=true --full=false", 0},
		{"--debug list --no-le", "--no-legend", 0},
		{"--di", "--dir=", 0},
		{"--dir=/x", "", OFFER_DIRS},
		{"--dir /x", "", OFFER_DIRS},
		{"status --uuid-file=", "", OFFER_FILES},
		{"status --wait-", "--wait-ready", 0},
		/* lists of words, each once */
		{"--insecure-options=pu", "--insecure-options=pubkey", 0},
		{"--insecure-options=tls,pu", "--insecure-options=tls,pubkey",
		 0},
		{"--insecure-options=pubkey,pu", "", 0},
		{"image list --sort=size,na", "--sort=size,name", 0},
		/* apps and their words */
		{"run a --exe", "--exec=", 0},
		{"run a -- --exe", "", OFFER_FILES},
		{"run a -- x --- b --exe", "--exec=", 0},
		{"run --store-on", "", 0},
		{"run --stdi", "", 0},
		{"completion f", "fish", 0},
		{"completion --wo", "", 0},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		unsigned int files;
		autofree char *words = offered(cases[i].line, &files);

		if (strcmp(words, cases[i].want) != 0)
			printf("# %s: %s\n", cases[i].line, words);
		CU_ASSERT_STRING_EQUAL(words, cases[i].want);
		CU_ASSERT_EQUAL(files, cases[i].files);
	}
}

/* A verb that works on pods or images offers them. */
static void
test_every_verb_has_its_things(void)
{
	for (const struct verb *const *v = verbs; *v; v++) {
		const struct offer_entry *entry =
			offer_find(verb_offers, (*v)->name);
		const char *usage = (*v)->usage ? (*v)->usage : "";

		if (strstr(usage, "UUID"))
			CU_ASSERT_FATAL(entry != NULL && entry->first.pods);
		if (strstr(usage, "IMAGE"))
			CU_ASSERT_FATAL(entry != NULL &&
					entry->first.flags & OFFER_IMAGES);
	}
}

static bool
has_option(const struct option *const *tables, const char *name)
{
	return option_find(tables, name, strlen(name)) != NULL;
}

/* An option that was renamed would lose its values in silence. */
static void
test_every_value_has_an_option(void)
{
	const struct option *const globals[] = {global_options, NULL};

	for (const struct offer_entry *o = option_offers; o->name; o++) {
		bool found = has_option(globals, o->name);

		for (const struct verb *const *v = verbs; *v; v++)
			found = found || has_option((*v)->options, o->name);
		if (!found)
			printf("# --%s\n", o->name);
		CU_ASSERT(found);
	}
}

static CU_TestInfo tests[] = {
	{"lines", test_lines},
	{"every_verb_has_its_things", test_every_verb_has_its_things},
	{"every_value_has_an_option", test_every_value_has_an_option},
	CU_TEST_INFO_NULL,
};

UNIT_MAIN(tests)
