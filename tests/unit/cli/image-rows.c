/* core/cli/image-rows: images as lines and as JSON, from fixed data.
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/cli/image-rows.h"

#include <string.h>

#include "core/base/cleanup.h"
#include "tests/lib/unit.h"

#define SECOND INT64_C(1000000000)
#define NOW    (INT64_C(1457016000) * SECOND) /* 2016-03-03 14:40:00 UTC */

static struct image
image_of(const char *key, const char *name, const char *version, uint64_t size,
	 int64_t import_age, int64_t used_age)
{
	struct image_layer layer = {.tree = xstrdup("sha256-00"),
				    .compression = xstrdup("none"),
				    .size = size / 2,
				    .tree_size = size - size / 2};
	struct image image = {.key = xasprintf("sha512-%s%052d", key, 0),
			      .name = xstrdup(name),
			      .labels = json_array(),
			      .format = xstrdup("aci"),
			      .import_ns = NOW - import_age * SECOND,
			      .used_ns = NOW - used_age * SECOND};

	if (version)
		json_array_append_new(image.labels,
				      json_pack("{s:s, s:s}", "name", "version",
						"value", version));
	vec_push(&image.layers, layer);
	return image;
}

/* In the order of their keys, as the store lists them. */
static struct images
three(void)
{
	struct images images = {0};

	vec_push(&images, image_of("0123456789ab", "example.com/redis", "3.0",
				   13631488, 2 * 86400, 60));
	vec_push(&images,
		 image_of("123456789abc", "example.com/etcd", NULL, 7, 0, 0));
	vec_push(&images,
		 image_of("23456789abcd", "example.com/a", "1", 7, 3600, 3600));
	return images;
}

static struct image_rows
rows_of(const char *fields, const char *sort)
{
	struct image_rows rows = {.fields.known = image_field_words,
				  .sort.known = image_sort_words,
				  .now_ns = NOW};
	const struct option f = {.name = "fields", .value = &rows.fields};
	const struct option s = {.name = "sort", .value = &rows.sort};
	struct error e = ERROR_NONE;

	CU_ASSERT_EQUAL_FATAL(option_parse_words(&f, fields, &e), 0);
	CU_ASSERT_EQUAL_FATAL(option_parse_words(&s, sort, &e), 0);
	return rows;
}

#define ALL "id,name,size,importtime,lastused"

static void
shows_the_columns_that_rkt_shows(void)
{
	struct image_rows rows = rows_of(ALL, "importtime");
	struct images images = three();
	autofree char *text = NULL;

	image_rows_sort(&rows, &images);
	text = image_rows_table(&rows, &images);
	assert_text(text, "ID\t\t\tNAME\t\t\tSIZE\tIMPORT TIME\tLAST USED\n"
			  "sha512-0123456789ab\texample.com/redis:3.0\t13MiB\t"
			  "2 days ago\t1 minute ago\n"
			  "sha512-23456789abcd\texample.com/a:1\t\t7B\t"
			  "1 hour ago\t1 hour ago\n"
			  "sha512-123456789abc\texample.com/etcd\t7B\t"
			  "now\t\tnow\n");
	images_done(&images);
}

static void
full_is_exact(void)
{
	struct image_rows rows = rows_of(ALL, "importtime");
	struct images images = {0};
	autofree char *text = NULL;

	vec_push(&images, image_of("0123456789ab", "a", NULL, 13631488, 0, 1));
	images.items[0].import_ns += 380000000;
	rows.is_full = rows.no_legend = true;
	text = image_rows_table(&rows, &images);
	assert_text(text, "sha512-0123456789ab"
			  "0000000000000000000000000000000000000000000000000000"
			  "\ta\t13631488\t2016-03-03 14:40:00.38 +0000 UTC\t"
			  "2016-03-03 14:39:59 +0000 UTC\n");
	images_done(&images);
}

static void
fields_come_in_the_order_given(void)
{
	static const struct {
		const char *fields;
		bool no_legend;
		const char *want;
	} cases[] = {
		{"name", true, "example.com/etcd\n"},
		{"SIZE,name", true, "7B\texample.com/etcd\n"},
		{"lastused,id", false,
		 "LAST USED\tID\nnow\t\tsha512-123456789abc\n"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct image_rows rows = rows_of(cases[i].fields, "name");
		struct images images = three();
		struct images one = {.items = images.items + 1, .len = 1};
		autofree char *text = NULL;

		rows.no_legend = cases[i].no_legend;
		text = image_rows_table(&rows, &one);
		assert_text(text, cases[i].want);
		images_done(&images);
	}
}

static void
sorts_by_each_word_in_turn(void)
{
	static const struct {
		const char *sort;
		bool is_descending;
		const char *want; /* third digit of each key */
	} cases[] = {
		{"name", false, "210"},       {"name", true, "012"},
		{"importtime", false, "021"}, {"importtime", true, "120"},
		{"lastused", false, "201"},   {"size", false, "120"},
		{"size,name", false, "210"},  {"size,name", true, "012"},
		{"", false, "012"},           {"", true, "012"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct image_rows rows = rows_of(ALL, cases[i].sort);
		struct images images = three();
		char got[4] = "";

		rows.is_descending = cases[i].is_descending;
		image_rows_sort(&rows, &images);
		for (size_t k = 0; k < 3; k++)
			got[k] = images.items[k].key[strlen("sha512-")];
		assert_text(got, cases[i].want);
		images_done(&images);
	}
}

static void
json_has_every_member(void)
{
	struct images images = {0};
	auto_json json_t *list = NULL;
	autofree char *text = NULL;

	vec_push(&images, image_of("0123456789ab", "a<b", "1", 5, 0, 1));
	list = image_rows_json(&images);
	text = json_print(list, false);
	assert_text(text, "[{\"id\":\"sha512-0123456789ab"
			  "0000000000000000000000000000000000000000000000000000"
			  "\",\"name\":\"a\\u003cb:1\","
			  "\"import_time\":1457016000000000000,"
			  "\"last_used_time\":1457015999000000000,"
			  "\"size\":5}]");
	images_done(&images);
}

/* A record on disk is hostile: its name must not move the cursor. */
static void
names_cannot_write_to_the_terminal(void)
{
	struct image_rows rows = rows_of("name", "name");
	struct images images = {0};
	autofree char *text = NULL;

	vec_push(&images,
		 image_of("0123456789ab", "a\tb\033[2J", NULL, 5, 0, 1));
	rows.no_legend = true;
	text = image_rows_table(&rows, &images);
	assert_text(text, "a?b?[2J\n");
	images_done(&images);
}

static CU_TestInfo tests[] = {
	{"shows_the_columns_that_rkt_shows", shows_the_columns_that_rkt_shows},
	{"full_is_exact", full_is_exact},
	{"fields_come_in_the_order_given", fields_come_in_the_order_given},
	{"sorts_by_each_word_in_turn", sorts_by_each_word_in_turn},
	{"json_has_every_member", json_has_every_member},
	{"names_cannot_write_to_the_terminal",
	 names_cannot_write_to_the_terminal},
	CU_TEST_INFO_NULL,
};
UNIT_MAIN(tests)
