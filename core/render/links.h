/* Where the first name of an inode with several was put, found by inode.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CORE_RENDER_LINKS_H
#define CORE_RENDER_LINKS_H

#include <stddef.h>
#include <sys/types.h>

struct link_place {
	dev_t dev;
	ino_t ino;
	char *path; /* NULL: a free slot */
};

/* Zeroed to begin with. */
struct links {
	struct link_place *slots;
	size_t n_slots; /* a power of two, or 0 */
	size_t n_used;
};

/* NULL: this inode was not seen yet. */
const char *links_find(const struct links *l, dev_t dev, ino_t ino);
/* Only for one that was not; `path` is copied. */
void links_add(struct links *l, dev_t dev, ino_t ino, const char *path);
void links_done(struct links *l);

#endif
