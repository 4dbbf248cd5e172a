/* Isolators: which there are, what their values may be, what they need.
 * SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include <rkt/stage1.h>

#include "core/base/alloc.h"
#include "manifest.h"
#include "quantity.h"
#include "rules.h"

/* One value; `at` ends with "value". */
struct kind {
	const char *name;
	int (*check)(const struct where *at, const json_t *value,
		     struct error *e);
	uint64_t need;  /* RKT_STAGE1_CAP_* */
	bool is_single; /* at most one in a list */
};

static int
check_quantity(const struct where *up, const char *key, const json_t *value,
	       struct error *e)
{
	struct where at = {.up = up, .key = key};
	struct quantity q;
	char *text = NULL;
	int result;

	if (!value || json_is_null(value))
		return 0;
	if (!json_is_string(value) && !json_is_number(value))
		return schema_fail(&at, e, "not a quantity");
	if (json_is_string(value))
		text = xstrdup(json_string_value(value));
	else
		text = json_print(value, false);
	result = quantity_parse(text, &q, e);
	free(text);
	return result;
}

/* `is_block`: bandwidth and operations limit the default device only. */
static int
check_resource(const struct where *at, const json_t *value, bool is_block,
	       struct error *e)
{
	const json_t *is_default = schema_member(value, "default");
	const json_t *request = schema_member(value, "request");

	if (!json_is_object(value))
		return schema_fail(at, e, "not an object");
	if (is_default && !json_is_boolean(is_default))
		return schema_fail(at, e, "default is neither true nor false");
	if (json_is_true(is_default) != is_block)
		return schema_fail(at, e, "default must be %s",
				   is_block ? "true" : "false");
	if (is_block && request && !json_is_null(request))
		return schema_fail(at, e, "request must not be set");
	if (check_quantity(at, "request", request, e) < 0)
		return -1;
	return check_quantity(at, "limit", schema_member(value, "limit"), e);
}

static int
check_amount(const struct where *at, const json_t *value, struct error *e)
{
	return check_resource(at, value, false, e);
}

static int
check_block(const struct where *at, const json_t *value, struct error *e)
{
	return check_resource(at, value, true, e);
}

static int
check_set(const struct where *at, const json_t *value, struct error *e)
{
	const json_t *set = schema_member(value, "set");
	json_t *item;
	size_t i;

	if (!json_is_array(set) || json_array_size(set) == 0)
		return schema_fail(at, e, "set must be a list, and not empty");
	json_array_foreach(set, i, item)
	{
		if (!json_is_string(item))
			return schema_fail(at, e, "set has what is no string");
	}
	return 0;
}

static bool
is_errno_name(const char *s)
{
	return *s == 'E' && strspn(s + 1, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
					  "0123456789") == strlen(s + 1);
}

static int
check_seccomp(const struct where *at, const json_t *value, struct error *e)
{
	const json_t *name = schema_member(value, "errno");
	const char *text = json_string_value(name);

	if (check_set(at, value, e) < 0)
		return -1;
	if (!name || json_is_null(name))
		return 0;
	if (!text || (*text && !is_errno_name(text)))
		return schema_fail(at, e, "errno \"%s\" is not an errno name",
				   text ? text : "");
	return 0;
}

static int
check_flag(const struct where *at, const json_t *value, struct error *e)
{
	if (!json_is_boolean(value))
		return schema_fail(at, e, "neither true nor false");
	return 0;
}

static int
check_range(const struct where *at, const json_t *value, json_int_t min,
	    json_int_t max, struct error *e)
{
	const struct rule range = {.min = min, .max = max};
	auto_json json_t *copy = NULL;

	return check_integer(at, &range, value, &copy, e);
}

static int
check_oom_score(const struct where *at, const json_t *value, struct error *e)
{
	return check_range(at, value, -1000, 1000, e);
}

static int
check_shares(const struct where *at, const json_t *value, struct error *e)
{
	return check_range(at, value, 2, 262144, e);
}

static int
check_selinux(const struct where *at, const json_t *value, struct error *e)
{
	static const char *const parts[] = {"user", "role", "type", "level"};

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		const char *part =
			json_string_value(schema_member(value, parts[i]));

		if (!part || *part == '\0')
			return schema_fail(at, e, "%s is empty", parts[i]);
		if (i < 3 && strchr(part, ':'))
			return schema_fail(at, e, "%s contains a colon",
					   parts[i]);
	}
	return 0;
}

static int
check_sysctl(const struct where *at, const json_t *value, struct error *e)
{
	auto_json json_t *copy = NULL;

	return check_text_map(at, NULL, value, &copy, e);
}

#define RESOURCES RKT_STAGE1_CAP_RESOURCES
#define CAPS      RKT_STAGE1_CAP_LINUX_CAPS
#define SECCOMP   RKT_STAGE1_CAP_SECCOMP
#define RETAIN    "os/linux/seccomp-retain-set"
#define REMOVE    "os/linux/seccomp-remove-set"

static const struct kind kinds[] = {
	{"resource/cpu", check_amount, RESOURCES, false},
	{"resource/memory", check_amount, RESOURCES, false},
	{"resource/block-bandwidth", check_block, RESOURCES, false},
	{"resource/block-iops", check_block, RESOURCES, false},
	{"resource/network-bandwidth", check_block, RESOURCES, false},
	{"os/linux/capabilities-retain-set", check_set, CAPS, false},
	{"os/linux/capabilities-remove-set", check_set, CAPS, false},
	{"os/linux/no-new-privileges", check_flag, CAPS, false},
	{RETAIN, check_seccomp, SECCOMP, true},
	{REMOVE, check_seccomp, SECCOMP, true},
	{"os/linux/oom-score-adj", check_oom_score, RESOURCES, true},
	{"os/linux/cpu-shares", check_shares, RESOURCES, true},
	{"os/linux/selinux-context", check_selinux, 0, true},
	{"os/unix/sysctl", check_sysctl, 0, false},
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

static int
check_one(const struct where *up, json_t *isolator, struct error *e)
{
	const struct kind *kind = kind_find(json_string_at(isolator, "name"));
	struct where at = {.up = up, .key = "value"};

	if (!kind)
		return 0;
	return kind->check(&at, json_object_get(isolator, "value"), e);
}

static int
check_sets(const struct where *at, json_t *list, struct error *e)
{
	unsigned int seen = 0;
	json_t *isolator;
	size_t i;

	json_array_foreach(list, i, isolator)
	{
		const char *name = json_string_at(isolator, "name");
		const struct kind *kind = name ? kind_find(name) : NULL;
		unsigned int bit = kind ? 1u << (kind - kinds) : 0;

		if (kind && kind->is_single && (seen & bit))
			return schema_fail(at, e, "more than one \"%s\"", name);
		seen |= bit;
	}
	if ((seen & 1u << (kind_find(RETAIN) - kinds)) &&
	    (seen & 1u << (kind_find(REMOVE) - kinds)))
		return error_set(e, RKT_ERR_INPUT,
				 "isolators set contains incompatible types");
	return 0;
}

static const struct rule rule_any = {.check = check_any};
static const struct field isolator_fields[] = {
	{"name", &rule_identifier, ABSENT_REFUSED, false},
	{"value", &rule_any, ABSENT_NULL, false},
	{NULL, NULL, ABSENT_OMITTED, false},
};
const struct rule rule_isolator = {
	.check = check_object, .fields = isolator_fields, .whole = check_one};
const struct rule rule_isolators = {
	.check = check_list, .item = &rule_isolator, .whole = check_sets};
const struct rule rule_pod_isolators = {.check = check_list,
					.item = &rule_isolator};

int
isolator_check(const json_t *isolator, json_t **ret_normal, struct error *e)
{
	return rule_isolator.check(NULL, &rule_isolator, isolator, ret_normal,
				   e);
}

int
isolators_check(const json_t *list, struct error *e)
{
	auto_json json_t *normal = NULL;

	return rule_isolators.check(NULL, &rule_isolators, list, &normal, e);
}

uint64_t
isolators_need(const json_t *list)
{
	uint64_t need = 0;
	json_t *isolator;
	size_t i;

	json_array_foreach(list, i, isolator)
	{
		const char *name = json_string_at(isolator, "name");
		const struct kind *kind = name ? kind_find(name) : NULL;

		if (kind)
			need |= kind->need;
	}
	return need;
}
