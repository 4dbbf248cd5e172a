/* Where the files of an image layout are: in a directory, or in a tar archive
 * of one.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef PLUGINS_IMAGE_OCI_LAYOUT_H
#define PLUGINS_IMAGE_OCI_LAYOUT_H

#include <stdbool.h>

#include <jansson.h>
#include <rkt/image.h>

#define DOCUMENT_SIZE_MAX ((uint64_t)4 << 20)

struct archive;

struct layout {
	struct rkt_call *call;
	const char *path; /* for messages */
	int fd;		  /* borrowed */
	struct archive *archive; /* NULL: `fd` is the directory */
};

/* Where one file is. */
struct place {
	uint64_t offset; /* in the archive; 0 in a directory */
	uint64_t size;
};

/* Checks the oci-layout file.  Everything pointed to is borrowed. */
rkt_status layout_open(struct layout *l, struct rkt_call *call,
		       const struct rkt_image_source *source);
void layout_close(struct layout *l);

/* As the host's fail(), with the layout named in front. */
rkt_status layout_fail(const struct layout *l, rkt_status code, int err,
		       const char *fmt, ...) RKT_PRINTF(4, 5);

/* *ret_found false: there is no file of that name. */
rkt_status layout_find(const struct layout *l, const char *name,
		       struct place *ret, bool *ret_found);

/* A whole file of at most DOCUMENT_SIZE_MAX bytes, in scratch memory.  Not to
 * be there is an error. */
rkt_status layout_read(const struct layout *l, const char *name, char **ret,
		       size_t *ret_len);

/* "blobs/<algorithm>/<digits>" of a known digest, in scratch memory. */
rkt_status layout_blob_name(const struct layout *l, const char *digest,
			    const char **ret);

/* Formatted text in scratch memory; NULL if there is none. */
char *scratch_printf(struct rkt_call *call, const char *fmt, ...)
	RKT_PRINTF(2, 3);

#endif
