/* Rules for texts, numbers and truth, and for maps of texts.
 * SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "core/base/cleanup.h"
#include "core/base/vec.h"
#include "schema.h"

int
check_text(const struct where *at, const struct rule *rule, const json_t *raw,
	   json_t **ret, struct error *e)
{
	const char *text = json_string_value(raw);

	if (!text)
		return schema_fail(at, e, "not a string");
	if (rule->is_valid && !rule->is_valid(text))
		return schema_fail(at, e, "\"%s\" is not %s", text, rule->what);
	*ret = json_string(text);
	return 0;
}

int
check_integer(const struct where *at, const struct rule *rule,
	      const json_t *raw, json_t **ret, struct error *e)
{
	json_int_t value = json_integer_value(raw);

	if (!json_is_integer(raw))
		return schema_fail(at, e, "not an integer");
	if (value < rule->min || value > rule->max)
		return schema_fail(at, e,
				   "%" JSON_INTEGER_FORMAT
				   " is not between %" JSON_INTEGER_FORMAT
				   " and %" JSON_INTEGER_FORMAT,
				   value, rule->min, rule->max);
	*ret = json_integer(value);
	return 0;
}

int
check_bool(const struct where *at, const struct rule *rule, const json_t *raw,
	   json_t **ret, struct error *e)
{
	(void)rule;
	if (!json_is_boolean(raw))
		return schema_fail(at, e, "neither true nor false");
	*ret = json_boolean(json_is_true(raw));
	return 0;
}

int
check_any(const struct where *at, const struct rule *rule, const json_t *raw,
	  json_t **ret, struct error *e)
{
	(void)at;
	(void)rule;
	(void)e;
	*ret = json_deep_copy(raw);
	return 0;
}

static int
compare_keys(const void *a, const void *b)
{
	const char *const *one = (const char *const *)a;
	const char *const *two = (const char *const *)b;

	return strcmp(*one, *two);
}

int
check_text_map(const struct where *at, const struct rule *rule,
	       const json_t *raw, json_t **ret, struct error *e)
{
	auto_json json_t *normal = json_object();
	autofree const char **keys =
		xcalloc(json_object_size(raw) + 1, sizeof(*keys));
	const char *key;
	json_t *value;
	size_t n = 0;

	(void)rule;
	if (!json_is_object(raw))
		return schema_fail(at, e, "not an object");
	json_object_foreach((json_t *)(uintptr_t)raw, key, value)
	{
		struct where member = {.up = at, .key = key};

		if (!json_is_string(value) && !json_is_null(value))
			return schema_fail(&member, e, "not a string");
		keys[n++] = key;
	}
	qsort(keys, n, sizeof(*keys), compare_keys);
	for (size_t i = 0; i < n; i++) {
		const char *text = json_string_at(raw, keys[i]);

		json_object_set_new(normal, keys[i],
				    json_string(text ? text : ""));
	}
	*ret = steal(normal);
	return 0;
}
