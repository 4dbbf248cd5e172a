/* The pod manifest as plain structs, for engines.
 * SPDX-License-Identifier: Apache-2.0 */
#include "pod-spec.h"

#include <jansson.h>
#include <stdint.h>
#include <string.h>

#include "memory.h"
#include "volumes.h"

/* What one app is read from; all borrowed. */
struct source {
	const json_t *runtime; /* the app in the pod manifest         */
	const json_t *section; /* its app section, else the image's   */
	const json_t *image;
	const json_t *volumes;
};

static rkt_status
bad(struct rkt_call *call, const char *app, const char *what)
{
	return call->host->fail(call, RKT_ERR_INPUT, 0, "app '%s': %s", app,
				what);
}

static rkt_status
parse(struct rkt_call *call, const char *text, const char *what, json_t **ret)
{
	json_error_t why;

	*ret = json_loads(text ? text : "", JSON_REJECT_DUPLICATES, &why);
	if (*ret && json_is_object(*ret))
		return RKT_OK;
	json_decref(*ret);
	*ret = NULL;
	return call->host->fail(call, RKT_ERR_INPUT, 0,
				"%s manifest is not valid: %s", what,
				why.text[0] ? why.text : "not an object");
}

struct member {
	const char *name;
	const char *is; /* what it must be, for the message */
};

/* A member that is not what it must be is no default: "user": 5 would be
 * root.  The last entry has no name. */
static rkt_status
check_members(struct rkt_call *call, const char *app, const json_t *object,
	      const struct member *members)
{
	for (; members->name; members++) {
		const json_t *value = json_object_get(object, members->name);
		bool is_right = !value || json_is_null(value);

		if (strcmp(members->is, "a list") == 0)
			is_right = is_right || json_is_array(value);
		else if (strcmp(members->is, "text") == 0)
			is_right = is_right || json_is_string(value);
		else
			is_right = is_right || json_is_boolean(value);
		if (!is_right)
			return call->host->fail(call, RKT_ERR_INPUT, 0,
						"app '%s': '%s' is not %s", app,
						members->name, members->is);
	}
	return RKT_OK;
}

static rkt_status
check_types(struct rkt_call *call, const char *app, const struct source *from)
{
	static const struct member runtime[] = {
		{"mounts", "a list"},
		{"readOnlyRootFS", "true or false"},
		{NULL, NULL},
	};
	static const struct member section[] = {
		{"exec", "a list"},
		{"environment", "a list"},
		{"supplementaryGIDs", "a list"},
		{"mountPoints", "a list"},
		{"user", "text"},
		{"group", "text"},
		{"workingDirectory", "text"},
		{NULL, NULL},
	};
	rkt_status status = check_members(call, app, from->runtime, runtime);

	if (status == RKT_OK)
		status = check_members(call, app, from->section, section);
	return status;
}

static const char *
copy_member(struct rkt_call *call, const json_t *object, const char *key,
	    const char *otherwise)
{
	const char *s = json_string_value(json_object_get(object, key));

	return rkt_copy(call, s && *s ? s : otherwise);
}

static rkt_status
read_exec(struct rkt_call *call, const struct source *from,
	  struct rkt_app_spec *app)
{
	const json_t *list = json_object_get(from->section, "exec");
	size_t n = json_array_size(list);
	const char **exec = rkt_alloc(call, n + 1, sizeof(*exec));

	if (!exec)
		return RKT_ERR_SYSTEM;
	for (size_t i = 0; i < n; i++) {
		const char *word = json_string_value(json_array_get(list, i));

		if (!word)
			return bad(call, app->name, "exec is not all text");
		exec[i] = rkt_copy(call, word);
		if (!exec[i])
			return RKT_ERR_SYSTEM;
	}
	if (n == 0 || exec[0][0] == '\0')
		return call->host->fail(call, RKT_ERR_INPUT, 0,
					"image \"%s\" has an empty \"exec\" "
					"(try --exec=BINARY)",
					app->image_name);
	app->exec = exec;
	app->n_exec = n;
	return RKT_OK;
}

static rkt_status
read_env(struct rkt_call *call, const struct source *from,
	 struct rkt_app_spec *app)
{
	const json_t *list = json_object_get(from->section, "environment");
	size_t n = json_array_size(list);
	const char **env = rkt_alloc(call, n + 1, sizeof(*env));

	if (!env)
		return RKT_ERR_SYSTEM;
	for (size_t i = 0; i < n; i++) {
		const json_t *item = json_array_get(list, i);
		const char *name =
			json_string_value(json_object_get(item, "name"));
		const char *value =
			json_string_value(json_object_get(item, "value"));

		if (!name || !*name || strpbrk(name, "=\n") || !value)
			return bad(call, app->name,
				   "environment has an entry that is none");
		env[i] = rkt_format(call, "%s=%s", name, value);
		if (!env[i])
			return RKT_ERR_SYSTEM;
	}
	app->env = env;
	return RKT_OK;
}

static rkt_status
read_gids(struct rkt_call *call, const struct source *from,
	  struct rkt_app_spec *app)
{
	const json_t *list =
		json_object_get(from->section, "supplementaryGIDs");
	size_t n = json_array_size(list);
	gid_t *gids = rkt_alloc(call, n, sizeof(*gids));

	if (!gids)
		return RKT_ERR_SYSTEM;
	for (size_t i = 0; i < n; i++) {
		const json_t *item = json_array_get(list, i);
		json_int_t gid = json_integer_value(item);

		if (!json_is_integer(item) || gid < 0 || gid >= UINT32_MAX)
			return bad(call, app->name,
				   "a supplementary group is not a group id");
		gids[i] = (gid_t)gid;
	}
	app->gids = gids;
	app->n_gids = n;
	return RKT_OK;
}

/* The last one counts, as with everything given twice. */
static const json_t *
annotation(const json_t *object, const char *name)
{
	const json_t *list = json_object_get(object, "annotations");
	const json_t *found = NULL;

	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *entry = json_array_get(list, i);
		const char *s =
			json_string_value(json_object_get(entry, "name"));

		if (s && strcmp(s, name) == 0)
			found = json_object_get(entry, "value");
	}
	return found;
}

static void
read_streams(const struct source *from, struct rkt_app_spec *app)
{
	static const char *const names[] = {"coreos.com/rkt/stage2/stdin",
					    "coreos.com/rkt/stage2/stdout",
					    "coreos.com/rkt/stage2/stderr"};

	for (size_t i = 0; i < 3; i++) {
		const char *mode =
			json_string_value(annotation(from->runtime, names[i]));

		if (!mode)
			app->streams[i] = RKT_STREAM_DEFAULT;
		else if (strcmp(mode, "null") == 0)
			app->streams[i] = RKT_STREAM_NULL;
		else if (strcmp(mode, "log") == 0)
			app->streams[i] = RKT_STREAM_LOG;
		else
			app->streams[i] = RKT_STREAM_OTHER;
	}
}

/* Did the image mean the same by its user and its group, and nobody change
 * the group since? */
static bool
group_is_users(const struct source *from, const struct rkt_app_spec *app)
{
	const json_t *section = json_object_get(from->image, "app");
	const char *user = json_string_value(json_object_get(section, "user"));
	const char *group =
		json_string_value(json_object_get(section, "group"));

	return user && group && strcmp(user, group) == 0 &&
	       strcmp(group, app->group) == 0;
}

static rkt_status
read_identity(struct rkt_call *call, const struct source *from,
	      struct rkt_app_spec *app)
{
	app->image_name = copy_member(call, from->image, "name", "");
	app->user = copy_member(call, from->section, "user", "0");
	app->group = copy_member(call, from->section, "group", "0");
	app->working_directory =
		copy_member(call, from->section, "workingDirectory", "/");
	if (!app->image_name || !app->user || !app->group ||
	    !app->working_directory)
		return RKT_ERR_SYSTEM;
	app->is_root_read_only =
		json_is_true(json_object_get(from->runtime, "readOnlyRootFS"));
	app->is_docker =
		annotation(from->image, "appc.io/docker/repository") != NULL;
	read_streams(from, app);
	app->group_is_users = group_is_users(from, app);
	return read_gids(call, from, app);
}

static rkt_status
read_app(struct rkt_call *call, const struct source *from,
	 struct rkt_app_spec *app)
{
	struct rkt_mount_input mounts = {
		.app = app->name,
		.mounts = json_object_get(from->runtime, "mounts"),
		.mount_points = json_object_get(from->section, "mountPoints"),
		.volumes = from->volumes,
	};
	rkt_status status = check_types(call, app->name, from);

	if (status == RKT_OK)
		status = read_identity(call, from, app);
	mounts.is_docker = app->is_docker;
	if (status == RKT_OK)
		status = read_exec(call, from, app);
	if (status == RKT_OK)
		status = read_env(call, from, app);
	if (status == RKT_OK)
		status = rkt_mounts_merge(call, &mounts, &app->mounts,
					  &app->n_mounts);
	return status;
}

static rkt_status
read_one(struct rkt_call *call, const struct rkt_stage1_app *given,
	 const json_t *manifest, size_t i, struct rkt_app_spec *app)
{
	struct rkt_stage1_app *files = rkt_alloc(call, 1, sizeof(*files));
	struct source from = {
		.runtime = json_array_get(json_object_get(manifest, "apps"), i),
		.volumes = json_object_get(manifest, "volumes"),
	};
	json_t *image = NULL;
	rkt_status status;

	if (!files)
		return RKT_ERR_SYSTEM;
	RKT_TAKE(call, files, given);
	app->files = files;
	app->name = rkt_copy(call, files->name);
	if (!app->name)
		return RKT_ERR_SYSTEM;
	status = parse(call, files->image_manifest, "image", &image);
	if (status != RKT_OK)
		return status;
	from.image = image;
	from.section = json_object_get(from.runtime, "app");
	if (!json_is_object(from.section))
		from.section = json_object_get(image, "app");
	if (json_is_object(from.section))
		status = read_app(call, &from, app);
	else
		status = bad(call, app->name,
			     "neither the pod nor the image "
			     "says what to run");
	json_decref(image);
	return status;
}

rkt_status
rkt_pod_spec_read(struct rkt_call *call, const struct rkt_stage1_pod *pod,
		  struct rkt_pod_spec *ret)
{
	struct rkt_app_spec *apps = NULL;
	json_t *manifest = NULL;
	rkt_status status = parse(call, pod->manifest, "pod", &manifest);

	if (status != RKT_OK)
		return status;
	if (json_array_size(json_object_get(manifest, "apps")) != pod->n_apps)
		status = call->host->fail(call, RKT_ERR_INPUT, 0,
					  "pod manifest lists other apps than "
					  "the pod has");
	else if (!(apps = rkt_alloc(call, pod->n_apps, sizeof(*apps))))
		status = RKT_ERR_SYSTEM;
	for (size_t i = 0; status == RKT_OK && i < pod->n_apps; i++)
		status = read_one(call, pod->apps[i], manifest, i, &apps[i]);
	json_decref(manifest);
	if (status != RKT_OK)
		return status;
	*ret = (struct rkt_pod_spec){.apps = apps, .n_apps = pod->n_apps};
	return RKT_OK;
}

const struct rkt_app_spec *
rkt_pod_spec_app(const struct rkt_pod_spec *spec, const char *name)
{
	for (size_t i = 0; i < spec->n_apps; i++)
		if (strcmp(spec->apps[i].name, name) == 0)
			return &spec->apps[i];
	return NULL;
}
