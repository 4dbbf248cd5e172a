/* From a tar stream to a directory, trusting nothing in it.
 * SPDX-License-Identifier: Apache-2.0
 *
 * The rules:
 *  - every name is resolved beneath the root; ".." and absolute names are
 *    refused, links met on the way mean what they mean after a chroot;
 *  - nothing is written through what is already there: it is removed first;
 *  - owners are the numbers in the archive, as root; names are not looked up;
 *  - a member that would act as a mark of overlayfs is refused (character
 *    device 0:0) or stripped of it (trusted.overlay.*, user.overlay.*);
 *  - directories get owner, mode, attributes and time at the end, and are
 *    private to us before. */
#ifndef CORE_FETCH_UNPACK_H
#define CORE_FETCH_UNPACK_H

#include <stdbool.h>

#include "bytes.h"

/* On a directory that hides the one below it. */
#define UNPACK_OPAQUE_KEY "trusted.overlay.opaque"

#define UNPACK_PATH_MAX     4095
#define UNPACK_NAME_MAX     255
#define UNPACK_DEPTH_MAX    256
#define UNPACK_MEMBERS_MAX  4000000u
#define UNPACK_MANIFEST_MAX ((size_t)4 << 20)

/* No stream may be longer than this: 100 times what was received, though 4 GiB
 * are always allowed and 1 TiB never is exceeded. */
uint64_t unpack_bytes_max(uint64_t received);

struct unpack_options {
	const char *archive;  /* its name, for messages                     */
	bool has_whiteouts;   /* ".wh." members are marks                   */
	const char *root;     /* only members below it count: the appc rules */
	const char *manifest; /* with `root`: the member that is kept       */
	uint64_t bytes_max;   /* of the stream, and of all files together   */
	uint64_t members_max;
};

struct unpack_result {
	uint64_t file_bytes; /* in regular files               */
	char *manifest;      /* owned; NULL if none was wanted */
	size_t manifest_len;
	/* Owned; directories without a member of their own, the root ("")
	 * too: each path with its NUL, sorted.  NULL if there are none. */
	char *implied;
	size_t implied_len;
};

/* `root_fd` is an empty directory, or -1: only look at the members.  Reads `from` to its very end, past the end
 * of the archive.  On failure the directory holds rubbish. */
int unpack_tar(int root_fd, const struct unpack_options *options,
	       const struct bytes *from, struct unpack_result *ret,
	       struct error *e);

#endif
