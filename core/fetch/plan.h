/* What an image plugin says about an image, checked.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CORE_FETCH_PLAN_H
#define CORE_FETCH_PLAN_H

#include "core/base/json.h"
#include "core/base/vec.h"
#include "core/store/store.h"
#include "inflate.h"

#define PLAN_LAYERS_MAX 500u

struct layer_spec {
	char *digest;  /* "sha256:<hex>" as it comes, or NULL */
	char *diff_id; /* of the tar, or NULL                 */
	uint64_t size; /* UINT64_MAX: to the end of the file  */
	bool has_whiteouts;
	char *path;       /* below the directory, or NULL      */
	uint64_t offset;  /* in the file                       */
	char *url;        /* the first one, or NULL            */
	char *root;       /* see rkt/image.h, or NULL          */
	char *manifest;
};
VEC(layer_specs, struct layer_spec);

struct plan {
	const char *name; /* of the image, for messages; borrowed */
	json_t *manifest; /* normal form; NULL: inside of a layer */
	char *format, *origin, *digest;
	/* What must come of it: key, name, labels; or NULL.  Borrowed. */
	const struct image *claimed;
	struct layer_specs layers;
};

void plan_done(struct plan *p);

/* One emission of resolve(). */
int plan_add(struct plan *p, const char *key, const char *bytes, size_t len,
	     struct error *e);
/* After the last one: is there all that is needed? */
int plan_check(const struct plan *p, struct error *e);

#endif
