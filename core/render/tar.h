/* Writing a tar archive: ustar, with pax records where that has no room.
 * SPDX-License-Identifier: Apache-2.0
 *
 * The bytes depend on nothing but what is given: the same tree makes the same
 * archive everywhere. */
#ifndef CORE_RENDER_TAR_H
#define CORE_RENDER_TAR_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>

#include "core/base/strbuf.h"
#include "core/base/error.h"

struct tar_member {
	const char *path;      /* "rootfs/bin/sh", without a slash at its end */
	const struct stat *st; /* type, mode, owner, time, size, device       */
	const char *link;      /* target of a symbolic link                   */
	const char *hardlink;  /* the path of the member it is; else NULL     */
	const struct strbuf *xattrs; /* tar_add_xattr(); may be NULL          */
};

/* One more attribute into `to`. */
void tar_add_xattr(struct strbuf *to, const char *name, const void *value,
		   size_t len);

/* All that comes before the content.  Sockets have no place in an archive. */
void tar_header(struct strbuf *to, const struct tar_member *m);
/* Bytes of content in the archive; a hard link has none. */
uint64_t tar_content_size(const struct tar_member *m);
/* Zeros that follow content of this size. */
size_t tar_padding(uint64_t size);

#define TAR_BLOCK    512
#define TAR_END_SIZE ((size_t)2 * TAR_BLOCK) /* zeros at the end */

#endif
