/* What a converted image is called in appc's terms.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef PLUGINS_IMAGE_OCI_NAME_H
#define PLUGINS_IMAGE_OCI_NAME_H

#include "plugins/image/oci/layout.h"

/* All in scratch memory. */
struct image_label {
	const char *name;       /* an ACIdentifier               */
	const char *version;    /* the tag, or NULL              */
	const char *registry;   /* index host, or NULL           */
	const char *repository; /* never NULL, marks a converted */
};

/* "registry/repository:tag" is taken apart; a plain tag (or NULL) goes with
 * the name of the layout's file or directory. */
rkt_status name_image(const struct layout *l, const char *ref_name,
		      struct image_label *ret);

/* Lower-case, with what is illegal replaced and separators stripped at both
 * ends; "" if nothing is left. */
void sanitise_acname(char *s);
void sanitise_acidentifier(char *s);

#endif
