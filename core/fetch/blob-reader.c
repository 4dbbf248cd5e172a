/* The bytes of a layer as they come: read, kept and digested.
 * SPDX-License-Identifier: Apache-2.0 */
#include "blob-reader.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/alloc.h"
#include "core/base/fd.h"

#define PIECE_SIZE ((size_t)256 << 10)

static int
read_piece(struct blob_reader *r, size_t *ret_len, struct error *e)
{
	size_t want = PIECE_SIZE, len = 0;
	uint64_t left = r->size - r->done;

	if (left < want)
		want = (size_t)left;
	if (!r->buffer)
		r->buffer = xmalloc(PIECE_SIZE);
	while (len < want) {
		ssize_t n = pread(r->fd, r->buffer + len, want - len,
				  (off_t)(r->offset + r->done + len));

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return error_errno(e, errno, "read %s", r->name);
		if (n == 0)
			break;
		len += (size_t)n;
	}
	if (len < want && r->size != UINT64_MAX)
		return error_set(e, RKT_ERR_INPUT,
				 "%s: truncated: %llu bytes of %llu", r->name,
				 (unsigned long long)(r->done + len),
				 (unsigned long long)r->size);
	*ret_len = len;
	return 0;
}

int
blob_reader_sniff(struct blob_reader *r, enum compression *ret, struct error *e)
{
	if (read_piece(r, &r->head_len, e) < 0)
		return -1;
	r->is_head_read = true;
	*ret = compression_of(r->buffer, r->head_len);
	return 0;
}

static void
keep_tail(struct blob_reader *r, const uint8_t *bytes, size_t len)
{
	size_t n = len < sizeof(r->tail) ? len : sizeof(r->tail);

	memmove(r->tail, r->tail + n, sizeof(r->tail) - n);
	memcpy(r->tail + sizeof(r->tail) - n, bytes + len - n, n);
}

int
blob_reader_next(struct blob_reader *r, const uint8_t **ret, size_t *ret_len,
		 struct error *e)
{
	size_t len = r->head_len;

	if (!r->is_head_read && read_piece(r, &len, e) < 0)
		return -1;
	r->is_head_read = false;
	*ret = r->buffer;
	*ret_len = len;
	if (len == 0)
		return 0;
	r->done += len;
	if (r->blob_fd >= 0 &&
	    fd_write_all(r->blob_fd, "blob", r->buffer, len, e) < 0)
		return error_prefix(e, "%s: cannot keep it", r->name);
	if (r->digest)
		digest_add(r->digest, r->buffer, len);
	if (r->progress)
		progress_add(r->progress, len);
	keep_tail(r, r->buffer, len);
	return 0;
}

int
blob_reader_finish(struct blob_reader *r, struct error *e)
{
	const uint8_t *bytes;
	struct stat st;
	size_t len;

	do {
		if (blob_reader_next(r, &bytes, &len, e) < 0)
			return -1;
	} while (len > 0);
	/* A blob in a file of its own ends where the descriptor says. */
	if (r->size != UINT64_MAX && r->offset == 0 && fstat(r->fd, &st) == 0 &&
	    S_ISREG(st.st_mode) && (uint64_t)st.st_size > r->size)
		return error_set(e, RKT_ERR_INPUT,
				 "%s: has %llu bytes, not the announced %llu",
				 r->name, (unsigned long long)st.st_size,
				 (unsigned long long)r->size);
	return 0;
}

void
blob_reader_done(struct blob_reader *r)
{
	free(r->buffer);
	r->buffer = NULL;
}
