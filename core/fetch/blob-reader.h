/* The bytes of a layer as they come: read, kept and digested.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CORE_FETCH_BLOB_READER_H
#define CORE_FETCH_BLOB_READER_H

#include "digest.h"
#include "inflate.h"
#include "progress.h"

struct blob_reader {
	const char *name;
	int fd, blob_fd;       /* blob_fd -1: not kept */
	uint64_t offset, size; /* UINT64_MAX: to the end */
	struct digest *digest; /* or NULL */
	struct progress *progress; /* or NULL */

	/* its own */
	uint64_t done;
	uint8_t *buffer;
	size_t head_len; /* bytes in `buffer` that sniffing has read ahead */
	bool is_head_read;
	uint8_t tail[8]; /* the last bytes read: gzip's trailer */
};

/* Looks at the first bytes, which are read again by the first next(). */
int blob_reader_sniff(struct blob_reader *r, enum compression *ret,
		      struct error *e);
int blob_reader_next(struct blob_reader *r, const uint8_t **ret,
		     size_t *ret_len, struct error *e);
/* What nobody wanted to look at, for digest and blob; then: are these all the
 * bytes that were announced, and no more? */
int blob_reader_finish(struct blob_reader *r, struct error *e);
void blob_reader_done(struct blob_reader *r);

#endif
