/* Walking the members of a tar archive by their headers alone.
 * SPDX-License-Identifier: Apache-2.0
 *
 * Reads ustar, GNU and pax archives as far as names and sizes go; the host
 * unpacks, with all that belongs to it. */
#ifndef PLUGINS_IMAGE_COMMON_TAR_H
#define PLUGINS_IMAGE_COMMON_TAR_H

#include <stddef.h>
#include <stdint.h>

#define TAR_NAME_MAX 1024 /* longer names are malformed here */

struct tar_walk {
	/* Exactly `len` bytes at `offset`: 0, or -1 when there are fewer. */
	int (*read)(void *data, uint64_t offset, void *to, size_t len);
	void *data;
	uint64_t offset; /* of the next header */
};

struct tar_member {
	char name[TAR_NAME_MAX + 1]; /* without "./" in front and '/' behind */
	char type;                   /* '0' for a regular file               */
	uint64_t offset;             /* of the content                       */
	uint64_t size;
};

enum tar_result {
	TAR_MEMBER,
	TAR_END,       /* two zero blocks, or the end of the file  */
	TAR_CUT,       /* the file ends within a header or earlier */
	TAR_MALFORMED, /* no tar header, or one with a wrong sum   */
};

enum tar_result tar_walk_next(struct tar_walk *w, struct tar_member *ret);

/* A walk over `len` bytes in memory; the walk must not outlive `memory`. */
struct tar_memory {
	const uint8_t *bytes;
	uint64_t len;
};
void tar_walk_memory(struct tar_walk *w, struct tar_memory *memory);

#endif
