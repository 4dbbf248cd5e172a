/* core/render/copy: the copy of stacked layers is what overlayfs would show.
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/render/copy.h"

#include <errno.h>
#include <ftw.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>

#include "core/base/strbuf.h"
#include "core/render/links.h"
#include "tests/unit/pod/common.h"

static int top;

static void
set_xattr(const char *path, const char *key, const char *value)
{
	autofree char *full = xasprintf("%s/%s", unit_tmpdir_path(), path);

	must(lsetxattr(full, key, value, strlen(value), 0) == 0);
}

/* cap_net_raw+ep, struct vfs_cap_data of revision 2 */
static void
set_capability(const char *path)
{
	static const unsigned char value[20] = {1, 0, 0, 2, 0, 0x20};
	autofree char *full = xasprintf("%s/%s", unit_tmpdir_path(), path);

	must(lsetxattr(full, "security.capability", value, sizeof(value), 0) ==
	     0);
}

static void
age(const char *path, time_t seconds)
{
	const struct timespec times[] = {{seconds, 5}, {seconds, 7}};

	must(utimensat(top, path, times, AT_SYMLINK_NOFOLLOW) == 0);
}

static void
whiteout(const char *path)
{
	must(mknodat(top, path, S_IFCHR, makedev(0, 0)) == 0);
}

/* Lowest layer "l0", topmost "l2". */
static void
make_layers(void)
{
	static const char *const dirs[] = {
		"l0/bin",          "l0/etc/deep", "l0/gone/x",
		"l0/opaque/below", "l0/todir",    "l0/same",
		"l1/etc",          "l1/opaque",   "l1/same",
		"l2/etc/deep",     "l2/new",      "l2/tofile",
		"l0/tofile/inner", "l1/mid",      "l0/mid/lost",
		"l2/mid",          "to",          "merged",
		"upper",           "work",
	};

	for (size_t i = 0; i < sizeof(dirs) / sizeof(dirs[0]); i++)
		put_dir(top, dirs[i]);
	put_file(top, "l0/bin/a", "from zero");
	put_file(top, "l0/etc/passwd", "zero");
	put_file(top, "l1/etc/passwd", "one");
	put_file(top, "l0/etc/deep/f", "f");
	put_file(top, "l2/etc/deep/g", "g");
	put_file(top, "l0/gone/x/y", "gone");
	whiteout("l1/gone");
	put_file(top, "l0/opaque/below/z", "hidden");
	put_file(top, "l0/opaque/z", "hidden");
	put_file(top, "l1/opaque/seen", "seen");
	set_xattr("l1/opaque", "trusted.overlay.opaque", "y");
	put_file(top, "l0/etc/removed", "removed");
	whiteout("l2/etc/removed");
	put_file(top, "l1/todir", "now a file");
	put_file(top, "l0/tofile/inner/i", "i");
	/* A directory over a whiteout over a directory: nothing below. */
	must(unlinkat(top, "l1/mid", AT_REMOVEDIR) == 0);
	whiteout("l1/mid");
	put_file(top, "l0/mid/lost/l", "lost");
	put_file(top, "l2/mid/new", "new");
}

static void
make_odd_files(void)
{
	autoclose int fd =
		openat(top, "l1/sparse", O_WRONLY | O_CREAT | O_CLOEXEC, 0640);

	must(fd >= 0 && pwrite(fd, "x", 1, 1 << 20) == 1);
	must(ftruncate(fd, 4 << 20) == 0);
	must(linkat(top, "l0/bin/a", top, "l0/bin/b", 0) == 0);
	must(linkat(top, "l0/bin/a", top, "l0/same/c", 0) == 0);
	must(symlinkat("/etc/passwd", top, "l1/same/link") == 0);
	must(symlinkat("../../../../../escape", top, "l1/same/out") == 0);
	must(mknodat(top, "l1/same/null", S_IFCHR | 0666, makedev(1, 3)) == 0);
	must(mkfifoat(top, "l1/same/fifo", 0620) == 0);
	must(fchownat(top, "l1/same/link", 12, 34, AT_SYMLINK_NOFOLLOW) == 0);
	must(fchownat(top, "l0/bin/a", 1000, 1001, 0) == 0);
	must(fchmodat(top, "l0/bin/a", 06755, 0) == 0);
	must(fchmodat(top, "l2/new", 01777, 0) == 0);
	must(fchmodat(top, "l1/same/null", 0666, 0) == 0);
	set_xattr("l0/bin/a", "user.colour", "blue");
	set_capability("l0/bin/a");
	set_xattr("l2/new", "trusted.mine", "kept");
	age("l0/bin/a", 1000000000);
	age("l1/same/link", 1100000000);
	age("l1/same/fifo", 1200000000);
	age("l2/etc/deep", 1300000000);
	age("l2", 1400000000);
}

/* ---- a text that tells everything about a tree ------------------------------
 */

static struct strbuf listing;
static size_t root_len;

static void
list_xattrs(const char *path)
{
	static const char *const keys[] = {"user.colour", "trusted.mine",
					   "security.capability",
					   "trusted.overlay.opaque"};

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		char value[64];
		ssize_t n = lgetxattr(path, keys[i], value, sizeof(value));

		if (n > 0)
			strbuf_printf(&listing, " %s=%d", keys[i], (int)n);
	}
}

static int
list_one(const char *path, const struct stat *st, int type, struct FTW *where)
{
	(void)type;
	(void)where;
	strbuf_printf(&listing, "%s %o %u:%u %llx", path + root_len,
		      st->st_mode, st->st_uid, st->st_gid,
		      (unsigned long long)st->st_rdev);
	if (!S_ISDIR(st->st_mode))
		strbuf_printf(&listing, " size %lld links %lu",
			      (long long)st->st_size,
			      (unsigned long)st->st_nlink);
	if (!S_ISDIR(st->st_mode) || where->level < 2)
		strbuf_printf(&listing, " at %lld",
			      where->level == 0 || st->st_mtime < 1500000000
				      ? (long long)st->st_mtime
				      : 0);
	list_xattrs(path);
	if (S_ISREG(st->st_mode) && st->st_size < 100) {
		autofree char *text = get_file(AT_FDCWD, path);

		strbuf_printf(&listing, " [%s]", text);
	}
	strbuf_putc(&listing, '\n');
	return 0;
}

static int
by_line(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Sorted, for the two trees are read in different orders. */
static char *
list_tree(const char *name)
{
	autofree char *path = xasprintf("%s/%s", unit_tmpdir_path(), name);
	autofree char *text = NULL;
	struct strings lines = {0};
	char *rest, *line;

	root_len = strlen(path);
	must(nftw(path, list_one, 16, FTW_PHYS) == 0);
	text = strbuf_take(&listing);
	rest = text;
	while ((line = strsep(&rest, "\n")) != NULL)
		strings_push(&lines, line);
	qsort(lines.items, lines.len, sizeof(*lines.items), by_line);
	for (size_t i = 0; i < lines.len; i++)
		strbuf_printf(&listing, "%s\n", lines.items[i]);
	strings_done(&lines);
	return strbuf_take(&listing);
}

static void
copy(void)
{
	struct error e = ERROR_NONE;
	autofree char *l0 = xasprintf("%s/l0", unit_tmpdir_path());
	autofree char *l1 = xasprintf("%s/l1", unit_tmpdir_path());
	autofree char *l2 = xasprintf("%s/l2", unit_tmpdir_path());
	const char *const layers[] = {l2, l1, l0, NULL};
	autoclose int to = openat(top, "to", O_RDONLY | O_DIRECTORY);

	must(to >= 0);
	CU_ASSERT_EQUAL(layers_copy(layers, to, &e), 0);
	if (e.n_layers > 0)
		fprintf(stderr, "# %s (%d)\n", e.layers[0], e.err);
}

static void
equals_overlayfs(void)
{
	const char *tmp = unit_tmpdir_path();
	autofree char *options =
		xasprintf("lowerdir=%s/l2:%s/l1:%s/l0", tmp, tmp, tmp);
	autofree char *merged = xasprintf("%s/merged", tmp);
	autofree char *want = NULL;
	autofree char *got = NULL;

	top = unit_tmpdir();
	private_mounts();
	make_layers();
	make_odd_files();
	copy();
	must(mount("overlay", merged, "overlay", 0, options) == 0);
	want = list_tree("merged");
	must(umount(merged) == 0);
	got = list_tree("to");
	assert_text(got, want);
	assert_contains(got, "/etc/passwd 100644");
	CU_ASSERT_PTR_NULL(strstr(got, "hidden"));
	CU_ASSERT_PTR_NULL(strstr(got, "/gone"));
	CU_ASSERT_PTR_NULL(strstr(got, "/mid/lost"));
	close(top);
}

static void
keeps_holes_and_links(void)
{
	struct stat a, b, c, sparse;

	top = unit_tmpdir();
	make_layers();
	make_odd_files();
	copy();
	must(fstatat(top, "to/sparse", &sparse, 0) == 0);
	CU_ASSERT_EQUAL(sparse.st_size, 4 << 20);
	CU_ASSERT_TRUE(sparse.st_blocks < 256);
	must(fstatat(top, "to/bin/a", &a, 0) == 0);
	must(fstatat(top, "to/bin/b", &b, 0) == 0);
	must(fstatat(top, "to/same/c", &c, 0) == 0);
	CU_ASSERT_EQUAL(a.st_ino, b.st_ino);
	CU_ASSERT_EQUAL(a.st_ino, c.st_ino);
	CU_ASSERT_EQUAL(a.st_nlink, 3);
	must(fstatat(top, "l0/bin/a", &b, 0) == 0);
	CU_ASSERT_NOT_EQUAL(a.st_ino, b.st_ino);
	close(top);
}

static void
names_what_is_missing(void)
{
	struct error e = ERROR_NONE;
	const char *const layers[] = {"/nonexistent/layer", NULL};
	autoclose int to = unit_tmpdir();

	CU_ASSERT_EQUAL(layers_copy(layers, to, &e), -1);
	CU_ASSERT_EQUAL(e.err, ENOENT);
	assert_contains(e.layers[0], "/nonexistent/layer");
}

static void
follows_no_link_for_a_layer(void)
{
	struct error e = ERROR_NONE;
	autofree char *link = xasprintf("%s/link", unit_tmpdir_path());
	const char *const layers[] = {link, NULL};
	autoclose int fd = unit_tmpdir();

	put_dir(fd, "to");
	must(symlinkat("/etc", fd, "link") == 0);
	autoclose int to = openat(fd, "to", O_RDONLY | O_DIRECTORY);
	CU_ASSERT_EQUAL(layers_copy(layers, to, &e), -1);
}

/* More than one doubling, with numbers that collide and devices that differ. */
static void
remembers_many_inodes(void)
{
	/* Bits so high that they do not choose the slot. */
	const dev_t one = (dev_t)1 << 20, two = (dev_t)2 << 20;
	struct links l = {0};

	CU_ASSERT_PTR_NULL(links_find(&l, 1, 1));
	for (ino_t ino = 0; ino < 3000; ino++)
		for (dev_t dev = 0; dev < 2; dev++) {
			autofree char *path =
				xasprintf("%d/%d", (int)dev, (int)ino);

			links_add(&l, dev << 20, ino << 20, path);
		}
	CU_ASSERT_EQUAL(l.n_used, 6000);
	for (ino_t ino = 0; ino < 3000; ino++) {
		autofree char *path = xasprintf("1/%d", (int)ino);

		assert_text(links_find(&l, one, ino << 20), path);
		CU_ASSERT_PTR_NULL(links_find(&l, two, ino << 20));
	}
	links_done(&l);
	CU_ASSERT_PTR_NULL(links_find(&l, 1, 0));
}

static CU_TestInfo tests[] = {
	{"equals_overlayfs", equals_overlayfs},
	{"keeps_holes_and_links", keeps_holes_and_links},
	{"names_what_is_missing", names_what_is_missing},
	{"follows_no_link_for_a_layer", follows_no_link_for_a_layer},
	{"remembers_many_inodes", remembers_many_inodes},
	CU_TEST_INFO_NULL,
};

UNIT_MAIN(tests)
