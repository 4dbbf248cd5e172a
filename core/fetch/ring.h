/* A bounded queue of buffers between one writing and one reading thread.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CORE_FETCH_RING_H
#define CORE_FETCH_RING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define RING_BUFFER_SIZE ((size_t)256 << 10)

struct ring;
struct ring *ring_new(void);
void ring_free(struct ring *r);

/* Writer: an empty buffer of RING_BUFFER_SIZE to fill, or NULL when the reader
 * has given up; then hand over what is in it. */
uint8_t *ring_writer_take(struct ring *r);
void ring_writer_give(struct ring *r, size_t len);
/* No more will come; `is_whole` false: the writer failed. */
void ring_writer_end(struct ring *r, bool is_whole);

/* Reader: the next bytes, valid until the next call.  Returns their number, 0
 * at the end, -1 when the writer failed. */
ptrdiff_t ring_reader_next(struct ring *r, const uint8_t **ret);
/* Wanted no more; the writer learns of it. */
void ring_reader_end(struct ring *r);

#endif
