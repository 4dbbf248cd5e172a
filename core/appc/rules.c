/* The scalar rules of appc, and documents as wholes.
 * SPDX-License-Identifier: Apache-2.0 */
#include "rules.h"

#include "types.h"

static bool
is_not_empty(const char *s)
{
	return *s != '\0';
}

const struct rule rule_text = {.check = check_text};
const struct rule rule_text_list = {.check = check_list, .item = &rule_text};
const struct rule rule_bool = {.check = check_bool};
const struct rule rule_text_map = {.check = check_text_map};
const struct rule rule_name = {
	.check = check_text, .is_valid = acname_is_valid, .what = "an ACName"};
const struct rule rule_identifier = {.check = check_text,
				     .is_valid = acidentifier_is_valid,
				     .what = "an ACIdentifier"};
const struct rule rule_hash = {.check = check_text,
			       .is_valid = achash_is_valid,
			       .what = "a sha512 hash"};
const struct rule rule_version = {.check = check_text,
				  .is_valid = semver_is_valid,
				  .what = "a semantic version"};
const struct rule rule_not_empty = {.check = check_text,
				    .is_valid = is_not_empty,
				    .what = "allowed, it may not be empty"};
const struct rule rule_port_number = {
	.check = check_integer, .min = 1, .max = 65535};

int
rule_apply(const struct rule *rule, const json_t *raw, const char *name,
	   json_t **ret, struct error *e)
{
	if (rule->check(NULL, rule, raw, ret, e) < 0)
		return error_prefix(e, "invalid manifest '%s'", name);
	return 0;
}

int
rule_apply_text(const struct rule *rule, const char *text, size_t len,
		const char *name, json_t **ret, struct error *e)
{
	auto_json json_t *raw = NULL;

	if (json_parse(text, len, name, &raw, e) < 0)
		return -1;
	return rule_apply(rule, raw, name, ret, e);
}
