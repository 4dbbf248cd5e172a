/* Volumes and mounts.
 * SPDX-License-Identifier: Apache-2.0 */
#include <limits.h>
#include <string.h>

#include "manifest.h"
#include "rules.h"

#define END                                                                    \
	{                                                                      \
		NULL, NULL, ABSENT_OMITTED, false                              \
	}

/* Not kept at its place when given: a default must not change the order. */
static void
set_default(json_t *volume, const char *key, json_t *value)
{
	json_t *given = json_object_get(volume, key);

	if (given) {
		json_decref(value);
		value = json_incref(given);
		json_object_del(volume, key);
	}
	json_object_set_new(volume, key, value);
}

static bool
is_octal(const char *s)
{
	size_t len = strspn(s, "01234567");

	return len > 0 && len <= 5 && s[len] == '\0';
}

static int
check_empty(const struct where *at, json_t *volume, struct error *e)
{
	if (json_object_get(volume, "source"))
		return schema_fail(at, e,
				   "source for empty volume must be empty");
	set_default(volume, "mode", json_string("0755"));
	set_default(volume, "uid", json_integer(0));
	set_default(volume, "gid", json_integer(0));
	return 0;
}

static int
check_host(const struct where *at, json_t *volume, struct error *e)
{
	static const char *const forbidden[] = {"mode", "uid", "gid"};
	const char *source = json_string_at(volume, "source");

	if (!source)
		return schema_fail(at, e,
				   "source for host volume cannot be empty");
	if (*source != '/')
		return schema_fail(
			at, e, "source \"%s\" is not an absolute path", source);
	for (size_t i = 0; i < sizeof(forbidden) / sizeof(forbidden[0]); i++)
		if (json_object_get(volume, forbidden[i]))
			return schema_fail(at, e,
					   "%s for host volume cannot be set",
					   forbidden[i]);
	return 0;
}

static int
check_kind(const struct where *at, json_t *volume, struct error *e)
{
	const char *kind = json_string_at(volume, "kind");

	if (strcmp(kind, "empty") == 0)
		return check_empty(at, volume, e);
	if (strcmp(kind, "host") == 0)
		return check_host(at, volume, e);
	return schema_fail(at, e, "unrecognized volume kind \"%s\"", kind);
}

static int
check_volumes(const struct where *at, json_t *list, struct error *e)
{
	const char *twice = schema_duplicate(list, "name");

	(void)at;
	if (twice)
		return error_set(e, RKT_ERR_INPUT,
				 "duplicate volume name \"%s\"", twice);
	return 0;
}

static const struct rule rule_mode = {
	.check = check_text, .is_valid = is_octal, .what = "an octal mode"};
static const struct rule rule_id = {
	.check = check_integer, .min = 0, .max = UINT_MAX};
static const struct field volume_fields[] = {
	{"name", &rule_name, ABSENT_REFUSED, false},
	{"kind", &rule_text, ABSENT_REFUSED, false},
	{"source", &rule_text, ABSENT_OMITTED, false},
	{"readOnly", &rule_bool, ABSENT_OMITTED, true},
	{"recursive", &rule_bool, ABSENT_OMITTED, true},
	{"mode", &rule_mode, ABSENT_OMITTED, true},
	{"uid", &rule_id, ABSENT_OMITTED, true},
	{"gid", &rule_id, ABSENT_OMITTED, true},
	END,
};
const struct rule rule_volume = {
	.check = check_object, .fields = volume_fields, .whole = check_kind};
const struct rule rule_volumes = {
	.check = check_list, .item = &rule_volume, .whole = check_volumes};

static const struct field mount_fields[] = {
	{"volume", &rule_name, ABSENT_REFUSED, false},
	{"path", &rule_not_empty, ABSENT_REFUSED, false},
	{"appVolume", &rule_volume, ABSENT_OMITTED, false},
	END,
};
const struct rule rule_mount = {.check = check_object, .fields = mount_fields};
const struct rule rule_mounts = {.check = check_list, .item = &rule_mount};

int
volume_check(const json_t *volume, json_t **ret_normal, struct error *e)
{
	return rule_volume.check(NULL, &rule_volume, volume, ret_normal, e);
}

int
mount_check(const json_t *mount, json_t **ret_normal, struct error *e)
{
	return rule_mount.check(NULL, &rule_mount, mount, ret_normal, e);
}
