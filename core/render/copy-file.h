/* One inode copied: data, owner, mode, times, extended attributes.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CORE_RENDER_COPY_FILE_H
#define CORE_RENDER_COPY_FILE_H

#include <sys/stat.h>

#include "core/base/error.h"

/* Create `name` in `to_fd` like the entry of `from_fd`, which `st` describes;
 * not for directories.  `name` must not exist. */
int copy_entry(int from_fd, int to_fd, const char *name, const struct stat *st,
	       struct error *e);

/* Owner, extended attributes, mode and times, from one open inode to
 * another.  overlayfs' own attributes are left out. */
int copy_metadata(int from_fd, int to_fd, const char *name,
		  const struct stat *st, struct error *e);

#endif
