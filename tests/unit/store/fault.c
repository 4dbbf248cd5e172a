/* core/store: every system call of an import may fail, each in its turn.
 * SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/store/common.h"

#include <config.h>
#include <errno.h>
#include <sys/wait.h>

#ifdef FAULT_INJECTION
#define FAULT_STATUS 3 /* of a process whose import failed */
#define IS_BUILT     true
#else
#define FAULT_STATUS 0
#define IS_BUILT     false
#endif

static int
try_import(const char *tree, struct error *e)
{
	autofree char *dir = data_dir();
	struct image image = image_of('1', "app", NULL);
	struct layer_new *l = NULL;
	struct store *s = NULL;
	int rc;

	image_add_layer(&image, tree, tree);
	rc = store_open(dir, &s, e);
	if (rc == 0)
		rc = store_layer_begin(s, tree, tree, &l, e);
	if (rc == 0 && l)
		rc = file_write(layer_new_rootfs_fd(l), "f", "x", 1, 0644, e);
	if (rc == 0 && l)
		rc = layer_new_commit(l, tree, tree, e);
	layer_new_free(l);
	if (rc == 0)
		rc = store_trees_publish(s, &image, e);
	if (rc == 0)
		rc = store_image_add(s, &image, "{}", e);
	image_done(&image);
	store_close(s);
	return rc;
}

/* The exit status: 0 done, 3 failed with the errno asked for. */
static int
import_with(const char *call, unsigned int at, const char *tree)
{
	autofree char *plan = xasprintf("%s:EDQUOT:%u", call, at);
	struct error e = ERROR_NONE;
	int status = 0;

	if (fork() == 0) {
		setenv("RKT_FAULT", plan, 1);
		if (try_import(tree, &e) == 0)
			_exit(0);
		/* Without the note a tree is not known to be complete. */
		_exit(e.err == EDQUOT || e.code == RKT_ERR_NOT_FOUND ? 3 : 4);
	}
	CU_ASSERT_TRUE(wait(&status) > 0);
	CU_ASSERT_TRUE_FATAL(WIFEXITED(status));
	return WEXITSTATUS(status);
}

/* Failed: no image.  Then a retry succeeds, and gc leaves nothing behind. */
static void
check_store(bool failed, const char *tree)
{
	autofree char *key = digest_of("sha512-", '1');
	struct error e = ERROR_NONE;
	struct image image;
	bool is_found = false;
	struct store *s = open_store();

	assert_ok(store_image_get(s, key, &is_found, &image, &e));
	if (is_found) {
		CU_ASSERT_TRUE(store_tree_exists(s, tree));
		image_done(&image);
	}
	CU_ASSERT_TRUE(is_found || failed);
	store_close(s);
	assert_ok(try_import(tree, &e));
	s = open_store();
	assert_ok(store_image_remove(s, key, &e));
	assert_ok(store_tree_gc(s, NULL, NULL, &e));
	CU_ASSERT_EQUAL(count(s, "tmp"), 0);
	CU_ASSERT_EQUAL(count(s, "tree"), 0);
	CU_ASSERT_EQUAL(count(s, "image"), 0);
	CU_ASSERT_EQUAL(count(s, "blob/sha256/aa"), 0);
	store_close(s);
}

static void
every_failure_is_reported_and_survived(void)
{
	static const char *const calls[] = {"openat",   "write", "fsync",
					    "renameat", "flock", "mkdirat",
					    "syncfs"};
	autofree char *tree = digest_of("sha256-", 'a');

	unit_tmpdir_path();
	for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++) {
		int n_failed = 0;

		for (unsigned int at = 1; at <= (IS_BUILT ? 10 : 1); at++) {
			int status = import_with(calls[i], at, tree);

			CU_ASSERT_TRUE(status == 0 || status == FAULT_STATUS);
			n_failed += status != 0;
			check_store(status != 0, tree);
		}
		CU_ASSERT_TRUE(!IS_BUILT || n_failed > 0);
	}
}

static CU_TestInfo tests[] = {
	{"every_failure_is_reported_and_survived",
	 every_failure_is_reported_and_survived},
	CU_TEST_INFO_NULL,
};

UNIT_MAIN(tests)
