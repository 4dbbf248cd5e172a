/* core/store: what goes with an image, what gc takes, and what it leaves.
 * SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/store/common.h"

#include <sys/sysmacros.h>

static void
add_image(struct store *s, char digit, const char *const *trees,
	  const char *const *blobs)
{
	struct image image = image_of(digit, "app", NULL);
	struct error e = ERROR_NONE;

	for (int i = 0; trees[i]; i++) {
		make_layer(s, trees[i], blobs[i], "text");
		image_add_layer(&image, trees[i], blobs[i]);
	}
	assert_ok(store_trees_publish(s, &image, &e));
	assert_ok(store_image_add(s, &image, "{}", &e));
	image_done(&image);
}

static void
removed_image_takes_the_blobs_nobody_else_names(void)
{
	autofree char *one = digest_of("sha512-", '1');
	autofree char *two = digest_of("sha512-", '2');
	autofree char *a = digest_of("sha256-", 'a');
	autofree char *b = digest_of("sha256-", 'b');
	const char *const both[] = {a, b, NULL}, *const first[] = {a, NULL};
	struct store *s = open_store();
	struct error e = ERROR_NONE;

	add_image(s, '1', both, both);
	add_image(s, '2', first, first);
	assert_ok(store_image_remove(s, one, &e));
	CU_ASSERT_EQUAL(count(s, "image"), 1);
	CU_ASSERT_EQUAL(count(s, "imageManifest/sha512/11"), 0);
	CU_ASSERT_EQUAL(count(s, "blob/sha256/aa"), 1);
	CU_ASSERT_EQUAL(count(s, "blob/sha256/bb"), 0);
	CU_ASSERT_TRUE(store_tree_exists(s, b));
	CU_ASSERT_EQUAL(store_image_remove(s, one, &e), -1);
	assert_text(e.layers[0], "no image IDs found");
	assert_ok(store_image_remove(s, two, &e));
	CU_ASSERT_EQUAL(count(s, "blob/sha256/aa"), 0);
	/* The blob is gone: a new import has to bring it again. */
	CU_ASSERT_TRUE(make_layer(s, a, a, "text"));
	store_close(s);
}

static void
removal_leaves_blobs_while_somebody_imports(void)
{
	autofree char *key = digest_of("sha512-", '1');
	autofree char *a = digest_of("sha256-", 'a');
	const char *const list[] = {a, NULL};
	struct strings removed = {0};
	struct store *s = open_store();
	struct error e = ERROR_NONE;
	autoclose int fd = -1;

	add_image(s, '1', list, list);
	assert_ok(store_prepare_lock(s, false, &fd, &e));
	assert_ok(store_image_remove(s, key, &e));
	CU_ASSERT_EQUAL(count(s, "image"), 0);
	CU_ASSERT_EQUAL(count(s, "blob/sha256/aa"), 1);
	close(steal_fd(&fd));
	assert_ok(store_tree_gc(s, NULL, &removed, &e));
	CU_ASSERT_EQUAL(count(s, "blob/sha256/aa"), 0);
	CU_ASSERT_EQUAL_FATAL(removed.len, 1);
	assert_text(removed.items[0], a);
	strings_done(&removed);
	store_close(s);
}

static void
broken_record_can_be_removed(void)
{
	autofree char *key = digest_of("sha512-", '1');
	autofree char *path = xasprintf("image/%s", key);
	struct store *s = open_store();
	struct error e = ERROR_NONE;

	assert_ok(file_write(store_cas_fd(s), path, "{", 1, 0644, &e));
	assert_ok(store_image_remove(s, key, &e));
	CU_ASSERT_EQUAL(count(s, "image"), 0);
	store_close(s);
}

static void
gc_leaves_what_images_and_pods_use(void)
{
	autofree char *a = digest_of("sha256-", 'a');
	autofree char *b = digest_of("sha256-", 'b');
	autofree char *c = digest_of("sha256-", 'c');
	const char *const list[] = {a, NULL};
	struct strings in_use = {0}, removed = {0};
	struct store *s = open_store();
	struct error e = ERROR_NONE;

	add_image(s, '1', list, list);
	make_layer(s, b, b, "text");
	make_layer(s, c, c, "text");
	store_close(s);
	s = open_store();
	strings_push(&in_use, b);
	assert_ok(store_tree_gc(s, &in_use, &removed, &e));
	CU_ASSERT_EQUAL_FATAL(removed.len, 1);
	assert_text(removed.items[0], c);
	CU_ASSERT_TRUE(store_tree_exists(s, a));
	CU_ASSERT_EQUAL(count(s, "tree"), 2);
	CU_ASSERT_EQUAL(count(s, "blob/sha256/aa"), 1);
	CU_ASSERT_EQUAL(count(s, "blob/sha256/bb"), 0);
	CU_ASSERT_EQUAL(count(s, "treestorelocks"), 2);
	CU_ASSERT_EQUAL(count(s, "imagelocks"), 1);
	strings_done(&in_use);
	strings_done(&removed);
	store_close(s);
}

static void
gc_takes_what_the_dead_left(void)
{
	autofree char *a = digest_of("sha256-", 'a');
	autofree char *tree = xasprintf("tree/%s/rootfs/d", a);
	autofree char *record = digest_of("image/.tmp-1-1-sha512-", '1');
	autofree char *manifest =
		digest_of("imageManifest/sha512/11/sha512-", '1');
	struct store *s = open_store();
	int cas = store_cas_fd(s);
	struct error e = ERROR_NONE;

	assert_ok(dir_make_all(cas, tree, 0700, &e));
	assert_ok(dir_make_all(cas, "tmp/work-1-1/rootfs/a/b", 0, &e));
	assert_ok(file_write(cas, "tmp/stray", "x", 1, 0600, &e));
	symlinkat("nowhere", cas, "tmp/link");
	mknodat(cas, "tmp/work-1-1/rootfs/whiteout", S_IFCHR, makedev(0, 0));
	mknodat(cas, "tmp/fifo", S_IFIFO | 0600, 0);
	assert_ok(file_write(cas, record, "{", 1, 0600, &e));
	assert_ok(dir_make_all(cas, "imageManifest/sha512/11", 0700, &e));
	assert_ok(dir_make_all(cas, "blob/sha256/aa", 0700, &e));
	assert_ok(file_write(cas, "blob/sha256/aa/.tmp-1-2-x", "", 0, 0, &e));
	assert_ok(file_write(cas, manifest, "{}", 2, 0600, &e));
	assert_ok(store_tree_gc(s, NULL, NULL, &e));
	CU_ASSERT_EQUAL(count(s, "tree"), 0);
	CU_ASSERT_EQUAL(count(s, "tmp"), 0);
	CU_ASSERT_EQUAL(count(s, "image"), 0);
	CU_ASSERT_EQUAL(count(s, "imageManifest/sha512/11"), 0);
	CU_ASSERT_EQUAL(count(s, "blob/sha256/aa"), 0);
	store_close(s);
}

static void
living_work_is_left_alone(void)
{
	autofree char *a = digest_of("sha256-", 'a');
	struct layer_new *l = NULL;
	struct store *s = open_store(), *other = open_store();
	struct error e = ERROR_NONE;

	assert_ok(store_layer_begin(s, a, NULL, &l, &e));
	assert_ok(file_write(store_cas_fd(s), "tmp/dead", "x", 1, 0600, &e));
	assert_ok(store_tmp_gc(other, &e));
	CU_ASSERT_EQUAL(count(s, "tmp"), 0);
	assert_ok(layer_new_commit(l, a, NULL, &e));
	layer_new_free(l);
	CU_ASSERT_EQUAL(count(s, "tmp"), 0);
	store_close(s);
	store_close(other);
}

/* What it says must not be overlooked by those who cannot read it. */
static void
gc_stops_at_a_record_of_a_newer_rkt(void)
{
	autofree char *a = digest_of("sha256-", 'a');
	autofree char *newer = digest_of("image/sha512-", '1');
	autofree char *broken = digest_of("image/sha512-", '2');
	struct store *s = open_store();
	struct error e = ERROR_NONE;

	make_layer(s, a, NULL, "text");
	store_close(s);
	s = open_store();
	assert_ok(file_write(store_cas_fd(s), newer, "{\"version\":2}", 13,
			     0644, &e));
	CU_ASSERT_EQUAL(store_tree_gc(s, NULL, NULL, &e), -1);
	CU_ASSERT_EQUAL(e.code, RKT_ERR_TOO_NEW);
	assert_text(e.layers[0], "it was written by a newer rkt");
	CU_ASSERT_EQUAL(count(s, "tree"), 1);
	unlinkat(store_cas_fd(s), newer, 0);
	assert_ok(file_write(store_cas_fd(s), broken, "{\"ver", 5, 0644, &e));
	assert_ok(store_tree_gc(s, NULL, NULL, &e));
	CU_ASSERT_EQUAL(count(s, "tree"), 0);
	CU_ASSERT_EQUAL(count(s, "image"), 1);
	store_close(s);
}

/* Whoever prepares a pod holds the lock shared: not while we ask. */
static int
ask_alone(void *data, struct strings *ret, struct error *e)
{
	autofree char *dir = data_dir();
	autofree char *path = xasprintf("%s/locks/prepareLock", dir);
	autoclose int fd = open(path, O_RDONLY | O_CLOEXEC);
	bool is_ours = true;

	CU_ASSERT_TRUE(fd >= 0);
	CU_ASSERT_EQUAL(lock_try(fd, false, path, &is_ours, e), 0);
	CU_ASSERT_FALSE(is_ours);
	strings_push(ret, data);
	return 0;
}

static int
ask_in_vain(void *data, struct strings *ret, struct error *e)
{
	(void)data;
	(void)ret;
	return error_set(e, RKT_ERR_INPUT, "no answer");
}

static void
gc_asks_when_it_has_the_lock(void)
{
	autofree char *a = digest_of("sha256-", 'a');
	autofree char *b = digest_of("sha256-", 'b');
	struct strings removed = {0};
	struct store *s = open_store();
	struct error e = ERROR_NONE;

	make_layer(s, a, a, "text");
	make_layer(s, b, b, "text");
	CU_ASSERT_EQUAL(
		store_tree_gc_asking(s, ask_in_vain, NULL, &removed, &e), -1);
	assert_text(e.layers[0], "no answer");
	CU_ASSERT_EQUAL(removed.len, 0);
	CU_ASSERT_EQUAL(count(s, "tree"), 2);
	assert_ok(store_tree_gc_asking(s, ask_alone, a, &removed, &e));
	CU_ASSERT_EQUAL_FATAL(removed.len, 1);
	assert_text(removed.items[0], b);
	strings_done(&removed);
	store_close(s);
}

static CU_TestInfo tests[] = {
	{"removed_image_takes_the_blobs_nobody_else_names",
	 removed_image_takes_the_blobs_nobody_else_names},
	{"removal_leaves_blobs_while_somebody_imports",
	 removal_leaves_blobs_while_somebody_imports},
	{"broken_record_can_be_removed", broken_record_can_be_removed},
	{"gc_leaves_what_images_and_pods_use",
	 gc_leaves_what_images_and_pods_use},
	{"gc_takes_what_the_dead_left", gc_takes_what_the_dead_left},
	{"gc_asks_when_it_has_the_lock", gc_asks_when_it_has_the_lock},
	{"living_work_is_left_alone", living_work_is_left_alone},
	{"gc_stops_at_a_record_of_a_newer_rkt",
	 gc_stops_at_a_record_of_a_newer_rkt},
	CU_TEST_INFO_NULL,
};

UNIT_MAIN(tests)
