/* Image names with labels: "example.com/app:1.0,os=linux,arch=amd64".
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CORE_APPC_IMAGE_NAME_H
#define CORE_APPC_IMAGE_NAME_H

#include "core/base/json.h"

struct image_name {
	char *name;     /* an ACIdentifier                           */
	json_t *labels; /* [{"name","value"}], "version" included    */
};

int image_name_parse(const char *s, struct image_name *ret, struct error *e);
void image_name_done(struct image_name *n);

/* "name" or "name:version". Owned. */
char *image_name_short(const char *name, const json_t *labels);

#endif
