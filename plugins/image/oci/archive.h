/* Where the files of a layout begin in a tar archive.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef PLUGINS_IMAGE_OCI_ARCHIVE_H
#define PLUGINS_IMAGE_OCI_ARCHIVE_H

#include "plugins/image/oci/layout.h"

#define ARCHIVE_MEMBERS_MAX 65536u

/* Lists the regular files of the archive behind the layout's descriptor. */
rkt_status archive_open(struct archive **ret, const struct layout *l);
void archive_close(struct archive *a);

/* Of several members of one name the last counts, as if unpacked. */
bool archive_find(const struct archive *a, const char *name,
		  struct place *ret);

#endif
