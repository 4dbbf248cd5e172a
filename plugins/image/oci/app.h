/* The run section of an image configuration as appc's app section.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef PLUGINS_IMAGE_OCI_APP_H
#define PLUGINS_IMAGE_OCI_APP_H

#include "plugins/image/oci/layout.h"

/* A list of strings, or one string that a shell runs, as a new array; empty if
 * there is nothing.  `key` is Entrypoint or Cmd. */
rkt_status app_words(const struct layout *l, const json_t *config,
		     const char *key, json_t **ret);

/* New reference. */
rkt_status app_convert(const struct layout *l, const json_t *config,
		       json_t **ret);

/* ---- for those who convert a part ---- */

/* A member of that type; NULL where it is absent or `null`. */
rkt_status config_member(const struct layout *l, const json_t *config,
			 const char *key, json_type type, const char *want,
			 json_t **ret);

/* Fails for want of memory. */
rkt_status config_no_memory(const struct layout *l);

/* A path with a '/' in front, as a new string. */
json_t *config_absolute(const char *path);

#endif
