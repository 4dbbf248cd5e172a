/* A local file or directory that may hold an image.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CORE_FETCH_SOURCE_H
#define CORE_FETCH_SOURCE_H

#include "fetch.h"
#include "plan.h"

struct source {
	char *path; /* absolute */
	int fd;
	bool is_directory;
	uint64_t size;
	enum compression compression;
};

int source_open(const char *path, struct source *ret, struct error *e);
void source_done(struct source *s);

/* Ask all plugins what it is. */
int source_probe(struct fetch *f, const struct source *s, struct plugin **ret,
		 struct error *e);
/* Replace the file by its decompressed content, in an unnamed file. */
int source_expand(struct fetch *f, struct source *s, struct error *e);
/* What is in it, as the plugin says. */
int source_resolve(struct plugin *plugin, const struct source *s,
		   const char *ref, const char *selector, struct plan *plan,
		   struct error *e);

/* "open PATH: no such file or directory", spelled as users know it. */
int open_error(struct error *e, int err, const char *path);

#endif
