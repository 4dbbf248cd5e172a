/* Which image plugin is meant: by the scheme of a name, or by bids on a file.
 * SPDX-License-Identifier: Apache-2.0 */
#include "internal.h"

#include <string.h>

#include "core/base/cleanup.h"
#include "core/base/log.h"

#define BID_MAX 100u

static bool
lists_scheme(const struct plugin *p, const char *scheme)
{
	const char *const *s = p->descriptor.image.schemes;

	while (*s && strcmp(*s, scheme) != 0)
		s++;
	return *s != NULL;
}

/* The plugin called `name`, if it is there and knows `scheme`. */
static int
try_name(struct plugin_host *host, const char *name, const char *scheme,
	 struct plugin **ret, struct error *e)
{
	struct error why = ERROR_NONE;
	struct plugin *p;

	if (!plugin_name_is_valid(name))
		return 0;
	if (plugin_open(host, PLUGIN_IMAGE, name, &p, &why) < 0) {
		if (why.code == RKT_ERR_NOT_FOUND)
			return 0;
		*e = why;
		return -1;
	}
	if (lists_scheme(p, scheme))
		*ret = p;
	return 0;
}

/* Open one of many; what is wrong with it is told and does not matter. */
static struct plugin *
open_or_warn(struct plugin_host *host, const char *name)
{
	struct error e = ERROR_NONE;
	struct plugin *p;
	char line[2 * ERROR_TEXT_MAX];

	if (plugin_is_disabled(host, PLUGIN_IMAGE, name))
		return NULL;
	if (plugin_open(host, PLUGIN_IMAGE, name, &p, &e) == 0)
		return p;
	log_warn("%s, ignoring", error_line(&e, line, sizeof(line)));
	return NULL;
}

static int
try_all(struct plugin_host *host, const char *scheme, struct plugin **ret,
	struct error *e)
{
	auto_strings struct strings names = {0};

	if (plugin_names(host, PLUGIN_IMAGE, &names, e) < 0)
		return -1;
	for (size_t i = 0; i < names.len && !*ret; i++) {
		struct plugin *p = open_or_warn(host, names.items[i]);

		if (p && lists_scheme(p, scheme))
			*ret = p;
	}
	return 0;
}

int
plugin_for_scheme(struct plugin_host *host, const char *scheme,
		  struct plugin **ret, struct error *e)
{
	autofree char *first = xstrndup(scheme, strcspn(scheme, "-"));
	struct plugin *found = NULL;

	if (try_name(host, scheme, scheme, &found, e) < 0)
		return -1;
	if (!found && strcmp(first, scheme) != 0 &&
	    try_name(host, first, scheme, &found, e) < 0)
		return -1;
	if (!found && plugin_name_is_valid(scheme) &&
	    try_all(host, scheme, &found, e) < 0)
		return -1;
	*ret = found;
	return 0;
}

static uint32_t
bid_of(struct plugin *p, const struct rkt_image_head *head)
{
	uint32_t bid;

	plugin_enter(p);
	bid = p->descriptor.image.probe(head);
	plugin_leave(p);
	if (bid <= BID_MAX)
		return bid;
	log_warn("plugin '%s' bids %u of %u, ignoring", p->label, bid, BID_MAX);
	return 0;
}

int
plugin_for_head(struct plugin_host *host, const struct rkt_image_head *head,
		struct plugin **ret, struct error *e)
{
	auto_strings struct strings names = {0};
	struct plugin *best = NULL;
	uint32_t best_bid = 0;

	if (plugin_names(host, PLUGIN_IMAGE, &names, e) < 0)
		return -1;
	for (size_t i = 0; i < names.len; i++) {
		struct plugin *p = open_or_warn(host, names.items[i]);
		uint32_t bid = p ? bid_of(p, head) : 0;

		if (bid > best_bid || (bid > 0 && bid == best_bid &&
				       p->priority > best->priority)) {
			best = p;
			best_bid = bid;
		}
	}
	*ret = best;
	return 0;
}
