/* From the index of a layout to the one manifest that is wanted.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef PLUGINS_IMAGE_OCI_INDEX_H
#define PLUGINS_IMAGE_OCI_INDEX_H

#include "plugins/image/oci/document.h"
#include "plugins/image/oci/platform.h"

#define INDEX_DEPTH_MAX   10
#define INDEX_ENTRIES_MAX 4096u

struct selection {
	struct descriptor manifest;
	const char *ref_name; /* of the entry in index.json, or NULL */
	/* Index documents passed on the way; `manifest` points into them. */
	unsigned int n_documents;
	json_t *documents[INDEX_DEPTH_MAX + 1];
};

/* `selector` is a reference name, "@N", or NULL when the layout is expected to
 * hold one image only.  Takes over the reference to `index`, in failure too;
 * `name` is its file.  selection_done() is due in every case. */
rkt_status index_select(const struct layout *l, const char *name,
			json_t *index, const char *selector,
			const struct platform *wanted, struct selection *ret);
void selection_done(struct selection *s);

#endif
