/* Where the first name of an inode with several was put, found by inode.
 * SPDX-License-Identifier: Apache-2.0
 *
 * A table with open addressing, at most half full; nothing is ever taken out
 * of it but everything. */
#include "core/render/links.h"

#include <stdint.h>
#include <stdlib.h>

#include "core/base/alloc.h"

#define SLOTS_MIN 64

/* Inode numbers of one tree are dense: multiply, and use the upper bits. */
static size_t
first_slot(const struct links *l, dev_t dev, ino_t ino)
{
	uint64_t h = ((uint64_t)ino ^ (uint64_t)dev << 32) *
		     UINT64_C(0x9e3779b97f4a7c15);

	return (size_t)(h >> 32) & (l->n_slots - 1);
}

/* The slot of this inode, or the free one where it belongs. */
static struct link_place *
slot_of(const struct links *l, dev_t dev, ino_t ino)
{
	size_t i = first_slot(l, dev, ino);

	while (l->slots[i].path &&
	       (l->slots[i].ino != ino || l->slots[i].dev != dev))
		i = (i + 1) & (l->n_slots - 1);
	return &l->slots[i];
}

static void
grow(struct links *l)
{
	struct links bigger = {
		.n_slots = l->n_slots ? l->n_slots * 2 : SLOTS_MIN,
		.n_used = l->n_used,
	};

	bigger.slots = xcalloc(bigger.n_slots, sizeof(*bigger.slots));
	for (size_t i = 0; i < l->n_slots; i++) {
		const struct link_place *old = &l->slots[i];

		if (old->path)
			*slot_of(&bigger, old->dev, old->ino) = *old;
	}
	free(l->slots);
	*l = bigger;
}

const char *
links_find(const struct links *l, dev_t dev, ino_t ino)
{
	return l->n_slots > 0 ? slot_of(l, dev, ino)->path : NULL;
}

void
links_add(struct links *l, dev_t dev, ino_t ino, const char *path)
{
	if (l->n_used >= l->n_slots / 2)
		grow(l);
	*slot_of(l, dev, ino) = (struct link_place){dev, ino, xstrdup(path)};
	l->n_used++;
}

void
links_done(struct links *l)
{
	for (size_t i = 0; i < l->n_slots; i++)
		free(l->slots[i].path);
	free(l->slots);
	*l = (struct links){0};
}
