/* Exposed ports and volumes of an image configuration, in appc's terms.
 * SPDX-License-Identifier: Apache-2.0 */
#include "endpoints.h"

#include <stdlib.h>
#include <string.h>

#include "plugins/image/oci/app.h"
#include "plugins/image/oci/name.h"

static int
compare_texts(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* NULL-terminated, in scratch memory. */
static const char **
sorted_keys(const struct layout *l, json_t *object)
{
	const char **keys, *key;
	json_t *value;
	size_t n = 0;

	keys = l->call->host->scratch(l->call, (json_object_size(object) + 1) *
						       sizeof(*keys));
	if (!keys)
		return NULL;
	json_object_foreach(object, key, value)
	{
		keys[n++] = key;
	}
	qsort(keys, n, sizeof(*keys), compare_texts);
	return keys;
}

/* "80", "80/tcp", "53/udp". */
static rkt_status
put_port(const struct layout *l, const char *key, json_t *named)
{
	char *name = scratch_printf(l->call, "%s", key), *rest;
	unsigned long port = strtoul(key, &rest, 10);
	const char *protocol = "tcp";

	if (key[0] < '0' || key[0] > '9' || port < 1 || port > 65535 ||
	    (*rest != '\0' && (*rest != '/' || rest[1] == '\0')))
		return layout_fail(l, RKT_ERR_INPUT, 0,
				   "image configuration: '%s' is not a port",
				   key);
	if (*rest == '/')
		protocol = rest + 1;
	if (!name)
		return config_no_memory(l);
	sanitise_acname(name);
	return json_object_set_new(named, name,
				   json_pack("{s:s, s:s, s:i}", "name", name,
					     "protocol", protocol, "port",
					     (int)port)) < 0
		       ? config_no_memory(l)
		       : RKT_OK;
}

/* A name that is taken gets "-1", "-2", ...  `last` maps names to the number
 * tried last, so that a thousand equal names end soon. */
static const char *
free_name(const struct layout *l, const json_t *named, json_t *last,
	  const char *base)
{
	const char *name = base;
	json_t *number = json_object_get(last, base);

	if (!number) {
		number = json_integer(0);
		if (json_object_set_new(last, base, number) < 0)
			return NULL;
	}
	while (name && json_object_get(named, name)) {
		json_integer_set(number, json_integer_value(number) + 1);
		name = scratch_printf(l->call, "%s-%lld", base,
				      (long long)json_integer_value(number));
	}
	return name;
}

/* "/a/b" is "volume-a-b". */
static rkt_status
put_volume(const struct layout *l, const char *path, json_t *last,
	   json_t *named)
{
	char *base = scratch_printf(l->call, "volume%s%s",
				    path[0] == '/' ? "" : "/", path);
	const char *name;

	if (path[0] == '\0')
		return layout_fail(l, RKT_ERR_INPUT, 0,
				   "image configuration: a volume has an "
				   "empty path");
	if (!base)
		return config_no_memory(l);
	sanitise_acname(base);
	name = free_name(l, named, last, base);
	return !name || json_object_set_new(
				named, name,
				json_pack("{s:s, s:o}", "name", name, "path",
					  config_absolute(path))) < 0
		       ? config_no_memory(l)
		       : RKT_OK;
}

/* The values, in the order of their names, become app[key]. */
static rkt_status
put_sorted(const struct layout *l, json_t *named, json_t *app, const char *key)
{
	const char **names = sorted_keys(l, named);
	json_t *out = json_array();

	if (!out || json_object_set_new(app, key, out) < 0 || !names)
		return config_no_memory(l);
	for (; *names; names++)
		if (json_array_append(out, json_object_get(named, *names)) < 0)
			return config_no_memory(l);
	return RKT_OK;
}

rkt_status
endpoints_put_ports(const struct layout *l, const json_t *config, json_t *app)
{
	rkt_status status;
	const char **keys;
	json_t *ports, *named;

	status = config_member(l, config, "ExposedPorts", JSON_OBJECT,
			       "an object", &ports);
	if (status != RKT_OK || json_object_size(ports) == 0)
		return status;
	keys = sorted_keys(l, ports);
	named = json_object();
	if (!keys || !named)
		status = config_no_memory(l);
	for (; status == RKT_OK && *keys; keys++)
		status = put_port(l, *keys, named);
	if (status == RKT_OK)
		status = put_sorted(l, named, app, "ports");
	json_decref(named);
	return status;
}

rkt_status
endpoints_put_volumes(const struct layout *l, const json_t *config, json_t *app)
{
	json_t *volumes, *named, *last;
	rkt_status status;
	const char **paths;

	status = config_member(l, config, "Volumes", JSON_OBJECT, "an object",
			       &volumes);
	if (status != RKT_OK || json_object_size(volumes) == 0)
		return status;
	paths = sorted_keys(l, volumes);
	named = json_object();
	last = json_object();
	if (!paths || !named || !last)
		status = config_no_memory(l);
	for (; status == RKT_OK && *paths; paths++)
		status = put_volume(l, *paths, last, named);
	if (status == RKT_OK)
		status = put_sorted(l, named, app, "mountPoints");
	json_decref(named);
	json_decref(last);
	return status;
}
