/* The little that list and rm need of manifests that are broken.
 * SPDX-License-Identifier: Apache-2.0 */
#include "manifest.h"
#include "rules.h"

#define END                                                                    \
	{                                                                      \
		NULL, NULL, ABSENT_OMITTED, false                              \
	}

static const struct field pair_fields[] = {
	{"name", &rule_text, ABSENT_EMPTY_TEXT, false},
	{"value", &rule_text, ABSENT_EMPTY_TEXT, false},
	END,
};
static const struct rule rule_pair = {.check = check_object,
				      .fields = pair_fields};
static const struct rule rule_pairs = {.check = check_list, .item = &rule_pair};

static const struct field image_fields[] = {
	{"acKind", &rule_text, ABSENT_OMITTED, false},
	{"acVersion", &rule_text, ABSENT_OMITTED, false},
	{"name", &rule_text, ABSENT_EMPTY_TEXT, false},
	{"labels", &rule_pairs, ABSENT_OMITTED, false},
	END,
};
static const struct rule rule_image = {.check = check_object,
				       .fields = image_fields};

static const struct field app_image_fields[] = {
	{"name", &rule_text, ABSENT_OMITTED, false},
	{"id", &rule_text, ABSENT_EMPTY_TEXT, false},
	{"labels", &rule_pairs, ABSENT_OMITTED, false},
	END,
};
static const struct rule rule_app_image = {.check = check_object,
					   .fields = app_image_fields};
static const struct field app_fields[] = {
	{"name", &rule_text, ABSENT_EMPTY_TEXT, false},
	{"image", &rule_app_image, ABSENT_OMITTED, false},
	END,
};
static const struct rule rule_app_entry = {.check = check_object,
					   .fields = app_fields};
static const struct rule rule_apps = {.check = check_list,
				      .item = &rule_app_entry};
static const struct field pod_fields[] = {
	{"acVersion", &rule_text, ABSENT_OMITTED, false},
	{"acKind", &rule_text, ABSENT_OMITTED, false},
	{"apps", &rule_apps, ABSENT_NULL, false},
	END,
};
static const struct rule rule_pod = {.check = check_object,
				     .fields = pod_fields};

int
image_manifest_parse_lenient(const char *text, size_t len, const char *name,
			     json_t **ret, struct error *e)
{
	return rule_apply_text(&rule_image, text, len, name, ret, e);
}

int
pod_manifest_parse_lenient(const char *text, size_t len, const char *name,
			   json_t **ret, struct error *e)
{
	return rule_apply_text(&rule_pod, text, len, name, ret, e);
}
