/* A pod described by a ready manifest, --pod-manifest (11.6).
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/pod/prepare.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "core/appc/manifest.h"
#include "core/base/alloc.h"
#include "core/base/cleanup.h"
#include "core/base/fd.h"
#include "core/pod/plan.h"

/* Only the cause is shown: it must say which image it is about. */
static int
fail_image(struct error *e, const char *app, const char *id)
{
	char cause[ERROR_TEXT_MAX];

	if (e->err != 0)
		return -1;
	snprintf(cause, sizeof(cause), "%s", e->layers[0]);
	return error_set(e, e->code, "%s (image \"%s\" of app \"%s\")", cause,
			 id, app);
}

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
		return fail_image(e, name, id);
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
pod_plan_read(struct store *store, const struct pod_request *r,
	      struct pod_plan *ret, struct error *e)
{
	json_t *app;
	size_t i;

	ret->text = xmemdup(r->manifest_text, r->manifest_len + 1);
	ret->text_len = r->manifest_len;
	ret->manifest = json_deep_copy(r->manifest_json);
	json_array_foreach(json_object_get(ret->manifest, "apps"), i, app)
	{
		if (add_app(store, app, ret, e) < 0)
			return -1;
	}
	return 0;
}

/* Nor do all messages name the file. */
static int
fail_file(struct error *e, const char *path)
{
	char cause[ERROR_TEXT_MAX];

	snprintf(cause, sizeof(cause), "%s", e->layers[0]);
	if (!strstr(cause, path))
		error_set(e, e->code, "%s: %s", path, cause);
	return error_prefix(e, "cannot use pod manifest '%s'", path);
}

static int
load(struct pod_request *r, const char *path, struct error *e)
{
	autofree char *text = NULL;
	size_t len;

	if (file_read_all(AT_FDCWD, path, JSON_SIZE_MAX, &text, &len, e) < 0)
		return error_prefix(e, "cannot read pod manifest");
	if (pod_manifest_parse(text, len, path, &r->manifest_json, e) < 0)
		return fail_file(e, path);
	r->manifest_text = steal(text);
	r->manifest_len = len;
	return 0;
}

int
pod_request_load(struct pod_request *r, struct error *e)
{
	if (!r->pod_manifest || r->manifest_json)
		return 0;
	if (load(r, r->pod_manifest, e) < 0)
		return error_prefix(e, "error setting up stage0");
	return 0;
}
