/* The root of an app that has ended, as an appc image.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CORE_POD_EXPORT_H
#define CORE_POD_EXPORT_H

#include "core/pod/prepare.h"

/* Into a gzip'd .aci at `path`: the manifest of the image as it was, and the
 * files as the app left them.  Nobody deletes the pod meanwhile. */
int pod_export(const struct pod_context *c, struct pod *pod, const char *app,
	       const char *path, bool overwrite, struct error *e);

#endif
