/* What the parts of core/config share.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CORE_CONFIG_INTERNAL_H
#define CORE_CONFIG_INTERNAL_H

#include "config.h"

/* One directory of a root, "auth.d", and the kinds its files may have. */
struct config_directory {
	const char *name;
	const char *kinds[3]; /* ended by NULL */
};

/* Put what one file says into the configuration of its root; something that
 * the root has said already is an error. */
int kind_apply(const struct config_directory *dir, const json_t *file,
	       struct config *root, struct error *e);

/* Read all files of a directory below `root_fd`, in lexical order. */
int directory_load(int root_fd, const char *root_path,
		   const struct config_directory *dir, struct config *root,
		   struct error *e);

#endif
