/* Image names with labels, as people type them.
 * SPDX-License-Identifier: Apache-2.0 */
#include "image-name.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/cleanup.h"
#include "core/base/alloc.h"
#include "manifest.h"
#include "types.h"

static int
add_label(json_t *labels, const char *name, const char *value, struct error *e)
{
	json_t *label;
	json_t *text = json_string(value);

	if (!acidentifier_is_valid(name) || strcmp(name, "name") == 0 ||
	    !text) {
		json_decref(text);
		return error_set(e, RKT_ERR_INPUT, "invalid label \"%s\"",
				 name);
	}
	if (appc_list_get(labels, name)) {
		json_decref(text);
		return error_set(e, RKT_ERR_INPUT,
				 "label \"%s\" given more than once", name);
	}
	label = json_object();
	json_object_set_new(label, "name", json_string(name));
	json_object_set_new(label, "value", text);
	json_array_append_new(labels, label);
	return 0;
}

/* `name` up to the first comma: split off ":version". */
static int
take_version(char *name, const char *rest, json_t *labels, struct error *e)
{
	char *colon = strchr(name, ':');

	if (rest && strchr(rest, ':'))
		return error_set(
			e, RKT_ERR_INPUT,
			colon ? "malformed app string - colon may "
				"appear at most once"
			      : "malformed app string - colon may "
				"appear only right after the app name");
	if (!colon)
		return 0;
	if (strchr(colon + 1, ':'))
		return error_set(e, RKT_ERR_INPUT,
				 "malformed app string - colon may appear at "
				 "most once");
	*colon = '\0';
	return add_label(labels, "version", colon + 1, e);
}

static int
take_labels(char *rest, json_t *labels, struct error *e)
{
	while (rest) {
		char *pair = strsep(&rest, ",");
		char *equals = strchr(pair, '=');

		if (!equals)
			return error_set(e, RKT_ERR_INPUT,
					 "malformed label \"%s\", it is not "
					 "name=value",
					 pair);
		*equals = '\0';
		if (add_label(labels, pair, equals + 1, e) < 0)
			return -1;
	}
	return 0;
}

int
image_name_parse(const char *s, struct image_name *ret, struct error *e)
{
	autofree char *text = xstrdup(s);
	auto_json json_t *labels = json_array();
	char *rest = text;
	char *name = strsep(&rest, ",");

	if (take_version(name, rest, labels, e) < 0 ||
	    take_labels(rest, labels, e) < 0)
		return -1;
	if (!acidentifier_is_valid(name))
		return error_set(e, RKT_ERR_INPUT,
				 "\"%s\" is not an ACIdentifier", name);
	ret->name = xstrdup(name);
	ret->labels = steal(labels);
	return 0;
}

void
image_name_done(struct image_name *n)
{
	free(n->name);
	json_decref(n->labels);
	n->name = NULL;
	n->labels = NULL;
}

char *
image_name_short(const char *name, const json_t *labels)
{
	const char *version = appc_list_get(labels, "version");

	if (!version)
		return xstrdup(name);
	return xasprintf("%s:%s", name, version);
}
