/* Layers as an appc image, one stream.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CORE_RENDER_ACI_H
#define CORE_RENDER_ACI_H

#include "core/base/error.h"
#include "core/render/output.h"

struct progress;

struct aci {
	const char *manifest;      /* byte for byte                  */
	int upper_fd;              /* -1, or as layers_merge() takes it */
	const char *const *layers; /* topmost first, NULL at the end */
	struct progress *progress; /* of bytes in files; or NULL     */
};

/* The manifest, `rootfs` and what is in it, in the order of their names.
 * Sockets are left out. */
int aci_write(struct output *o, const struct aci *aci, struct error *e);

#endif
