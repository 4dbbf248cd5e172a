/* Rules that more than one kind of manifest uses.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CORE_APPC_RULES_H
#define CORE_APPC_RULES_H

#include "schema.h"

extern const struct rule rule_text;
extern const struct rule rule_text_list;
extern const struct rule rule_bool;
extern const struct rule rule_text_map;
extern const struct rule rule_name;       /* ACName              */
extern const struct rule rule_identifier; /* ACIdentifier        */
extern const struct rule rule_hash;
extern const struct rule rule_version;
extern const struct rule rule_not_empty;
extern const struct rule rule_port_number; /* 1..65535            */

extern const struct rule rule_labels;
extern const struct rule rule_annotations;
extern const struct rule rule_app;
extern const struct rule rule_port;
extern const struct rule rule_volume;
extern const struct rule rule_volumes;
extern const struct rule rule_mount;
extern const struct rule rule_mounts;
extern const struct rule rule_isolator;
extern const struct rule rule_isolators;     /* of an app: sets checked */
extern const struct rule rule_pod_isolators; /* of a pod: not           */

/* Parse and check; the messages name the document. */
int rule_apply_text(const struct rule *rule, const char *text, size_t len,
		   const char *name, json_t **ret, struct error *e);
int rule_apply(const struct rule *rule, const json_t *raw,
		       const char *name, json_t **ret, struct error *e);

#endif
