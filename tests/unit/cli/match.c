/* core/cli/match: which words of a command line are the command.
 * SPDX-License-Identifier: Apache-2.0 */
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "core/cli/cli.h"
#include "tests/lib/unit.h"

static const struct verb run = {.name = "run"};
static const struct verb run_prepared = {.name = "run-prepared"};
static const struct verb rm = {.name = "rm"};
static const struct verb status = {.name = "status"};
static const struct verb stop = {.name = "stop"};
static const struct verb image_list = {.name = "image list"};
static const struct verb image_rm = {.name = "image rm"};
static const struct verb image_render = {.name = "image render"};
static const struct verb *const all[] = {
	&rm,           &image_list, &image_render, &image_rm, &run,
	&run_prepared, &status,     &stop,         NULL,
};

static const struct line {
	const char *argv[6];
	/* "verb group unknown words", "-" for what there is not */
	const char *want;
} lines[] = {
	{{NULL}, "- - -"},
	{{"status", NULL}, "status - - 0"},
	{{"sta", "5bc0", NULL}, "status - - 0"},
	{{"st", NULL}, "- - st"},
	{{"s", NULL}, "- - s"},
	{{"run", NULL}, "run - - 0"},
	{{"ru", NULL}, "- - ru"},
	{{"run-", NULL}, "run-prepared - - 0"},
	{{"rm", NULL}, "rm - - 0"},
	{{"Status", NULL}, "- - Status"},
	{{"statusx", NULL}, "- - statusx"},
	{{"bogus", "status", NULL}, "- - bogus"},
	/* groups */
	{{"image", NULL}, "- image - 0"},
	{{"im", NULL}, "- image - 0"},
	{{"image", "list", NULL}, "image list image - 0 1"},
	{{"im", "l", NULL}, "image list image - 0 1"},
	{{"image", "r", NULL}, "- image - 0"},
	{{"image", "rm", NULL}, "image rm image - 0 1"},
	{{"image", "re", NULL}, "image render image - 0 1"},
	{{"image", "foo", NULL}, "- image - 0"},
	/* options in front, between and behind */
	{{"--dir", "/x", "status", NULL}, "status - - 2"},
	{{"--dir=/x", "status", NULL}, "status - - 1"},
	{{"--debug", "status", NULL}, "status - - 1"},
	{{"--debug=false", "status", NULL}, "status - - 1"},
	{{"--help", "status", NULL}, "status - - 1"},
	{{"-h", "status", NULL}, "status - - 1"},
	{{"--dir", "/x", "image", "--debug", "list", NULL},
	 "image list image - 2 4"},
	{{"image", "--dir", "/x", "rm", NULL}, "image rm image - 0 3"},
	{{"--insecure-options", "image", "status", NULL}, "status - - 2"},
	/* an unknown one takes the next word with it */
	{{"--bogus", "x", "status", NULL}, "status - - 2"},
	{{"--bogus", "status", NULL}, "- - -"},
	/* nothing behind -- is a command */
	{{"--", "status", NULL}, "- - -"},
	{{"image", "--", "list", NULL}, "- image - 0"},
	{{"", "status", NULL}, "status - - 1"},
};

static void
command_lines(void)
{
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		struct verb_match m;
		char got[128];
		int argc = 0;
		int len;

		while (argc < 6 && lines[i].argv[argc])
			argc++;
		verb_match(argc, (char *const *)(uintptr_t)lines[i].argv, all,
			   &m);
		len = snprintf(got, sizeof(got), "%s %s %s",
			       m.verb ? m.verb->name : "-",
			       m.group ? m.group : "-",
			       m.unknown ? m.unknown : "-");
		for (int k = 0; k < m.n_words; k++)
			len += snprintf(got + len, sizeof(got) - (size_t)len,
					" %d", m.words[k]);
		assert_text(got, lines[i].want);
	}
}

static void
leaves(void)
{
	assert_text(verb_leaf(&run), "run");
	assert_text(verb_leaf(&image_rm), "rm");
}

/* What the program itself offers: prefixes of its own names. */
static void
every_verb_is_found(void)
{
	for (const struct verb *const *v = verbs; *v; v++) {
		char name[64];
		char *space;
		struct verb_match m;
		char *argv[2] = {name};
		int argc = 1;

		snprintf(name, sizeof(name), "%s", (*v)->name);
		space = strchr(name, ' ');
		if (space) {
			*space = '\0';
			argv[argc++] = space + 1;
		}
		verb_match(argc, argv, verbs, &m);
		CU_ASSERT_PTR_EQUAL(m.verb, *v);
		CU_ASSERT_PTR_NOT_NULL((*v)->summary);
		CU_ASSERT_PTR_NOT_NULL((*v)->run);
	}
}

static CU_TestInfo tests[] = {
	{"command_lines", command_lines},
	{"leaves", leaves},
	{"every_verb_is_found", every_verb_is_found},
	CU_TEST_INFO_NULL,
};

UNIT_MAIN(tests)
