/* The content-addressed store: images, layers, blobs.
 * SPDX-License-Identifier: Apache-2.0
 *
 *   cas/blob/<alg>/<xx>/<alg>-<hex>          as received (maybe compressed)
 *   cas/imageManifest/sha512/<xx>/<key>      appc manifest, compact JSON
 *   cas/image/<key>                          our record, JSON, see image.h
 *   cas/tree/<tree>/rootfs, .../rendered     one unpacked layer, complete
 *   cas/tree/<tree>/implied                  if it has directories without a
 *                                            member: their paths, each with
 *                                            its NUL, sorted
 *   cas/stack/<key>                          what an image with dependencies
 *                                            is made of
 *   cas/imagelocks, cas/treestorelocks       one lock file per key
 *   cas/tmp/, cas/tree/.work-*               work in progress, flocked
 *   cas/incoming/{blob,imageManifest,image,imagelocks,tmp}
 *                                            what members of the group rkt
 *                                            fetched: to be believed by nobody
 *   locks/prepareLock
 *
 * A <tree> is "sha256-<hex>" or "sha512-<hex>", the uncompressed digest of its
 * layer.  Nothing is visible before it is complete and on disk: a tree without
 * `rendered`, or an image without a record, does not exist. */
#ifndef CORE_STORE_STORE_H
#define CORE_STORE_STORE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/json.h"
#include "core/base/vec.h"

#define IMAGE_KEY_LEN 71 /* "sha512-" + 64 hex digits */

struct store;

/* Makes the directories when there is no store yet, and takes a shared lock on
 * cas/ for the life of the object.  Who may read but not write gets a store to
 * read from.  Messages are prefixed "cannot open store". */
int store_open(const char *data_dir, struct store **ret, struct error *e);
void store_close(struct store *s);
int store_cas_fd(const struct store *s);   /* borrowed */
const char *store_cas_path(const struct store *s);

/* Does this process put images into cas/incoming, not unpacked?  What is
 * verified there helps only itself: root verifies again. */
bool store_is_incoming(const struct store *s);
int store_incoming_fd(struct store *s); /* borrowed; -1: there is none */
/* Forget an image there; was there one? */
bool store_incoming_drop(struct store *s, const char *key);

/* ---- images --------------------------------------------------------------- */

struct image_layer {
	char *tree;        /* "sha256-<hex>": directory under cas/tree        */
	char *blob;        /* "sha256-<hex>" of the blob as received, or ACI key */
	char *compression; /* "none", "gzip", ...                              */
	uint64_t size;     /* of the blob                                      */
	uint64_t tree_size; /* bytes of regular files unpacked                  */
};
VEC(image_layers, struct image_layer);

struct image {
	char *key;          /* "sha512-<64 hex>"                    */
	char *name;         /* manifest name                        */
	json_t *labels;     /* [{"name","value"}]                   */
	char *format;       /* "aci", "oci"                         */
	char *origin;       /* canonical name it came from, or NULL */
	char *digest;       /* of the manifest document, or NULL    */
	int64_t import_ns;  /* since the epoch                      */
	int64_t used_ns;
	bool is_latest;     /* fetched without a version            */
	bool is_incoming;   /* anybody's word: see cas/incoming     */
	struct image_layers layers; /* lowest first                 */
};
VEC(images, struct image);

void image_done(struct image *image);
void images_done(struct images *list);
uint64_t image_size(const struct image *image); /* blobs + trees */

/* Store the record and the manifest: the last step of an import, durable and
 * atomic.  Re-import keeps nothing of an older record. */
int store_image_add(struct store *s, const struct image *image,
		    const char *manifest, struct error *e);

int store_image_get(struct store *s, const char *key, bool *ret_found,
		    struct image *ret, struct error *e);
/* All there are, sorted by key; broken records are put into `problems` as one
 * line each and left out. */
int store_image_list(struct store *s, struct images *ret,
		     struct strings *problems, struct error *e);

/* "sha512-<2 or more hex>", any unique prefix.  Messages of chapter 9.2. */
int store_key_resolve(struct store *s, const char *prefix, char **ret_key,
		      struct error *e);
bool store_is_key(const char *s); /* "sha512-" and something */

/* By name and labels: all the labels given must be there and equal; without a
 * version prefer is_latest, then the newest import.  `cannot find aci
 * satisfying name: ...` as RKT_ERR_NOT_FOUND. */
int store_name_resolve(struct store *s, const char *name, const json_t *labels,
		       char **ret_key, struct error *e);

/* Either of the two, as `image rm IMAGE` takes it. */
int store_resolve(struct store *s, const char *image, char **ret_key,
		  struct error *e);

int store_manifest_read(struct store *s, const char *key, char **ret_text,
			struct error *e);
/* Record the use; failure to do so is not reported (a reader without the right
 * to write still reads). */
void store_image_touch(struct store *s, const char *key);

/* Record first, then manifest, then blobs that no other image names.  Trees
 * stay, for pods may use them, and blobs too while an import or a preparation
 * is under way: store_tree_gc() collects them.  Works for a broken record. */
int store_image_remove(struct store *s, const char *key, struct error *e);

/* ---- layers ---------------------------------------------------------------- */

bool store_tree_exists(struct store *s, const char *tree);
char *store_tree_path(struct store *s, const char *tree); /* .../rootfs, owned */
/* The same for who has not opened the store. */
char *store_tree_path_in(const char *data_dir, const char *tree);

/* Work on one layer: takes the exclusive lock of `tree` (waiting, with a line
 * on standard error, when another rkt has it) and then looks again: *ret_new
 * NULL means that both the tree and the blob are there, made meanwhile by
 * somebody else.  `blob` may be NULL: only the tree counts then.  When the
 * tree's digest is not known before it is unpacked, `tree` is NULL: no lock is
 * taken here, and commit() decides.
 *
 * A thread works on one layer at a time: two processes that each hold one lock
 * and wait for the other's would wait for ever.  Keeps store_tree_gc() away
 * until store_image_add() or store_close(). */
struct layer_new;
/* In an incoming store there is no directory, and only the blob counts. */
int store_layer_begin(struct store *s, const char *tree, const char *blob,
		      struct layer_new **ret_new, struct error *e);
int layer_new_rootfs_fd(const struct layer_new *l); /* empty, 0755; or -1    */
int layer_new_blob_fd(const struct layer_new *l);   /* empty file to write   */
/* Bytes in regular files, when the unpacker has counted them anyway; otherwise
 * commit() counts. */
void layer_new_set_size(struct layer_new *l, uint64_t size);
/* What goes into `implied`; copied, nothing is written for a length of 0. */
void layer_new_set_implied(struct layer_new *l, const char *paths, size_t len);
/* Give the finished pair its names and release the lock; `blob` NULL drops
 * that half.  The trees of one image become durable together through
 * store_trees_publish().  If the tree exists by now, this one is dropped. */
int layer_new_commit(struct layer_new *l, const char *tree, const char *blob,
		     struct error *e);
void layer_new_free(struct layer_new *l); /* drops what was not committed */

/* Work on a tree that is to take the place of one that is there.  Locks
 * nothing: who wants what it is made of to stay holds the prepare lock, shared,
 * until layer_new_replace(). */
int store_layer_again(struct store *s, struct layer_new **ret_new,
		      struct error *e);
/* Asked when nobody can begin to prepare a pod: keep others from starting to
 * use the tree, or fail because somebody does. */
struct store_hold {
	int (*take)(void *data, const char *tree, struct error *e);
	void (*release)(void *data); /* also after a take() that failed */
	void *data;
};
/* Swap the finished tree, made durable before, with the one of this name in one
 * step; takes the exclusive prepare lock for that.  layer_new_free() removes
 * the old one. */
int layer_new_replace(struct layer_new *l, const char *tree,
		      const struct store_hold *hold, struct error *e);

/* Sizes of a committed layer, for a record that names it without having made
 * it.  `blob` may be NULL. */
int store_layer_sizes(struct store *s, const char *tree, const char *blob,
		      uint64_t *ret_tree_size, uint64_t *ret_blob_size,
		      struct error *e);

/* The file of a blob, to be read. */
int store_blob_open(struct store *s, const char *blob, int *ret_fd,
		    struct error *e);
/* What is imported from the file of this `name` is imported once: exclusive,
 * waiting, before the lock of any layer.  *ret_fd: close it to unlock. */
int store_source_lock(struct store *s, const char *name, int *ret_fd,
		      struct error *e);

/* One syncfs(2), then mark every tree of the image `rendered`.  Before
 * store_image_add(), which refuses an image with a tree that is not. */
int store_trees_publish(struct store *s, const struct image *image,
			struct error *e);

/* After an import that failed: take back the layers of `image` that no record
 * has named yet, so that the store is as it was.  While others import or
 * prepare, they are left to store_tree_gc().  Cannot fail. */
void store_import_abandon(struct store *s, const struct image *image);

/* ---- images with dependencies ---------------------------------------------- */

struct stack {
	struct strings of;    /* keys of the images, as they are to be stacked */
	struct strings trees; /* lowest first                                  */
};
void stack_done(struct stack *stack);

/* *ret_found false also for one that makes no sense. */
int store_stack_get(struct store *s, const char *key, bool *ret_found,
		    struct stack *ret, struct error *e);
/* Are all trees there? */
bool store_stack_is_whole(struct store *s, const struct stack *stack);
/* Durable and atomic; the trees must exist.  The last step of making them:
 * ends what store_layer_begin() began. */
int store_stack_put(struct store *s, const char *key, const struct stack *stack,
		    struct error *e);

/* Remove what killed processes left in cas/tmp; takes no lock, touches nothing
 * that a living process works on. */
int store_tmp_gc(struct store *s, struct error *e);

/* Remove trees that neither an image record nor `in_use` names, blobs and
 * manifests that no record names, and what killed processes left anywhere in
 * the store.  Takes the exclusive prepare lock, thus waits for imports and
 * preparations under way.  *ret_removed: the trees. */
int store_tree_gc(struct store *s, const struct strings *in_use,
		  struct strings *ret_removed, struct error *e);
/* The same, asking for the trees in use when the lock is held: nobody can
 * begin to use one between the question and the removal. */
typedef int store_in_use(void *data, struct strings *ret, struct error *e);
int store_tree_gc_asking(struct store *s, store_in_use *ask, void *data,
			 struct strings *ret_removed, struct error *e);

/* Shared around the preparation of a pod, exclusive for store_tree_gc. */
int store_prepare_lock(struct store *s, bool exclusive, int *ret_fd,
		       struct error *e);

#endif
