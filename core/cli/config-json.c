/* The configuration in the form of the files it came from.
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/cli/config-json.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/alloc.h"
#include "core/base/cleanup.h"

static json_t *
entry_new(const char *kind)
{
	json_t *entry = json_object();

	json_object_set_new(entry, "rktVersion", json_string("v1"));
	json_object_set_new(entry, "rktKind", json_string(kind));
	return entry;
}

static void
set_text(json_t *entry, const char *key, const char *text)
{
	json_object_set_new(entry, key, json_string(text ? text : ""));
}

/* "places" with the one place that the entry is about. */
static void
set_place(json_t *entry, const char *key, const char *place)
{
	json_t *places = json_array();

	json_array_append_new(places, json_string(place));
	json_object_set_new(entry, key, places);
}

static json_t *
auth_entry(const char *domain, json_t *value)
{
	json_t *entry = entry_new("auth");

	set_place(entry, "domains", domain);
	json_object_update(entry, value);
	return entry;
}

static json_t *
docker_entry(const char *registry, json_t *value)
{
	json_t *entry = entry_new("dockerAuth");

	set_place(entry, "registries", registry);
	json_object_set(entry, "credentials", value);
	return entry;
}

/* `key` is "KIND/NAME". */
static json_t *
plugin_entry(const char *key, json_t *value)
{
	const char *slash = strchr(key, '/');
	json_t *entry = entry_new("plugin");

	json_object_set_new(entry, "kind",
			    json_stringn(key, (size_t)(slash - key)));
	set_text(entry, "name", slash + 1);
	json_object_update(entry, value);
	return entry;
}

static int
compare(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* rkt 1.30 left the order to chance; whoever compares wants the same again. */
static void
add_sorted(json_t *list, json_t *map,
	   json_t *(*make)(const char *key, json_t *value))
{
	size_t n = json_object_size(map), i = 0;
	autofree const char **keys = xcalloc(n + 1, sizeof(*keys));
	json_t *value;
	const char *key;

	json_object_foreach(map, key, value) keys[i++] = key;
	qsort(keys, n, sizeof(*keys), compare);
	for (i = 0; i < n; i++)
		json_array_append_new(
			list, make(keys[i], json_object_get(map, keys[i])));
}

static json_t *
paths_entry(const struct config *config)
{
	json_t *entry = entry_new("paths");

	set_text(entry, "data", config->data);
	set_text(entry, "stage1-images", config->stage1_images);
	return entry;
}

static json_t *
stage1_entry(const struct config *config)
{
	json_t *entry = entry_new("stage1");

	set_text(entry, "name", config->stage1_name);
	set_text(entry, "version", config->stage1_version);
	set_text(entry, "location", config->stage1_location);
	return entry;
}

json_t *
config_json(const struct config *config)
{
	json_t *shown = json_object();
	json_t *list = json_array();

	add_sorted(list, config->auth, auth_entry);
	add_sorted(list, config->docker_auth, docker_entry);
	json_array_append_new(list, paths_entry(config));
	json_array_append_new(list, stage1_entry(config));
	add_sorted(list, config->plugins, plugin_entry);
	json_object_set_new(shown, "stage0", list);
	return shown;
}
