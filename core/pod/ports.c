/* Forwarded ports: which port of which app, and no two alike (11.8).
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/pod/plan.h"

#include <string.h>

#include "core/base/alloc.h"
#include "core/base/cleanup.h"

#define ANY_ADDRESS "0.0.0.0"

struct forward {
	const char *protocol;
	const char *host_ip;
	long long host_port;
	long long pod_port;
};

static json_t *
find_in_app(const json_t *app, const char *name)
{
	json_t *ports = json_object_get(json_object_get(app, "app"), "ports");
	json_t *port;
	size_t i;

	json_array_foreach(ports, i, port)
	{
		const char *n = json_string_at(port, "name");

		if (n && strcmp(n, name) == 0)
			return port;
	}
	return NULL;
}

static int
find_port(const json_t *manifest, const char *name, json_t **ret,
	  struct error *e)
{
	json_t *found = NULL;
	json_t *app;
	size_t i;

	json_array_foreach(json_object_get(manifest, "apps"), i, app)
	{
		json_t *port = find_in_app(app, name);

		if (port && found)
			return error_set(e, RKT_ERR_INPUT,
					 "port name \"%s\" defined multiple "
					 "apps",
					 name);
		if (port)
			found = port;
	}
	if (!found)
		return error_set(e, RKT_ERR_INPUT,
				 "port name \"%s\" could not be found in any "
				 "apps",
				 name);
	*ret = found;
	return 0;
}

static int
resolve(const json_t *manifest, const json_t *exposed, struct forward *ret,
	struct error *e)
{
	json_t *port = json_object_get(exposed, "podPort");
	const char *name = json_string_at(exposed, "name");
	const char *ip = json_string_at(exposed, "hostIP");

	if (!json_is_object(port) &&
	    find_port(manifest, name ? name : "", &port, e) < 0)
		return -1;
	ret->protocol = json_string_at(port, "protocol");
	if (!ret->protocol)
		ret->protocol = "tcp";
	ret->host_ip = ip && *ip != '\0' ? ip : ANY_ADDRESS;
	ret->host_port =
		json_integer_value(json_object_get(exposed, "hostPort"));
	ret->pod_port = json_integer_value(json_object_get(port, "port"));
	return 0;
}

static bool
is_conflict(const struct forward *a, const struct forward *b)
{
	return a->host_port == b->host_port &&
	       strcmp(a->protocol, b->protocol) == 0 &&
	       (strcmp(a->host_ip, b->host_ip) == 0 ||
		strcmp(a->host_ip, ANY_ADDRESS) == 0 ||
		strcmp(b->host_ip, ANY_ADDRESS) == 0);
}

int
ports_check(const json_t *manifest, struct error *e)
{
	const json_t *ports = json_object_get(manifest, "ports");
	size_t n = json_array_size(ports);
	autofree struct forward *all = NULL;

	if (n == 0)
		return 0;
	all = xcalloc(n, sizeof(*all));
	for (size_t i = 0; i < n; i++) {
		if (resolve(manifest, json_array_get(ports, i), &all[i], e) < 0)
			return -1;
		for (size_t j = 0; j < i; j++)
			if (is_conflict(&all[i], &all[j]))
				return error_set(
					e, RKT_ERR_INPUT,
					"port %s-%s:%lld already mapped to "
					"pod port %lld",
					all[i].protocol, all[i].host_ip,
					all[i].host_port, all[j].pod_port);
	}
	return 0;
}
