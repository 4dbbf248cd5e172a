/* An image of the store as an .aci file.
 * SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "core/base/alloc.h"
#include "core/base/cleanup.h"
#include "core/base/fd.h"
#include "core/fetch/progress.h"
#include "core/render/aci.h"
#include "core/render/blob.h"
#include "core/render/image.h"

static int
copy_piece(void *arg, const uint8_t *bytes, size_t len, struct error *e)
{
	return output_write(arg, bytes, len, e);
}

static int
export_layers(struct store *s, const struct image *image, struct output *o,
	      struct error *e)
{
	autoclose int lock_fd = -1; /* nobody swaps a tree */
	auto_strings struct strings paths = {0};
	autofree const char **layers = NULL;
	autofree char *manifest = NULL;
	struct aci aci = {.upper_fd = -1};
	uint64_t size = 0;
	int rc;

	if (store_prepare_lock(s, false, &lock_fd, e) < 0 ||
	    store_manifest_read(s, image->key, &manifest, e) < 0)
		return -1;
	image_trees(s, image, &paths, &layers);
	for (size_t i = 0; i < image->layers.len; i++)
		size += image->layers.items[i].tree_size;
	aci.manifest = manifest;
	aci.layers = layers;
	aci.progress = progress_new("exporting", size);
	rc = aci_write(o, &aci, e);
	progress_free(aci.progress);
	return rc;
}

static int
export_to(struct store *s, const struct image *image, struct output *o,
	  struct error *e)
{
	const struct image_layer *aci = image_aci_layer(image);
	int rc = aci ? blob_read(s, aci, copy_piece, o, e)
		     : export_layers(s, image, o, e);

	return rc < 0 ? -1 : output_commit(o, e);
}

int
image_export(struct store *s, const char *key, const char *path, bool overwrite,
	     struct error *e)
{
	const struct output_options options = {
		.overwrite = overwrite,
		.exists = "output ACI file exists (try --overwrite)",
	};
	struct image image = {0};
	struct output *o = NULL;
	int rc = image_load(s, key, &image, e);

	if (rc == 0)
		rc = output_open(path, &options, &o, e);
	if (rc == 0)
		rc = export_to(s, &image, o, e);
	output_free(o);
	image_done(&image);
	return rc;
}
