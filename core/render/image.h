/* Images of the store as files and directories of the user's.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CORE_RENDER_IMAGE_H
#define CORE_RENDER_IMAGE_H

#include <stdbool.h>

#include "core/store/store.h"

/* The trees of the image, topmost first, NULL at the end; `paths` owns what
 * *ret, itself owned, points to. */
void image_trees(struct store *s, const struct image *image,
		 struct strings *paths, const char ***ret);

/* An uncompressed .aci: the very one that was imported, checked against its
 * key, or one made of the layers. */
int image_export(struct store *s, const char *key, const char *path,
		 bool overwrite, struct error *e);

struct extract_options {
	bool is_rootfs_only;
	bool overwrite;
	bool has_dependencies; /* render: the manifest is compact and 0700 */
};
/* Into DIR/manifest and DIR/rootfs, or DIR alone.  Nothing outside of DIR is
 * touched; when it fails, DIR is gone. */
int image_extract(struct store *s, const char *key, const char *dir,
		  const struct extract_options *options, struct error *e);

#endif
