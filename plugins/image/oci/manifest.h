/* An image manifest: its configuration and its layers.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef PLUGINS_IMAGE_OCI_MANIFEST_H
#define PLUGINS_IMAGE_OCI_MANIFEST_H

#include "plugins/image/oci/document.h"

#define MANIFEST_LAYERS_MAX 1024u

struct manifest {
	json_t *document;
	json_t *config_document;
	struct descriptor config; /* points into `document` */
	json_t *layers, *diff_ids; /* lists of equal length, borrowed */
};

/* Loads both documents and checks that they describe a runnable image.
 * manifest_done() is due in every case. */
rkt_status manifest_load(const struct layout *l, const struct descriptor *d,
			 struct manifest *ret);
void manifest_done(struct manifest *m);

/* What is emitted as "layer" for layer `i`; new reference.  The blob must be
 * there, and of its size. */
rkt_status manifest_layer(const struct layout *l, const struct manifest *m,
			  size_t i, json_t **ret);

#endif
