/* The operations of the OCI image plugin.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef PLUGINS_IMAGE_OCI_OCI_H
#define PLUGINS_IMAGE_OCI_OCI_H

#include <rkt/image.h>

uint32_t oci_probe(const struct rkt_image_head *request);
rkt_status oci_split(struct rkt_call *call, const char *rest,
		     struct rkt_image_parts *parts);
rkt_status oci_resolve(struct rkt_call *call,
		       const struct rkt_image_source *request);

#endif
