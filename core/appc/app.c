/* The app section of manifests.
 * SPDX-License-Identifier: Apache-2.0 */
#include <limits.h>
#include <string.h>

#include "rules.h"

#define END                                                                    \
	{                                                                      \
		NULL, NULL, ABSENT_OMITTED, false                              \
	}

/* Wider than appc, which wants [A-Za-z_][A-Za-z_0-9.-]*: images of other
 * formats and callers with exported functions have names that execve() takes
 * too. */
static bool
is_variable(const char *s)
{
	if (*s == '\0')
		return false;
	for (; *s; s++)
		if (*s == '=' || (unsigned char)*s < 0x20)
			return false;
	return true;
}

static bool
is_absolute_or_empty(const char *s)
{
	return *s == '\0' || *s == '/';
}

static bool
is_event(const char *s)
{
	return strcmp(s, "pre-start") == 0 || strcmp(s, "post-stop") == 0;
}

static int
no_duplicates(const struct where *at, json_t *list, const char *what,
	      struct error *e)
{
	const char *twice = schema_duplicate(list, "name");

	if (twice)
		return schema_fail(at, e, "duplicate %s \"%s\"", what, twice);
	return 0;
}

static int
check_handlers(const struct where *at, json_t *list, struct error *e)
{
	return no_duplicates(at, list, "event handler", e);
}

static int
check_environment(const struct where *at, json_t *list, struct error *e)
{
	return no_duplicates(at, list, "environment variable", e);
}

/* A count of 0 means 1; the last port of the range must exist. */
static int
check_port(const struct where *at, json_t *port, struct error *e)
{
	json_int_t first = json_integer_value(json_object_get(port, "port"));
	json_int_t count = json_integer_value(json_object_get(port, "count"));

	if (count == 0) {
		count = 1;
		json_object_set_new(port, "count", json_integer(1));
	}
	if (first + count - 1 > 65535)
		return schema_fail(at, e, "the range ends behind port 65535");
	return 0;
}

static const struct rule rule_event = {.check = check_text,
				       .is_valid = is_event,
				       .what = "pre-start or post-stop"};
static const struct field handler_fields[] = {
	{"name", &rule_event, ABSENT_REFUSED, false},
	{"exec", &rule_text_list, ABSENT_NULL, false},
	END,
};
static const struct rule rule_handler = {.check = check_object,
					 .fields = handler_fields};
static const struct rule rule_handlers = {
	.check = check_list, .item = &rule_handler, .whole = check_handlers};

static const struct rule rule_variable_name = {
	.check = check_text,
	.is_valid = is_variable,
	.what = "the name of an environment variable"};
static const struct field variable_fields[] = {
	{"name", &rule_variable_name, ABSENT_REFUSED, false},
	{"value", &rule_text, ABSENT_EMPTY_TEXT, false},
	END,
};
static const struct rule rule_variable = {.check = check_object,
					  .fields = variable_fields};
static const struct rule rule_environment = {.check = check_list,
					     .item = &rule_variable,
					     .whole = check_environment};

static const struct field mount_point_fields[] = {
	{"name", &rule_name, ABSENT_REFUSED, false},
	{"path", &rule_not_empty, ABSENT_REFUSED, false},
	{"readOnly", &rule_bool, ABSENT_OMITTED, false},
	END,
};
static const struct rule rule_mount_point = {.check = check_object,
					     .fields = mount_point_fields};
static const struct rule rule_mount_points = {.check = check_list,
					      .item = &rule_mount_point};

static const struct rule rule_count = {
	.check = check_integer, .min = 0, .max = 65535};
static const struct field port_fields[] = {
	{"name", &rule_name, ABSENT_REFUSED, false},
	{"protocol", &rule_text, ABSENT_EMPTY_TEXT, false},
	{"port", &rule_port_number, ABSENT_REFUSED, false},
	{"count", &rule_count, ABSENT_ONE, false},
	{"socketActivated", &rule_bool, ABSENT_FALSE, false},
	END,
};
const struct rule rule_port = {
	.check = check_object, .fields = port_fields, .whole = check_port};
static const struct rule rule_ports = {.check = check_list, .item = &rule_port};

static const struct rule rule_gid = {
	.check = check_integer, .min = 0, .max = UINT_MAX};
static const struct rule rule_gids = {.check = check_list, .item = &rule_gid};
static const struct rule rule_directory = {.check = check_text,
					   .is_valid = is_absolute_or_empty,
					   .what = "an absolute path"};

/* Specifications also write "supplementaryGids"; keys match without case. */
static const struct field app_fields[] = {
	{"exec", &rule_text_list, ABSENT_OMITTED, false},
	{"eventHandlers", &rule_handlers, ABSENT_OMITTED, false},
	{"user", &rule_not_empty, ABSENT_REFUSED, false},
	{"group", &rule_not_empty, ABSENT_REFUSED, false},
	{"supplementaryGIDs", &rule_gids, ABSENT_OMITTED, false},
	{"workingDirectory", &rule_directory, ABSENT_OMITTED, false},
	{"environment", &rule_environment, ABSENT_OMITTED, false},
	{"mountPoints", &rule_mount_points, ABSENT_OMITTED, false},
	{"ports", &rule_ports, ABSENT_OMITTED, false},
	{"isolators", &rule_isolators, ABSENT_OMITTED, false},
	{"userAnnotations", &rule_text_map, ABSENT_OMITTED, false},
	{"userLabels", &rule_text_map, ABSENT_OMITTED, false},
	END,
};
const struct rule rule_app = {.check = check_object, .fields = app_fields};
