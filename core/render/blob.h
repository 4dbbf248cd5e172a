/* Reading back what the store keeps of an image.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CORE_RENDER_BLOB_H
#define CORE_RENDER_BLOB_H

#include <stdint.h>

#include "core/fetch/layer.h"
#include "core/store/store.h"

/* A record that must be there. */
int image_load(struct store *s, const char *key, struct image *ret,
	       struct error *e);

/* The layer whose blob is the image itself, an .aci; or NULL. */
const struct image_layer *image_aci_layer(const struct image *image);

/* The uncompressed bytes, checked at the end: is their digest still the one
 * that the layer's tree is named by? */
typedef int blob_piece(void *arg, const uint8_t *bytes, size_t len,
		       struct error *e);
int blob_read(struct store *s, const struct image_layer *layer,
	      blob_piece *piece, void *arg, struct error *e);

/* Unpack it once more, into the empty directory; checked in the same way.
 * With an .aci, job->manifest is its manifest.  layer_job_done() by the
 * caller. */
int blob_unpack(struct store *s, const struct image *image,
		const struct image_layer *layer, int rootfs_fd,
		struct layer_job *job, struct error *e);

#endif
