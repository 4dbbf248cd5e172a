/* The elastic columns of Go's tabwriter (0, 8, 1, tab).
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/cli/table.h"

#include <stdbool.h>
#include <string.h>

#include "core/base/cleanup.h"
#include "core/base/vec.h"

#define TAB 8

struct cell {
	const char *text;
	size_t size;
	size_t width; /* in characters */
};
VEC(cells, struct cell);

struct line {
	size_t first; /* index of its first cell */
	size_t len;   /* the last cell belongs to no column */
};
VEC(lines, struct line);
VEC(widths, size_t);

struct layout {
	struct cells cells;
	struct lines lines;
	struct widths widths;
	struct strbuf *to;
};

static size_t
text_width(const char *s, size_t size)
{
	size_t width = 0;

	for (size_t i = 0; i < size; i++)
		width += ((unsigned char)s[i] & 0xc0) != 0x80;
	return width;
}

static void
split(struct layout *l, const char *text)
{
	struct line line = {0};

	while (*text) {
		size_t size = strcspn(text, "\t\n");
		struct cell cell = {text, size, text_width(text, size)};

		vec_push(&l->cells, cell);
		line.len++;
		text += size;
		if (*text != '\t') {
			vec_push(&l->lines, line);
			line = (struct line){l->cells.len, 0};
		}
		text += *text != '\0';
		/* A tab at the end of the text opens one more, empty cell. */
		if (*text == '\0' && line.len > 0) {
			vec_push(&l->cells, ((struct cell){text, 0, 0}));
			line.len++;
			vec_push(&l->lines, line);
		}
	}
}

static void
pad(struct layout *l, size_t text_size, size_t column_width)
{
	size_t full = (column_width + TAB - 1) / TAB * TAB;

	for (size_t at = text_size; at < full; at = (at / TAB + 1) * TAB)
		strbuf_putc(l->to, '\t');
}

static void
write_lines(struct layout *l, size_t from, size_t to)
{
	for (size_t i = from; i < to; i++) {
		const struct line *line = &l->lines.items[i];

		for (size_t j = 0; j < line->len; j++) {
			const struct cell *c = &l->cells.items[line->first + j];

			strbuf_add(l->to, c->text, c->size);
			if (j < l->widths.len)
				pad(l, c->width, l->widths.items[j]);
		}
		strbuf_putc(l->to, '\n');
	}
}

static bool
has_column(const struct layout *l, size_t line, size_t column)
{
	return column + 1 < l->lines.items[line].len;
}

/* Lay out the lines [from, to), which share the columns in `widths`; recursive
 * by column, as deep as the widest line has cells. */
static void
lay_out(struct layout *l, size_t from, size_t to)
{
	size_t column = l->widths.len;
	size_t i = from;

	while (i < to) {
		size_t width = 0;

		if (!has_column(l, i, column)) {
			i++;
			continue;
		}
		write_lines(l, from, i);
		from = i;
		for (; i < to && has_column(l, i, column); i++) {
			const struct line *line = &l->lines.items[i];
			size_t w = l->cells.items[line->first + column].width;

			if (w + 1 > width)
				width = w + 1;
		}
		vec_push(&l->widths, width);
		lay_out(l, from, i);
		l->widths.len--;
		from = i;
	}
	write_lines(l, from, to);
}

void
table_layout(const char *text, struct strbuf *to)
{
	struct layout l = {.to = to};

	split(&l, text);
	lay_out(&l, 0, l.lines.len);
	vec_done(&l.cells);
	vec_done(&l.lines);
	vec_done(&l.widths);
}

static bool
is_control(const unsigned char *c)
{
	return *c < 0x20 || *c == 0x7f ||
	       (c[0] == 0xc2 && c[1] >= 0x80 && c[1] < 0xa0);
}

void
table_cell(struct table *t, const char *text)
{
	const unsigned char *c = (const unsigned char *)(text ? text : "");

	if (t->in_line)
		strbuf_putc(&t->text, '\t');
	t->in_line = true;
	for (; *c; c++) {
		if (!is_control(c)) {
			strbuf_putc(&t->text, (char)*c);
			continue;
		}
		strbuf_putc(&t->text, '?');
		c += *c == 0xc2;
	}
}

void
table_end_line(struct table *t)
{
	strbuf_putc(&t->text, '\n');
	t->in_line = false;
}

char *
table_take(struct table *t)
{
	struct strbuf to = {0};

	table_layout(t->text.text ? t->text.text : "", &to);
	strbuf_done(&t->text);
	return strbuf_take(&to);
}
