/* The configuration directories: auth.d, paths.d, stage1.d, plugins.d.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CORE_CONFIG_CONFIG_H
#define CORE_CONFIG_CONFIG_H

#include <stdbool.h>

#include "core/base/json.h"

struct config_roots {
	const char *system; /* /usr/lib/rkt              */
	const char *local;  /* /etc/rkt                  */
	const char *user;   /* --user-config, or NULL    */
};

/* Later roots win, entry by entry.  Members are NULL or empty when nothing was
 * configured; all owned by the struct. */
struct config {
	char *data;            /* paths.data                              */
	char *stage1_images;   /* paths.stage1-images                     */
	char *stage1_name;     /* stage1.name and .version come together  */
	char *stage1_version;
	char *stage1_location;
	json_t *auth;          /* domain -> {"type","credentials"}        */
	json_t *docker_auth;   /* registry -> {"user","password"}         */
	json_t *plugins;       /* "KIND/NAME" -> {"disabled","priority",  */
			       /*                 "config":{...}}         */
};

/* A missing directory is fine; anything malformed is an error that names the
 * file. */
int config_load(const struct config_roots *roots, struct config *ret,
		struct error *e);
void config_done(struct config *c);

#endif
