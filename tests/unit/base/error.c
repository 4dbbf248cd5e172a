/* core/base/error: what a user reads in the end.
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/base/error.h"

#include <errno.h>

#include "tests/lib/unit.h"

static void
line_shows_outermost_and_cause(void)
{
	struct error e = ERROR_NONE;
	char buf[2048];

	CU_ASSERT_EQUAL(error_errno(&e, ENOENT, "open %s", "x"), -1);
	assert_text(error_line(&e, buf, sizeof(buf)),
		    "open x: No such file or directory");
	error_prefix(&e, "in the middle");
	error_prefix(&e, "cannot open store");
	assert_text(error_line(&e, buf, sizeof(buf)),
		    "cannot open store: open x: No such file or directory");
	CU_ASSERT_EQUAL(e.n_layers, 3);
	CU_ASSERT_EQUAL(e.code, RKT_ERR_SYSTEM);
}

static void
long_text_is_cut_and_marked(void)
{
	struct error e = ERROR_NONE;
	char text[ERROR_TEXT_MAX * 2];
	size_t i;

	for (i = 0; i < sizeof(text) - 1; i++)
		text[i] = 'a';
	text[i] = '\0';
	error_set(&e, RKT_ERR_INPUT, "%s", text);
	assert_contains(e.layers[0], "aaa...");
}

static void
prefixes_beyond_the_limit_keep_the_outermost(void)
{
	struct error e = ERROR_NONE;
	char buf[2048];

	error_set(&e, RKT_ERR_INPUT, "cause");
	for (int i = 0; i < 20; i++)
		error_prefix(&e, "layer %d", i);
	assert_text(error_line(&e, buf, sizeof(buf)), "layer 19: cause");
}

static CU_TestInfo tests[] = {
	{"line_shows_outermost_and_cause", line_shows_outermost_and_cause},
	{"long_text_is_cut_and_marked", long_text_is_cut_and_marked},
	{"prefixes_beyond_the_limit_keep_the_outermost",
	 prefixes_beyond_the_limit_keep_the_outermost},
	CU_TEST_INFO_NULL,
};

UNIT_MAIN(tests)
