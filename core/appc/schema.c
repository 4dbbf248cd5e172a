/* Checks documents against tables and builds their normal form.
 * SPDX-License-Identifier: Apache-2.0 */
#include "schema.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/base/cleanup.h"
#include "core/base/strbuf.h"
#include "core/base/vec.h"

static void
print_where(struct strbuf *b, const struct where *at)
{
	if (!at)
		return;
	print_where(b, at->up);
	if (at->key)
		strbuf_printf(b, "%s%s", b->len > 0 ? "." : "", at->key);
	else
		strbuf_printf(b, "[%zu]", at->index);
}

/* Names and keys are somebody else's: a message stays one line, and does not
 * command the terminal. */
static void
escape(struct strbuf *to, const char *text)
{
	for (; *text != '\0'; text++) {
		unsigned char c = (unsigned char)*text;

		if (c == '\n')
			strbuf_puts(to, "\\n");
		else if (c < 0x20 || c == 0x7f)
			strbuf_printf(to, "\\x%02x", c);
		else
			strbuf_putc(to, (char)c);
	}
}

int
schema_fail(const struct where *at, struct error *e, const char *fmt, ...)
{
	auto_strbuf struct strbuf path = {0};
	auto_strbuf struct strbuf shown = {0};
	autofree char *text = NULL;
	va_list args;

	va_start(args, fmt);
	text = xvasprintf(fmt, args);
	va_end(args);
	print_where(&path, at);
	if (path.len > 0)
		strbuf_puts(&path, ": ");
	strbuf_puts(&path, text);
	escape(&shown, path.text);
	return error_set(e, RKT_ERR_INPUT, "%s", shown.text);
}

json_t *
schema_member(const json_t *object, const char *key)
{
	json_t *found = json_object_get(object, key);
	const char *other;
	json_t *value;

	if (found)
		return found;
	json_object_foreach((json_t *)(uintptr_t)object, other, value)
	{
		if (strcasecmp(other, key) == 0)
			return value;
	}
	return NULL;
}

static int
compare_texts(const void *a, const void *b)
{
	const char *const *one = (const char *const *)a;
	const char *const *two = (const char *const *)b;

	return strcmp(*one, *two);
}

/* Sorted, so that a hostile list of many elements does not take for ever. */
const char *
schema_duplicate(const json_t *list, const char *key)
{
	size_t n = 0, i;
	autofree const char **texts =
		xcalloc(json_array_size(list) + 1, sizeof(*texts));
	json_t *item;

	json_array_foreach(list, i, item)
	{
		const char *text = json_string_at(item, key);

		if (text)
			texts[n++] = text;
	}
	qsort(texts, n, sizeof(*texts), compare_texts);
	for (i = 1; i < n; i++)
		if (strcmp(texts[i - 1], texts[i]) == 0)
			return texts[i];
	return NULL;
}

static bool
is_zero(const json_t *value)
{
	switch (json_typeof(value)) {
	case JSON_STRING:
		return json_string_length(value) == 0;
	case JSON_INTEGER:
		return json_integer_value(value) == 0;
	case JSON_ARRAY:
		return json_array_size(value) == 0;
	case JSON_OBJECT:
		return json_object_size(value) == 0;
	case JSON_REAL:
	case JSON_TRUE:
		return false;
	case JSON_FALSE:
	case JSON_NULL:
		break;
	}
	return true;
}

static json_t *
absent_value(enum absent absent)
{
	switch (absent) {
	case ABSENT_NULL:
		return json_null();
	case ABSENT_FALSE:
		return json_false();
	case ABSENT_ONE:
		return json_integer(1);
	case ABSENT_EMPTY_TEXT:
		return json_string("");
	case ABSENT_OMITTED:
	case ABSENT_REFUSED:
		break;
	}
	return NULL;
}

static int
check_field(const struct where *up, const struct field *field,
	    const json_t *raw, json_t *into, struct error *e)
{
	const json_t *member = schema_member(raw, field->key);
	struct where at = {.up = up, .key = field->key};
	json_t *value = NULL;

	if (member && !json_is_null(member)) {
		if (field->rule->check(&at, field->rule, member, &value, e) < 0)
			return -1;
		if (field->absent == ABSENT_OMITTED && !field->keeps_zero &&
		    is_zero(value)) {
			json_decref(value);
			return 0;
		}
	} else {
		if (field->absent == ABSENT_REFUSED)
			return schema_fail(&at, e, "missing");
		value = absent_value(field->absent);
	}
	if (value)
		json_object_set_new(into, field->key, value);
	return 0;
}

int
check_object(const struct where *at, const struct rule *rule, const json_t *raw,
	     json_t **ret, struct error *e)
{
	auto_json json_t *normal = json_object();

	if (!json_is_object(raw))
		return schema_fail(at, e, "not an object");
	for (const struct field *f = rule->fields; f->key; f++)
		if (check_field(at, f, raw, normal, e) < 0)
			return -1;
	if (rule->whole && rule->whole(at, normal, e) < 0)
		return -1;
	*ret = steal(normal);
	return 0;
}

int
check_list(const struct where *at, const struct rule *rule, const json_t *raw,
	   json_t **ret, struct error *e)
{
	auto_json json_t *normal = json_array();
	struct where element = {.up = at};
	json_t *item;

	if (!json_is_array(raw))
		return schema_fail(at, e, "not a list");
	json_array_foreach(raw, element.index, item)
	{
		json_t *value = NULL;

		if (rule->item->check(&element, rule->item, item, &value, e) <
		    0)
			return -1;
		json_array_append_new(normal, value);
	}
	if (rule->whole && rule->whole(at, normal, e) < 0)
		return -1;
	*ret = steal(normal);
	return 0;
}
