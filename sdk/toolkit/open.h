/* Opening files below a directory without ever leaving it.
 * SPDX-License-Identifier: Apache-2.0
 *
 * Every descriptor made here is O_CLOEXEC. */
#ifndef SDK_TOOLKIT_OPEN_H
#define SDK_TOOLKIT_OPEN_H

#include <sys/types.h>

/* "..", absolute names and links that point out fail with EXDEV.  Returns the
 * descriptor, or -1 with errno. */
int rkt_open_beneath(int dir_fd, const char *path, int flags, mode_t mode);

/* The same, with "/" and absolute links meaning `dir_fd`, as chroot would. */
int rkt_open_in_root(int dir_fd, const char *path, int flags, mode_t mode);

#endif
