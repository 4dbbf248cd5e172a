/* core/pod/trees: what garbage collection must leave alone.
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/pod/pod.h"

#include "tests/unit/pod/common.h"

#define UUID_A "11111111-1111-4111-8111-111111111111"
#define UUID_B "22222222-2222-4222-8222-222222222222"
#define UUID_C "33333333-3333-4333-8333-333333333333"

static struct pods *
open_pods(void)
{
	struct error e = ERROR_NONE;
	struct pods *pods = NULL;

	must(pods_open(unit_tmpdir_path(), &pods, &e) == 0);
	return pods;
}

static void
put_trees(const char *dir, const char *app, const char *text)
{
	autofree char *info = xasprintf("pods/%s/appsinfo/%s", dir, app);
	autofree char *file = xasprintf("%s/treeStoreID", info);
	int fd = unit_tmpdir();

	put_dir(fd, info);
	put_file(fd, file, text);
}

static char *
in_use(void)
{
	auto_strings struct strings trees = {0};
	struct pods *pods = open_pods();
	struct error e = ERROR_NONE;
	char *text = xstrdup("");

	CU_ASSERT_EQUAL(pods_trees_in_use(pods, &trees, &e), 0);
	for (size_t i = 0; i < trees.len; i++) {
		char *longer = xasprintf("%s%s ", text, trees.items[i]);

		free(text);
		text = longer;
	}
	pods_close(pods);
	return text;
}

static void
no_pods_use_nothing(void)
{
	autofree char *none = in_use();

	assert_text(none, "");
}

static void
every_app_of_every_pod_counts(void)
{
	autofree char *got = NULL;

	put_trees("run/" UUID_A, "one", "sha256-aa\nsha256-bb\n");
	put_trees("prepare/" UUID_B, "one", "sha256-bb\n");
	put_trees("garbage/" UUID_C, "two", "sha256-cc");
	got = in_use();
	assert_text(got, "sha256-aa sha256-bb sha256-cc ");
}

/* Copied to the pod, deleted by half, or nothing that a pod is. */
static void
pods_without_trees_are_no_error(void)
{
	autofree char *got = NULL;

	put_dir(unit_tmpdir(), "pods/run/" UUID_A "/appsinfo/copied");
	put_dir(unit_tmpdir(), "pods/exited-garbage/" UUID_B);
	put_dir(unit_tmpdir(), "pods/run/not-a-pod/appsinfo");
	put_dir(unit_tmpdir(), "pods/run/" UUID_C "/appsinfo");
	put_file(unit_tmpdir(), "pods/run/" UUID_C "/appsinfo/file", "");
	got = in_use();
	assert_text(got, "");
}

/* Rather no collection than one that does not know. */
static void
what_cannot_be_read_is_an_error(void)
{
	auto_strings struct strings trees = {0};
	struct pods *pods;
	struct error e = ERROR_NONE;

	put_dir(unit_tmpdir(),
		"pods/run/" UUID_A "/appsinfo/app/treeStoreID/x");
	pods = open_pods();
	CU_ASSERT_EQUAL(pods_trees_in_use(pods, &trees, &e), -1);
	assert_contains(e.layers[e.n_layers - 1],
			"cannot read what pod \"" UUID_A "\" is made of");
	pods_close(pods);
}

/* As for a collector that waited for the end of the first preparation. */
static void
first_pod_counts_though_it_came_late(void)
{
	auto_strings struct strings trees = {0};
	struct error e = ERROR_NONE;
	struct pods *pods;

	unit_tmpdir();
	pods = open_pods();
	put_trees("prepared/" UUID_A, "one", "sha256-aa");
	CU_ASSERT_EQUAL(pods_trees_in_use(pods, &trees, &e), 0);
	CU_ASSERT_EQUAL(trees.len, 1);
	pods_close(pods);
}

static CU_TestInfo tests[] = {
	{"no_pods_use_nothing", no_pods_use_nothing},
	{"every_app_of_every_pod_counts", every_app_of_every_pod_counts},
	{"pods_without_trees_are_no_error", pods_without_trees_are_no_error},
	{"first_pod_counts_though_it_came_late",
	 first_pod_counts_though_it_came_late},
	{"what_cannot_be_read_is_an_error", what_cannot_be_read_is_an_error},
	CU_TEST_INFO_NULL,
};
UNIT_MAIN(tests)
