/* Image and pod manifests: reading, checking, normal form.
 * SPDX-License-Identifier: Apache-2.0
 *
 * A manifest is a json_t in normal form: only known keys, in the order of the
 * reference's output, defaults filled in, empty members left out (or `null`
 * where the reference prints null).  Keys match exactly first and then
 * regardless of case, as Go's decoder does.  All getters are cheap lookups.
 *
 * An isolator of an unknown name is kept as it is: the specification lets an
 * executor ignore it, and an image is not less usable for a newer isolator.
 * The values of those that are known are checked, and kept as written. */
#ifndef CORE_APPC_MANIFEST_H
#define CORE_APPC_MANIFEST_H

#include <stdbool.h>

#include "core/base/json.h"

/* `name` is the file, for messages.  New reference. */
int image_manifest_parse(const char *text, size_t len, const char *name,
			 json_t **ret, struct error *e);
int pod_manifest_parse(const char *text, size_t len, const char *name,
		       json_t **ret, struct error *e);

/* The same for a document made in memory (not consumed). */
int image_manifest_normalise(const json_t *raw, const char *name, json_t **ret,
			     struct error *e);
int pod_manifest_normalise(const json_t *raw, const char *name, json_t **ret,
			   struct error *e);

/* Only what list and rm need (name, labels; apps[].{name,image}), as plain
 * strings, for manifests that fail the checks above. */
int image_manifest_parse_lenient(const char *text, size_t len,
				 const char *name, json_t **ret,
				 struct error *e);
int pod_manifest_parse_lenient(const char *text, size_t len, const char *name,
			       json_t **ret, struct error *e);

/* Lists of {"name","value"}: labels and annotations.  Borrowed, NULL if not
 * there. */
const char *appc_list_get(const json_t *list, const char *name);
/* Set or replace; appends at the end. */
void appc_list_set(json_t *list, const char *name, const char *value);

/* One volume or one mount, as `--volume`/`--mount` build them. */
int volume_check(const json_t *volume, json_t **ret_normal, struct error *e);
int mount_check(const json_t *mount, json_t **ret_normal, struct error *e);

/* One isolator {"name","value"}; and a list of them (sets that exclude each
 * other, at most one of some kinds). */
int isolator_check(const json_t *isolator, json_t **ret_normal,
		   struct error *e);
int isolators_check(const json_t *list, struct error *e);

/* What the isolators of the list demand, as a set of RKT_STAGE1_CAP_* bits,
 * so that a request can be held against an engine. */
uint64_t isolators_need(const json_t *list);

#endif
