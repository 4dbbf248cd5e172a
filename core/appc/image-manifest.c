/* Image manifests.
 * SPDX-License-Identifier: Apache-2.0 */
#include <limits.h>
#include <string.h>

#include "manifest.h"
#include "rules.h"

#define END                                                                    \
	{                                                                      \
		NULL, NULL, ABSENT_OMITTED, false                              \
	}

static bool
is_image_kind(const char *s)
{
	return strcmp(s, "ImageManifest") == 0;
}

static bool
is_absolute(const char *s)
{
	return *s == '/';
}

static const struct rule rule_kind = {.check = check_text,
				      .is_valid = is_image_kind,
				      .what = "ImageManifest"};
static const struct rule rule_size = {
	.check = check_integer, .min = 0, .max = LLONG_MAX};
static const struct rule rule_path = {.check = check_text,
				      .is_valid = is_absolute,
				      .what = "an absolute path"};
static const struct rule rule_whitelist = {.check = check_list,
					   .item = &rule_path};

static const struct field dependency_fields[] = {
	{"imageName", &rule_identifier, ABSENT_REFUSED, false},
	{"imageID", &rule_hash, ABSENT_OMITTED, false},
	{"labels", &rule_labels, ABSENT_OMITTED, false},
	{"size", &rule_size, ABSENT_OMITTED, false},
	END,
};
static const struct rule rule_dependency = {.check = check_object,
					    .fields = dependency_fields};
static const struct rule rule_dependencies = {.check = check_list,
					      .item = &rule_dependency};

static const struct field image_fields[] = {
	{"acKind", &rule_kind, ABSENT_REFUSED, false},
	{"acVersion", &rule_version, ABSENT_REFUSED, false},
	{"name", &rule_identifier, ABSENT_REFUSED, false},
	{"labels", &rule_labels, ABSENT_OMITTED, false},
	{"app", &rule_app, ABSENT_OMITTED, true},
	{"annotations", &rule_annotations, ABSENT_OMITTED, false},
	{"dependencies", &rule_dependencies, ABSENT_OMITTED, false},
	{"pathWhitelist", &rule_whitelist, ABSENT_OMITTED, false},
	END,
};
static const struct rule rule_image = {.check = check_object,
				       .fields = image_fields};

int
image_manifest_parse(const char *text, size_t len, const char *name,
		     json_t **ret, struct error *e)
{
	return rule_apply_text(&rule_image, text, len, name, ret, e);
}

int
image_manifest_normalise(const json_t *raw, const char *name, json_t **ret,
			 struct error *e)
{
	return rule_apply(&rule_image, raw, name, ret, e);
}
