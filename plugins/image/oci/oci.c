/* Image plugin for OCI layouts, in directories and in tar archives.
 * SPDX-License-Identifier: Apache-2.0 */
#include "oci.h"

#include <stddef.h>

static const char *const schemes[] = {"oci", "oci-archive", NULL};

static const struct rkt_image_plugin plugin = {
	.info = RKT_IMAGE_INFO("oci", "1", "OCI layouts and archives"),
	.caps = RKT_IMAGE_CAP_PLAIN,
	.schemes = schemes,
	.probe = oci_probe,
	.split = oci_split,
	.resolve = oci_resolve,
};

RKT_IMAGE_PLUGIN(plugin);
