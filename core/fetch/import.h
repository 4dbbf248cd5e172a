/* From a plan to an image in the store.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CORE_FETCH_IMPORT_H
#define CORE_FETCH_IMPORT_H

#include "plan.h"
#include "source.h"

/* Layers that are there are not read again. */
int import_image(struct store *store, struct plan *plan,
		 const struct source *source, char **ret_key,
		 struct error *e);

#endif
