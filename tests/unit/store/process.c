/* core/store: several processes at once, and processes that die.
 * SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/store/common.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/wait.h>

#define N_PROCESSES 8

static void
import(struct store *s, char digit, const char *const *trees, int *made)
{
	struct image image = image_of(digit, "app", NULL);
	struct error e = ERROR_NONE;

	for (int i = 0; trees[i]; i++) {
		*made += make_layer(s, trees[i], trees[i], "text");
		image_add_layer(&image, trees[i], trees[i]);
	}
	assert_ok(store_trees_publish(s, &image, &e));
	assert_ok(store_image_add(s, &image, "{}", &e));
	image_done(&image);
}

/* Two layers, in opposite orders: exactly one process makes each, and nobody
 * waits for ever. */
static void
layers_are_made_once(void)
{
	autofree char *a = digest_of("sha256-", 'a');
	autofree char *b = digest_of("sha256-", 'b');
	const char *const orders[2][3] = {{a, b, NULL}, {b, a, NULL}};
	int made = 0;
	struct store *s;

	unit_tmpdir_path(); /* one for all of them */
	for (int i = 0; i < N_PROCESSES; i++) {
		if (fork() != 0)
			continue;
		s = open_store();
		import(s, (char)('1' + i), orders[i % 2], &made);
		store_close(s);
		_exit(CU_get_number_of_failures() > 0 ? 99 : made);
	}
	for (int i = 0; i < N_PROCESSES; i++) {
		int status = 0;

		CU_ASSERT_TRUE(wait(&status) > 0);
		CU_ASSERT_TRUE(WIFEXITED(status));
		made += WEXITSTATUS(status);
	}
	CU_ASSERT_EQUAL(made, 2);
	s = open_store();
	CU_ASSERT_EQUAL(count(s, "tree"), 2);
	CU_ASSERT_EQUAL(count(s, "image"), N_PROCESSES);
	CU_ASSERT_EQUAL(count(s, "tmp"), 0);
	store_close(s);
}

static void
waiting_is_announced(void)
{
	autofree char *a = digest_of("sha256-", 'a');
	autofree char *path = xasprintf("%s/stderr", unit_tmpdir_path());
	autofree char *text = NULL;
	struct store *s = open_store();
	struct error e = ERROR_NONE;
	struct layer_new *l = NULL;
	int status = 0;

	assert_ok(store_layer_begin(s, a, NULL, &l, &e));
	if (fork() == 0) {
		struct store *other = open_store();
		int fd = open(path, O_CREAT | O_WRONLY, 0600);

		dup2(fd, 2);
		_exit(make_layer(other, a, NULL, "text"));
	}
	usleep(200000);
	assert_ok(layer_new_commit(l, a, NULL, &e));
	CU_ASSERT_TRUE(wait(&status) > 0);
	CU_ASSERT_EQUAL(status, 0);
	assert_ok(file_read_all(AT_FDCWD, path, 4096, &text, NULL, &e));
	assert_text(text, "rkt: another rkt instance is unpacking this layer, "
			  "waiting...\n");
	layer_new_free(l);
	store_close(s);
}

static void
die_at(int step, int now)
{
	if (step == now)
		raise(SIGKILL);
}

/* An import that dies at the given step. */
static void
import_and_die(int step, const char *tree)
{
	struct image image = image_of('1', "app", NULL);
	struct error e = ERROR_NONE;
	struct layer_new *l = NULL;
	struct store *s;

	die_at(step, 0);
	s = open_store();
	die_at(step, 1);
	store_layer_begin(s, tree, tree, &l, &e);
	die_at(step, 2);
	file_write(layer_new_rootfs_fd(l), "file", "x", 1, 0644, &e);
	mkdirat(layer_new_rootfs_fd(l), "dir", 0);
	die_at(step, 3);
	fd_write_all(layer_new_blob_fd(l), "blob", "x", 1, &e);
	die_at(step, 4);
	layer_new_commit(l, tree, tree, &e);
	die_at(step, 5);
	layer_new_free(l);
	image_add_layer(&image, tree, tree);
	store_trees_publish(s, &image, &e);
	die_at(step, 6);
	store_image_add(s, &image, "{}", &e);
	die_at(step, 7);
	store_image_remove(s, image.key, &e);
	die_at(step, 8);
	raise(SIGKILL);
}

/* What a later run finds is all or nothing, and gc takes the rest. */
static void
check_after_death(int step, const char *tree)
{
	autofree char *key = digest_of("sha512-", '1');
	struct store *s = open_store();
	struct error e = ERROR_NONE;
	struct image image;
	bool is_found = false;

	assert_ok(store_image_get(s, key, &is_found, &image, &e));
	CU_ASSERT_EQUAL(is_found, step == 7);
	if (is_found) {
		CU_ASSERT_TRUE(store_tree_exists(s, tree));
		image_done(&image);
		assert_ok(store_image_remove(s, key, &e));
	}
	assert_ok(store_tree_gc(s, NULL, NULL, &e));
	CU_ASSERT_EQUAL(count(s, "tmp"), 0);
	CU_ASSERT_EQUAL(count(s, "tree"), 0);
	CU_ASSERT_TRUE(count(s, "blob/sha256/aa") <= 0);
	CU_ASSERT_TRUE(count(s, "imageManifest/sha512/11") <= 0);
	CU_ASSERT_EQUAL(count(s, "image"), 0);
	CU_ASSERT_EQUAL(count(s, "treestorelocks"), 0);
	store_close(s);
}

static void
death_at_any_step_leaves_all_or_nothing(void)
{
	autofree char *tree = digest_of("sha256-", 'a');
	const char *const trees[] = {tree, NULL};

	unit_tmpdir_path();
	for (int step = 0; step <= 8; step++) {
		int status = 0, made = 0;
		struct store *s;

		if (fork() == 0)
			import_and_die(step, tree);
		CU_ASSERT_TRUE(wait(&status) > 0);
		CU_ASSERT_TRUE(WIFSIGNALED(status));
		check_after_death(step, tree);
		/* And again, with a retry in place of the collection. */
		if (fork() == 0)
			import_and_die(step, tree);
		CU_ASSERT_TRUE(wait(&status) > 0);
		s = open_store();
		import(s, '1', trees, &made);
		/* Complete before, or after, but never twice. */
		CU_ASSERT_EQUAL(made, step < 5 || step == 8);
		store_close(s);
		check_after_death(7, tree);
	}
}

/* At random moments, where the steps above have none. */
static void
death_at_any_moment_leaves_what_gc_removes(void)
{
	autofree char *tree = digest_of("sha256-", 'a');
	const char *const trees[] = {tree, NULL};

	unit_tmpdir_path();
	for (int i = 0; i < 40; i++) {
		struct error e = ERROR_NONE;
		pid_t pid = fork();
		struct store *s;
		int status, made = 0;

		if (pid == 0) {
			autofree char *key = digest_of("sha512-", '1');

			s = open_store();
			for (;;) {
				import(s, '1', trees, &made);
				store_image_remove(s, key, &e);
				store_tree_gc(s, NULL, NULL, &e);
			}
		}
		usleep((useconds_t)(3000 + i * 977));
		kill(pid, SIGKILL);
		CU_ASSERT_EQUAL(waitpid(pid, &status, 0), pid);
		CU_ASSERT_TRUE(WIFSIGNALED(status));
		s = open_store();
		import(s, '1', trees, &made);
		assert_ok(store_tree_gc(s, NULL, NULL, &e));
		CU_ASSERT_EQUAL(count(s, "tmp"), 0);
		CU_ASSERT_EQUAL(count(s, "image"), 1);
		store_close(s);
		check_after_death(7, tree);
	}
}

static void
full_disk_fails_cleanly(void)
{
	autofree char *dir = data_dir();
	autofree char *tree = digest_of("sha256-", 'a');
	static char block[1 << 20];
	struct layer_new *l = NULL;
	struct error e = ERROR_NONE;
	struct store *s;

	CU_ASSERT_EQUAL_FATAL(unshare(geteuid() == 0
					      ? CLONE_NEWNS
					      : CLONE_NEWNS | CLONE_NEWUSER),
			      0);
	mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL);
	mkdir(dir, 0755);
	CU_ASSERT_EQUAL_FATAL(mount("none", dir, "tmpfs", 0, "size=512k"), 0);
	s = open_store();
	assert_ok(store_layer_begin(s, tree, tree, &l, &e));
	CU_ASSERT_EQUAL(fd_write_all(layer_new_blob_fd(l), "blob", block,
				     sizeof(block), &e),
			-1);
	CU_ASSERT_EQUAL(e.err, ENOSPC);
	/* The blob has taken it all, so that the note finds no room. */
	e = ERROR_NONE;
	CU_ASSERT_EQUAL(layer_new_commit(l, tree, tree, &e), -1);
	CU_ASSERT_EQUAL(e.err, ENOSPC);
	layer_new_free(l);
	CU_ASSERT_EQUAL(count(s, "tmp"), 0);
	CU_ASSERT_EQUAL(count(s, "tree"), 0);
	CU_ASSERT_TRUE(make_layer(s, tree, tree, "text"));
	store_close(s);
	umount2(dir, MNT_DETACH);
}

static CU_TestInfo tests[] = {
	{"layers_are_made_once", layers_are_made_once},
	{"waiting_is_announced", waiting_is_announced},
	{"death_at_any_step_leaves_all_or_nothing",
	 death_at_any_step_leaves_all_or_nothing},
	{"death_at_any_moment_leaves_what_gc_removes",
	 death_at_any_moment_leaves_what_gc_removes},
	{"full_disk_fails_cleanly", full_disk_fails_cleanly},
	CU_TEST_INFO_NULL,
};

UNIT_MAIN(tests)
