/* Collecting layers, as gc and image gc tell it.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CORE_CLI_COLLECT_H
#define CORE_CLI_COLLECT_H

#include "core/pod/pod.h"
#include "core/store/store.h"

/* Remove what neither an image nor a pod names, telling about each layer. */
int collect_layers(struct store *store, struct pods *pods, struct error *e);

#endif
