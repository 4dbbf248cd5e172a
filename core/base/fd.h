/* Files and directories relative to descriptors.
 * SPDX-License-Identifier: Apache-2.0
 *
 * Every descriptor made here is O_CLOEXEC. */
#ifndef CORE_BASE_FD_H
#define CORE_BASE_FD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "error.h"

/* Open `path` below `dir_fd` without ever leaving it: "..", absolute names and
 * links that point out fail.  Returns the descriptor, or -1 with errno. */
int open_beneath(int dir_fd, const char *path, int flags, mode_t mode);

/* The same, and there must be no link on the way, nor at its end. */
int open_no_links(int dir_fd, const char *path, int flags, mode_t mode);

/* As open_beneath(), with "/" and absolute links meaning `dir_fd`, as chroot would. */
int open_in_root(int dir_fd, const char *path, int flags, mode_t mode);

/* The whole content, NUL-terminated (the NUL is not counted), owned by the
 * caller.  More than `max` bytes is RKT_ERR_INPUT.  `name` is for messages. */
int fd_read_all(int fd, const char *name, size_t max, char **ret_text,
		size_t *ret_len, struct error *e);
int file_read_all(int dir_fd, const char *path, size_t max, char **ret_text,
		  size_t *ret_len, struct error *e);

/* All of it or an error; retries short writes and EINTR. */
int fd_write_all(int fd, const char *name, const void *data, size_t len,
		 struct error *e);

/* Create or truncate; no durability promised. */
int file_write(int dir_fd, const char *path, const void *data, size_t len,
	       mode_t mode, struct error *e);

/* tmp + fsync + rename: readers see the old content or the new, also after a
 * crash.  The temporary name starts with ".tmp-" in the same directory. */
int file_write_atomic(int dir_fd, const char *path, const void *data,
		      size_t len, mode_t mode, struct error *e);

/* mkdir -p below `dir_fd`; existing directories keep their mode. */
int dir_make_all(int dir_fd, const char *path, mode_t mode, struct error *e);

/* rm -rf below `dir_fd`, at any depth; absence is success; follows no link, and
 * a mount point is an error (EBUSY), also one of the same file system. */
int tree_remove(int dir_fd, const char *name, struct error *e);

/* The number of bytes in regular files below `dir_fd`/`name`, each inode
 * counted once per link seen. */
int tree_size(int dir_fd, const char *name, uint64_t *ret_size,
	      struct error *e);

/* flock; `exclusive` or shared.  Blocking form retries EINTR.  try_ returns
 * with *ret_locked false when somebody else holds it. */
int lock_wait(int fd, bool exclusive, const char *name, struct error *e);
int lock_try(int fd, bool exclusive, const char *name, bool *ret_locked,
	     struct error *e);

#endif
