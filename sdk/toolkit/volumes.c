/* Which volume of the pod goes where in an app.
 * SPDX-License-Identifier: Apache-2.0 */
#include "volumes.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "memory.h"
#include "mounts.h"

static const char *
text_of(const json_t *object, const char *key)
{
	const char *s = json_string_value(json_object_get(object, key));

	return s ? s : "";
}

static const json_t *
find_by_name(const json_t *list, const char *name)
{
	size_t i;
	json_t *item;

	json_array_foreach((json_t *)list, i, item)
	{
		if (strcmp(text_of(item, "name"), name) == 0)
			return item;
	}
	return NULL;
}

static bool
parse_mode(const json_t *value, mode_t *ret)
{
	const char *s = json_string_value(value);
	char *end;
	unsigned long mode;

	if (!value) {
		*ret = 0755;
		return true;
	}
	if (!s || *s < '0' || *s > '7')
		return false;
	errno = 0;
	mode = strtoul(s, &end, 8);
	*ret = (mode_t)mode;
	return *end == '\0' && errno == 0 && mode <= 07777;
}

/* -1 is no owner but "leave as it is" to chown. */
static bool
parse_id(const json_t *value, uid_t *ret)
{
	json_int_t id = json_integer_value(value);

	*ret = (uid_t)id;
	return !value || (json_is_integer(value) && id >= 0 && id < UINT32_MAX);
}

static rkt_status
take_volume(struct rkt_call *call, const json_t *volume,
	    struct rkt_mount_spec *m)
{
	const char *name = text_of(volume, "name");
	const char *kind = text_of(volume, "kind");
	const json_t *recursive = json_object_get(volume, "recursive");

	if (strcmp(kind, "host") == 0)
		m->kind = RKT_VOLUME_HOST;
	else if (strcmp(kind, "empty") == 0)
		m->kind = RKT_VOLUME_EMPTY;
	else
		return call->host->fail(call, RKT_ERR_UNSUPPORTED, 0,
					"volume '%s' is of unknown kind '%s'",
					name, kind);
	m->source = rkt_copy(call, text_of(volume, "source"));
	if (!m->source)
		return RKT_ERR_SYSTEM;
	if (m->kind == RKT_VOLUME_HOST && m->source[0] != '/')
		return call->host->fail(call, RKT_ERR_INPUT, 0,
					"volume '%s' has no absolute source",
					name);
	m->recursive_given = json_is_boolean(recursive);
	m->is_recursive = !json_is_false(recursive);
	if (!parse_mode(json_object_get(volume, "mode"), &m->mode) ||
	    !parse_id(json_object_get(volume, "uid"), &m->uid) ||
	    !parse_id(json_object_get(volume, "gid"), &m->gid))
		return call->host->fail(call, RKT_ERR_INPUT, 0,
					"volume '%s' has an impossible owner "
					"or mode",
					name);
	return RKT_OK;
}

/* A switch of the wrong type must not come out as "writable". */
static rkt_status
check_switch(struct rkt_call *call, const json_t *object, const char *key)
{
	const json_t *value = json_object_get(object, key);

	if (!value || json_is_null(value) || json_is_boolean(value))
		return RKT_OK;
	return call->host->fail(call, RKT_ERR_INPUT, 0,
				"volume '%s': '%s' is not true or false",
				text_of(object, "name"), key);
}

static rkt_status
check_switches(struct rkt_call *call, const json_t *list)
{
	rkt_status status = RKT_OK;
	size_t i;
	json_t *item;

	json_array_foreach((json_t *)list, i, item)
	{
		if (status == RKT_OK)
			status = check_switch(call, item, "readOnly");
		if (status == RKT_OK)
			status = check_switch(call, item, "recursive");
	}
	return status;
}

/* `point` may be NULL. */
static bool
read_only_of(const json_t *volume, const json_t *point)
{
	const json_t *own = json_object_get(volume, "readOnly");

	if (json_is_boolean(own))
		return json_is_true(own);
	return json_is_true(json_object_get(point, "readOnly"));
}

/* The name becomes a directory of the pod. */
static rkt_status
set_place(struct rkt_call *call, struct rkt_mount_spec *m, const char *volume,
	  const char *target)
{
	if (volume[0] == '\0' || strchr(volume, '/') ||
	    strcmp(volume, ".") == 0 || strcmp(volume, "..") == 0)
		return call->host->fail(call, RKT_ERR_INPUT, 0,
					"'%s' cannot be the name of a volume",
					volume);
	if (target[0] == '\0')
		return call->host->fail(call, RKT_ERR_INPUT, 0,
					"volume '%s' is mounted nowhere",
					volume);
	m->volume = rkt_copy(call, volume);
	m->target = rkt_copy(call, target);
	return m->volume && m->target ? RKT_OK : RKT_ERR_SYSTEM;
}

static rkt_status
add_mount(struct rkt_call *call, const struct rkt_mount_input *in,
	  const json_t *mount, struct rkt_mount_spec *m)
{
	const char *name = text_of(mount, "volume");
	const json_t *volume = json_object_get(mount, "appVolume");
	rkt_status status;

	if (!json_is_object(volume))
		volume = find_by_name(in->volumes, name);
	else
		name = text_of(volume, "name");
	if (!volume)
		return call->host->fail(call, RKT_ERR_INPUT, 0,
					"could not find volume %s", name);
	status = check_switch(call, volume, "readOnly");
	if (status == RKT_OK)
		status = check_switch(call, volume, "recursive");
	if (status == RKT_OK)
		status = set_place(call, m, name, text_of(mount, "path"));
	if (status != RKT_OK)
		return status;
	m->is_read_only =
		read_only_of(volume, find_by_name(in->mount_points, name));
	return take_volume(call, volume, m);
}

static rkt_status
add_implicit(struct rkt_call *call, const struct rkt_mount_input *in,
	     const json_t *point, struct rkt_mount_spec *m)
{
	const char *name = text_of(point, "name");
	const char *volume = rkt_format(call, "%s-%s", in->app, name);

	if (!volume)
		return RKT_ERR_SYSTEM;
	m->kind = RKT_VOLUME_EMPTY;
	m->mode = 0755;
	m->is_recursive = true;
	m->is_read_only = json_is_true(json_object_get(point, "readOnly"));
	m->is_implicit = true;
	m->starts_as_image = in->is_docker;
	return set_place(call, m, volume, text_of(point, "path"));
}

static rkt_status
add_point(struct rkt_call *call, const struct rkt_mount_input *in,
	  const json_t *point, struct rkt_mount_spec *m)
{
	const char *name = text_of(point, "name");
	const json_t *volume = find_by_name(in->volumes, name);
	rkt_status status;

	if (!volume)
		return add_implicit(call, in, point, m);
	status = set_place(call, m, name, text_of(point, "path"));
	if (status != RKT_OK)
		return status;
	m->is_read_only = read_only_of(volume, point);
	return take_volume(call, volume, m);
}

static bool
is_covered(const struct rkt_mount_spec *all, size_t n, const char *path)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(all[i].target, path) == 0)
			return true;
	return false;
}

/* How far below the root, as written: "/a//b/../c" is 2. */
static unsigned int
depth_of(const char *path)
{
	unsigned int depth = 0;

	while (*path) {
		size_t len = strcspn(path, "/");

		if (len == 2 && memcmp(path, "..", 2) == 0)
			depth -= depth > 0;
		else if (len > 1 || (len == 1 && *path != '.'))
			depth++;
		path += len + (path[len] == '/');
	}
	return depth;
}

struct place {
	unsigned int depth;
	size_t index;
};

static int
compare_places(const void *a, const void *b)
{
	const struct place *one = a;
	const struct place *two = b;

	if (one->depth != two->depth)
		return one->depth < two->depth ? -1 : 1;
	return (one->index > two->index) - (one->index < two->index);
}

/* What is mounted later hides what was mounted below it before: the outer one
 * comes first, whatever the order of the options was. */
static rkt_status
outer_first(struct rkt_call *call, const struct rkt_mount_spec *all, size_t n,
	    const struct rkt_mount_spec **ret)
{
	struct place *places = rkt_alloc(call, n, sizeof(*places));
	struct rkt_mount_spec *sorted = rkt_alloc(call, n, sizeof(*sorted));

	if (!places || !sorted)
		return RKT_ERR_SYSTEM;
	for (size_t i = 0; i < n; i++)
		places[i] = (struct place){depth_of(all[i].target), i};
	if (n > 0)
		qsort(places, n, sizeof(*places), compare_places);
	for (size_t i = 0; i < n; i++)
		sorted[i] = all[places[i].index];
	*ret = sorted;
	return RKT_OK;
}

rkt_status
rkt_mounts_merge(struct rkt_call *call, const struct rkt_mount_input *in,
		 const struct rkt_mount_spec **ret, size_t *ret_n)
{
	size_t n_mounts = json_array_size(in->mounts);
	size_t room = n_mounts + json_array_size(in->mount_points);
	struct rkt_mount_spec *all = rkt_alloc(call, room, sizeof(*all));
	size_t n = 0;
	size_t i;
	json_t *item;
	rkt_status status;

	if (!all)
		return RKT_ERR_SYSTEM;
	status = check_switches(call, in->volumes);
	if (status == RKT_OK)
		status = check_switches(call, in->mount_points);
	if (status != RKT_OK)
		return status;
	json_array_foreach((json_t *)in->mounts, i, item)
	{
		status = add_mount(call, in, item, &all[n++]);
		if (status != RKT_OK)
			return status;
	}
	json_array_foreach((json_t *)in->mount_points, i, item)
	{
		if (is_covered(all, n_mounts, text_of(item, "path")))
			continue;
		status = add_point(call, in, item, &all[n++]);
		if (status != RKT_OK)
			return status;
	}
	*ret_n = n;
	return outer_first(call, all, n, ret);
}

void
rkt_mounts_warn(struct rkt_call *call, const struct rkt_app_spec *app)
{
	for (size_t i = 0; i < app->n_mounts; i++)
		if (app->mounts[i].is_implicit)
			call->host->log(
				call, RKT_LOG_WARNING,
				"no volume specified for mount point '%s', "
				"implicitly creating an \"empty\" volume. This "
				"volume will be removed when the pod is "
				"garbage-collected.",
				app->mounts[i].volume + strlen(app->name) + 1);
}
