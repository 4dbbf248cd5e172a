/* What a user calls an image: its ID or its name.
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/appc/image-name.h"
#include "internal.h"

int
store_resolve(struct store *s, const char *image, char **ret_key,
	      struct error *e)
{
	struct image_name name;
	int rc;

	if (store_is_key(image))
		return store_key_resolve(s, image, ret_key, e);
	if (image_name_parse(image, &name, e) < 0)
		return -1;
	rc = store_name_resolve(s, name.name, name.labels, ret_key, e);
	image_name_done(&name);
	return rc;
}
