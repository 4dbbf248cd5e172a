/* Image layouts made in a temporary directory, and archives in memory.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_UNIT_IMAGE_FIXTURE_H
#define TESTS_UNIT_IMAGE_FIXTURE_H

#include "plugins/image/oci/layout.h"
#include "tests/lib/mock-host.h"
#include "tests/lib/unit.h"

#define LAYER_TYPE "application/vnd.oci.image.layer.v1.tar+gzip"
#define DIFF_ID                                                                \
	"sha256:"                                                              \
	"5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef"

struct fixture {
	struct mock_host host;
	struct layout layout; /* of the directory, for what resolve calls */
	int dir;
};

/* An empty layout at <tmpdir>; messages name it '/l/box'. */
void fixture_init(struct fixture *f);
void fixture_done(struct fixture *f);

void fixture_write(struct fixture *f, const char *name, const char *text);

/* Leaves `text` to the test: it is freed when the test's process ends. */
char *kept(char *text);

/* Formatted text with ' for "; it is kept(), as all descriptors below. */
char *quoted(const char *fmt, ...) RKT_PRINTF(1, 2);

/* Add a blob; returns its descriptor, with `more` members behind. */
char *fixture_blob(struct fixture *f, const char *media_type, const char *text,
		   const char *more);

/* An image with one layer; returns its descriptor. */
char *fixture_image(struct fixture *f, const char *config, const char *more);

/* index.json with these entries. */
void fixture_index(struct fixture *f, const char *entries);

/* resolve() for linux/amd64 with a fresh mock host. */
rkt_status fixture_resolve(struct fixture *f, const char *selector);

/* ---- tar ---- */

struct tar {
	char bytes[16384];
	size_t len;
};
void tar_add(struct tar *t, const char *name, char type, const char *content);
void tar_end(struct tar *t);

#endif
