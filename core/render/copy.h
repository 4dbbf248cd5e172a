/* Stacked layers as one plain tree, where overlayfs cannot serve.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CORE_RENDER_COPY_H
#define CORE_RENDER_COPY_H

#include "core/base/error.h"

/* Copy the directories `layers` (topmost first, NULL-terminated) as overlayfs
 * would show them into the empty directory `to_fd`: whiteouts hide, opaque
 * directories cut off what is below.  Owners, modes, times, extended
 * attributes, links, devices, holes are kept; data is shared with the layers
 * where the file system can. */
int layers_copy(const char *const *layers, int to_fd, struct error *e);

#endif
