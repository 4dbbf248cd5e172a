/* Collecting what no image and no pod needs.
 * SPDX-License-Identifier: Apache-2.0
 *
 * Everything here runs under the exclusive prepare lock, so that whoever could
 * be about to name a tree, a blob or a manifest is done or dead. */
#include <fcntl.h>
#include <string.h>

#include "core/base/cleanup.h"
#include "core/base/fd.h"
#include "core/base/log.h"
#include "internal.h"

struct gc {
	struct store *store;
	const struct strings *in_use;
	struct strings *removed;
	struct strings trees; /* named by records, sorted */
	struct strings blobs;
	struct strings keys;   /* of records */
	struct strings stacks; /* of images with dependencies, in use; sorted */
};

typedef int (*visit_fn)(struct gc *g, int dir_fd, const char *name,
			struct error *e);

/* Every entry but "." and ".."; the first error is returned at the end, for
 * one that stays must not keep the others. */
static int
each_entry(struct gc *g, int parent_fd, const char *path, visit_fn visit,
	   struct error *e)
{
	autodir DIR *dir = NULL;
	struct dirent *entry;
	int rc = 0;
	int fd = open_no_links(parent_fd, path, O_RDONLY | O_DIRECTORY, 0);

	if (fd < 0 && (errno == ENOENT || errno == ENOTDIR || errno == ELOOP))
		return 0;
	if (fd < 0)
		return error_errno(e, errno, "open directory %s", path);
	dir = fdopendir(fd);
	if (!dir) {
		close(fd);
		return error_errno(e, errno, "read directory %s", path);
	}
	while ((entry = readdir(dir)) != NULL) {
		const char *name = entry->d_name;
		struct error why = ERROR_NONE;

		if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
			continue;
		if (visit(g, fd, name, &why) < 0 && rc == 0) {
			*e = why;
			rc = -1;
		}
	}
	return rc;
}

static int
compare(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void
sort(struct strings *v)
{
	if (v->len > 1)
		qsort(v->items, v->len, sizeof(char *), compare);
}

static bool
has(const struct strings *v, const char *s)
{
	return v->len > 0 &&
	       bsearch(&s, v->items, v->len, sizeof(char *), compare) != NULL;
}

/* Records of members must not keep root from collecting. */
static bool
is_own(const struct gc *g, const char *key)
{
	autofree char *path = xasprintf("image/%s", key);

	return faccessat(g->store->cas_fd, path, F_OK, AT_SYMLINK_NOFOLLOW) ==
	       0;
}

/* A record that is broken names nothing any more; but one that we are too old
 * for, or could not read, does. */
static int
read_names(struct gc *g, const char *key, struct error *e)
{
	struct error why = ERROR_NONE;
	struct image image = {0};
	bool is_found;

	if (store_image_get(g->store, key, &is_found, &image, &why) < 0) {
		if (why.code != RKT_ERR_INPUT && is_own(g, key)) {
			*e = why;
			return -1;
		}
		log_warn("image record '%s' is broken, ignoring", key);
		return 0;
	}
	for (size_t i = 0; is_found && i < image.layers.len; i++) {
		const struct image_layer *l = &image.layers.items[i];

		strings_push(&g->trees, l->tree);
		if (l->blob)
			strings_push(&g->blobs, l->blob);
	}
	image_done(&image);
	return 0;
}

/* What it was made of must be there, or it is worked out anew. */
static int
read_stack(struct gc *g, const char *key, struct error *e)
{
	struct stack stack = {0};
	bool is_used;

	if (store_stack_get(g->store, key, &is_used, &stack, e) < 0)
		return -1;
	for (size_t i = 0; is_used && i < stack.of.len; i++)
		is_used = has(&g->keys, stack.of.items[i]);
	for (size_t i = 0; is_used && i < stack.trees.len; i++)
		strings_push(&g->trees, stack.trees.items[i]);
	if (is_used)
		strings_push(&g->stacks, key);
	stack_done(&stack);
	return 0;
}

static int
read_all_names(struct gc *g, struct error *e)
{
	if (store_keys_list(g->store, &g->keys, e) < 0)
		return -1;
	for (size_t i = 0; i < g->keys.len; i++)
		if (read_names(g, g->keys.items[i], e) < 0 ||
		    read_stack(g, g->keys.items[i], e) < 0)
			return -1;
	sort(&g->trees);
	sort(&g->blobs);
	return 0;
}

static int
visit_tree(struct gc *g, int dir_fd, const char *name, struct error *e)
{
	(void)dir_fd;
	if (name[0] == '.') /* work in progress */
		return 0;
	if (has(&g->trees, name) || strings_has(g->in_use, name))
		return 0;
	if (store_tree_remove(g->store, name, e) < 0)
		return -1;
	if (g->removed)
		strings_push(g->removed, name);
	return 0;
}

static int
visit_blob(struct gc *g, int dir_fd, const char *name, struct error *e)
{
	return has(&g->blobs, name) ? 0 : tree_remove(dir_fd, name, e);
}

static int
visit_manifest(struct gc *g, int dir_fd, const char *name, struct error *e)
{
	return has(&g->keys, name) ? 0 : tree_remove(dir_fd, name, e);
}

/* Half-written records; whole ones stay, also those that are broken. */
static int
visit_record(struct gc *g, int dir_fd, const char *name, struct error *e)
{
	(void)g;
	return name[0] == '.' ? tree_remove(dir_fd, name, e) : 0;
}

static int
visit_stack(struct gc *g, int dir_fd, const char *name, struct error *e)
{
	return has(&g->stacks, name) ? 0 : tree_remove(dir_fd, name, e);
}

static int
visit_tree_lock(struct gc *g, int dir_fd, const char *name, struct error *e)
{
	autofree char *dir = xasprintf("tree/%s", name);

	if (faccessat(g->store->cas_fd, dir, F_OK, AT_SYMLINK_NOFOLLOW) == 0)
		return 0;
	return tree_remove(dir_fd, name, e);
}

static int
visit_image_lock(struct gc *g, int dir_fd, const char *name, struct error *e)
{
	return has(&g->keys, name) ? 0 : tree_remove(dir_fd, name, e);
}

static int
visit_blob_dir(struct gc *g, int dir_fd, const char *name, struct error *e)
{
	return each_entry(g, dir_fd, name, visit_blob, e);
}

static int
visit_manifest_dir(struct gc *g, int dir_fd, const char *name, struct error *e)
{
	return each_entry(g, dir_fd, name, visit_manifest, e);
}

struct step {
	const char *path;
	visit_fn visit;
};

static int
collect(struct gc *g, int base, const struct step *steps, struct error *e)
{
	int rc = 0;

	for (; steps->path; steps++) {
		struct error why = ERROR_NONE;

		if (each_entry(g, base, steps->path, steps->visit, &why) < 0 &&
		    rc == 0) {
			*e = why;
			rc = -1;
		}
	}
	return rc;
}

static int
collect_all(struct gc *g, struct error *e)
{
	static const struct step own[] = {
		{"tree", visit_tree},
		{"stack", visit_stack},
		{"treestorelocks", visit_tree_lock},
		{NULL, NULL},
	};
	static const struct step of_images[] = {
		{"blob/sha256", visit_blob_dir},
		{"blob/sha512", visit_blob_dir},
		{"imageManifest/sha512", visit_manifest_dir},
		{"image", visit_record},
		{"imagelocks", visit_image_lock},
		{NULL, NULL},
	};
	int incoming = store_incoming_fd(g->store);
	int rc = collect(g, g->store->cas_fd, own, e);

	if (rc == 0)
		rc = collect(g, g->store->cas_fd, of_images, e);
	if (rc == 0 && incoming >= 0)
		rc = collect(g, incoming, of_images, e);
	return rc;
}

int
store_tree_gc_asking(struct store *s, store_in_use *ask, void *data,
		     struct strings *ret_removed, struct error *e)
{
	auto_strings struct strings in_use = {0};
	struct gc g = {.store = s, .in_use = &in_use, .removed = ret_removed};
	autoclose int lock_fd = -1;
	int rc;

	store_import_end(s); /* of a fetch that failed: do not wait for us */
	if (store_layout_make(s, e) < 0 ||
	    store_prepare_lock(s, true, &lock_fd, e) < 0)
		return -1;
	rc = ask(data, &in_use, e);
	if (rc == 0)
		rc = read_all_names(&g, e);
	if (rc == 0)
		rc = collect_all(&g, e);
	if (rc == 0)
		rc = store_tmp_gc(s, e);
	strings_done(&g.trees);
	strings_done(&g.blobs);
	strings_done(&g.keys);
	strings_done(&g.stacks);
	return rc;
}

static int
answer(void *data, struct strings *ret, struct error *e)
{
	const struct strings *in_use = data;

	(void)e;
	for (size_t i = 0; in_use && i < in_use->len; i++)
		strings_push(ret, in_use->items[i]);
	return 0;
}

int
store_tree_gc(struct store *s, const struct strings *in_use,
	      struct strings *ret_removed, struct error *e)
{
	return store_tree_gc_asking(s, answer, (void *)(uintptr_t)in_use,
				    ret_removed, e);
}
