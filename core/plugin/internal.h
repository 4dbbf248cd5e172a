/* What the parts of the plugin host share.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CORE_PLUGIN_INTERNAL_H
#define CORE_PLUGIN_INTERNAL_H

#include <pthread.h>

#include "abi.h"

VEC(plugin_list, struct plugin *);

struct plugin_service {
	const char *name;
	const void *table; /* begins with uint32_t size */
};
VEC(plugin_services, struct plugin_service);

struct plugin_host {
	char *dir;         /* as configured */
	char *checked_dir; /* without links, once it was found safe */
	const json_t *config;
	const char *config_dir;
	const char *data_dir;
	struct plugin_list open;
	struct plugin_services services;
	pthread_mutex_t lock; /* recursive; over all of the above */
};

struct plugin {
	struct plugin_host *host;
	enum plugin_kind kind;
	char *label; /* "stage1/fly" */
	char *file;
	union {
		struct rkt_plugin_info info;
		struct rkt_image_plugin image;
		struct rkt_stage1_plugin stage1;
		struct rkt_net_plugin net;
	} descriptor;
	void *module;          /* of plugin_load() */
	const json_t *section; /* its own in the configuration, or NULL */
	int priority;
	bool is_engine_open;
	void *self;
	pthread_mutex_t busy; /* recursive; held during an op */
};

/* The service table every call carries. */
extern const struct rkt_host plugin_host_services;

/* One op at a time, unless the plugin says RKT_PLUGIN_PARALLEL. */
void plugin_enter(struct plugin *p);
void plugin_leave(struct plugin *p);

/* Let an engine that was opened close. */
void plugin_engine_close(struct plugin *p);

/* May others than root and the effective user change what is in `dir`?  The
 * path to load from, owned by the caller, has no symbolic links. */
int plugin_dir_check(const char *dir, char **ret_real, struct error *e);
int plugin_file_check(const char *file, bool *ret_found, struct error *e);

/* Load a file whose owner and mode were checked and look up `abi`'s entry. */
int plugin_load(const char *file, const struct plugin_abi *abi,
		void **ret_module, const void **ret_descriptor,
		struct error *e);
void plugin_unload(void *module);

/* The directory in force by options and environment; owned by the caller. */
char *plugin_dir_choose(const struct plugin_host_options *options);

#endif
