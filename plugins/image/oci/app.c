/* The run section of an image configuration as appc's app section.
 * SPDX-License-Identifier: Apache-2.0 */
#include "app.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "plugins/image/oci/endpoints.h"

rkt_status
config_no_memory(const struct layout *l)
{
	return layout_fail(l, RKT_ERR_SYSTEM, ENOMEM,
			   "cannot convert the image configuration");
}

static rkt_status
fail_type(const struct layout *l, const char *key, const char *want)
{
	return layout_fail(l, RKT_ERR_INPUT, 0,
			   "image configuration: '%s' is not %s", key, want);
}

/* NULL where it is absent or `null`. */
rkt_status
config_member(const struct layout *l, const json_t *config, const char *key,
	      json_type type, const char *want, json_t **ret)
{
	json_t *j = json_object_get(config, key);

	if (j && json_is_null(j))
		j = NULL;
	if (j && json_typeof(j) != type)
		return fail_type(l, key, want);
	*ret = j;
	return RKT_OK;
}

rkt_status
app_words(const struct layout *l, const json_t *config, const char *key,
	  json_t **ret)
{
	const json_t *j = json_object_get(config, key), *word;
	json_t *words;
	size_t i;

	if (json_is_string(j)) {
		words = json_pack("[s, s, s]", "/bin/sh", "-c",
				  json_string_value(j));
		*ret = words;
		return words ? RKT_OK : config_no_memory(l);
	}
	if (j && !json_is_array(j) && !json_is_null(j))
		return fail_type(l, key, "a list of strings");
	json_array_foreach(j, i, word)
	{
		if (!json_is_string(word))
			return fail_type(l, key, "a list of strings");
	}
	words = json_is_array(j) ? json_copy((json_t *)(uintptr_t)j)
				 : json_array();
	*ret = words;
	return words ? RKT_OK : config_no_memory(l);
}

static rkt_status
put_exec(const struct layout *l, const json_t *config, json_t *app)
{
	json_t *words, *more;
	rkt_status status;

	status = app_words(l, config, "Entrypoint", &words);
	if (status != RKT_OK)
		return status;
	status = app_words(l, config, "Cmd", &more);
	if (status != RKT_OK) {
		json_decref(words);
		return status;
	}
	if (json_array_extend(words, more) < 0)
		status = config_no_memory(l);
	json_decref(more);
	if (json_array_size(words) == 0)
		json_decref(words);
	else if (json_object_set_new(app, "exec", words) < 0)
		status = config_no_memory(l);
	return status;
}

/* "", "user" or "user:group"; a group that is not named is called like the
 * user, and resolved when the app starts. */
static rkt_status
put_user(const struct layout *l, const json_t *config, json_t *app)
{
	const char *text, *colon, *group;
	rkt_status status;
	size_t len;
	json_t *j = NULL;

	status = config_member(l, config, "User", JSON_STRING, "a string", &j);
	if (status != RKT_OK)
		return status;
	text = j ? json_string_value(j) : "";
	colon = strchr(text, ':');
	len = colon ? (size_t)(colon - text) : strlen(text);
	if (len == 0) {
		text = colon && colon[1] ? "0" : "0:0";
		len = 1;
	}
	group = colon && colon[1] ? colon + 1 : NULL;
	if (json_object_set_new(app, "user", json_stringn(text, len)) < 0 ||
	    json_object_set_new(app, "group",
				group ? json_string(group)
				      : json_stringn(text, len)) < 0)
		return config_no_memory(l);
	return RKT_OK;
}

/* An absolute path, as a new string. */
json_t *
config_absolute(const char *path)
{
	return json_sprintf("%s%s", path[0] == '/' ? "" : "/", path);
}

static rkt_status
put_directory(const struct layout *l, const json_t *config, json_t *app)
{
	rkt_status status;
	json_t *j = NULL;

	status = config_member(l, config, "WorkingDir", JSON_STRING, "a string",
			       &j);
	if (status != RKT_OK || !j || json_string_length(j) == 0)
		return status;
	return json_object_set_new(app, "workingDirectory",
				   config_absolute(json_string_value(j))) < 0
		       ? config_no_memory(l)
		       : RKT_OK;
}

/* {name: value}, which keeps the place of the first and the value of the last
 * of a name; what has no name or no '=' is left out. */
static rkt_status
collect_environment(const struct layout *l, const json_t *list, json_t *values)
{
	const json_t *item;
	size_t i;

	json_array_foreach(list, i, item)
	{
		const char *text = json_string_value(item);
		const char *equals = text ? strchr(text, '=') : NULL;
		char *name;
		int failed;

		if (!text)
			return fail_type(l, "Env", "a list of strings");
		if (!equals || equals == text)
			continue;
		name = strndup(text, (size_t)(equals - text));
		failed = !name || json_object_set_new(values, name,
						      json_string(equals + 1));
		free(name);
		if (failed)
			return config_no_memory(l);
	}
	return RKT_OK;
}

static rkt_status
put_environment(const struct layout *l, const json_t *config, json_t *app)
{
	json_t *list, *values, *value, *out;
	rkt_status status;
	const char *name;

	status = config_member(l, config, "Env", JSON_ARRAY,
			       "a list of strings", &list);
	if (status != RKT_OK || !list)
		return status;
	values = json_object();
	out = json_array();
	status = values && out ? collect_environment(l, list, values)
			       : config_no_memory(l);
	json_object_foreach(values, name, value)
	{
		if (status == RKT_OK &&
		    json_array_append_new(out,
					  json_pack("{s:s, s:O}", "name", name,
						    "value", value)) < 0)
			status = config_no_memory(l);
	}
	json_decref(values);
	if (json_array_size(out) == 0)
		json_decref(out);
	else if (json_object_set_new(app, "environment", out) < 0)
		status = config_no_memory(l);
	return status;
}

static rkt_status
put_labels(const struct layout *l, const json_t *config, json_t *app)
{
	json_t *labels, *value;
	rkt_status status;
	const char *key;

	status = config_member(l, config, "Labels", JSON_OBJECT, "an object",
			       &labels);
	if (status != RKT_OK || json_object_size(labels) == 0)
		return status;
	json_object_foreach(labels, key, value)
	{
		if (!json_is_string(value))
			return fail_type(l, "Labels", "a map of strings");
	}
	return json_object_set(app, "userLabels", labels) < 0
		       ? config_no_memory(l)
		       : RKT_OK;
}

rkt_status
app_convert(const struct layout *l, const json_t *config, json_t **ret)
{
	static rkt_status (*const parts[])(const struct layout *,
					   const json_t *, json_t *) = {
		put_exec,
		put_user,
		put_directory,
		put_environment,
		endpoints_put_volumes,
		endpoints_put_ports,
		put_labels,
	};
	json_t *app = json_object();

	if (!app)
		return config_no_memory(l);
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		rkt_status status = parts[i](l, config, app);

		if (status != RKT_OK) {
			json_decref(app);
			return status;
		}
	}
	*ret = app;
	return RKT_OK;
}
