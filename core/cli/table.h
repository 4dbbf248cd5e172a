/* Tables as Go's tabwriter lays them out: padded by tabs to multiples of 8.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CORE_CLI_TABLE_H
#define CORE_CLI_TABLE_H

#include <stdbool.h>

#include "core/base/strbuf.h"

/* Zero is a valid empty one.  Cells end with a tab, but for the last of a
 * line; lines with a newline. */
struct table {
	struct strbuf text;
	bool in_line;
};

/* One more cell of the line.  Control characters of hostile names become '?';
 * NULL is an empty cell. */
void table_cell(struct table *t, const char *text);
void table_end_line(struct table *t);

/* The finished text; owned.  The table is empty again. */
char *table_take(struct table *t);

/* The layout alone: cells of `text` separated by tabs become columns, aligned
 * within each block of consecutive lines that have them. */
void table_layout(const char *text, struct strbuf *to);

#endif
