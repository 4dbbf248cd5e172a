/* Taking back what an import left that failed half way.
 * SPDX-License-Identifier: Apache-2.0
 *
 * A tree that is not marked `rendered` was never named by a record: no image
 * has it, and no pod.  Only another import could be about to name it, which the
 * exclusive prepare lock rules out. */
#include "core/base/cleanup.h"
#include "core/base/fault.h"
#include "core/base/fd.h"
#include "core/base/log.h"
#include "internal.h"

static int
take_back(struct store *s, const struct image_layer *layer, struct error *e)
{
	autofree char *blob = layer->blob ? store_blob_path(layer->blob) : NULL;
	enum tree_state state;

	if (store_tree_state(s, layer->tree, &state, e) < 0)
		return -1;
	if (state != TREE_COMMITTED)
		return 0;
	if (store_tree_remove(s, layer->tree, e) < 0)
		return -1;
	if (blob && fault(unlinkat, unlinkat(s->cas_fd, blob, 0)) < 0 &&
	    errno != ENOENT)
		return error_errno(e, errno, "remove %s", blob);
	return 0;
}

void
store_import_abandon(struct store *s, const struct image *image)
{
	autoclose int lock_fd = -1;
	struct error e = ERROR_NONE;
	bool is_alone = false;
	int rc;

	store_import_end(s);
	if (store_is_incoming(s))
		return; /* what a blob is for, only gc can tell */
	rc = store_prepare_lock_try(s, &lock_fd, &is_alone, &e);
	for (size_t i = 0; rc == 0 && is_alone && i < image->layers.len; i++)
		if (image->layers.items[i].tree)
			rc = take_back(s, &image->layers.items[i], &e);
	if (rc < 0)
		log_debug("store", "%s: leaving it to garbage collection",
			  e.layers[0]);
}
