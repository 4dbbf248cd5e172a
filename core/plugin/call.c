/* Calling one op: what is made before, and what is made of its outcome.
 * SPDX-License-Identifier: Apache-2.0 */
#include "call-state.h"

#include <stdlib.h>

void
plugin_enter(struct plugin *p)
{
	if (!(p->descriptor.info.flags & RKT_PLUGIN_PARALLEL))
		pthread_mutex_lock(&p->busy);
}

void
plugin_leave(struct plugin *p)
{
	if (!(p->descriptor.info.flags & RKT_PLUGIN_PARALLEL))
		pthread_mutex_unlock(&p->busy);
}

static void
begin(struct plugin_call *c, struct plugin *plugin,
      const struct plugin_callbacks *callbacks)
{
	*c = (struct plugin_call){
		.call = {.host = &plugin_host_services},
		.plugin = plugin,
		.state = xcalloc(1, sizeof(*c->state)),
	};
	if (callbacks)
		c->callbacks = *callbacks;
	plugin_enter(plugin);
}

/* A failure that the plugin did not explain. */
static int
unexplained(const struct plugin *p, rkt_status status, struct error *e)
{
	if (status == RKT_ERR_CANCELLED)
		return error_set(e, status, "cancelled");
	if (status > RKT_OK || status < RKT_ERR_TOO_NEW)
		return error_set(e, RKT_ERR_SYSTEM,
				 "plugin '%s' returned the unknown status %d",
				 p->label, status);
	return error_set(e, status,
			 "plugin '%s' failed without saying why (status %d)",
			 p->label, status);
}

static int
outcome(const struct plugin_call *c, rkt_status status, struct error *e)
{
	const struct error *said = &c->state->error;

	if (said->n_layers == 0)
		return status == RKT_OK ? 0 : unexplained(c->plugin, status, e);
	*e = *said;
	if (status == RKT_OK && !c->state->is_refused)
		error_prefix(e, "plugin '%s' reported success and a failure",
			     c->plugin->label);
	else if (status < RKT_OK && status >= RKT_ERR_TOO_NEW &&
		 !c->state->is_refused)
		e->code = status;
	return -1;
}

int
plugin_call_end(struct plugin_call *c, rkt_status status, struct error *e)
{
	int rc = outcome(c, status, e);
	struct plugin_scratch *s;

	while ((s = c->state->scratch) != NULL) {
		c->state->scratch = s->next;
		free(s);
	}
	free(c->state);
	c->state = NULL;
	plugin_leave(c->plugin);
	return rc;
}

/* Before the first op of an engine. */
static int
engine_open(struct plugin *p, struct error *e)
{
	const struct rkt_stage1_plugin *stage1 = &p->descriptor.stage1;
	struct plugin_call c;
	void *self = NULL;
	rkt_status status;

	if (p->kind != PLUGIN_STAGE1 || p->is_engine_open || !stage1->open)
		return 0;
	begin(&c, p, NULL);
	status = stage1->open(&c.call, &self);
	if (plugin_call_end(&c, status, e) < 0)
		return -1;
	p->self = self;
	p->is_engine_open = true;
	return 0;
}

void
plugin_engine_close(struct plugin *p)
{
	if (p->is_engine_open && p->descriptor.stage1.close)
		p->descriptor.stage1.close(p->self);
	p->is_engine_open = false;
}

int
plugin_call_begin(struct plugin_call *c, struct plugin *plugin,
		  const struct plugin_callbacks *callbacks, struct error *e)
{
	int rc;

	/* Held on both sides, so that two threads do not open one engine. */
	pthread_mutex_lock(&plugin->busy);
	rc = engine_open(plugin, e);
	pthread_mutex_unlock(&plugin->busy);
	if (rc < 0)
		return -1;
	begin(c, plugin, callbacks);
	c->self = plugin->self;
	return 0;
}
