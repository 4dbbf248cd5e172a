/* core/cli/table: columns as Go's tabwriter makes them.
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/cli/table.h"

#include <stdlib.h>

#include "core/base/cleanup.h"
#include "tests/lib/unit.h"

static void
layouts(void)
{
	static const struct {
		const char *text;
		const char *want;
	} cases[] = {
		{"", ""},
		{"one\n", "one\n"},
		{"one", "one\n"},
		{"\n", "\n"},
		/* A cell of 7 fits into 8 with its padding, one of 8 does
		 * not. */
		{"1234567\tb\n", "1234567\tb\n"},
		{"12345678\tb\n", "12345678\tb\n"},
		{"1234567\tb\n1\tb\n", "1234567\tb\n1\tb\n"},
		{"12345678\tb\n1\tb\n", "12345678\tb\n1\t\tb\n"},
		{"123456789012345\tb\n1\tb\n", "123456789012345\tb\n1\t\tb\n"},
		{"1234567890123456\tb\n1\tb\n",
		 "1234567890123456\tb\n1\t\t\tb\n"},
		/* The last cell of a line is in no column. */
		{"a\tvery long last cell\nb\tc\td\n",
		 "a\tvery long last cell\nb\tc\td\n"},
		{"a\t\nb\tc\n", "a\t\nb\tc\n"},
		{"\t\t\n", "\t\t\n"},
		{"a\t", "a\t\n"},
		/* A column ends where a line lacks it. */
		{"a\tb\nplain\n12345678\tb\n", "a\tb\nplain\n12345678\tb\n"},
		{"a\tb\tc\n1234567890\tb\nx\tbbbbbbbbb\tc\n",
		 "a\t\tb\tc\n1234567890\tb\nx\t\tbbbbbbbbb\tc\n"},
		{"a\tb\n\n12345678\tb\n", "a\tb\n\n12345678\tb\n"},
		/* Characters count, not bytes. */
		{"\xc3\xa4\xc3\xb6\xc3\xbc\xc3\x9f\xe2\x82\xac\tb\n1234567\tb"
		 "\n",
		 "\xc3\xa4\xc3\xb6\xc3\xbc\xc3\x9f\xe2\x82\xac\tb\n"
		 "1234567\tb\n"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		auto_strbuf struct strbuf to = {0};

		table_layout(cases[i].text, &to);
		assert_text(to.text ? to.text : "", cases[i].want);
	}
}

static void
add_line(struct table *t, const char *const *cells, size_t n)
{
	for (size_t i = 0; i < n; i++)
		table_cell(t, cells[i]);
	table_end_line(t);
}

static void
lines_of_pods(void)
{
	static const char *const lines[][7] = {
		{"UUID", "APP", "IMAGE NAME", "STATE", "CREATED", "STARTED",
		 "NETWORKS"},
		{"5bc080ca", "redis", "example.com/redis:3.0", "running",
		 "2 minutes ago", "2 minutes ago", "default:ip4=172.16.28.2"},
		{"", "etcd", "example.com/etcd:v2", "", "", NULL, ""},
		{"7826d4ba", "-", "-", "preparing", "a long while ago", "", ""},
	};
	struct table t = {0};
	autofree char *got = NULL;

	for (size_t i = 0; i < 4; i++)
		add_line(&t, lines[i], 7);
	got = table_take(&t);
	assert_text(
		got,
		"UUID\t\tAPP\tIMAGE NAME\t\tSTATE\t\tCREATED\t\t\tSTARTED\t\t"
		"NETWORKS\n"
		"5bc080ca\tredis\texample.com/redis:3.0\trunning\t\t"
		"2 minutes ago\t\t2 minutes ago\tdefault:ip4=172.16.28.2\n"
		"\t\tetcd\texample.com/etcd:v2\t\t\t\t\t\t\t\t\n"
		"7826d4ba\t-\t-\t\t\tpreparing\ta long while ago\t\t\t\n");
	CU_ASSERT_PTR_NULL(t.text.text);
}

static void
lines_of_images(void)
{
	static const char *const lines[][5] = {
		{"ID", "NAME", "SIZE", "IMPORT TIME", "LAST USED"},
		{"sha512-91e98d7f1679", "example.com/redis:3.0", "13MiB",
		 "2 days ago", "2 days ago"},
	};
	struct table t = {0};
	autofree char *got = NULL;

	add_line(&t, lines[0], 5);
	add_line(&t, lines[1], 5);
	got = table_take(&t);
	assert_text(got, "ID\t\t\tNAME\t\t\tSIZE\tIMPORT TIME\tLAST USED\n"
			 "sha512-91e98d7f1679\texample.com/redis:3.0\t13MiB\t"
			 "2 days ago\t2 days ago\n");
}

static void
hostile_names_stay_in_their_cells(void)
{
	struct table t = {0};
	autofree char *got = NULL;

	table_cell(&t, "a\tb\nc\x1b[2J\x7f");
	table_cell(&t, "\xc2\x9b"
		       "31m\xc3\xa4");
	table_end_line(&t);
	got = table_take(&t);
	assert_text(got, "a?b?c?[2J?\t?31m\xc3\xa4\n");
}

static void
nothing_is_empty(void)
{
	struct table t = {0};
	autofree char *got = table_take(&t);

	assert_text(got, "");
}

static CU_TestInfo tests[] = {
	{"layouts", layouts},
	{"lines_of_pods", lines_of_pods},
	{"lines_of_images", lines_of_images},
	{"hostile_names_stay_in_their_cells",
	 hostile_names_stay_in_their_cells},
	{"nothing_is_empty", nothing_is_empty},
	CU_TEST_INFO_NULL,
};

UNIT_MAIN(tests)
