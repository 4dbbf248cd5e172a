/* Is what the store has unpacked still what was fetched?
 * SPDX-License-Identifier: Apache-2.0
 *
 * The blobs are believed as far as their digests say what they should.  A tree
 * derived of several images comes last, for it shares their files. */
#include "core/render/verify.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "core/base/alloc.h"
#include "core/base/cleanup.h"
#include "core/base/fd.h"
#include "core/fetch/progress.h"
#include "core/render/blob.h"
#include "core/render/compare.h"
#include "core/render/stack.h"

#define LIST_MAX  ((size_t)128 << 20)
#define DIR_FLAGS (O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)

/* A tree as it should be. */
struct model {
	const char *tree;
	struct layer_new *new;
	struct layer_job job; /* of a layer: what is to be beside rootfs */
	uint64_t size;        /* for the progress; 0: unknown */
};

/* ---- comparing --------------------------------------------------------------
 */

static char *
file_of(struct store *s, const char *tree, const char *name)
{
	autofree char *rootfs = store_tree_path(s, tree);

	return xasprintf("%.*s%s", (int)(strlen(rootfs) - strlen("rootfs")),
			 rootfs, name);
}

static bool
is_same_list(struct store *s, const struct model *m)
{
	autofree char *path = file_of(s, m->tree, "implied");
	autofree char *text = NULL;
	struct error ignored = ERROR_NONE;
	size_t len = 0;

	if (file_read_all(AT_FDCWD, path, LIST_MAX, &text, &len, &ignored) < 0)
		return m->job.implied_len == 0 && access(path, F_OK) < 0;
	return len == m->job.implied_len &&
	       (len == 0 || memcmp(text, m->job.implied, len) == 0);
}

static int
compare_rootfs(struct store *s, const struct model *m, char **ret_difference,
	       struct error *e)
{
	autofree char *path = store_tree_path(s, m->tree);
	autoclose int fd = open(path, DIR_FLAGS);
	struct strings implied = {0}; /* borrows */
	struct progress *progress;
	int rc;

	if (fd < 0) {
		*ret_difference = xstrdup("its directory cannot be read");
		return 0;
	}
	for (size_t at = 0; at < m->job.implied_len;
	     at += strlen(m->job.implied + at) + 1)
		vec_push(&implied, m->job.implied + at);
	progress = progress_new("comparing", m->size);
	rc = trees_compare(layer_new_rootfs_fd(m->new), fd, &implied, progress,
			   ret_difference, e);
	progress_free(progress);
	vec_done(&implied);
	return rc;
}

static int
compare_tree(struct store *s, const struct model *m, char **ret_difference,
	     struct error *e)
{
	if (!store_tree_exists(s, m->tree))
		*ret_difference = xstrdup("is missing");
	else if (!is_same_list(s, m))
		*ret_difference = xstrdup("has another list of directories");
	else
		return compare_rootfs(s, m, ret_difference, e);
	return 0;
}

/* ---- replacing --------------------------------------------------------------
 */

/* Who is told that a pod is in the way is not told of work first. */
static int
ask(const struct verify *v, const char *tree, struct error *e)
{
	int rc = v->hold->take(v->hold->data, tree, e);

	v->hold->release(v->hold->data);
	return rc;
}

static int
replace(struct verify *v, const struct model *m, const char *difference,
	struct error *e)
{
	free(v->difference);
	v->difference = xasprintf("layer '%s': %s", m->tree, difference);
	v->is_good = false;
	if (ask(v, m->tree, e) < 0)
		return -1;
	v->bad(v->data, v->difference);
	if (m->job.implied_len > 0)
		layer_new_set_implied(m->new, m->job.implied,
				      m->job.implied_len);
	return layer_new_replace(m->new, m->tree, v->hold, e);
}

/* ---- one tree ---------------------------------------------------------------
 */

typedef int make_fn(struct verify *v, struct model *m, const void *of,
		    struct error *e);

static int
make_and_compare(struct verify *v, struct model *m, make_fn *make,
		 const void *of, char **ret_difference, struct error *e)
{
	autoclose int lock = -1; /* nobody collects what is read here */

	if (store_prepare_lock(v->store, false, &lock, e) < 0 ||
	    store_layer_again(v->store, &m->new, e) < 0 ||
	    make(v, m, of, e) < 0)
		return -1;
	return compare_tree(v->store, m, ret_difference, e);
}

static int
verify_tree(struct verify *v, const char *tree, uint64_t size, make_fn *make,
	    const void *of, struct error *e)
{
	struct model m = {.tree = tree, .size = size};
	autofree char *difference = NULL;
	int rc;

	if (strings_has(&v->done, tree))
		return 0;
	rc = make_and_compare(v, &m, make, of, &difference, e);
	if (rc == 0 && difference)
		rc = replace(v, &m, difference, e);
	if (rc == 0)
		strings_push(&v->done, tree);
	layer_new_free(m.new);
	layer_job_done(&m.job);
	return rc;
}

struct layer_of {
	const struct image *image;
	const struct image_layer *layer;
};

static int
make_layer(struct verify *v, struct model *m, const void *of, struct error *e)
{
	const struct layer_of *l = of;

	return blob_unpack(v->store, l->image, l->layer,
			   layer_new_rootfs_fd(m->new), &m->job, e);
}

static int
make_derived(struct verify *v, struct model *m, const void *of, struct error *e)
{
	return stack_tree_make(v->store, of, layer_new_rootfs_fd(m->new), e);
}

/* ---- images -----------------------------------------------------------------
 */

static int
verify_layers(struct verify *v, const struct image *image, struct error *e)
{
	for (size_t i = 0; i < image->layers.len; i++) {
		const struct image_layer *l = &image->layers.items[i];
		const struct layer_of of = {image, l};

		if (verify_tree(v, l->tree, l->tree_size, make_layer, &of, e) <
		    0)
			return -1;
	}
	return 0;
}

static bool
has_any_tree(struct store *s, const struct image *image)
{
	for (size_t i = 0; i < image->layers.len; i++)
		if (store_tree_exists(s, image->layers.items[i].tree))
			return true;
	return false;
}

static int
verify_flat(struct verify *v, const struct flat *flat, struct error *e)
{
	autofree char *tree = NULL;

	for (size_t i = 0; i < flat->images.len; i++)
		if (verify_layers(v, &flat->images.items[i].record, e) < 0)
			return -1;
	if (flat_is_plain(flat))
		return 0;
	if (stack_tree_name(flat, &tree, e) < 0)
		return -1;
	return store_tree_exists(v->store, tree)
		       ? verify_tree(v, tree, 0, make_derived, flat, e)
		       : 0;
}

int
image_verify(struct verify *v, const char *key, struct error *e)
{
	struct fetch f = {.store = v->store, .policy = PULL_NEVER};
	struct flat flat;
	int rc = 0;

	v->is_good = true;
	v->is_rendered = false;
	if (flatten(&f, key, &flat, e) < 0)
		return -1;
	for (size_t i = 0; i < flat.images.len; i++)
		v->is_rendered |=
			has_any_tree(v->store, &flat.images.items[i].record);
	if (v->is_rendered)
		rc = verify_flat(v, &flat, e);
	flat_done(&flat);
	return rc;
}

void
verify_done(struct verify *v)
{
	free(v->difference);
	strings_done(&v->done);
	v->difference = NULL;
}
