/* A pod described by a ready manifest, --pod-manifest (11.6).
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/pod/plan.h"

#include <fcntl.h>
#include <string.h>

#include "core/appc/manifest.h"
#include "core/base/alloc.h"
#include "core/base/cleanup.h"
#include "core/base/fd.h"

static int
add_app(struct store *store, const json_t *app, struct pod_plan *plan,
	struct error *e)
{
	const char *name = json_string_at(app, "name");
	const char *id = json_string_at(json_object_get(app, "image"), "id");
	autofree char *key = NULL;
	struct app_plan a;

	if (!id || *id == '\0')
		return error_set(e, RKT_ERR_INPUT, "no image ID for app \"%s\"",
				 name ? name : "");
	for (size_t i = 0; i < plan->apps.len; i++)
		if (strcmp(plan->apps.items[i].name, name) == 0)
			return error_set(e, RKT_ERR_INPUT,
					 "error: multiple apps with name %s",
					 name);
	if (store_key_resolve(store, id, &key, e) < 0 ||
	    app_plan_load(store, key, &a, e) < 0)
		return -1;
	if (!json_is_object(json_object_get(app, "app")) &&
	    !json_is_object(json_object_get(a.image_json, "app"))) {
		app_plan_done(&a);
		return error_set(e, RKT_ERR_INPUT,
				 "no app section in the pod manifest or the "
				 "image manifest of app \"%s\"",
				 name);
	}
	a.name = xstrdup(name);
	vec_push(&plan->apps, a);
	return 0;
}

int
pod_plan_read(struct store *store, const char *path, struct pod_plan *ret,
	      struct error *e)
{
	json_t *app;
	size_t i;

	if (file_read_all(AT_FDCWD, path, JSON_SIZE_MAX, &ret->text,
			  &ret->text_len, e) < 0 ||
	    pod_manifest_parse(ret->text, ret->text_len, path, &ret->manifest,
			       e) < 0)
		return -1;
	json_array_foreach(json_object_get(ret->manifest, "apps"), i,
			   app) if (add_app(store, app, ret, e) < 0) return -1;
	return 0;
}
