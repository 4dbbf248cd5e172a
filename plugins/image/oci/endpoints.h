/* Exposed ports and volumes of an image configuration, in appc's terms.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef PLUGINS_IMAGE_OCI_ENDPOINTS_H
#define PLUGINS_IMAGE_OCI_ENDPOINTS_H

#include "plugins/image/oci/layout.h"

/* Both sort by name, so that equal images give equal manifests. */
rkt_status endpoints_put_ports(const struct layout *l, const json_t *config,
			       json_t *app);
rkt_status endpoints_put_volumes(const struct layout *l, const json_t *config,
				 json_t *app);

#endif
