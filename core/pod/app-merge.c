/* One app of the pod: its image's app section under the command line (11.4).
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/pod/plan.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "core/appc/manifest.h"
#include "core/base/alloc.h"
#include "core/base/cleanup.h"
#include "core/base/log.h"

extern char **environ;

char *
path_clean(const char *path)
{
	bool is_absolute = *path == '/';
	char *to = xmalloc(strlen(path) + 2);
	size_t len = 0, floor;

	if (is_absolute)
		to[len++] = '/';
	floor = len;
	while (*path != '\0') {
		size_t n = strcspn(path, "/");

		if (n == 2 && memcmp(path, "..", 2) == 0 && len > floor) {
			while (len > floor && to[len - 1] != '/')
				len--;
			if (len > floor)
				len--;
		} else if (n == 2 && memcmp(path, "..", 2) == 0 &&
			   !is_absolute) {
			if (len > 0)
				to[len++] = '/';
			memcpy(to + len, "..", 2);
			len += 2;
			floor = len;
		} else if (n > 0 && !(n == 1 && *path == '.') &&
			   !(n == 2 && memcmp(path, "..", 2) == 0)) {
			if (len > 0 && to[len - 1] != '/')
				to[len++] = '/';
			memcpy(to + len, path, n);
			len += n;
		}
		path += n + (path[n] == '/');
	}
	if (len == 0)
		to[len++] = '.';
	to[len] = '\0';
	return to;
}

/* The member as a list that may be changed; made when missing. */
static json_t *
list_at(json_t *object, const char *key)
{
	json_t *list = json_object_get(object, key);

	if (!json_is_array(list)) {
		list = json_array();
		json_object_set_new(object, key, list);
	}
	return list;
}

static void
set_string(json_t *object, const char *key, const char *value)
{
	if (value && *value != '\0')
		json_object_set_new(object, key, json_string(value));
}

/* ---- environment ----------------------------------------------------------
 */

static void
override_env(json_t *env, json_t *values)
{
	const char *name;
	json_t *value;

	json_object_foreach(values, name, value)
		appc_list_set(env, name, json_string_value(value));
}

/* What JSON cannot say stays behind. */
static void
inherit_one(json_t *env, const char *name, const char *value)
{
	auto_json json_t *text = json_string(value);

	if (!text)
		log_warn("environment variable '%s' is not valid UTF-8, "
			 "ignoring",
			 name);
	else if (!appc_list_get(env, name))
		appc_list_set(env, name, value);
}

static void
inherit_env(json_t *env)
{
	for (char **v = environ; *v; v++) {
		const char *equals = strchr(*v, '=');
		autofree char *name = NULL;

		if (!equals || equals == *v)
			continue;
		name = xstrndup(*v, (size_t)(equals - *v));
		inherit_one(env, name, equals + 1);
	}
}

static void
merge_env(json_t *app, const struct pod_request *r, const struct app_request *a)
{
	json_t *env = list_at(app, "environment");

	override_env(env, a->environment);
	if (r->inherit_env)
		inherit_env(env);
	override_env(env, r->set_env_file);
	override_env(env, r->set_env);
}

/* ---- the app section --------------------------------------------------------
 */

static void
merge_exec(json_t *app, const struct app_request *a)
{
	if (a->exec) {
		json_object_set_new(app, "exec", json_array());
		json_array_append_new(list_at(app, "exec"),
				      json_string(a->exec));
	}
	for (size_t i = 0; i < a->args.len; i++)
		json_array_append_new(list_at(app, "exec"),
				      json_string(a->args.items[i]));
}

/* An image without an app section runs as who starts it. */
static json_t *
caller_app(void)
{
	json_t *app = json_object();
	autofree char *user = xasprintf("%u", (unsigned int)getuid());
	autofree char *group = xasprintf("%u", (unsigned int)getgid());

	json_object_set_new(app, "exec", json_array());
	json_object_set_new(app, "user", json_string(user));
	json_object_set_new(app, "group", json_string(group));
	return app;
}

static int
merge_app(const struct pod_request *r, const struct app_request *a,
	  const struct app_plan *plan, json_t **ret, struct error *e)
{
	json_t *of_image = json_object_get(plan->image_json, "app");
	auto_json json_t *app = NULL;

	if (!json_is_object(of_image) && !a->exec)
		return error_set(e, RKT_ERR_INPUT,
				 "error: image %s has no app section and "
				 "--exec argument is not provided",
				 plan->image.key);
	app = json_is_object(of_image) ? json_deep_copy(of_image)
				       : caller_app();
	merge_exec(app, a);
	if (json_array_size(json_object_get(app, "exec")) == 0)
		return error_set(e, RKT_ERR_INPUT,
				 "image \"%s\" has an empty \"exec\" "
				 "(try --exec=BINARY)",
				 plan->image.name);
	set_string(app, "workingDirectory", a->working_dir);
	set_string(app, "user", a->user);
	set_string(app, "group", a->group);
	if (a->supplementary_gids)
		json_object_set(app, "supplementaryGIDs",
				a->supplementary_gids);
	if (a->user_annotations)
		json_object_set(app, "userAnnotations", a->user_annotations);
	if (a->user_labels)
		json_object_set(app, "userLabels", a->user_labels);
	merge_env(app, r, a);
	if (isolators_merge(list_at(app, "isolators"), a, e) < 0)
		return -1;
	*ret = steal(app);
	return 0;
}

/* ---- what stands beside it
 * --------------------------------------------------- */

/* App mounts, then global ones, each target once: the first wins. */
static json_t *
merge_mounts(const json_t *of_app, const json_t *of_pod)
{
	const json_t *lists[] = {of_app, of_pod};
	json_t *result = json_array();
	auto_json json_t *seen = json_object();

	for (int i = 0; i < 2; i++) {
		size_t index;
		json_t *mount;

		json_array_foreach(lists[i], index, mount)
		{
			const char *path = json_string_at(mount, "path");
			autofree char *clean = path_clean(path ? path : "");

			if (json_object_get(seen, clean))
				continue;
			json_object_set_new(seen, clean, json_true());
			json_array_append(result, mount);
		}
	}
	return result;
}

static json_t *
merge_annotations(const struct app_request *a)
{
	const struct {
		const char *name, *value;
	} modes[] = {
		{"coreos.com/rkt/stage2/stdin", a->stdin_mode},
		{"coreos.com/rkt/stage2/stdout", a->stdout_mode},
		{"coreos.com/rkt/stage2/stderr", a->stderr_mode},
	};
	json_t *list =
		a->annotations ? json_deep_copy(a->annotations) : json_array();

	for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++)
		if (modes[i].value)
			appc_list_set(list, modes[i].name, modes[i].value);
	return list;
}

static json_t *
image_reference(const struct app_plan *plan)
{
	json_t *image = json_object();
	json_t *labels = json_object_get(plan->image_json, "labels");

	set_string(image, "name", json_string_at(plan->image_json, "name"));
	json_object_set_new(image, "id", json_string(plan->image.key));
	if (json_array_size(labels) > 0)
		json_object_set(image, "labels", labels);
	return image;
}

int
app_merge(const struct pod_request *r, const struct app_request *a,
	  const struct app_plan *plan, json_t **ret, struct error *e)
{
	json_t *app = NULL;
	json_t *result;

	if (merge_app(r, a, plan, &app, e) < 0)
		return -1;
	result = json_object();
	json_object_set_new(result, "name", json_string(plan->name));
	json_object_set_new(result, "image", image_reference(plan));
	json_object_set_new(result, "app", app);
	if (a->readonly_rootfs)
		json_object_set_new(result, "readOnlyRootFS", json_true());
	json_object_set_new(result, "mounts",
			    merge_mounts(a->mounts, r->mounts));
	json_object_set_new(result, "annotations", merge_annotations(a));
	*ret = result;
	return 0;
}
