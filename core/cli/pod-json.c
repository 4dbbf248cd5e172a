/* Pods and apps as the JSON objects of list and status (3.11).
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/cli/pod-json.h"

#include <string.h>

#include "core/base/cleanup.h"
#include "core/base/strbuf.h"

#define SECOND INT64_C(1000000000)

/* What a network object consists of, in the order in which it is shown. */
static const char *const network_keys[] = {
	"netName", "netConf", "pluginPath", "ifName", "ip", "args", "mask",
};

bool
pod_has_manifest(const struct pod *pod)
{
	return pod->state >= POD_PREPARED && pod->state != POD_DELETING &&
	       pod->state != POD_GONE;
}

int
pod_creation_time(const struct pod *pod, int64_t *ret_ns, struct error *e)
{
	int64_t ns = pod_created_ns(pod);

	/* Of a pod that is being deleted parts are missing. */
	if (ns == 0 && pod_has_manifest(pod) &&
	    pod->state != POD_EXITED_DELETING)
		return error_set(e, RKT_ERR_NOT_FOUND,
				 "unable to get creation time for pod \"%s\"",
				 pod->uuid);
	*ret_ns = ns;
	return 0;
}

static const char *
text_or_empty(const json_t *object, const char *key)
{
	const char *text = json_string_at(object, key);

	return text ? text : "";
}

static void
add_clean(struct strbuf *b, const char *text)
{
	for (; *text; text++)
		strbuf_putc(b, (unsigned char)*text < 0x20 || *text == 0x7f
				       ? '?'
				       : *text);
}

char *
pod_networks_text(const struct pod *pod)
{
	auto_json json_t *networks = pod_networks(pod);
	struct strbuf b = {0};
	json_t *network;
	size_t i;

	json_array_foreach(networks, i, network)
	{
		strbuf_puts(&b, i > 0 ? ", " : "");
		add_clean(&b, text_or_empty(network, "netName"));
		strbuf_puts(&b, ":ip4=");
		add_clean(&b, text_or_empty(network, "ip"));
	}
	return strbuf_take(&b);
}

static void
set_unless_empty(json_t *to, const char *key, json_t *value)
{
	if (json_array_size(value) > 0 || json_object_size(value) > 0)
		json_object_set_new(to, key, value);
	else
		json_decref(value);
}

static json_t *
networks_json(const struct pod *pod)
{
	auto_json json_t *networks = pod_networks(pod);
	json_t *list = json_array();
	json_t *network;
	size_t i;

	json_array_foreach(networks, i, network)
	{
		json_t *shown = json_object();

		for (size_t k = 0;
		     k < sizeof(network_keys) / sizeof(network_keys[0]); k++)
			json_object_set_new(shown, network_keys[k],
					    json_string(text_or_empty(
						    network, network_keys[k])));
		json_array_append_new(list, shown);
	}
	return list;
}

static int
by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Go prints maps in the order of their keys. */
static json_t *
sorted(json_t *map)
{
	size_t n = json_object_size(map);
	autofree const char **keys = xcalloc(n + 1, sizeof(*keys));
	json_t *copy = json_object();
	const char *key;
	json_t *value;
	size_t i = 0;

	json_object_foreach(map, key, value) keys[i++] = key;
	qsort(keys, n, sizeof(*keys), by_text);
	for (i = 0; i < n; i++)
		json_object_set(copy, keys[i], json_object_get(map, keys[i]));
	return copy;
}

static const json_t *
volume_find(const json_t *volumes, const char *name)
{
	json_t *volume;
	size_t i;

	json_array_foreach(volumes, i, volume)
	{
		if (strcmp(text_or_empty(volume, "name"), name) == 0)
			return volume;
	}
	return NULL;
}

/* A mount names a volume of the pod, or brings its own. */
static json_t *
mounts_json(const json_t *mounts, const json_t *volumes)
{
	json_t *list = json_array();
	json_t *mount;
	size_t i;

	json_array_foreach(mounts, i, mount)
	{
		const char *name = text_or_empty(mount, "volume");
		const json_t *volume = json_object_get(mount, "appVolume");
		json_t *shown = json_object();

		if (!json_is_object(volume))
			volume = volume_find(volumes, name);
		json_object_set_new(shown, "name", json_string(name));
		json_object_set_new(shown, "container_path",
				    json_string(text_or_empty(mount, "path")));
		json_object_set_new(
			shown, "host_path",
			json_string(text_or_empty(volume, "source")));
		json_object_set_new(shown, "read_only",
				    json_boolean(json_is_true(json_object_get(
					    volume, "readOnly"))));
		json_array_append_new(list, shown);
	}
	return list;
}

static const char *
app_state(enum pod_state state)
{
	if (state < POD_PREPARED)
		return "unknown";
	if (state == POD_PREPARED)
		return "created";
	return state == POD_RUNNING ? "running" : "exited";
}

static void
set_time(json_t *to, const char *key, int64_t time)
{
	if (time != 0)
		json_object_set_new(to, key, json_integer(time));
}

static json_t *
app_json(const struct pod *pod, const json_t *app, const json_t *volumes)
{
	const char *name = text_or_empty(app, "name");
	const json_t *config = json_object_get(app, "app");
	json_t *shown = json_object();
	int code;
	bool has_code = pod_exit_status(pod, name, &code);

	json_object_set_new(shown, "name", json_string(name));
	json_object_set_new(
		shown, "state",
		json_string(has_code ? "exited" : app_state(pod->state)));
	set_time(shown, "created_at", pod_created_ns(pod));
	set_time(shown, "started_at", pod_started_ns(pod));
	set_time(shown, "finished_at", pod_gc_marked_ns(pod));
	if (has_code)
		json_object_set_new(shown, "exit_code", json_integer(code));
	json_object_set_new(shown, "image_id",
			    json_string(text_or_empty(
				    json_object_get(app, "image"), "id")));
	set_unless_empty(shown, "mounts",
			 mounts_json(json_object_get(app, "mounts"), volumes));
	set_unless_empty(shown, "user_annotations",
			 sorted(json_object_get(config, "userAnnotations")));
	set_unless_empty(shown, "user_labels",
			 sorted(json_object_get(config, "userLabels")));
	return shown;
}

static void
set_apps(json_t *to, const struct pod *pod, const json_t *manifest)
{
	json_t *volumes = json_object_get(manifest, "volumes");
	json_t *names = json_array();
	json_t *apps = json_array();
	json_t *app;
	size_t i;

	json_array_foreach(json_object_get(manifest, "apps"), i, app)
	{
		json_array_append_new(names,
				      json_string(text_or_empty(app, "name")));
		json_array_append_new(apps, app_json(pod, app, volumes));
	}
	set_unless_empty(to, "app_names", names);
	set_unless_empty(to, "apps", apps);
}

int
pod_json(const struct pod *pod, json_t **ret, struct error *e)
{
	auto_json json_t *manifest = NULL;
	int64_t created;
	json_t *shown;

	if (!pod_has_manifest(pod))
		return error_set(e, RKT_ERR_NOT_FOUND,
				 "unable to get creation time for pod \"%s\"",
				 pod->uuid);
	if (pod_creation_time(pod, &created, e) < 0 ||
	    pod_manifest_read(pod, &manifest, e) < 0)
		return -1;
	shown = json_object();
	json_object_set_new(shown, "name", json_string(pod->uuid));
	json_object_set_new(shown, "state",
			    json_string(pod_state_name(pod->state)));
	set_unless_empty(shown, "networks", networks_json(pod));
	set_apps(shown, pod, manifest);
	set_time(shown, "created_at", created / SECOND);
	set_time(shown, "started_at", pod_started_ns(pod) / SECOND);
	set_unless_empty(shown, "user_annotations",
			 sorted(json_object_get(manifest, "userAnnotations")));
	set_unless_empty(shown, "user_labels",
			 sorted(json_object_get(manifest, "userLabels")));
	*ret = shown;
	return 0;
}
