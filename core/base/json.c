/* JSON as rkt reads and prints it, over jansson.
 * SPDX-License-Identifier: Apache-2.0 */
#include "json.h"

#include <stdbool.h>
#include <string.h>

#include "cleanup.h"
#include "fd.h"
#include "strbuf.h"

/* jansson's own limit (2048 levels) would let hostile input make us recurse;
 * count brackets outside of strings before it sees the text. */
static bool
is_too_deep(const char *text, size_t len)
{
	size_t depth = 0;
	bool in_string = false;

	for (size_t i = 0; i < len; i++) {
		if (in_string) {
			if (text[i] == '\\')
				i++;
			else if (text[i] == '"')
				in_string = false;
		} else if (text[i] == '"') {
			in_string = true;
		} else if (text[i] == '{' || text[i] == '[') {
			if (++depth > JSON_DEPTH_MAX)
				return true;
		} else if ((text[i] == '}' || text[i] == ']') && depth > 0) {
			depth--;
		}
	}
	return false;
}

int
json_parse(const char *text, size_t len, const char *name, json_t **ret,
	   struct error *e)
{
	json_error_t why;
	json_t *j;

	if (len > JSON_SIZE_MAX)
		return error_set(e, RKT_ERR_INPUT,
				 "'%s' is larger than %zu bytes", name,
				 JSON_SIZE_MAX);
	if (is_too_deep(text, len))
		return error_set(e, RKT_ERR_INPUT,
				 "'%s' is nested deeper than %d levels", name,
				 JSON_DEPTH_MAX);
	j = json_loadb(text, len, JSON_REJECT_DUPLICATES, &why);
	if (!j)
		return error_set(
			e, RKT_ERR_INPUT,
			"'%s' is not valid JSON: line %d, column %d: %s", name,
			why.line, why.column, why.text);
	*ret = j;
	return 0;
}

int
json_parse_file(int dir_fd, const char *path, json_t **ret, struct error *e)
{
	autofree char *text = NULL;
	size_t len;

	if (file_read_all(dir_fd, path, JSON_SIZE_MAX, &text, &len, e) < 0)
		return -1;
	return json_parse(text, len, path, ret, e);
}

const char *
json_string_at(const json_t *object, const char *key)
{
	return json_string_value(json_object_get(object, key));
}

static void
print_string(struct strbuf *b, const char *s, size_t len)
{
	strbuf_putc(b, '"');
	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)s[i];

		if (c == '"' || c == '\\')
			strbuf_printf(b, "\\%c", c);
		else if (c == '\n')
			strbuf_puts(b, "\\n");
		else if (c == '\r')
			strbuf_puts(b, "\\r");
		else if (c == '\t')
			strbuf_puts(b, "\\t");
		else if (c < 0x20 || c == '<' || c == '>' || c == '&')
			strbuf_printf(b, "\\u%04x", c);
		else if (c == 0xe2 && len - i >= 3 &&
			 (unsigned char)s[i + 1] == 0x80 &&
			 ((unsigned char)s[i + 2] & 0xfe) == 0xa8) {
			strbuf_printf(b, "\\u202%x",
				      (unsigned char)s[i + 2] & 0x0f);
			i += 2;
		} else
			strbuf_putc(b, (char)c);
	}
	strbuf_putc(b, '"');
}

/* The shortest decimal that reads back as the same number. */
static void
print_real(struct strbuf *b, double value)
{
	char text[32];

	for (int digits = 1; digits <= 17; digits++) {
		snprintf(text, sizeof(text), "%.*g", digits, value);
		if (strtod(text, NULL) == value)
			break;
	}
	strbuf_puts(b, text);
}

static void
new_line(struct strbuf *b, bool pretty, int level)
{
	if (!pretty)
		return;
	strbuf_putc(b, '\n');
	while (level-- > 0)
		strbuf_putc(b, '\t');
}

static void print_value(struct strbuf *b, const json_t *j, bool pretty,
			int level);

static void
print_array(struct strbuf *b, const json_t *j, bool pretty, int level)
{
	size_t n = json_array_size(j);

	strbuf_putc(b, '[');
	for (size_t i = 0; i < n; i++) {
		if (i > 0)
			strbuf_putc(b, ',');
		new_line(b, pretty, level + 1);
		print_value(b, json_array_get(j, i), pretty, level + 1);
	}
	if (n > 0)
		new_line(b, pretty, level);
	strbuf_putc(b, ']');
}

static void
print_object(struct strbuf *b, const json_t *j, bool pretty, int level)
{
	const char *key;
	json_t *value;
	bool is_first = true;

	strbuf_putc(b, '{');
	json_object_foreach((json_t *)(uintptr_t)j, key, value)
	{
		if (!is_first)
			strbuf_putc(b, ',');
		is_first = false;
		new_line(b, pretty, level + 1);
		print_string(b, key, strlen(key));
		strbuf_puts(b, pretty ? ": " : ":");
		print_value(b, value, pretty, level + 1);
	}
	if (!is_first)
		new_line(b, pretty, level);
	strbuf_putc(b, '}');
}

static void
print_value(struct strbuf *b, const json_t *j, bool pretty, int level)
{
	switch (json_typeof(j)) {
	case JSON_OBJECT:
		print_object(b, j, pretty, level);
		break;
	case JSON_ARRAY:
		print_array(b, j, pretty, level);
		break;
	case JSON_STRING:
		print_string(b, json_string_value(j), json_string_length(j));
		break;
	case JSON_INTEGER:
		strbuf_printf(b, "%" JSON_INTEGER_FORMAT,
			      json_integer_value(j));
		break;
	case JSON_REAL:
		print_real(b, json_real_value(j));
		break;
	case JSON_TRUE:
		strbuf_puts(b, "true");
		break;
	case JSON_FALSE:
		strbuf_puts(b, "false");
		break;
	case JSON_NULL:
		strbuf_puts(b, "null");
		break;
	}
}

char *
json_print(const json_t *j, bool pretty)
{
	struct strbuf b = {0};

	print_value(&b, j, pretty, 0);
	return strbuf_take(&b);
}
