/* Pod manifests.
 * SPDX-License-Identifier: Apache-2.0 */
#include <arpa/inet.h>
#include <string.h>

#include "manifest.h"
#include "rules.h"

#define END                                                                    \
	{                                                                      \
		NULL, NULL, ABSENT_OMITTED, false                              \
	}

static bool
is_pod_kind(const char *s)
{
	return strcmp(s, "PodManifest") == 0;
}

static bool
is_address(const char *s)
{
	struct in6_addr address;

	return *s == '\0' || inet_pton(AF_INET, s, &address) == 1 ||
	       inet_pton(AF_INET6, s, &address) == 1;
}

static int
check_apps(const struct where *at, json_t *apps, struct error *e)
{
	const char *twice = schema_duplicate(apps, "name");

	(void)at;
	if (twice)
		return error_set(e, RKT_ERR_INPUT,
				 "duplicate app name \"%s\" in pod", twice);
	return 0;
}

static const struct rule rule_kind = {
	.check = check_text, .is_valid = is_pod_kind, .what = "PodManifest"};
static const struct rule rule_address = {
	.check = check_text, .is_valid = is_address, .what = "an IP address"};

static const struct field image_fields[] = {
	{"name", &rule_identifier, ABSENT_OMITTED, false},
	{"id", &rule_hash, ABSENT_OMITTED, false},
	{"labels", &rule_labels, ABSENT_OMITTED, false},
	END,
};
static const struct rule rule_image = {.check = check_object,
				       .fields = image_fields};

static const struct field app_fields[] = {
	{"name", &rule_name, ABSENT_REFUSED, false},
	{"image", &rule_image, ABSENT_REFUSED, false},
	{"app", &rule_app, ABSENT_OMITTED, true},
	{"readOnlyRootFS", &rule_bool, ABSENT_OMITTED, false},
	{"mounts", &rule_mounts, ABSENT_OMITTED, false},
	{"annotations", &rule_annotations, ABSENT_OMITTED, false},
	END,
};
static const struct rule rule_pod_app = {.check = check_object,
					 .fields = app_fields};
static const struct rule rule_apps = {
	.check = check_list, .item = &rule_pod_app, .whole = check_apps};

static const struct field exposed_fields[] = {
	{"name", &rule_name, ABSENT_REFUSED, false},
	{"hostPort", &rule_port_number, ABSENT_REFUSED, false},
	{"hostIP", &rule_address, ABSENT_OMITTED, false},
	{"podPort", &rule_port, ABSENT_OMITTED, false},
	END,
};
static const struct rule rule_exposed = {.check = check_object,
					 .fields = exposed_fields};
static const struct rule rule_exposed_ports = {.check = check_list,
					       .item = &rule_exposed};

/* An empty list that was given stays one: only its absence is null. */
static const struct field pod_fields[] = {
	{"acVersion", &rule_version, ABSENT_REFUSED, false},
	{"acKind", &rule_kind, ABSENT_REFUSED, false},
	{"apps", &rule_apps, ABSENT_NULL, false},
	{"volumes", &rule_volumes, ABSENT_NULL, false},
	{"isolators", &rule_pod_isolators, ABSENT_NULL, false},
	{"annotations", &rule_annotations, ABSENT_NULL, false},
	{"ports", &rule_exposed_ports, ABSENT_NULL, false},
	{"userAnnotations", &rule_text_map, ABSENT_OMITTED, false},
	{"userLabels", &rule_text_map, ABSENT_OMITTED, false},
	END,
};
static const struct rule rule_pod = {.check = check_object,
				     .fields = pod_fields};

int
pod_manifest_parse(const char *text, size_t len, const char *name, json_t **ret,
		   struct error *e)
{
	return rule_apply_text(&rule_pod, text, len, name, ret, e);
}

int
pod_manifest_normalise(const json_t *raw, const char *name, json_t **ret,
		       struct error *e)
{
	return rule_apply(&rule_pod, raw, name, ret, e);
}
