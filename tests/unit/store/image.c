/* core/store: records of images, as they are written and found again.
 * SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/store/common.h"

static void
record_comes_back_whole(void)
{
	static const char *const labels[] = {"version 1.0", "os linux", NULL};
	autofree char *tree = digest_of("sha256-", 'a');
	autofree char *blob = digest_of("sha256-", 'b');
	struct image image = image_of('1', "example.com/a", labels);
	struct image got = {0};
	struct store *s = open_store();
	struct error e = ERROR_NONE;
	autofree char *manifest = NULL;
	bool is_found = false;

	image.origin = xstrdup("oci:/a:b\"c");
	image.digest = xstrdup("sha256:12");
	image.is_latest = true;
	image.used_ns = 1234567890123456789;
	image_add_layer(&image, tree, blob);
	make_layer(s, tree, blob, "text");
	assert_ok(store_trees_publish(s, &image, &e));
	assert_ok(store_image_add(s, &image, "{\"acKind\":1}", &e));
	assert_ok(store_image_get(s, image.key, &is_found, &got, &e));
	CU_ASSERT_TRUE_FATAL(is_found);
	assert_text(got.key, image.key);
	assert_text(got.name, "example.com/a");
	assert_text(got.format, "aci");
	assert_text(got.origin, "oci:/a:b\"c");
	assert_text(got.digest, "sha256:12");
	CU_ASSERT_TRUE(json_equal(got.labels, image.labels));
	CU_ASSERT_TRUE(got.is_latest);
	CU_ASSERT_EQUAL(got.import_ns, 1000000000);
	CU_ASSERT_EQUAL(got.used_ns, 1234567890123456789);
	CU_ASSERT_EQUAL_FATAL(got.layers.len, 1);
	assert_text(got.layers.items[0].tree, tree);
	assert_text(got.layers.items[0].blob, blob);
	assert_text(got.layers.items[0].compression, "none");
	CU_ASSERT_EQUAL(image_size(&got), 9);
	assert_ok(store_manifest_read(s, image.key, &manifest, &e));
	assert_text(manifest, "{\"acKind\":1}");
	image_done(&image);
	image_done(&got);
	store_close(s);
}

static void
absent_image_is_not_an_error(void)
{
	autofree char *key = digest_of("sha512-", '1');
	struct store *s = open_store();
	struct error e = ERROR_NONE;
	struct image got;
	bool is_found = true;

	assert_ok(store_image_get(s, key, &is_found, &got, &e));
	CU_ASSERT_FALSE(is_found);
	CU_ASSERT_EQUAL(store_image_get(s, "sha512-../x", &is_found, &got, &e),
			-1);
	assert_text(e.layers[0], "'sha512-../x' is not an image ID");
	store_close(s);
}

static void
add(struct store *s, char digit, const char *name, const char *const *labels,
    bool is_latest, int64_t import_ns)
{
	struct image image = image_of(digit, name, labels);
	struct error e = ERROR_NONE;

	image.is_latest = is_latest;
	image.import_ns = import_ns;
	assert_ok(store_image_add(s, &image, "{}", &e));
	image_done(&image);
}

static void
touch_moves_the_last_use_only(void)
{
	autofree char *key = digest_of("sha512-", '1');
	struct store *s = open_store();
	struct error e = ERROR_NONE;
	struct image got;
	bool is_found;

	add(s, '1', "a", NULL, false, 7);
	store_image_touch(s, key);
	assert_ok(store_image_get(s, key, &is_found, &got, &e));
	CU_ASSERT_TRUE(got.used_ns > 1500000000000000000);
	CU_ASSERT_EQUAL(got.import_ns, 7);
	image_done(&got);
	store_close(s);
}

static void
list_is_sorted_and_leaves_out_what_is_broken(void)
{
	autofree char *broken = digest_of("image/sha512-", '2');
	struct strings problems = {0};
	struct images images = {0};
	struct store *s = open_store();
	struct error e = ERROR_NONE;

	add(s, '3', "three", NULL, false, 1);
	add(s, '1', "one", NULL, false, 1);
	assert_ok(file_write(store_cas_fd(s), broken, "{", 1, 0644, &e));
	assert_ok(file_write(store_cas_fd(s), "image/.tmp-1-2-x", "{", 1, 0644,
			     &e));
	assert_ok(store_image_list(s, &images, &problems, &e));
	CU_ASSERT_EQUAL_FATAL(images.len, 2);
	assert_text(images.items[0].name, "one");
	assert_text(images.items[1].name, "three");
	CU_ASSERT_EQUAL_FATAL(problems.len, 1);
	assert_contains(problems.items[0], "image record 'sha512-2222");
	assert_contains(problems.items[0], "is broken: ");
	images_done(&images);
	strings_done(&problems);
	store_close(s);
}

static void
image_without_its_layers_is_refused(void)
{
	autofree char *tree = digest_of("sha256-", 'a');
	struct image image = image_of('1', "a", NULL);
	struct store *s = open_store();
	struct error e = ERROR_NONE;

	image_add_layer(&image, tree, NULL);
	CU_ASSERT_EQUAL(store_image_add(s, &image, "{}", &e), -1);
	CU_ASSERT_EQUAL(e.code, RKT_ERR_NOT_FOUND);
	assert_contains(e.layers[0], "is not in the store");
	make_layer(s, tree, NULL, "text");
	CU_ASSERT_EQUAL(store_image_add(s, &image, "{}", &e), -1);
	assert_ok(store_trees_publish(s, &image, &e));
	assert_ok(store_image_add(s, &image, "{}", &e));
	image_done(&image);
	store_close(s);
}

static void
keys_resolve_by_prefix(void)
{
	static const struct {
		const char *prefix;
		const char *want; /* a message, or the digit of the key */
	} cases[] = {
		{"sha512-11", "1"},
		{"sha512-1111111111", "1"},
		{"sha512-1", "image ID too short"},
		{"sha512-", "image ID too short"},
		{"sha256-11", "wrong key prefix"},
		{"", "wrong key prefix"},
		{"sha512-33", "no image IDs found"},
		{"sha512-22", "ambiguous image ID: \"sha512-22\""},
		{"sha512-223", "2"},
		{"sha512-..", "no image IDs found"},
		{"sha512-/etc", "no image IDs found"},
	};
	autofree char *other = digest_of("image/sha512-", '2');
	autofree char *full = digest_of("sha512-", '1');
	autofree char *longer = xasprintf("%s222", full);
	struct store *s = open_store();
	struct error e = ERROR_NONE;
	autofree char *got = NULL;

	add(s, '1', "one", NULL, false, 1);
	add(s, '2', "two", NULL, false, 1);
	assert_ok(file_write(store_cas_fd(s), other, "", 0, 0644, &e));
	other[strlen("image/sha512-") + 2] = '3';
	assert_ok(file_write(store_cas_fd(s), other, "", 0, 0644, &e));
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		autofree char *key = NULL;
		int rc = store_key_resolve(s, cases[i].prefix, &key, &e);

		if (rc == 0)
			CU_ASSERT_EQUAL(key[7], cases[i].want[0]);
		if (rc < 0)
			assert_text(e.layers[0], cases[i].want);
		CU_ASSERT_EQUAL(rc == 0, cases[i].want[1] == '\0');
	}
	assert_ok(store_key_resolve(s, longer, &got, &e));
	assert_text(got, full);
	store_close(s);
}

static void
names_resolve_by_labels_latest_and_age(void)
{
	static const char *const v1[] = {"version 1.0", "os linux", NULL};
	static const char *const v2[] = {"version 2.0", "os linux", NULL};
	static const char *const linux_only[] = {"os linux", NULL};
	static const char *const arm[] = {"os linux", "arch arm", NULL};
	static const char *const mixed[] = {"b x\"y", "arch amd64", "a 1",
					    "version 9", NULL};
	static const struct {
		const char *name;
		const char *const *labels;
		const char *want;
	} cases[] = {
		{"app", NULL, "2"},
		{"app", v1, "1"},
		{"app", v2, "3"},
		{"app", linux_only, "2"},
		{"app", arm,
		 "cannot find aci satisfying name: \"app\" and labels: "
		 "[\"os\":\"linux\", \"arch\":\"arm\"] in the local store"},
		{"nope", NULL,
		 "cannot find aci satisfying name: \"nope\" and labels: [] in "
		 "the local store"},
		{"nope", mixed,
		 "cannot find aci satisfying name: \"nope\" and labels: "
		 "[\"version\":\"9\", \"arch\":\"amd64\", \"a\":\"1\", "
		 "\"b\":\"x\\\"y\"] in the local store"},
	};
	struct store *s = open_store();
	struct error e = ERROR_NONE;

	add(s, '1', "app", v1, false, 5);
	add(s, '2', "app", v2, true, 6);
	add(s, '3', "app", v2, false, 9);
	add(s, '4', "ap", v1, true, 20);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		auto_json json_t *labels = labels_of(cases[i].labels);
		autofree char *key = NULL;
		int rc = store_name_resolve(s, cases[i].name, labels, &key, &e);

		if (rc == 0)
			CU_ASSERT_EQUAL(key[7], cases[i].want[0]);
		if (rc < 0)
			assert_text(e.layers[0], cases[i].want);
		CU_ASSERT_EQUAL(rc == 0, cases[i].want[1] == '\0');
	}
	store_close(s);
}

static CU_TestInfo tests[] = {
	{"record_comes_back_whole", record_comes_back_whole},
	{"absent_image_is_not_an_error", absent_image_is_not_an_error},
	{"touch_moves_the_last_use_only", touch_moves_the_last_use_only},
	{"list_is_sorted_and_leaves_out_what_is_broken",
	 list_is_sorted_and_leaves_out_what_is_broken},
	{"image_without_its_layers_is_refused",
	 image_without_its_layers_is_refused},
	{"keys_resolve_by_prefix", keys_resolve_by_prefix},
	{"names_resolve_by_labels_latest_and_age",
	 names_resolve_by_labels_latest_and_age},
	CU_TEST_INFO_NULL,
};

UNIT_MAIN(tests)
