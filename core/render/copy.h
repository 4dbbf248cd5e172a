/* Stacked layers as one plain tree, where overlayfs cannot serve.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CORE_RENDER_COPY_H
#define CORE_RENDER_COPY_H

#include "core/base/error.h"

struct progress;

/* Copy the directories `layers` (topmost first, NULL-terminated) as overlayfs
 * would show them into the empty directory `to_fd`: whiteouts hide, opaque
 * directories cut off what is below.  Owners, modes, times, extended
 * attributes, links, devices, holes are kept; data is shared with the layers
 * where the file system can. */
int layers_copy(const char *const *layers, int to_fd, struct error *e);
/* The same, telling the bytes of each file; `progress` may be NULL. */
int layers_copy_shown(const char *const *layers, int to_fd,
		      struct progress *progress, struct error *e);

#endif
