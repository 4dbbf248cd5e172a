/* From an image configuration to an appc image manifest.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef PLUGINS_IMAGE_OCI_CONFIG_H
#define PLUGINS_IMAGE_OCI_CONFIG_H

#include "plugins/image/oci/name.h"

/* What the manifest says beside the configuration; all borrowed. */
struct config_origin {
	struct image_label label;
	const char *original;        /* its full name, with the tag  */
	const char *manifest_digest;
	const char *config_digest;
	const char *os, *arch;       /* assumed where none is named  */
};

/* New reference. */
rkt_status config_convert(const struct layout *l, const json_t *config,
			  const struct config_origin *origin, json_t **ret);

#endif
