/* core/store: layers, from work in progress to trees that images share.
 * SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/store/common.h"

static void
committed_layer_has_its_names(void)
{
	autofree char *tree = digest_of("sha256-", 'a');
	autofree char *blob = digest_of("sha256-", 'b');
	autofree char *blob_path = xasprintf("blob/sha256/bb/%s", blob);
	struct store *s = open_store();
	autofree char *path = store_tree_path(s, tree);
	autofree char *file = xasprintf("%s/file", path);
	struct image image = image_of('1', "a", NULL);
	struct error e = ERROR_NONE;
	struct stat st;

	CU_ASSERT_TRUE(make_layer(s, tree, blob, "text"));
	CU_ASSERT_TRUE(exists(s, blob_path));
	CU_ASSERT_FALSE(store_tree_exists(s, tree));
	image_add_layer(&image, tree, blob);
	assert_ok(store_trees_publish(s, &image, &e));
	CU_ASSERT_TRUE(store_tree_exists(s, tree));
	CU_ASSERT_EQUAL(stat(file, &st), 0);
	CU_ASSERT_EQUAL(stat(path, &st), 0);
	CU_ASSERT_EQUAL(st.st_mode & 07777, 0755);
	CU_ASSERT_EQUAL(st.st_gid, getegid());
	CU_ASSERT_EQUAL(count(s, "tmp"), 0);
	image_done(&image);
	store_close(s);
}

static void
layer_without_digest_is_decided_at_commit(void)
{
	autofree char *tree = digest_of("sha512-", 'a');
	autofree char *blob = digest_of("sha512-", 'b');
	autofree char *other = digest_of("sha512-", 'c');
	struct layer_new *l[2];
	struct store *s = open_store();
	struct error e = ERROR_NONE;

	for (int i = 0; i < 2; i++)
		assert_ok(store_layer_begin(s, NULL, NULL, &l[i], &e));
	assert_ok(layer_new_commit(l[0], tree, blob, &e));
	assert_ok(layer_new_commit(l[1], tree, other, &e));
	for (int i = 0; i < 2; i++)
		layer_new_free(l[i]);
	CU_ASSERT_EQUAL(count(s, "tree"), 1);
	CU_ASSERT_EQUAL(count(s, "tmp"), 0);
	CU_ASSERT_EQUAL(count(s, "blob/sha512/bb"), 1);
	CU_ASSERT_EQUAL(count(s, "blob/sha512/cc"), 1);
	store_close(s);
}

static void
implied_directories_are_told_if_any(void)
{
	autofree char *tree = digest_of("sha256-", 'a');
	autofree char *other = digest_of("sha256-", 'c');
	autofree char *list = xasprintf("tree/%s/implied", tree);
	autofree char *none = xasprintf("tree/%s/implied", other);
	autofree char *text = NULL;
	struct layer_new *l[2];
	struct strings removed = {0};
	struct store *s = open_store();
	struct error e = ERROR_NONE;
	uint64_t tree_bytes = 1;
	size_t len;

	for (int i = 0; i < 2; i++)
		assert_ok(store_layer_begin(s, NULL, NULL, &l[i], &e));
	layer_new_set_implied(l[0], "x", 1);
	layer_new_set_implied(l[0], "\0tmp", 5);
	layer_new_set_implied(l[1], NULL, 0);
	assert_ok(layer_new_commit(l[0], tree, NULL, &e));
	assert_ok(layer_new_commit(l[1], other, NULL, &e));
	for (int i = 0; i < 2; i++)
		layer_new_free(l[i]);
	assert_ok(file_read_all(store_cas_fd(s), list, 100, &text, &len, &e));
	CU_ASSERT_EQUAL_FATAL(len, 5);
	CU_ASSERT_EQUAL(memcmp(text, "\0tmp", 5), 0);
	CU_ASSERT_FALSE(exists(s, none));
	/* It does not count as content, and goes with the tree. */
	assert_ok(store_layer_sizes(s, tree, NULL, &tree_bytes, &(uint64_t){0},
				    &e));
	CU_ASSERT_EQUAL(tree_bytes, 0);
	assert_ok(store_tree_gc(s, &(struct strings){0}, &removed, &e));
	CU_ASSERT_EQUAL(removed.len, 2);
	CU_ASSERT_EQUAL(count(s, "tree"), 0);
	CU_ASSERT_EQUAL(count(s, "tmp"), 0);
	strings_done(&removed);
	store_close(s);
}

static void
dropped_layer_leaves_nothing(void)
{
	autofree char *tree = digest_of("sha256-", 'a');
	struct layer_new *l = NULL;
	struct store *s = open_store();
	struct error e = ERROR_NONE;

	assert_ok(store_layer_begin(s, tree, NULL, &l, &e));
	mkdirat(layer_new_rootfs_fd(l), "dir", 0700);
	layer_new_free(l);
	CU_ASSERT_EQUAL(count(s, "tmp"), 0);
	CU_ASSERT_EQUAL(count(s, "tree"), 0);
	CU_ASSERT_TRUE(make_layer(s, tree, NULL, "text"));
	store_close(s);
}

/* Only what no record can name is taken back, and only alone. */
static void
abandoned_import_leaves_nothing(void)
{
	autofree char *tree = digest_of("sha256-", 'a');
	autofree char *blob = digest_of("sha256-", 'b');
	autofree char *kept = digest_of("sha256-", 'c');
	autofree char *kept_blob = digest_of("sha256-", 'd');
	struct store *s = open_store(), *other = open_store();
	struct image old = image_of('1', "a", NULL);
	struct image image = image_of('2', "b", NULL);
	struct error e = ERROR_NONE;
	int fd;

	CU_ASSERT_TRUE(make_layer(s, kept, kept_blob, "old"));
	image_add_layer(&old, kept, kept_blob);
	assert_ok(store_trees_publish(s, &old, &e));
	assert_ok(store_image_add(s, &old, "{}", &e));
	CU_ASSERT_TRUE(make_layer(s, tree, blob, "text"));
	image_add_layer(&image, kept, kept_blob);
	image_add_layer(&image, tree, blob);
	vec_push(&image.layers, (struct image_layer){0}); /* never begun */
	assert_ok(store_prepare_lock(other, false, &fd, &e));
	store_import_abandon(s, &image);
	CU_ASSERT_EQUAL(count(s, "tree"), 2);
	close(fd);
	store_import_abandon(s, &image);
	CU_ASSERT_EQUAL(count(s, "tree"), 1);
	CU_ASSERT_TRUE(store_tree_exists(s, kept));
	CU_ASSERT_EQUAL(count(s, "blob/sha256/bb"), 0);
	CU_ASSERT_EQUAL(count(s, "blob/sha256/dd"), 1);
	CU_ASSERT_EQUAL(count(s, "tmp"), 0);
	image_done(&old);
	image_done(&image);
	store_close(other);
	store_close(s);
}

static void
second_import_finds_the_work_done(void)
{
	autofree char *tree = digest_of("sha256-", 'a');
	autofree char *blob = digest_of("sha256-", 'b');
	autofree char *other = digest_of("sha256-", 'c');
	struct store *s = open_store();

	CU_ASSERT_TRUE(make_layer(s, tree, blob, "text"));
	CU_ASSERT_FALSE(make_layer(s, tree, blob, "text"));
	CU_ASSERT_FALSE(make_layer(s, tree, NULL, "text"));
	/* The same tree, compressed in another way: its blob is wanted. */
	CU_ASSERT_TRUE(make_layer(s, tree, other, "text"));
	CU_ASSERT_FALSE(make_layer(s, tree, other, "text"));
	CU_ASSERT_EQUAL(count(s, "tree"), 1);
	CU_ASSERT_EQUAL(count(s, "tmp"), 0);
	store_close(s);
}

static void
wrong_digest_is_refused(void)
{
	autofree char *tree = digest_of("sha256-", 'a');
	autofree char *other = digest_of("sha256-", 'c');
	static const char *const bad[] = {"", "sha256-", "../../etc", "md5-aa",
					  "sha256-AAAA"};
	struct layer_new *l = NULL;
	struct store *s = open_store();
	struct error e = ERROR_NONE;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		CU_ASSERT_EQUAL(store_layer_begin(s, bad[i], NULL, &l, &e), -1);
		CU_ASSERT_EQUAL(e.code, RKT_ERR_INPUT);
		assert_contains(e.layers[0], "' is not a digest");
		CU_ASSERT_FALSE(store_tree_exists(s, bad[i]));
	}
	assert_ok(store_layer_begin(s, tree, NULL, &l, &e));
	CU_ASSERT_EQUAL(layer_new_commit(l, other, NULL, &e), -1);
	CU_ASSERT_EQUAL(e.code, RKT_ERR_UNTRUSTED);
	assert_contains(e.layers[0], "but should be 'sha256-aaaa");
	layer_new_free(l);
	CU_ASSERT_EQUAL(count(s, "tree"), 0);
	store_close(s);
}

static void
sizes_are_noted_or_counted(void)
{
	autofree char *tree = digest_of("sha256-", 'a');
	autofree char *blob = digest_of("sha256-", 'b');
	autofree char *note = xasprintf("tree/%s/layer", tree);
	struct store *s = open_store();
	struct error e = ERROR_NONE;
	struct layer_new *l = NULL;
	uint64_t tree_bytes = 0, blob_bytes = 0;

	assert_ok(store_layer_begin(s, tree, blob, &l, &e));
	assert_ok(file_write(layer_new_rootfs_fd(l), "f", "12", 2, 0644, &e));
	assert_ok(fd_write_all(layer_new_blob_fd(l), "b", "123", 3, &e));
	layer_new_set_size(l, 77);
	assert_ok(layer_new_commit(l, tree, blob, &e));
	layer_new_free(l);
	assert_ok(
		store_layer_sizes(s, tree, blob, &tree_bytes, &blob_bytes, &e));
	CU_ASSERT_EQUAL(tree_bytes, 77);
	CU_ASSERT_EQUAL(blob_bytes, 3);
	unlinkat(store_cas_fd(s), note, 0);
	assert_ok(
		store_layer_sizes(s, tree, NULL, &tree_bytes, &blob_bytes, &e));
	CU_ASSERT_EQUAL(tree_bytes, 2);
	CU_ASSERT_EQUAL(blob_bytes, 0);
	store_close(s);
}

/* Complete, but by a process that died before it could say so. */
static void
tree_of_this_boot_is_adopted(void)
{
	autofree char *tree = digest_of("sha256-", 'a');
	struct image image = image_of('1', "a", NULL);
	struct store *s = open_store();
	struct error e = ERROR_NONE;

	image_add_layer(&image, tree, NULL);
	CU_ASSERT_TRUE(make_layer(s, tree, NULL, "text"));
	store_close(s);
	s = open_store();
	CU_ASSERT_FALSE(make_layer(s, tree, NULL, "text"));
	assert_ok(store_trees_publish(s, &image, &e));
	CU_ASSERT_TRUE(store_tree_exists(s, tree));
	image_done(&image);
	store_close(s);
}

/* ... or by a machine that went down, which may have lost any part of it. */
static void
tree_of_an_earlier_boot_is_made_anew(void)
{
	static const char *const notes[] = {
		"{\"boot\":\"00000000-0000-0000-0000-000000000000\"}",
		"{\"boot\":\"\"}",
		"{\"boot\":7}",
		"{",
		"",
		NULL,
	};
	autofree char *tree = digest_of("sha256-", 'a');
	autofree char *note = xasprintf("tree/%s/layer", tree);
	autofree char *junk = xasprintf("tree/%s/rootfs/junk", tree);
	struct image image = image_of('1', "a", NULL);
	struct store *s = open_store();
	struct error e = ERROR_NONE;

	image_add_layer(&image, tree, NULL);
	CU_ASSERT_TRUE(make_layer(s, tree, NULL, "text"));
	for (size_t i = 0; i < sizeof(notes) / sizeof(notes[0]); i++) {
		const char *text = notes[i] ? notes[i] : "";

		assert_ok(file_write(store_cas_fd(s), note, text, strlen(text),
				     0644, &e));
		assert_ok(file_write(store_cas_fd(s), junk, "", 0, 0644, &e));
		if (!notes[i])
			unlinkat(store_cas_fd(s), note, 0);
		CU_ASSERT_EQUAL(store_trees_publish(s, &image, &e), -1);
		CU_ASSERT_EQUAL(e.code, RKT_ERR_NOT_FOUND);
		CU_ASSERT_TRUE(make_layer(s, tree, NULL, "text"));
		CU_ASSERT_FALSE(exists(s, junk));
	}
	assert_ok(store_trees_publish(s, &image, &e));
	CU_ASSERT_EQUAL(count(s, "tmp"), 0);
	image_done(&image);
	store_close(s);
}

static CU_TestInfo tests[] = {
	{"committed_layer_has_its_names", committed_layer_has_its_names},
	{"layer_without_digest_is_decided_at_commit",
	 layer_without_digest_is_decided_at_commit},
	{"implied_directories_are_told_if_any",
	 implied_directories_are_told_if_any},
	{"dropped_layer_leaves_nothing", dropped_layer_leaves_nothing},
	{"abandoned_import_leaves_nothing", abandoned_import_leaves_nothing},
	{"second_import_finds_the_work_done",
	 second_import_finds_the_work_done},
	{"wrong_digest_is_refused", wrong_digest_is_refused},
	{"sizes_are_noted_or_counted", sizes_are_noted_or_counted},
	{"tree_of_this_boot_is_adopted", tree_of_this_boot_is_adopted},
	{"tree_of_an_earlier_boot_is_made_anew",
	 tree_of_an_earlier_boot_is_made_anew},
	CU_TEST_INFO_NULL,
};

UNIT_MAIN(tests)
