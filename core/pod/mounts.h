/* What is still mounted below a directory, and getting rid of it.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CORE_POD_MOUNTS_H
#define CORE_POD_MOUNTS_H

#include <stdbool.h>

#include "core/base/vec.h"
#include "core/base/error.h"

/* The mount points strictly below `dir` in the text of a mountinfo file, in
 * its order: parents first. */
void mounts_below(const char *mountinfo, const char *dir, struct strings *ret);

/* Is there any, strictly below? */
int mounts_find(int dir_fd, bool *ret_found, struct error *e);

/* Unmount all of them, without anything reaching other mount namespaces; busy
 * ones are detached.  One read when there is none. */
int mounts_remove(int dir_fd, struct error *e);

#endif
