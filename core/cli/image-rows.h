/* How `rkt image list` shows what is in the store.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CORE_CLI_IMAGE_ROWS_H
#define CORE_CLI_IMAGE_ROWS_H

#include "core/cli/option.h"
#include "core/store/store.h"

/* What --fields and --sort may name, for option_parse_words(). */
extern const char *const image_field_words[];
extern const char *const image_sort_words[];

struct image_rows {
	struct option_words fields;
	struct option_words sort; /* the first that differs decides */
	bool is_descending;
	bool is_full;
	bool no_legend;
	int64_t now_ns;
};

/* By `sort`; images that are equal in all of it stay as they were. */
void image_rows_sort(const struct image_rows *r, struct images *images);

/* The table; owned. */
char *image_rows_table(const struct image_rows *r,
		       const struct images *images);

/* All there is to know of each, whatever the fields; new reference. */
json_t *image_rows_json(const struct images *images);

#endif
