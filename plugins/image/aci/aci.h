/* The operations of the appc image plugin.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef PLUGINS_IMAGE_ACI_ACI_H
#define PLUGINS_IMAGE_ACI_ACI_H

#include <rkt/image.h>

uint32_t aci_probe(const struct rkt_image_head *request);
rkt_status aci_resolve(struct rkt_call *call,
		       const struct rkt_image_source *request);

#endif
