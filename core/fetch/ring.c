/* A bounded queue of buffers between one writing and one reading thread.
 * SPDX-License-Identifier: Apache-2.0 */
#include "ring.h"

#include <pthread.h>
#include <stdlib.h>

#include "core/base/alloc.h"

#define RING_BUFFERS 8

struct ring {
	pthread_mutex_t lock;
	pthread_cond_t changed;
	uint8_t *buffers[RING_BUFFERS];
	size_t lens[RING_BUFFERS];
	unsigned int written, read; /* buffers handed over, given back */
	bool is_held;               /* the reader looks at buffer `read` */
	bool is_ended, is_whole, is_unwanted;
};

struct ring *
ring_new(void)
{
	struct ring *r = xcalloc(1, sizeof(*r));

	pthread_mutex_init(&r->lock, NULL);
	pthread_cond_init(&r->changed, NULL);
	for (size_t i = 0; i < RING_BUFFERS; i++)
		r->buffers[i] = xmalloc(RING_BUFFER_SIZE);
	return r;
}

void
ring_free(struct ring *r)
{
	if (!r)
		return;
	for (size_t i = 0; i < RING_BUFFERS; i++)
		free(r->buffers[i]);
	pthread_cond_destroy(&r->changed);
	pthread_mutex_destroy(&r->lock);
	free(r);
}

uint8_t *
ring_writer_take(struct ring *r)
{
	uint8_t *buffer = NULL;

	pthread_mutex_lock(&r->lock);
	while (r->written - r->read == RING_BUFFERS && !r->is_unwanted)
		pthread_cond_wait(&r->changed, &r->lock);
	if (!r->is_unwanted)
		buffer = r->buffers[r->written % RING_BUFFERS];
	pthread_mutex_unlock(&r->lock);
	return buffer;
}

void
ring_writer_give(struct ring *r, size_t len)
{
	pthread_mutex_lock(&r->lock);
	r->lens[r->written % RING_BUFFERS] = len;
	r->written++;
	pthread_cond_signal(&r->changed);
	pthread_mutex_unlock(&r->lock);
}

void
ring_writer_end(struct ring *r, bool is_whole)
{
	pthread_mutex_lock(&r->lock);
	r->is_ended = true;
	r->is_whole = is_whole;
	pthread_cond_signal(&r->changed);
	pthread_mutex_unlock(&r->lock);
}

ptrdiff_t
ring_reader_next(struct ring *r, const uint8_t **ret)
{
	ptrdiff_t len = 0;

	pthread_mutex_lock(&r->lock);
	if (r->is_held) {
		r->is_held = false;
		r->read++;
		pthread_cond_signal(&r->changed);
	}
	while (r->written == r->read && !r->is_ended)
		pthread_cond_wait(&r->changed, &r->lock);
	if (r->written != r->read) {
		r->is_held = true;
		*ret = r->buffers[r->read % RING_BUFFERS];
		len = (ptrdiff_t)r->lens[r->read % RING_BUFFERS];
	} else if (!r->is_whole) {
		len = -1;
	}
	pthread_mutex_unlock(&r->lock);
	return len;
}

void
ring_reader_end(struct ring *r)
{
	pthread_mutex_lock(&r->lock);
	r->is_unwanted = true;
	pthread_cond_signal(&r->changed);
	pthread_mutex_unlock(&r->lock);
}
