/* What somebody may have meant who typed an unknown command.
 * SPDX-License-Identifier: Apache-2.0 */
#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "core/base/cleanup.h"
#include "core/base/strbuf.h"
#include "core/cli/cli.h"
#include "core/cli/format.h"

#define DISTANCE_MAX 2
#define WORD_MAX     32

static size_t
min3(size_t a, size_t b, size_t c)
{
	size_t least = a < b ? a : b;

	return least < c ? least : c;
}

/* Levenshtein's, regardless of case; names and words longer than WORD_MAX are
 * far from everything. */
static size_t
distance(const char *a, const char *b, size_t b_len)
{
	size_t a_len = strlen(a);
	size_t row[WORD_MAX + 1];

	if (a_len > WORD_MAX || b_len > WORD_MAX)
		return WORD_MAX;
	for (size_t j = 0; j <= b_len; j++)
		row[j] = j;
	for (size_t i = 1; i <= a_len; i++) {
		size_t corner = row[0];

		row[0] = i;
		for (size_t j = 1; j <= b_len; j++) {
			size_t above = row[j];
			bool same = tolower((unsigned char)a[i - 1]) ==
				    tolower((unsigned char)b[j - 1]);

			row[j] =
				min3(above + 1, row[j - 1] + 1, corner + !same);
			corner = above;
		}
	}
	return row[b_len];
}

/* Half of a short word changed, and its beginning too, is another word. */
static bool
is_close(const char *word, const char *name, size_t len)
{
	size_t d = distance(word, name, len);

	return d < DISTANCE_MAX ||
	       (d == DISTANCE_MAX &&
		(2 * d < len || strncasecmp(word, name, 1) == 0));
}

static void
add_suggestions(const char *word, struct strbuf *b)
{
	const char *last = "";
	size_t last_len = 0;

	for (const struct verb *const *v = verbs; *v; v++) {
		const char *name = (*v)->name;
		size_t len = strcspn(name, " ");

		if ((*v)->flags & VERB_HIDDEN ||
		    (len == last_len && strncmp(name, last, len) == 0))
			continue;
		last = name;
		last_len = len;
		if (strncasecmp(name, word, strlen(word)) == 0 ||
		    is_close(word, name, len))
			strbuf_printf(b, "\t%.*s\n", (int)len, name);
	}
}

void
help_unknown(const char *word)
{
	auto_strbuf struct strbuf b = {0};
	autofree char *shown = format_quoted(word);

	add_suggestions(word, &b);
	fprintf(stderr, "Error: unknown command %s for \"rkt\"\n", shown);
	if (b.len > 0)
		fprintf(stderr, "\nDid you mean this?\n%s\n", b.text);
	fputs("Run 'rkt --help' for usage.\n", stderr);
}
