/* Images by appc name: the one asked for, and those it depends on.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CORE_FETCH_DEPENDENCY_H
#define CORE_FETCH_DEPENDENCY_H

#include "fetch.h"

/* Labels without os and arch mean those of this machine. */
int store_find_app(struct fetch *f, const char *name, const json_t *labels,
		   char **ret_key, struct error *e);

/* One entry of `dependencies`; `owner`: the name of the image that has it. */
int dependency_find(struct fetch *f, const char *owner, const json_t *dependency,
		    char **ret_key, struct error *e);

/* All that the image needs, and what that needs; each looked for once, so that
 * a circle ends. */
int fetch_dependencies(struct fetch *f, const char *key, struct error *e);

#endif
