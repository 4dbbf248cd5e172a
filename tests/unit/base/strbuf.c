/* core/base/strbuf and vec: growing without losing.
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/base/strbuf.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/cleanup.h"
#include "core/base/vec.h"
#include "tests/lib/unit.h"

static void
grows_and_gives_away(void)
{
	struct strbuf b = {0};
	autofree char *text = NULL;
	autofree char *empty = NULL;

	for (int i = 0; i < 1000; i++)
		strbuf_printf(&b, "%d,", i % 10);
	CU_ASSERT_EQUAL(b.len, 2000);
	strbuf_putc(&b, '!');
	text = strbuf_take(&b);
	CU_ASSERT_EQUAL(strlen(text), 2001);
	CU_ASSERT_EQUAL(memcmp(text, "0,1,2,", 6), 0);
	CU_ASSERT_EQUAL(text[2000], '!');
	CU_ASSERT_EQUAL(b.len, 0);
	empty = strbuf_take(&b);
	assert_text(empty, "");
}

static void
strings_own_their_items(void)
{
	auto_strings struct strings v = {0};
	char text[] = "one";

	strings_push(&v, text);
	text[0] = 'X';
	strings_push(&v, "two");
	CU_ASSERT_EQUAL(v.len, 2);
	CU_ASSERT(strings_has(&v, "one"));
	CU_ASSERT(!strings_has(&v, "Xne"));
}

static CU_TestInfo tests[] = {
	{"grows_and_gives_away", grows_and_gives_away},
	{"strings_own_their_items", strings_own_their_items},
	CU_TEST_INFO_NULL,
};

UNIT_MAIN(tests)
