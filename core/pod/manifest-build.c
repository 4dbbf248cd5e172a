/* From the request to the manifest of the pod (chapter 11).
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "core/pod/plan.h"

#include <string.h>

#include "core/appc/manifest.h"
#include "core/appc/types.h"
#include "core/base/alloc.h"
#include "core/base/cleanup.h"
#include "core/base/json.h"
#include "core/fetch/adopt.h"
#include "core/pod/prepare.h"
#include "core/render/stack.h"

void
app_plan_done(struct app_plan *a)
{
	free(a->name);
	free(a->image_text);
	json_decref(a->image_json);
	image_done(&a->image);
}

void
pod_plan_done(struct pod_plan *plan)
{
	for (size_t i = 0; i < plan->apps.len; i++)
		app_plan_done(&plan->apps.items[i]);
	vec_done(&plan->apps);
	json_decref(plan->manifest);
	free(plan->text);
	*plan = (struct pod_plan){0};
}

static int
check_platform(const json_t *manifest, struct error *e)
{
	const json_t *labels = json_object_get(manifest, "labels");
	const char *os = appc_list_get(labels, "os");
	const char *arch = appc_list_get(labels, "arch");

	if (!os)
		return error_set(e, RKT_ERR_INPUT,
				 "missing os label in the image manifest");
	if (!arch)
		return error_set(e, RKT_ERR_INPUT,
				 "missing arch label in the image manifest");
	return platform_check_runnable(os, arch, e);
}

int
app_plan_load(struct store *store, const char *key, struct app_plan *ret,
	      struct error *e)
{
	struct app_plan a = {0};

	if (image_get_ready(store, key, &a.image, &a.image_text, e) < 0)
		return -1;
	if (image_manifest_parse(a.image_text, strlen(a.image_text), key,
				 &a.image_json, e) < 0 ||
	    check_platform(a.image_json, e) < 0 ||
	    stack_resolve(store, &a.image, a.image_text, e) < 0) {
		app_plan_done(&a);
		return -1;
	}
	*ret = a;
	return 0;
}

/* 11.2: --name, or the last part of the image's name. */
static int
name_app(const struct app_request *a, struct app_plan *plan, struct error *e)
{
	const char *name = a->name;
	const char *slash;

	if (name) {
		if (!acname_is_valid(name))
			return error_set(e, RKT_ERR_INPUT,
					 "invalid app name '%s'", name);
		plan->name = xstrdup(name);
		return 0;
	}
	name = json_string_at(plan->image_json, "name");
	slash = name ? strrchr(name, '/') : NULL;
	plan->name = name ? acname_sanitize(slash ? slash + 1 : name) : NULL;
	if (!plan->name)
		return error_set(e, RKT_ERR_INPUT,
				 "no app name can be made of image name '%s' "
				 "(try --name)",
				 name ? name : "");
	return 0;
}

static int
check_unique(const struct pod_plan *plan, const char *name, struct error *e)
{
	for (size_t i = 0; i < plan->apps.len; i++)
		if (strcmp(plan->apps.items[i].name, name) == 0)
			return error_set(e, RKT_ERR_INPUT,
					 "error: multiple apps with name %s",
					 name);
	return 0;
}

static int
add_app(struct store *store, const struct pod_request *r,
	const struct app_request *a, struct pod_plan *plan, json_t *apps,
	struct error *e)
{
	struct app_plan app;
	json_t *merged;

	if (app_plan_load(store, a->image_key, &app, e) < 0)
		return -1;
	if (name_app(a, &app, e) < 0 || check_unique(plan, app.name, e) < 0 ||
	    app_merge(r, a, &app, &merged, e) < 0) {
		app_plan_done(&app);
		return -1;
	}
	vec_push(&plan->apps, app);
	json_array_append_new(apps, merged);
	return 0;
}

static json_t *
pod_annotations(const struct pod_request *r)
{
	json_t *list = json_array();
	json_t *annotation;
	size_t i;

	appc_list_set(list, "coreos.com/rkt/stage1/mutable", "false");
	json_array_foreach(r->annotations, i, annotation)
	{
		const char *name = json_string_at(annotation, "name");
		const char *value = json_string_at(annotation, "value");

		if (name && value && !appc_list_get(list, name))
			appc_list_set(list, name, value);
	}
	return list;
}

static json_t *
or_null(json_t *list)
{
	return json_array_size(list) > 0 ? json_incref(list) : json_null();
}

static json_t *
assemble(const struct pod_request *r, json_t *apps)
{
	json_t *m = json_object();

	json_object_set_new(m, "acVersion", json_string(VERSION_FULL));
	json_object_set_new(m, "acKind", json_string("PodManifest"));
	json_object_set(m, "apps", apps);
	json_object_set_new(m, "volumes", or_null(r->volumes));
	json_object_set_new(m, "isolators", json_null());
	json_object_set_new(m, "annotations", pod_annotations(r));
	json_object_set_new(m, "ports",
			    r->ports ? json_incref(r->ports) : json_array());
	return m;
}

/* Every mount has a volume: its own, or one of the pod's. */
static int
check_mounts(const json_t *manifest, struct error *e)
{
	const json_t *volumes = json_object_get(manifest, "volumes");
	json_t *app, *mount, *volume;
	size_t i, j, k;

	json_array_foreach(json_object_get(manifest, "apps"), i, app)
	{
		json_array_foreach(json_object_get(app, "mounts"), j, mount)
		{
			const char *name = json_string_at(mount, "volume");
			bool is_there = json_is_object(
				json_object_get(mount, "appVolume"));

			json_array_foreach(volumes, k, volume)
			{
				const char *v = json_string_at(volume, "name");

				is_there = is_there ||
					   (v && name && strcmp(v, name) == 0);
			}
			if (!is_there)
				return error_set(e, RKT_ERR_INPUT,
						 "could not find volume %s",
						 name ? name : "");
		}
	}
	return 0;
}

static int
build(struct store *store, const struct pod_request *r, struct pod_plan *plan,
      struct error *e)
{
	auto_json json_t *apps = json_array();
	auto_json json_t *raw = NULL;

	for (size_t i = 0; i < r->apps.len; i++)
		if (add_app(store, r, &r->apps.items[i], plan, apps, e) < 0)
			return -1;
	raw = assemble(r, apps);
	if (pod_manifest_normalise(raw, "pod manifest", &plan->manifest, e) < 0)
		return -1;
	plan->text = json_print(plan->manifest, false);
	plan->text_len = strlen(plan->text);
	return 0;
}

int
pod_plan_build(struct store *store, const struct pod_request *r,
	       struct pod_plan *ret, struct error *e)
{
	struct pod_plan plan = {0};
	int rc = r->pod_manifest ? pod_plan_read(store, r, &plan, e)
				 : build(store, r, &plan, e);

	if (rc < 0 || check_mounts(plan.manifest, e) < 0 ||
	    ports_check(plan.manifest, e) < 0) {
		pod_plan_done(&plan);
		return -1;
	}
	*ret = plan;
	return 0;
}

int
pod_manifest_build(struct store *store, const struct pod_request *r,
		   json_t **ret, struct error *e)
{
	struct pod_plan plan;

	if (pod_plan_build(store, r, &plan, e) < 0)
		return -1;
	*ret = json_incref(plan.manifest);
	pod_plan_done(&plan);
	return 0;
}
