/* Removing an image, and its blobs when nobody else names them.
 * SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "core/base/cleanup.h"
#include "core/base/fault.h"
#include "core/base/fd.h"
#include "core/base/log.h"
#include "internal.h"

static int
unlink_path(struct store *s, const char *path, struct error *e)
{
	if (fault(unlinkat, unlinkat(s->cas_fd, path, 0)) < 0 &&
	    errno != ENOENT)
		return error_errno(e, errno, "remove %s", path);
	return 0;
}

static bool
names_blob(const struct image *image, const char *blob)
{
	for (size_t i = 0; i < image->layers.len; i++)
		if (image->layers.items[i].blob &&
		    strcmp(image->layers.items[i].blob, blob) == 0)
			return true;
	return false;
}

/* With nobody importing, who could be about to name one of them. */
static int
remove_blobs(struct store *s, const struct image *image, struct error *e)
{
	struct images others = {0};
	auto_strings struct strings problems = {0};
	int rc = 0;

	if (store_image_list(s, &others, &problems, e) < 0)
		return -1;
	if (problems.len > 0) {
		log_debug("store", "%s: leaving blobs to garbage collection",
			  problems.items[0]);
		images_done(&others);
		return 0;
	}
	for (size_t i = 0; rc == 0 && i < image->layers.len; i++) {
		const char *blob = image->layers.items[i].blob;
		autofree char *path = blob ? store_blob_path(blob) : NULL;
		bool is_named = !blob;

		for (size_t k = 0; !is_named && k < others.len; k++)
			is_named = names_blob(&others.items[k], blob);
		if (!is_named)
			rc = unlink_path(s, path, e);
	}
	images_done(&others);
	return rc;
}

/* Of the two that there may be, a member can remove but one. */
static int
remove_record(struct store *s, const char *key, struct error *e)
{
	autofree char *record = xasprintf("image/%s", key);
	autofree char *manifest = store_manifest_path(key);
	bool is_gone = store_incoming_drop(s, key);

	if (fault(unlinkat, unlinkat(s->cas_fd, record, 0)) < 0) {
		if (errno != ENOENT)
			return error_errno(e, errno, "remove %s", record);
		return is_gone ? 0
			       : error_set(e, RKT_ERR_NOT_FOUND,
					   "no image IDs found");
	}
	return unlink_path(s, manifest, e);
}

int
store_image_remove(struct store *s, const char *key, struct error *e)
{
	autoclose int key_fd = -1, prepare_fd = -1;
	struct error broken = ERROR_NONE;
	struct image image = {0};
	bool is_found, is_alone;
	int rc;

	if (!store_is_full_key(key))
		return error_set(e, RKT_ERR_INPUT, "'%s' is not an image ID",
				 key);
	if (store_layout_make(s, e) < 0 ||
	    store_key_lock(s, "imagelocks", key, NULL, &key_fd, e) < 0)
		return -1;
	if (store_image_get(s, key, &is_found, &image, &broken) < 0)
		log_debug("store", "%s", broken.layers[0]);
	rc = remove_record(s, key, e);
	if (rc == 0)
		rc = store_prepare_lock_try(s, &prepare_fd, &is_alone, e);
	if (rc == 0 && is_alone && !image.is_incoming)
		rc = remove_blobs(s, &image, e);
	image_done(&image);
	return rc;
}
