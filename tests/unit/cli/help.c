/* core/cli/help: the layout of chapter 2.6, to the byte.
 * SPDX-License-Identifier: Apache-2.0 */
#include <config.h>

#include <string.h>

#include "core/base/cleanup.h"
#include "core/cli/cli.h"
#include "tests/lib/unit.h"
#include "tests/unit/cli/capture.h"

static const struct option shared[] = {
	{.name = "zeta",
	 .type = OPTION_STRING,
	 .shown = "\"\"",
	 .help = "the last letter"},
	{.name = "old",
	 .type = OPTION_BOOL,
	 .shown = "false",
	 .help = "no longer shown",
	 .deprecated = "use --zeta"},
	OPTION_END,
};
static const struct option own[] = {
	{.name = "net",
	 .type = OPTION_CALL,
	 .shown = "default",
	 .implied = "default",
	 .help = "join networks"},
	{.name = "alpha",
	 .type = OPTION_BOOL,
	 .shown = "false",
	 .help = "the first letter"},
	{.name = "hidden",
	 .type = OPTION_BOOL,
	 .shown = "false",
	 .help = "not shown",
	 .flags = OPTION_HIDDEN},
	{.name = "must",
	 .type = OPTION_BOOL,
	 .shown = "true",
	 .help = "takes a value",
	 .flags = OPTION_REQUIRED},
	OPTION_END,
};
static const struct verb verb = {
	.name = "group sample",
	.summary = "Show the layout",
	.usage = "[--alpha] WORD",
	.description = "One line.\n\nAnother.",
	.options = {shared, own},
};
static const struct verb bare = {
	.name = "bare",
	.summary = "Has nothing",
	.usage = "",
};

static char *
help_of(const struct verb *of, const char *group)
{
	struct capture c = capture_begin(stdout);

	help_print(of, group);
	return capture_end(&c);
}

static void
a_verb(void)
{
	autofree char *got = help_of(&verb, NULL);
	char *global = strstr(got, "\nGLOBAL OPTIONS:\n");

	CU_ASSERT_PTR_NOT_NULL_FATAL(global);
	assert_contains(global, "\n\t    --dir=/var/lib/rkt\t");
	assert_contains(global, "\n\t    --debug[=false]\t");
	CU_ASSERT_PTR_NULL(strstr(global, "profile"));
	CU_ASSERT_PTR_NULL(strstr(global, "--help"));
	*global = '\0';
	assert_text(got, "NAME:\n\tgroup sample - Show the layout\n"
			 "\nUSAGE:\n\trkt group sample [--alpha] WORD\n"
			 "\nDESCRIPTION:\n\tOne line.\n\t\n\tAnother.\n"
			 "\nOPTIONS:\n"
			 "\t    --alpha[=false]\tthe first letter\n"
			 "\t-h, --help[=false]\thelp for sample\n"
			 "\t    --must=true\t\ttakes a value\n"
			 "\t    --net[=default]\tjoin networks\n"
			 "\t    --zeta=\"\"\t\tthe last letter\n");
}

static void
a_bare_verb(void)
{
	autofree char *got = help_of(&bare, NULL);

	*strstr(got, "\nGLOBAL") = '\0';
	assert_text(got, "NAME:\n\tbare - Has nothing\n"
			 "\nUSAGE:\n\trkt bare\n"
			 "\nOPTIONS:\n\t-h, --help[=false]\thelp for bare\n");
}

/* Sections in their order, each behind the one before. */
static void
assert_order(const char *text, const char *const *parts)
{
	for (; *parts; parts++) {
		const char *at = strstr(text, *parts);

		if (!at) {
			assert_contains(text, *parts);
			return;
		}
		text = at + 1;
	}
}

static void
rkt_itself(void)
{
	static const char *const parts[] = {
		"NAME:\n\trkt - ",
		"\n\nUSAGE:\n\trkt [command]\n",
		"\nVERSION:\n\t" VERSION_FULL "\n",
		"\nCOMMANDS:\n",
		"\thelp\t",
		"\tlist\t",
		"\tstatus\t",
		"\tversion\t",
		"\nOPTIONS:\n",
		"\t    --debug[=false]\t",
		"\t    --dir=/var/lib/rkt\t",
		"\t-h, --help[=false]\t",
		"\t    --insecure-options=none\t",
		"\t    --trust-keys-from-https[=false]\t",
		NULL,
	};
	autofree char *got = help_of(NULL, NULL);

	assert_order(got, parts);
	CU_ASSERT_PTR_NULL(strstr(got, "GLOBAL OPTIONS"));
	CU_ASSERT_PTR_NULL(strstr(got, "image fetch")); /* hidden */
}

static void
a_group(void)
{
	static const char *const parts[] = {
		"NAME:\n\timage - Operate on images in the local store\n",
		"\nUSAGE:\n\trkt image [command]\n",
		"\nCOMMANDS:\n",
		"\nOPTIONS:\n\t-h, --help[=false]\thelp for image\n",
		"\nGLOBAL OPTIONS:\n",
		NULL,
	};
	autofree char *got = help_of(NULL, "image");

	assert_order(got, parts);
	CU_ASSERT_PTR_NULL(strstr(got, "VERSION:"));
	CU_ASSERT_PTR_NULL(strstr(got, "\tstatus"));
}

static CU_TestInfo tests[] = {
	{"a_verb", a_verb},         {"a_bare_verb", a_bare_verb},
	{"rkt_itself", rkt_itself}, {"a_group", a_group},
	CU_TEST_INFO_NULL,
};

UNIT_MAIN(tests)
