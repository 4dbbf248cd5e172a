/* The kinds of configuration files: paths, stage1, auth, dockerAuth, plugin.
 * SPDX-License-Identifier: Apache-2.0 */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "core/appc/rules.h"
#include "core/base/alloc.h"
#include "core/base/cleanup.h"
#include "internal.h"

#define END                                                                    \
	{                                                                      \
		NULL, NULL, ABSENT_OMITTED, false                              \
	}
#define PLUGIN_NAME_MAX 31

/* ---- tables ----------------------------------------------------------------
 */

static bool
is_absolute(const char *s)
{
	return *s == '/';
}

static bool
is_location(const char *s)
{
	static const char *const schemes[] = {
		"file:", "docker:", "http:", "https:"};

	if (*s == '/')
		return true;
	for (size_t i = 0; i < sizeof(schemes) / sizeof(schemes[0]); i++)
		if (strncmp(s, schemes[i], strlen(schemes[i])) == 0)
			return true;
	return false;
}

static bool
is_plugin_kind(const char *s)
{
	return strcmp(s, "image") == 0 || strcmp(s, "stage1") == 0 ||
	       strcmp(s, "net") == 0;
}

static bool
is_plugin_name(const char *s)
{
	size_t len = strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789-");

	return *s >= 'a' && *s <= 'z' && s[len] == '\0' &&
	       len <= PLUGIN_NAME_MAX;
}

static int
check_not_empty(const struct where *at, json_t *list, struct error *e)
{
	if (json_array_size(list) == 0)
		return schema_fail(at, e, "empty");
	return 0;
}

static const struct rule rule_path = {.check = check_text,
				      .is_valid = is_absolute,
				      .what = "an absolute path"};
static const struct rule rule_location = {
	.check = check_text,
	.is_valid = is_location,
	.what = "an absolute path or a file, docker, http or https URL"};
static const struct rule rule_plugin_kind = {.check = check_text,
					     .is_valid = is_plugin_kind,
					     .what = "image, stage1 or net"};
static const struct rule rule_plugin_name = {.check = check_text,
					     .is_valid = is_plugin_name,
					     .what = "the name of a plugin"};
static const struct rule rule_priority = {
	.check = check_integer, .min = INT_MIN, .max = INT_MAX};
static const struct rule rule_places = {
	.check = check_list, .item = &rule_not_empty, .whole = check_not_empty};

static const struct field paths_fields[] = {
	{"data", &rule_path, ABSENT_OMITTED, false},
	{"stage1-images", &rule_path, ABSENT_OMITTED, false},
	END,
};
static const struct field stage1_fields[] = {
	{"name", &rule_text, ABSENT_OMITTED, false},
	{"version", &rule_text, ABSENT_OMITTED, false},
	{"location", &rule_location, ABSENT_OMITTED, false},
	END,
};
static const struct field basic_fields[] = {
	{"user", &rule_not_empty, ABSENT_REFUSED, false},
	{"password", &rule_not_empty, ABSENT_REFUSED, false},
	END,
};
static const struct field oauth_fields[] = {
	{"token", &rule_not_empty, ABSENT_REFUSED, false},
	END,
};
static const struct field aws_fields[] = {
	{"accessKeyID", &rule_not_empty, ABSENT_REFUSED, false},
	{"secretAccessKey", &rule_not_empty, ABSENT_REFUSED, false},
	{"awsRegion", &rule_text, ABSENT_OMITTED, false},
	END,
};
static const struct rule rule_basic = {.check = check_object,
				       .fields = basic_fields};
static const struct rule rule_any = {.check = check_any};
static const struct field auth_fields[] = {
	{"domains", &rule_places, ABSENT_REFUSED, false},
	{"type", &rule_text, ABSENT_REFUSED, false},
	{"credentials", &rule_any, ABSENT_REFUSED, false},
	END,
};
static const struct field docker_fields[] = {
	{"registries", &rule_places, ABSENT_REFUSED, false},
	{"credentials", &rule_basic, ABSENT_REFUSED, false},
	END,
};
static const struct field plugin_fields[] = {
	{"kind", &rule_plugin_kind, ABSENT_REFUSED, false},
	{"name", &rule_plugin_name, ABSENT_REFUSED, false},
	{"disabled", &rule_bool, ABSENT_OMITTED, true},
	{"priority", &rule_priority, ABSENT_OMITTED, true},
	{"config", &rule_text_map, ABSENT_OMITTED, false},
	END,
};

/* ---- what a checked file means ---------------------------------------------
 */

static int
set_once(char **to, const json_t *file, const char *key, struct error *e)
{
	const char *text = json_string_at(file, key);

	if (!text)
		return 0;
	if (*to)
		return error_set(e, RKT_ERR_INPUT,
				 "%s is already specified, again", key);
	*to = xstrdup(text);
	return 0;
}

static int
apply_paths(const json_t *file, struct config *root, struct error *e)
{
	if (set_once(&root->data, file, "data", e) < 0)
		return -1;
	return set_once(&root->stage1_images, file, "stage1-images", e);
}

static int
apply_stage1(const json_t *file, struct config *root, struct error *e)
{
	if (!json_object_get(file, "name") != !json_object_get(file, "version"))
		return error_set(e, RKT_ERR_INPUT,
				 "name and version must be given together");
	if (set_once(&root->stage1_name, file, "name", e) < 0 ||
	    set_once(&root->stage1_version, file, "version", e) < 0)
		return -1;
	return set_once(&root->stage1_location, file, "location", e);
}

/* One entry for every place of the list. */
static int
add_places(json_t *to, const json_t *places, json_t *entry, struct error *e)
{
	json_t *place;
	size_t i;

	json_array_foreach(places, i, place)
	{
		const char *name = json_string_value(place);

		if (json_object_get(to, name))
			return error_set(e, RKT_ERR_INPUT,
					 "credentials for \"%s\" are already "
					 "specified, again",
					 name);
		json_object_set(to, name, entry);
	}
	return 0;
}

static int
apply_auth(const json_t *file, struct config *root, struct error *e)
{
	static const struct {
		const char *type;
		struct rule rule;
	} types[] = {
		{"basic", {.check = check_object, .fields = basic_fields}},
		{"oauth", {.check = check_object, .fields = oauth_fields}},
		{"aws", {.check = check_object, .fields = aws_fields}},
	};
	const char *type = json_string_at(file, "type");
	struct where at = {.key = "credentials"};
	auto_json json_t *entry = json_object();
	json_t *credentials = NULL;
	size_t i = 0;

	while (i < sizeof(types) / sizeof(types[0]) &&
	       strcmp(types[i].type, type) != 0)
		i++;
	if (i == sizeof(types) / sizeof(types[0]))
		return error_set(e, RKT_ERR_INPUT, "unknown auth type \"%s\"",
				 type);
	if (check_object(&at, &types[i].rule,
			 json_object_get(file, "credentials"), &credentials,
			 e) < 0)
		return -1;
	json_object_set_new(entry, "type", json_string(type));
	json_object_set_new(entry, "credentials", credentials);
	return add_places(root->auth, json_object_get(file, "domains"), entry,
			  e);
}

static int
apply_docker(const json_t *file, struct config *root, struct error *e)
{
	return add_places(root->docker_auth,
			  json_object_get(file, "registries"),
			  json_object_get(file, "credentials"), e);
}

static int
apply_plugin(const json_t *file, struct config *root, struct error *e)
{
	autofree char *key = xasprintf("%s/%s", json_string_at(file, "kind"),
				       json_string_at(file, "name"));
	json_t *entry;

	if (json_object_get(root->plugins, key))
		return error_set(e, RKT_ERR_INPUT,
				 "plugin \"%s\" is already specified, again",
				 key);
	entry = json_copy((json_t *)(uintptr_t)file);
	json_object_del(entry, "kind");
	json_object_del(entry, "name");
	json_object_set_new(root->plugins, key, entry);
	return 0;
}

/* ---- finding the kind ------------------------------------------------------
 */

static const struct kind {
	const char *name;
	const struct field *fields;
	int (*apply)(const json_t *file, struct config *root, struct error *e);
} kinds[] = {
	{"auth", auth_fields, apply_auth},
	{"dockerAuth", docker_fields, apply_docker},
	{"paths", paths_fields, apply_paths},
	{"stage1", stage1_fields, apply_stage1},
	{"plugin", plugin_fields, apply_plugin},
};
#define KINDS (sizeof(kinds) / sizeof(kinds[0]))

static const struct kind *
kind_find(const char *name)
{
	for (size_t i = 0; i < KINDS; i++)
		if (strcmp(kinds[i].name, name) == 0)
			return &kinds[i];
	return NULL;
}

static bool
is_allowed(const struct config_directory *dir, const char *name)
{
	for (size_t i = 0; dir->kinds[i]; i++)
		if (strcmp(dir->kinds[i], name) == 0)
			return true;
	return false;
}

static int
header_text(const json_t *file, const char *key, const char **ret,
	    struct error *e)
{
	const char *text = json_string_value(schema_member(file, key));

	if (!text || *text == '\0')
		return error_set(e, RKT_ERR_INPUT, "no %s specified", key);
	*ret = text;
	return 0;
}

int
kind_apply(const struct config_directory *dir, const json_t *file,
	   struct config *root, struct error *e)
{
	auto_json json_t *normal = NULL;
	const struct kind *kind;
	const char *name, *version;

	if (header_text(file, "rktKind", &name, e) < 0 ||
	    header_text(file, "rktVersion", &version, e) < 0)
		return -1;
	kind = kind_find(name);
	if (!kind)
		return error_set(e, RKT_ERR_INPUT, "unknown rktKind \"%s\"",
				 name);
	if (!is_allowed(dir, name))
		return error_set(e, RKT_ERR_INPUT,
				 "rktKind \"%s\" does not belong into %s, but "
				 "was found",
				 name, dir->name);
	if (strcmp(version, "v1") != 0)
		return error_set(e, RKT_ERR_INPUT,
				 "unknown rktVersion \"%s\" of rktKind \"%s\"",
				 version, name);
	if (check_object(NULL, &(struct rule){.fields = kind->fields}, file,
			 &normal, e) < 0)
		return -1;
	return kind->apply(normal, root, e);
}
