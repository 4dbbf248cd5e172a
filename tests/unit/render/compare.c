/* core/render/compare: every difference is found, nothing else is one.
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/render/compare.h"

#include <sys/sysmacros.h>
#include <sys/xattr.h>

#include "tests/unit/pod/common.h"

static int top;

static void
age(const char *path)
{
	const struct timespec times[] = {{1000, 5}, {2000, 7}};

	must(utimensat(top, path, times, AT_SYMLINK_NOFOLLOW) == 0);
}

static void
make_tree(const char *name)
{
	static const char *const aged[] = {"file",   "link", "null",
					   "dir/in", "dir",  "."};
	int root = top;

	put_dir(root, name);
	top = openat(root, name, O_RDONLY | O_DIRECTORY);
	must(top >= 0);
	put_dir(top, "dir");
	put_file(top, "file", "content");
	put_file(top, "dir/in", "in");
	must(linkat(top, "file", top, "hard", 0) == 0);
	must(symlinkat("target", top, "link") == 0);
	must(mknodat(top, "null", S_IFCHR | 0600, makedev(1, 3)) == 0);
	must(mknodat(top, "gone", S_IFCHR, makedev(0, 0)) == 0);
	for (size_t i = 0; i < sizeof(aged) / sizeof(aged[0]); i++)
		age(aged[i]);
	close(top);
	top = root;
}

static char *
compared(char *implied_path)
{
	struct strings implied = {&implied_path, implied_path ? 1 : 0, 1};
	autoclose int want = openat(top, "want", O_RDONLY | O_DIRECTORY);
	autoclose int have = openat(top, "have", O_RDONLY | O_DIRECTORY);
	struct error e = ERROR_NONE;
	char *difference = NULL;

	must(want >= 0 && have >= 0);
	CU_ASSERT_EQUAL(
		trees_compare(want, have, &implied, NULL, &difference, &e), 0);
	return difference ? difference : xstrdup("");
}

static void
begin(void)
{
	top = unit_tmpdir();
	make_tree("want");
	make_tree("have");
}

static void
mode(void)
{
	must(fchmodat(top, "have/file", 0600, 0) == 0);
}

static void
owner(void)
{
	must(fchownat(top, "have/link", 1, 2, AT_SYMLINK_NOFOLLOW) == 0);
}

static void
content(void)
{
	put_file(top, "have/file", "CONTENT");
	age("have/file");
}

static void
size(void)
{
	put_file(top, "have/dir/in", "longer");
	age("have/dir/in");
}

static void
time_of_change(void)
{
	must(utimensat(top, "have/null", NULL, 0) == 0);
}

static void
target(void)
{
	must(unlinkat(top, "have/link", 0) == 0);
	must(symlinkat("TARGET", top, "have/link") == 0);
	age("have/link");
	age("have");
}

static void
device(void)
{
	must(unlinkat(top, "have/null", 0) == 0);
	must(mknodat(top, "have/null", S_IFCHR | 0600, makedev(1, 5)) == 0);
	age("have/null");
	age("have");
}

static void
type(void)
{
	must(unlinkat(top, "have/dir/in", 0) == 0);
	must(mknodat(top, "have/dir/in", S_IFIFO | 0644, 0) == 0);
	age("have/dir");
}

static void
hard_link(void)
{
	must(unlinkat(top, "have/hard", 0) == 0);
	put_file(top, "have/hard", "content");
	age("have/hard");
	age("have");
}

static void
attribute(void)
{
	autofree char *path = xasprintf("%s/have/dir", unit_tmpdir_path());

	must(lsetxattr(path, "trusted.overlay.opaque", "y", 1, 0) == 0);
}

static void
removed_whiteout(void)
{
	must(unlinkat(top, "have/gone", 0) == 0);
	age("have");
}

static void
hostile_name(void)
{
	put_file(top, "have/dir/\x1b[2J\n", "");
	age("have/dir");
}

static const struct {
	void (*change)(void);
	const char *want;
} cases[] = {
	{mode, "'/file' has another mode"},
	{owner, "'/link' has another owner"},
	{content, "'/file' has other content"},
	{size, "'/dir/in' has another size"},
	{time_of_change, "'/null' has another time of change"},
	{target, "'/link' leads somewhere else"},
	{device, "'/null' is another device"},
	{type, "'/dir/in' is of another type"},
	{hard_link, "'/hard' is another hard link"},
	{attribute, "'/dir' has other extended attributes"},
	{removed_whiteout, "'/gone' is missing"},
	{hostile_name, "'/dir/\\x1b[2J\\x0a' does not belong there"},
};

static void
each_difference_is_told(void)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct error e = ERROR_NONE;
		autofree char *got = NULL;

		begin();
		cases[i].change();
		got = compared(NULL);
		assert_text(got, cases[i].want);
		close(top);
		must(tree_remove(AT_FDCWD, unit_tmpdir_path(), &e) == 0);
		must(mkdir(unit_tmpdir_path(), 0700) == 0);
	}
}

/* The two were made at different times, and have different inodes. */
static void
equal_trees_are_equal(void)
{
	autofree char *got = NULL;

	begin();
	must(utimensat(top, "have/gone", NULL, 0) == 0);
	got = compared(NULL);
	assert_text(got, "");
	close(top);
}

static void
implied_directories_have_no_time(void)
{
	char dir[] = "dir";
	autofree char *told = NULL, *got = NULL;

	begin();
	must(utimensat(top, "have/dir", NULL, 0) == 0);
	told = compared(NULL);
	assert_text(told, "'/dir' has another time of change");
	got = compared(dir);
	assert_text(got, "");
	close(top);
}

static CU_TestInfo tests[] = {
	{"each_difference_is_told", each_difference_is_told},
	{"equal_trees_are_equal", equal_trees_are_equal},
	{"implied_directories_have_no_time", implied_directories_have_no_time},
	CU_TEST_INFO_NULL,
};

UNIT_MAIN(tests)
