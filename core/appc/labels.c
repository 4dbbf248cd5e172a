/* Labels and annotations: lists of names and values.
 * SPDX-License-Identifier: Apache-2.0 */
#include <ctype.h>
#include <string.h>

#include "manifest.h"
#include "platform.h"
#include "rules.h"

static const struct field pair_fields[] = {
	{"name", &rule_identifier, ABSENT_REFUSED, false},
	{"value", &rule_text, ABSENT_EMPTY_TEXT, false},
	{NULL, NULL, ABSENT_OMITTED, false},
};
static const struct rule rule_pair = {.check = check_object,
				      .fields = pair_fields};

static int
check_labels(const struct where *at, json_t *labels, struct error *e)
{
	const char *twice = schema_duplicate(labels, "name");
	const char *os = appc_list_get(labels, "os");

	if (twice)
		return schema_fail(at, e, "duplicate label \"%s\"", twice);
	if (appc_list_get(labels, "name"))
		return schema_fail(at, e, "a label may not be called \"name\"");
	if (!os)
		return 0;
	return platform_check(os, appc_list_get(labels, "arch"), e);
}

/* RFC 3339: "2006-01-02T15:04:05[.999]Z" or "+07:00" at the end. */
static bool
is_date(const char *s)
{
	static const char pattern[] = "dddd-dd-ddTdd:dd:dd";
	size_t i;

	for (i = 0; pattern[i]; i++, s++)
		if (pattern[i] == 'd' ? !isdigit((unsigned char)*s)
				      : *s != pattern[i])
			return false;
	if (*s == '.') {
		size_t len = strspn(s + 1, "0123456789");

		if (len == 0)
			return false;
		s += 1 + len;
	}
	if (*s == 'Z')
		return s[1] == '\0';
	return (*s == '+' || *s == '-') && isdigit((unsigned char)s[1]) &&
	       isdigit((unsigned char)s[2]) && s[3] == ':' &&
	       isdigit((unsigned char)s[4]) && isdigit((unsigned char)s[5]) &&
	       s[6] == '\0';
}

static bool
is_web_address(const char *s)
{
	return strncmp(s, "http://", 7) == 0 || strncmp(s, "https://", 8) == 0;
}

static int
check_annotations(const struct where *at, json_t *list, struct error *e)
{
	static const struct {
		const char *name;
		bool (*is_valid)(const char *s);
		const char *what;
	} known[] = {
		{"created", is_date, "an RFC 3339 date"},
		{"homepage", is_web_address, "an http or https URL"},
		{"documentation", is_web_address, "an http or https URL"},
	};
	const char *twice = schema_duplicate(list, "name");

	if (twice)
		return schema_fail(at, e, "duplicate annotation \"%s\"", twice);
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		const char *value = appc_list_get(list, known[i].name);

		if (value && !known[i].is_valid(value))
			return schema_fail(at, e, "%s \"%s\" is not %s",
					   known[i].name, value, known[i].what);
	}
	return 0;
}

const struct rule rule_labels = {
	.check = check_list, .item = &rule_pair, .whole = check_labels};
const struct rule rule_annotations = {
	.check = check_list, .item = &rule_pair, .whole = check_annotations};

static json_t *
list_find(const json_t *list, const char *name)
{
	json_t *item;
	size_t i;

	json_array_foreach(list, i, item)
	{
		const char *other = json_string_at(item, "name");

		if (other && strcmp(other, name) == 0)
			return item;
	}
	return NULL;
}

const char *
appc_list_get(const json_t *list, const char *name)
{
	return json_string_at(list_find(list, name), "value");
}

void
appc_list_set(json_t *list, const char *name, const char *value)
{
	json_t *item = list_find(list, name);

	if (!item) {
		item = json_object();
		json_object_set_new(item, "name", json_string(name));
		json_array_append_new(list, item);
	}
	json_object_set_new(item, "value", json_string(value));
}
