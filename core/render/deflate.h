/* Compressing what is written to a file.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CORE_RENDER_DEFLATE_H
#define CORE_RENDER_DEFLATE_H

#include <stddef.h>

#include "core/base/error.h"

/* Writes gzip to `fd`, without a time or a name in its header; `name` is for
 * messages.  Both are borrowed. */
struct deflate;
int deflate_open(int fd, const char *name, struct deflate **ret,
		 struct error *e);
int deflate_write(struct deflate *d, const void *data, size_t len,
		  struct error *e);
/* The trailer. */
int deflate_finish(struct deflate *d, struct error *e);
void deflate_free(struct deflate *d);

#endif
