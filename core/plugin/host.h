/* Finding, checking, opening and calling plugins.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CORE_PLUGIN_HOST_H
#define CORE_PLUGIN_HOST_H

#include <stdbool.h>

#include <rkt/image.h>
#include <rkt/net.h>
#include <rkt/stage1.h>

#include "core/base/json.h"
#include "core/base/vec.h"

enum plugin_kind { PLUGIN_IMAGE, PLUGIN_STAGE1, PLUGIN_NET, PLUGIN_KINDS };

const char *plugin_kind_name(enum plugin_kind kind); /* "image", ... */
bool plugin_kind_parse(const char *s, enum plugin_kind *ret);

/* Values the host services hand out; all borrowed for the host's life. */
struct plugin_host_options {
	const char *plugin_dir; /* NULL: built-in, or RKT_PLUGIN_DIR if allowed */
	bool allow_plugin_path; /* --insecure-options=plugin-path               */
	const json_t *config;   /* struct config .plugins, or NULL              */
	const char *config_dir; /* RKT_PATH_CONFIG                              */
	const char *data_dir;   /* RKT_PATH_DATA                                */
};

struct plugin_host;
struct plugin; /* an open one; lives as long as the host */

/* Opens nothing yet. */
struct plugin_host *plugin_host_new(const struct plugin_host_options *options);
void plugin_host_free(struct plugin_host *host);
const char *plugin_host_dir(const struct plugin_host *host);

/* A further set of services for plugins, found by its name ("rkt.http.v1").
 * `table` begins with its uint32_t size; both live as long as the host. */
void plugin_host_add_service(struct plugin_host *host, const char *name,
			     const void *table);

/* [a-z][a-z0-9-]{0,30} */
bool plugin_name_is_valid(const char *name);
bool plugin_is_disabled(const struct plugin_host *host, enum plugin_kind kind,
			const char *name);

/* The file of a plugin, its owner and mode checked, without opening it. */
int plugin_path(struct plugin_host *host, enum plugin_kind kind,
		const char *name, char **ret_file, struct error *e);

/* Open by name, once.  Every way of being wrong has its own text.  A plugin
 * that is not there is RKT_ERR_NOT_FOUND; a disabled one RKT_ERR_UNSUPPORTED. */
int plugin_open(struct plugin_host *host, enum plugin_kind kind,
		const char *name, struct plugin **ret, struct error *e);

/* Names of the files there are, sorted; nothing is opened. */
int plugin_names(struct plugin_host *host, enum plugin_kind kind,
		 struct strings *ret, struct error *e);

/* Descriptors: the host's own copies, zero where the plugin is older. */
const struct rkt_plugin_info *plugin_info(const struct plugin *p);
const struct rkt_image_plugin *plugin_image(const struct plugin *p);
const struct rkt_stage1_plugin *plugin_stage1(const struct plugin *p);
const struct rkt_net_plugin *plugin_net(const struct plugin *p);
enum plugin_kind plugin_kind_of(const struct plugin *p);
const char *plugin_file(const struct plugin *p);
int plugin_priority(const struct plugin *p);

/* The image plugin for a scheme ("oci-archive"): the plugin of that name, else
 * the one named like the part before the first '-', else any that lists it.
 * *ret NULL: no plugin knows it. */
int plugin_for_scheme(struct plugin_host *host, const char *scheme,
		      struct plugin **ret, struct error *e);

/* The image plugin with the highest bid on a file; equal bids by priority and
 * then by name.  *ret NULL: nobody knows it.  Plugins that cannot be opened
 * are left out with a warning. */
int plugin_for_head(struct plugin_host *host, const struct rkt_image_head *head,
		    struct plugin **ret, struct error *e);

/* ---- calling an op ------------------------------------------------------ */

/* What the op reports back; any may be NULL.  emit returns 0, or -1 with *e
 * set, which makes the plugin's emit() fail. */
struct plugin_callbacks {
	int (*emit)(void *data, const char *key, const char *bytes, size_t len,
		    struct error *e);
	int (*progress)(void *data, uint64_t done, uint64_t total);
	void *data;
};

/*	struct plugin_call c;
 *	if (plugin_call_begin(&c, plugin, &callbacks, e) < 0)
 *		return -1;
 *	status = plugin_stage1(plugin)->gc(&c.call, c.self, &pod);
 *	return plugin_call_end(&c, status, e);
 *
 * `self` is what the engine's open() gave, called on first use (NULL for other
 * kinds).  end() frees the scratch memory, and turns the status into 0 or -1:
 * a failure without fail() gets a text of its own, as does fail() with RKT_OK. */
struct plugin_call {
	struct rkt_call call;
	void *self;
	struct plugin *plugin;
	struct plugin_callbacks callbacks;
	struct plugin_call_state *state; /* scratch memory, recorded failure */
};

int plugin_call_begin(struct plugin_call *c, struct plugin *plugin,
		      const struct plugin_callbacks *callbacks,
		      struct error *e);
int plugin_call_end(struct plugin_call *c, rkt_status status, struct error *e);

#endif
