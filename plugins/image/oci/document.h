/* The JSON documents of a layout: parsing, descriptors, verified loading.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef PLUGINS_IMAGE_OCI_DOCUMENT_H
#define PLUGINS_IMAGE_OCI_DOCUMENT_H

#include "plugins/image/oci/layout.h"

#define DOCUMENT_DEPTH_MAX 128

#define MEDIA_INDEX    "application/vnd.oci.image.index.v1+json"
#define MEDIA_MANIFEST "application/vnd.oci.image.manifest.v1+json"
#define MEDIA_CONFIG   "application/vnd.oci.image.config.v1+json"

#define MEDIA_DOCKER_LIST                                                      \
	"application/vnd.docker.distribution.manifest.list.v2+json"
#define MEDIA_DOCKER_MANIFEST                                                  \
	"application/vnd.docker.distribution.manifest.v2+json"
#define MEDIA_DOCKER_CONFIG "application/vnd.docker.container.image.v1+json"

/* Points into the document it was taken from. */
struct descriptor {
	const char *media_type;
	const char *digest; /* known, thus fit for a path */
	uint64_t size;
	json_t *json;
};

bool media_is_index(const char *media_type);
bool media_is_manifest(const char *media_type);
bool media_is_config(const char *media_type);

/* An object, without duplicate keys, not nested too deep.  `name` is for
 * messages.  New reference. */
rkt_status document_decode(const struct layout *l, const char *name,
			  const char *text, size_t len, json_t **ret);

/* `what` is for messages: "manifest 3 of the index". */
rkt_status descriptor_parse(const struct layout *l, const char *what,
			    json_t *j, struct descriptor *ret);

/* Read the blob of a descriptor, hold size and digest against it, parse it and
 * hold its own mediaType against the descriptor's.  New reference. */
rkt_status document_load(const struct layout *l, const struct descriptor *d,
			 json_t **ret);

/* A string member, or NULL; `null` is absent. */
const char *string_at(const json_t *object, const char *key);

#endif
