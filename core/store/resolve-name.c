/* Images by name and labels, chapter 9.3.
 * SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "core/base/cleanup.h"
#include "core/base/strbuf.h"
#include "internal.h"

static const char *
label_get(const json_t *labels, const char *name)
{
	const json_t *item;
	size_t i;

	json_array_foreach(labels, i, item)
	{
		const char *s = json_string_at(item, "name");

		if (s && strcmp(s, name) == 0)
			return json_string_at(item, "value");
	}
	return NULL;
}

static bool
is_match(const struct image *image, const char *name, const json_t *labels)
{
	const json_t *item;
	size_t i;

	if (strcmp(image->name, name) != 0)
		return false;
	json_array_foreach(labels, i, item)
	{
		const char *label = json_string_at(item, "name");
		const char *want = json_string_at(item, "value");
		const char *got =
			label ? label_get(image->labels, label) : NULL;

		if (!want || !got || strcmp(got, want) != 0)
			return false;
	}
	return true;
}

static bool
is_better(const struct image *a, const struct image *b, bool any_version)
{
	if (any_version && a->is_latest != b->is_latest)
		return a->is_latest;
	return a->import_ns > b->import_ns;
}

/* As Go's %q does for what may be in a name. */
static void
put_quoted(struct strbuf *b, const char *s)
{
	strbuf_putc(b, '"');
	for (; *s; s++) {
		if (*s == '"' || *s == '\\')
			strbuf_printf(b, "\\%c", *s);
		else if ((unsigned char)*s < ' ' || *s == 0x7f)
			strbuf_printf(b, "\\x%02x", (unsigned char)*s);
		else
			strbuf_putc(b, *s);
	}
	strbuf_putc(b, '"');
}

/* version, os and arch come first, the rest by name. */
static int
label_rank(const char *name)
{
	static const char *const first[] = {"version", "os", "arch"};

	for (int i = 0; i < 3; i++)
		if (strcmp(name, first[i]) == 0)
			return i;
	return 3;
}

static int
compare_labels(const void *a, const void *b)
{
	const char *name_a = json_string_at(*(json_t *const *)a, "name");
	const char *name_b = json_string_at(*(json_t *const *)b, "name");
	int rank_a = label_rank(name_a ? name_a : "");
	int rank_b = label_rank(name_b ? name_b : "");

	if (rank_a != rank_b)
		return rank_a - rank_b;
	return strcmp(name_a ? name_a : "", name_b ? name_b : "");
}

static void
put_labels(struct strbuf *b, const json_t *labels)
{
	size_t n = json_array_size(labels);
	autofree json_t **sorted = xcalloc(n, sizeof(*sorted));

	for (size_t i = 0; i < n; i++)
		sorted[i] = json_array_get(labels, i);
	qsort(sorted, n, sizeof(*sorted), compare_labels);
	strbuf_putc(b, '[');
	for (size_t i = 0; i < n; i++) {
		const char *name = json_string_at(sorted[i], "name");
		const char *value = json_string_at(sorted[i], "value");

		strbuf_puts(b, i > 0 ? ", " : "");
		put_quoted(b, name ? name : "");
		strbuf_putc(b, ':');
		put_quoted(b, value ? value : "");
	}
	strbuf_putc(b, ']');
}

static int
none_found(const char *name, const json_t *labels, struct error *e)
{
	auto_strbuf struct strbuf b = {0};

	strbuf_puts(&b, "cannot find aci satisfying name: ");
	put_quoted(&b, name);
	strbuf_puts(&b, " and labels: ");
	put_labels(&b, labels);
	strbuf_puts(&b, " in the local store");
	return error_set(e, RKT_ERR_NOT_FOUND, "%s", b.text);
}

int
store_name_resolve(struct store *s, const char *name, const json_t *labels,
		   char **ret_key, struct error *e)
{
	bool any_version = label_get(labels, "version") == NULL;
	const struct image *best = NULL;
	struct images images = {0};

	if (store_image_list(s, &images, NULL, e) < 0)
		return -1;
	for (size_t i = 0; i < images.len; i++) {
		const struct image *image = &images.items[i];

		if (is_match(image, name, labels) &&
		    (!best || is_better(image, best, any_version)))
			best = image;
	}
	if (best)
		*ret_key = xstrdup(best->key);
	images_done(&images);
	return best ? 0 : none_found(name, labels, e);
}
