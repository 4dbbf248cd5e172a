/* A file that appears whole or not at all.
 * SPDX-License-Identifier: Apache-2.0
 *
 * Bytes given go to a second thread, which compresses and writes them. */
#ifndef CORE_RENDER_OUTPUT_H
#define CORE_RENDER_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/error.h"

struct output;

/* Mode 0644, whatever the umask.  Without `overwrite` an existing file is
 * RKT_ERR_INPUT, now and when it comes to the name. */
struct output_options {
	bool overwrite;
	bool is_gzip;
	const char *exists; /* what to say when it does */
};
int output_open(const char *path, const struct output_options *options,
		struct output **ret, struct error *e);
int output_write(struct output *o, const void *data, size_t len,
		 struct error *e);
/* All of it on disk, then under its name. */
int output_commit(struct output *o, struct error *e);
/* Leaves nothing behind of what was not committed. */
void output_free(struct output *o);

#endif
