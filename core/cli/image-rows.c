/* Images as lines of a table and as JSON.
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/cli/image-rows.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "core/appc/image-name.h"
#include "core/base/cleanup.h"
#include "core/cli/format.h"
#include "core/cli/table.h"

#define KEY_SHORT_LEN 19 /* "sha512-" + 12 */

enum { FIELD_ID, FIELD_NAME, FIELD_SIZE, FIELD_IMPORT, FIELD_USED };
const char *const image_field_words[] = {"id",         "name",     "size",
					 "importtime", "lastused", NULL};

enum { SORT_NAME, SORT_IMPORT, SORT_USED, SORT_SIZE };
const char *const image_sort_words[] = {"name", "importtime", "lastused",
					"size", NULL};

static void
put_time(struct table *t, int64_t ns, const struct image_rows *r)
{
	char text[FORMAT_MAX];

	if (r->is_full)
		format_time(ns, text, sizeof(text));
	else
		format_age(ns, r->now_ns, text, sizeof(text));
	table_cell(t, text);
}

static void
put_size(struct table *t, uint64_t size, const struct image_rows *r)
{
	char text[FORMAT_MAX];

	if (r->is_full)
		snprintf(text, sizeof(text), "%" PRIu64, size);
	else
		format_size(size, text, sizeof(text));
	table_cell(t, text);
}

static void
put_field(struct table *t, unsigned int field, const struct image *image,
	  const struct image_rows *r)
{
	autofree char *text = NULL;

	switch (field) {
	case FIELD_ID:
		text = xstrndup(image->key,
				r->is_full ? IMAGE_KEY_LEN : KEY_SHORT_LEN);
		table_cell(t, text);
		break;
	case FIELD_NAME:
		text = image_name_short(image->name, image->labels);
		table_cell(t, text);
		break;
	case FIELD_SIZE:
		put_size(t, image_size(image), r);
		break;
	case FIELD_IMPORT:
		put_time(t, image->import_ns, r);
		break;
	default:
		put_time(t, image->used_ns, r);
	}
}

char *
image_rows_table(const struct image_rows *r, const struct images *images)
{
	static const char *const titles[] = {"ID", "NAME", "SIZE",
					     "IMPORT TIME", "LAST USED"};
	const struct option_words *fields = &r->fields;
	struct table t = {0};

	for (size_t i = 0; !r->no_legend && i < fields->len; i++)
		table_cell(&t, titles[fields->chosen[i]]);
	if (!r->no_legend)
		table_end_line(&t);
	for (size_t i = 0; i < images->len; i++) {
		for (size_t k = 0; k < fields->len; k++)
			put_field(&t, fields->chosen[k], &images->items[i], r);
		table_end_line(&t);
	}
	return table_take(&t);
}

json_t *
image_rows_json(const struct images *images)
{
	json_t *list = json_array();

	for (size_t i = 0; i < images->len; i++) {
		const struct image *image = &images->items[i];
		autofree char *name =
			image_name_short(image->name, image->labels);
		json_t *row = json_object();

		json_object_set_new(row, "id", json_string(image->key));
		json_object_set_new(row, "name", json_string(name));
		json_object_set_new(row, "import_time",
				    json_integer(image->import_ns));
		json_object_set_new(row, "last_used_time",
				    json_integer(image->used_ns));
		json_object_set_new(
			row, "size",
			json_integer((json_int_t)image_size(image)));
		json_array_append_new(list, row);
	}
	return list;
}

/* ---- order ----------------------------------------------------------------
 */

static int
compare_numbers(uint64_t a, uint64_t b)
{
	return (a > b) - (a < b);
}

static int
compare_times(int64_t a, int64_t b)
{
	return (a > b) - (a < b);
}

static int
compare_names(const struct image *a, const struct image *b)
{
	autofree char *name_a = image_name_short(a->name, a->labels);
	autofree char *name_b = image_name_short(b->name, b->labels);

	return strcmp(name_a, name_b);
}

static int
compare_by(unsigned int word, const struct image *a, const struct image *b)
{
	switch (word) {
	case SORT_NAME:
		return compare_names(a, b);
	case SORT_IMPORT:
		return compare_times(a->import_ns, b->import_ns);
	case SORT_USED:
		return compare_times(a->used_ns, b->used_ns);
	default:
		return compare_numbers(image_size(a), image_size(b));
	}
}

/* The store lists by key, so that keys in their order are "as they were". */
static int
compare(const void *a, const void *b, void *rows)
{
	const struct image_rows *r = rows;
	const struct image *x = a, *y = b;

	for (size_t i = 0; i < r->sort.len; i++) {
		int order = compare_by(r->sort.chosen[i], x, y);

		if (order != 0)
			return r->is_descending ? -order : order;
	}
	return strcmp(x->key, y->key);
}

void
image_rows_sort(const struct image_rows *r, struct images *images)
{
	if (images->len > 1)
		qsort_r(images->items, images->len, sizeof(*images->items),
			compare, (void *)r);
}
