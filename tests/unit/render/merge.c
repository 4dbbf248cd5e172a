/* core/render/merge: what an overlay has written, over the layers below it.
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/render/merge.h"

#include <sys/sysmacros.h>
#include <sys/xattr.h>

#include "core/base/strbuf.h"
#include "tests/unit/pod/common.h"

static int top;

static int
enter(void *arg, const char *path, int fd, const struct stat *st,
      struct error *e)
{
	(void)fd;
	(void)st;
	(void)e;
	strbuf_printf(arg, "%s/ ", path);
	return 0;
}

static int
entry(void *arg, const char *path, int dir_fd, const struct stat *st,
      const char *first, struct error *e)
{
	autofree char *text = NULL;

	(void)e;
	strbuf_printf(arg, "%s", path);
	if (first)
		strbuf_printf(arg, "=%s", first);
	else if (S_ISREG(st->st_mode)) {
		text = get_file(dir_fd, path_base(path));
		strbuf_printf(arg, "[%s]", text);
	}
	strbuf_putc(arg, ' ');
	return 0;
}

static void
mark(const char *path, const char *key, const char *value)
{
	autofree char *full = xasprintf("%s/%s", unit_tmpdir_path(), path);

	must(lsetxattr(full, key, value, strlen(value), 0) == 0);
}

static void
whiteout(const char *path)
{
	must(mknodat(top, path, S_IFCHR, makedev(0, 0)) == 0);
}

/* Layer "l" below "u". */
static void
begin(void)
{
	top = unit_tmpdir();
	put_dir(top, "l/dir/sub");
	put_dir(top, "u");
	put_file(top, "l/dir/file", "low");
	put_file(top, "l/dir/sub/deep", "low");
	put_file(top, "l/name", "low");
}

static char *
merged(struct error *e)
{
	static const struct merge_ops ops = {enter, NULL, entry};
	autofree char *layer = xasprintf("%s/l", unit_tmpdir_path());
	const char *const layers[] = {layer, NULL};
	autoclose int upper = openat(top, "u", O_RDONLY | O_DIRECTORY);
	struct strbuf text = {0};
	int rc = layers_merge(upper, layers, &ops, &text, e);

	close(top);
	if (rc == 0)
		return strbuf_take(&text);
	strbuf_done(&text);
	return NULL;
}

static void
assert_merged(const char *want)
{
	struct error e = ERROR_NONE;
	autofree char *got = merged(&e);

	assert_text(got, want);
}

static void
nothing_written_hides_nothing(void)
{
	begin();
	assert_merged("/ dir/ dir/file[low] dir/sub/ dir/sub/deep[low] "
		      "name[low] ");
}

static void
whiteouts_hide(void)
{
	begin();
	put_dir(top, "u/dir");
	whiteout("u/dir/sub");
	whiteout("u/name");
	whiteout("u/never-there");
	assert_merged("/ dir/ dir/file[low] ");
}

static void
opaque_directories_cut_off(void)
{
	begin();
	put_dir(top, "u/dir");
	mark("u/dir", "trusted.overlay.opaque", "y");
	put_file(top, "u/dir/new", "up");
	assert_merged("/ dir/ dir/new[up] name[low] ");
}

/* A mark with another value is none. */
static void
only_y_is_opaque(void)
{
	begin();
	put_dir(top, "u/dir");
	mark("u/dir", "trusted.overlay.opaque", "x");
	whiteout("u/name");
	assert_merged("/ dir/ dir/file[low] dir/sub/ dir/sub/deep[low] ");
}

static void
types_are_replaced(void)
{
	begin();
	put_file(top, "u/dir", "a file now");
	put_dir(top, "u/name");
	put_file(top, "u/name/inner", "up");
	assert_merged("/ dir[a file now] name/ name/inner[up] ");
}

static void
links_are_told_by_inode(void)
{
	begin();
	put_dir(top, "u/dir");
	put_file(top, "u/dir/one", "up");
	must(linkat(top, "u/dir/one", top, "u/two", 0) == 0);
	whiteout("u/dir/sub");
	assert_merged("/ dir/ dir/file[low] dir/one[up] name[low] "
		      "two=dir/one ");
}

static void
what_only_overlayfs_reads_is_refused(void)
{
	static const struct {
		const char *path, *key, *want;
	} cases[] = {
		{"u/dir", "trusted.overlay.redirect",
		 "'dir' has the attribute trusted.overlay.redirect, which only "
		 "overlayfs understands"},
		{"u/name", "trusted.overlay.metacopy",
		 "'name' has the attribute trusted.overlay.metacopy, which "
		 "only overlayfs understands"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct error e = ERROR_NONE;

		begin();
		put_dir(top, "u/dir");
		put_file(top, "u/name", "up");
		mark(cases[i].path, cases[i].key, "/other");
		CU_ASSERT_PTR_NULL(merged(&e));
		CU_ASSERT_EQUAL(e.code, RKT_ERR_UNSUPPORTED);
		assert_text(e.layers[0], cases[i].want);
		must(tree_remove(AT_FDCWD, unit_tmpdir_path(), &e) == 0);
		must(mkdir(unit_tmpdir_path(), 0700) == 0);
	}
}

static CU_TestInfo tests[] = {
	{"nothing_written_hides_nothing", nothing_written_hides_nothing},
	{"whiteouts_hide", whiteouts_hide},
	{"opaque_directories_cut_off", opaque_directories_cut_off},
	{"only_y_is_opaque", only_y_is_opaque},
	{"types_are_replaced", types_are_replaced},
	{"links_are_told_by_inode", links_are_told_by_inode},
	{"what_only_overlayfs_reads_is_refused",
	 what_only_overlayfs_reads_is_refused},
	CU_TEST_INFO_NULL,
};

UNIT_MAIN(tests)
