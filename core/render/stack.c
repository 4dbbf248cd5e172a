/* What an image is made of: its layers, and the images it depends on.
 * SPDX-License-Identifier: Apache-2.0
 *
 * The trees of the images serve as layers where overlayfs shows what the rules
 * of appc say.  Otherwise one tree is derived of them, named by a digest over
 * what goes into it. */
#include "core/render/stack.h"

#include <string.h>

#include "core/base/cleanup.h"
#include "core/base/log.h"
#include "core/base/strbuf.h"
#include "core/fetch/digest.h"
#include "core/render/compose.h"

static const struct flat_image *
image_of(const struct flat *flat, size_t part)
{
	return &flat->images.items[flat->parts.items[part].image];
}

static const struct strings *
upper_of(const struct flat *flat, size_t part)
{
	size_t upper = flat->parts.items[part].upper;

	return upper == FLAT_NONE ? NULL : &flat->images.items[upper].whitelist;
}

/* ---- overlayfs or not -------------------------------------------------------
 */

/* Marks of removed files, and a white list, speak to what is below. */
static bool
may_overlay(const struct flat *flat)
{
	for (size_t i = 0; i < flat->images.len; i++)
		if (flat->images.items[i].whitelist.len > 0)
			return false;
	for (size_t i = 0; i + 1 < flat->parts.len; i++) {
		const struct image *image = &image_of(flat, i)->record;

		if (image->layers.len != 1 || strcmp(image->format, "aci") != 0)
			return false;
	}
	return true;
}

static int
open_sources(struct store *s, const struct flat *flat,
	     struct compose_sources *ret, struct error *e)
{
	for (size_t i = 0; i < flat->parts.len; i++) {
		const struct flat_image *image = image_of(flat, i);
		const struct image_layers *layers = &image->record.layers;

		for (size_t k = layers->len; k-- > 0;)
			if (compose_add(
				    ret,
				    store_tree_path(s, layers->items[k].tree),
				    i, &image->whitelist, upper_of(flat, i),
				    e) < 0)
				return -1;
	}
	return 0;
}

static void
list_trees(const struct flat *flat, struct strings *ret)
{
	for (size_t i = flat->parts.len; i-- > 0;) {
		const struct image_layers *layers =
			&image_of(flat, i)->record.layers;

		for (size_t k = 0; k < layers->len; k++)
			strings_push(ret, layers->items[k].tree);
	}
}

/* ---- a derived tree ---------------------------------------------------------
 */

static char *
describe(const struct flat *flat)
{
	struct strbuf b = {0};

	strbuf_puts(&b, "rkt-derived-tree 1\n");
	for (size_t i = 0; i < flat->parts.len; i++) {
		const struct flat_image *image = image_of(flat, i);
		const struct strings *upper = upper_of(flat, i);

		strbuf_printf(&b, "image %s\n", image->record.key);
		for (size_t k = 0; k < image->record.layers.len; k++)
			strbuf_printf(&b, "tree %s\n",
				      image->record.layers.items[k].tree);
		for (size_t k = 0; k < image->whitelist.len; k++)
			strbuf_printf(&b, "own %s\n",
				      image->whitelist.items[k]);
		for (size_t k = 0; upper && k < upper->len; k++)
			strbuf_printf(&b, "upper %s\n", upper->items[k]);
	}
	return b.text;
}

int
stack_tree_name(const struct flat *flat, char **ret, struct error *e)
{
	autofree char *text = describe(flat);
	char sum[DIGEST_TEXT_MAX];
	struct digest *d;
	int rc;

	if (digest_new(DIGEST_SHA512, &d, e) < 0)
		return -1;
	digest_add(d, text, strlen(text));
	rc = digest_finish(d, sum, sizeof(sum), e);
	digest_free(d);
	if (rc == 0)
		*ret = digest_store_name(sum);
	return rc;
}

int
stack_tree_make(struct store *s, const struct flat *flat, int to_fd,
		struct error *e)
{
	struct compose_sources sources = {0};
	int rc = open_sources(s, flat, &sources, e);

	if (rc == 0)
		rc = compose_make(&sources, to_fd, e);
	compose_done(&sources);
	return rc;
}

static int
fill_tree(const struct compose_sources *sources, const char *tree,
	  struct layer_new *new, struct error *e)
{
	log_debug("store", "rendering tree %s", tree);
	if (compose_make(sources, layer_new_rootfs_fd(new), e) < 0)
		return error_prefix(e, "cannot render '%s'", tree);
	return layer_new_commit(new, tree, NULL, e);
}

static int
make_tree(struct store *s, const struct compose_sources *sources, char *tree,
	  struct error *e)
{
	struct image_layer layer = {.tree = tree};
	const struct image made = {.layers = {&layer, 1, 1}};
	struct layer_new *new = NULL;
	int rc;

	if (store_layer_begin(s, tree, NULL, &new, e) < 0)
		return -1;
	rc = new ? fill_tree(sources, tree, new, e) : 0;
	layer_new_free(new);
	if (rc == 0)
		rc = store_trees_publish(s, &made, e);
	if (rc < 0)
		store_import_abandon(s, &made);
	return rc;
}

/* ---- both -------------------------------------------------------------------
 */

static int
make_stack(struct store *s, const struct flat *flat,
	   const struct compose_sources *sources, struct strings *ret_trees,
	   struct error *e)
{
	autofree char *tree = NULL;
	bool is_overlay = may_overlay(flat);

	if (is_overlay && compose_is_overlay(sources, &is_overlay, e) < 0)
		return -1;
	if (is_overlay) {
		list_trees(flat, ret_trees);
		return 0;
	}
	if (stack_tree_name(flat, &tree, e) < 0 ||
	    make_tree(s, sources, tree, e) < 0)
		return -1;
	strings_push(ret_trees, tree);
	return 0;
}

static bool
is_same(const struct strings *a, const struct strings *b)
{
	if (a->len != b->len)
		return false;
	for (size_t i = 0; i < a->len; i++)
		if (strcmp(a->items[i], b->items[i]) != 0)
			return false;
	return true;
}

/* Worked out before for the same images? */
static int
find_stack(struct store *s, const char *key, const struct strings *of,
	   bool *ret_found, struct stack *ret, struct error *e)
{
	if (store_stack_get(s, key, ret_found, ret, e) < 0)
		return -1;
	if (*ret_found &&
	    (!is_same(of, &ret->of) || !store_stack_is_whole(s, ret))) {
		*ret_found = false;
		stack_done(ret);
	}
	return 0;
}

static int
new_stack(struct store *s, const struct flat *flat, struct stack *stack,
	  struct error *e)
{
	struct compose_sources sources = {0};
	autoclose int lock = -1;
	int rc;

	/* Not to lose a tree that is about to be named. */
	if (store_prepare_lock(s, false, &lock, e) < 0)
		return -1;
	rc = open_sources(s, flat, &sources, e);
	if (rc == 0)
		rc = make_stack(s, flat, &sources, &stack->trees, e);
	compose_done(&sources);
	if (rc == 0)
		rc = store_stack_put(s, flat->images.items[0].record.key, stack,
				     e);
	return rc;
}

static int
get_stack(struct store *s, const struct flat *flat, struct stack *ret,
	  struct error *e)
{
	struct stack stack = {0};
	struct strings of = {0};
	bool is_found;
	int rc;

	for (size_t i = 0; i < flat->parts.len; i++)
		strings_push(&of, image_of(flat, i)->record.key);
	rc = find_stack(s, of.items[0], &of, &is_found, &stack, e);
	if (rc == 0 && is_found) {
		strings_done(&of);
		*ret = stack;
		return 0;
	}
	stack.of = of;
	if (rc == 0)
		rc = new_stack(s, flat, &stack, e);
	if (rc == 0)
		*ret = stack;
	else
		stack_done(&stack);
	return rc;
}

static void
replace_layers(struct image *image, const struct strings *trees)
{
	struct image old = {.layers = image->layers};

	image->layers = (struct image_layers){0};
	image_done(&old);
	for (size_t i = 0; i < trees->len; i++) {
		struct image_layer layer = {.tree = xstrdup(trees->items[i])};

		vec_push(&image->layers, layer);
	}
}

int
stack_resolve(struct store *s, struct image *image, const char *manifest,
	      struct error *e)
{
	struct fetch f = {.store = s, .policy = PULL_NEVER};
	struct stack stack = {0};
	struct flat flat;
	int rc = 0;

	/* Who cannot unpack has no trees to stack. */
	if (manifest_is_plain(manifest) || store_is_incoming(s))
		return 0;
	if (flatten(&f, image->key, &flat, e) < 0)
		return -1;
	if (!flat_is_plain(&flat)) {
		rc = get_stack(s, &flat, &stack, e);
		if (rc == 0)
			replace_layers(image, &stack.trees);
		stack_done(&stack);
	}
	flat_done(&flat);
	return rc;
}

int
stack_prepare(struct store *s, const char *key, struct error *e)
{
	autofree char *manifest = NULL;
	struct image image;
	bool is_found = false;
	int rc;

	if (store_manifest_read(s, key, &manifest, e) < 0)
		return -1;
	if (manifest_is_plain(manifest))
		return 0;
	if (store_image_get(s, key, &is_found, &image, e) < 0)
		return -1;
	if (!is_found)
		return error_set(e, RKT_ERR_NOT_FOUND,
				 "image '%s' is not in the local store", key);
	rc = stack_resolve(s, &image, manifest, e);
	image_done(&image);
	return rc;
}
