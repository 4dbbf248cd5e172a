/* The plugin host: opens by name, once, and keeps what it opened.
 * SPDX-License-Identifier: Apache-2.0 */
#include "internal.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/cleanup.h"
#include "core/base/log.h"

static void
recursive_mutex_init(pthread_mutex_t *mutex)
{
	pthread_mutexattr_t attr;

	pthread_mutexattr_init(&attr);
	pthread_mutexattr_settype(&attr, PTHREAD_MUTEX_RECURSIVE);
	pthread_mutex_init(mutex, &attr);
	pthread_mutexattr_destroy(&attr);
}

struct plugin_host *
plugin_host_new(const struct plugin_host_options *options)
{
	struct plugin_host *host = xcalloc(1, sizeof(*host));

	host->dir = plugin_dir_choose(options);
	host->config = options->config;
	host->config_dir =
		options->config_dir ? options->config_dir : "/etc/rkt";
	host->data_dir = options->data_dir ? options->data_dir : "/var/lib/rkt";
	recursive_mutex_init(&host->lock);
	return host;
}

static void
plugin_free(struct plugin *p)
{
	if (!p)
		return;
	if (p->module) {
		plugin_engine_close(p);
		plugin_unload(p->module);
	}
	pthread_mutex_destroy(&p->busy);
	free(p->label);
	free(p->file);
	free(p);
}

static void
cleanup_plugin(struct plugin **p)
{
	plugin_free(*p);
}

void
plugin_host_free(struct plugin_host *host)
{
	if (!host)
		return;
	for (size_t i = 0; i < host->open.len; i++)
		plugin_free(host->open.items[i]);
	vec_done(&host->open);
	vec_done(&host->services);
	pthread_mutex_destroy(&host->lock);
	free(host->checked_dir);
	free(host->dir);
	free(host);
}

const char *
plugin_host_dir(const struct plugin_host *host)
{
	return host->dir;
}

void
plugin_host_add_service(struct plugin_host *host, const char *name,
			const void *table)
{
	pthread_mutex_lock(&host->lock);
	vec_push(&host->services,
		 ((struct plugin_service){.name = name, .table = table}));
	pthread_mutex_unlock(&host->lock);
}

static struct plugin *
find_open(const struct plugin_host *host, enum plugin_kind kind,
	  const char *name)
{
	for (size_t i = 0; i < host->open.len; i++) {
		struct plugin *p = host->open.items[i];

		if (p->kind == kind &&
		    strcmp(p->descriptor.info.name, name) == 0)
			return p;
	}
	return NULL;
}

static const json_t *
section_of(const struct plugin_host *host, enum plugin_kind kind,
	   const char *name)
{
	autofree char *key = NULL;

	if (!host->config)
		return NULL;
	key = xasprintf("%s/%s", plugin_kind_name(kind), name);
	return json_object_get(host->config, key);
}

bool
plugin_is_disabled(const struct plugin_host *host, enum plugin_kind kind,
		   const char *name)
{
	return json_is_true(
		json_object_get(section_of(host, kind, name), "disabled"));
}

int
plugin_path(struct plugin_host *host, enum plugin_kind kind, const char *name,
	    char **ret_file, struct error *e)
{
	autofree char *file = NULL;
	bool is_found;

	if (!plugin_name_is_valid(name))
		return error_set(e, RKT_ERR_INPUT,
				 "'%.80s' is not a plugin name", name);
	if (!host->checked_dir &&
	    plugin_dir_check(host->dir, &host->checked_dir, e) < 0)
		return -1;
	file = xasprintf("%s/rkt-%s-%s.so", host->checked_dir,
			 plugin_kind_name(kind), name);
	if (plugin_file_check(file, &is_found, e) < 0)
		return -1;
	if (!is_found)
		return error_set(
			e, RKT_ERR_NOT_FOUND, "no plugin '%s/%s' in '%s'",
			plugin_kind_name(kind), name, host->checked_dir);
	*ret_file = steal(file);
	return 0;
}

static int
open_new(struct plugin_host *host, enum plugin_kind kind, const char *name,
	 struct plugin **ret, struct error *e)
{
	__attribute__((__cleanup__(cleanup_plugin))) struct plugin *p = NULL;
	const struct plugin_abi *abi = plugin_abi(kind);
	const void *theirs;

	p = xcalloc(1, sizeof(*p));
	recursive_mutex_init(&p->busy);
	p->host = host;
	p->kind = kind;
	p->label = xasprintf("%s/%s", plugin_kind_name(kind), name);
	p->section = section_of(host, kind, name);
	p->priority = (int)json_integer_value(
		json_object_get(p->section, "priority"));
	if (plugin_path(host, kind, name, &p->file, e) < 0 ||
	    plugin_load(p->file, abi, &p->module, &theirs, e) < 0 ||
	    plugin_negotiate(abi, theirs, name, p->file, &p->descriptor, e) < 0)
		return -1;
	vec_push(&host->open, p);
	log_debug("plugin", "opened '%s'", p->file);
	*ret = steal(p);
	return 0;
}

int
plugin_open(struct plugin_host *host, enum plugin_kind kind, const char *name,
	    struct plugin **ret, struct error *e)
{
	struct plugin *p;
	int rc = 0;

	/* Also the way of `disabled` for a name that could never be a file. */
	if (plugin_name_is_valid(name) && plugin_is_disabled(host, kind, name))
		return error_set(e, RKT_ERR_UNSUPPORTED,
				 "plugin '%s/%s' is disabled by the "
				 "configuration",
				 plugin_kind_name(kind), name);
	pthread_mutex_lock(&host->lock);
	p = find_open(host, kind, name);
	if (p)
		*ret = p;
	else
		rc = open_new(host, kind, name, ret, e);
	pthread_mutex_unlock(&host->lock);
	return rc;
}

const struct rkt_plugin_info *
plugin_info(const struct plugin *p)
{
	return &p->descriptor.info;
}

const struct rkt_image_plugin *
plugin_image(const struct plugin *p)
{
	return &p->descriptor.image;
}

const struct rkt_stage1_plugin *
plugin_stage1(const struct plugin *p)
{
	return &p->descriptor.stage1;
}

const struct rkt_net_plugin *
plugin_net(const struct plugin *p)
{
	return &p->descriptor.net;
}

enum plugin_kind
plugin_kind_of(const struct plugin *p)
{
	return p->kind;
}

const char *
plugin_file(const struct plugin *p)
{
	return p->file;
}

int
plugin_priority(const struct plugin *p)
{
	return p->priority;
}
