/* Image plugin for appc images (.aci).
 * SPDX-License-Identifier: Apache-2.0 */
#include "aci.h"

#include <stddef.h>

static const char *const schemes[] = {NULL};

static const struct rkt_image_plugin plugin = {
	.info = RKT_IMAGE_INFO("aci", "1", "appc images (.aci)"),
	.caps = RKT_IMAGE_CAP_SIGNED,
	.schemes = schemes,
	.probe = aci_probe,
	.resolve = aci_resolve,
};

RKT_IMAGE_PLUGIN(plugin);
