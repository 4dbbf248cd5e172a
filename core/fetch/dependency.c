/* Images by appc name: the one asked for, and those it depends on.
 * SPDX-License-Identifier: Apache-2.0 */
#include "dependency.h"

#include <string.h>

#include "core/appc/image-name.h"
#include "core/appc/manifest.h"
#include "core/appc/types.h"
#include "core/base/cleanup.h"
#include "core/base/log.h"

static int
not_found(const struct fetch *f, const char *shown, struct error *e)
{
	const char *why = "neither the store nor a transport has it";

	if (f->policy == PULL_NEVER)
		why = "the store does not have it, and nothing else may be "
		      "asked";
	else if (f->policy == PULL_UPDATE)
		why = "no transport has it";
	return error_set(e, RKT_ERR_NOT_FOUND,
			 "unable to fetch image from image name \"%s\": %s",
			 shown, why);
}

int
store_find_app(struct fetch *f, const char *name, const json_t *labels,
	       char **ret_key, struct error *e)
{
	auto_json json_t *wanted =
		labels ? json_deep_copy(labels) : json_array();
	autofree char *shown = image_name_short(name, labels);
	struct error why = ERROR_NONE;

	if (!appc_list_get(wanted, "os"))
		appc_list_set(wanted, "os", "linux");
	if (!appc_list_get(wanted, "arch"))
		appc_list_set(wanted, "arch", appc_host_arch());
	if (platform_check_runnable(appc_list_get(wanted, "os"),
				    appc_list_get(wanted, "arch"), e) < 0)
		return -1;
	log_debug("fetch", "searching for app image %s", name);
	if (f->policy == PULL_UPDATE)
		return not_found(f, shown, e);
	if (store_name_resolve(f->store, name, wanted, ret_key, &why) == 0) {
		log_debug("fetch",
			  "using image from local store for image name %s",
			  shown);
		return 0;
	}
	if (why.code == RKT_ERR_NOT_FOUND)
		return not_found(f, shown, e);
	*e = why;
	return -1;
}

static int
need_one(struct fetch *f, const json_t *dependency, struct strings *todo,
	 struct error *e)
{
	const char *name = json_string_at(dependency, "imageName");
	autofree char *key = NULL;

	if (store_find_app(f, name ? name : "",
			   json_object_get(dependency, "labels"), &key, e) < 0)
		return -1;
	if (!strings_has(todo, key))
		strings_push(todo, key);
	return 0;
}

static int
need_all(struct fetch *f, const char *key, struct strings *todo,
	 struct error *e)
{
	autofree char *text = NULL;
	auto_json json_t *manifest = NULL;
	const json_t *dependency;
	size_t i;

	if (store_manifest_read(f->store, key, &text, e) < 0)
		return -1;
	/* The common case costs no more than this. */
	if (!strstr(text, "\"dependencies\""))
		return 0;
	if (json_parse(text, strlen(text), key, &manifest, e) < 0)
		return -1;
	json_array_foreach(json_object_get(manifest, "dependencies"), i,
			   dependency)
	{
		if (need_one(f, dependency, todo, e) < 0)
			return -1;
	}
	return 0;
}

int
fetch_dependencies(struct fetch *f, const char *key, struct error *e)
{
	auto_strings struct strings todo = {0};
	enum pull_policy policy = f->policy;
	int rc = 0;

	/* What is there is used: no transport could bring anything newer. */
	if (f->policy == PULL_UPDATE)
		f->policy = PULL_NEW;
	strings_push(&todo, key);
	for (size_t i = 0; rc == 0 && i < todo.len; i++)
		rc = need_all(f, todo.items[i], &todo, e);
	f->policy = policy;
	return rc;
}
