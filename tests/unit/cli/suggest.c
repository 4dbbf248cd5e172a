/* core/cli/suggest: what somebody may have meant.
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/base/cleanup.h"
#include "core/cli/cli.h"
#include "tests/lib/unit.h"
#include "tests/unit/cli/capture.h"

static char *
told(const char *word)
{
	struct capture c = capture_begin(stderr);

	help_unknown(word);
	return capture_end(&c);
}

static void
suggestions(void)
{
	static const struct {
		const char *word;
		const char *want; /* the suggested lines, or NULL */
	} cases[] = {
		{"bogus", NULL}, /* as far from "logs" as can be */
		{"shot", "\tstop\n"},
		{"tsatus", "\tstatus\n"},
		{"statsu", "\tstatus\n"},
		{"STATUS", "\tstatus\n"},
		{"versoin", "\tversion\n"},
		{"vers", "\tversion\n"},
		{"verzionn", "\tversion\n"},
		{"verzionnn", NULL},
		{"an-unknown-command-of-more-than-32-characters", NULL},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		autofree char *got = told(cases[i].word);
		autofree char *want = xasprintf(
			"Error: unknown command \"%s\" for \"rkt\"\n%s%s%s"
			"Run 'rkt --help' for usage.\n",
			cases[i].word,
			cases[i].want ? "\nDid you mean this?\n" : "",
			cases[i].want ? cases[i].want : "",
			cases[i].want ? "\n" : "");

		assert_text(got, want);
	}
}

/* Though several of its verbs begin with the same word. */
static void
groups_are_suggested_once(void)
{
	autofree char *got = told("imags");

	assert_text(got, "Error: unknown command \"imags\" for \"rkt\"\n\n"
			 "Did you mean this?\n\timage\n\n"
			 "Run 'rkt --help' for usage.\n");
}

static void
hostile_words_are_quoted(void)
{
	autofree char *got = told("\x1b[2J\n");

	assert_text(got, "Error: unknown command \"\\x1b[2J\\n\" for \"rkt\"\n"
			 "Run 'rkt --help' for usage.\n");
}

static CU_TestInfo tests[] = {
	{"suggestions", suggestions},
	{"groups_are_suggested_once", groups_are_suggested_once},
	{"hostile_words_are_quoted", hostile_words_are_quoted},
	CU_TEST_INFO_NULL,
};

UNIT_MAIN(tests)
