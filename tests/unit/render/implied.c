/* core/render/implied: directories without a member look as a lower layer says.
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/render/implied.h"

#include <errno.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>

#include "core/render/copy.h"
#include "tests/unit/pod/common.h"

static int top;
static char *paths[3];
static const char *layers[4]; /* topmost first */

static void
dir_like(const char *path, mode_t mode, uid_t uid, gid_t gid, time_t mtime)
{
	const struct timespec times[] = {{mtime, 5}, {mtime, 7}};

	put_dir(top, path);
	must(fchownat(top, path, uid, gid, 0) == 0);
	must(fchmodat(top, path, mode, 0) == 0);
	must(utimensat(top, path, times, 0) == 0);
}

static void
set_xattr(const char *path, const char *key, const char *value)
{
	autofree char *full = xasprintf("%s/%s", unit_tmpdir_path(), path);

	must(lsetxattr(full, key, value, strlen(value), 0) == 0);
}

static void
put_list(const char *path, const char *list, size_t len)
{
	struct error e = ERROR_NONE;

	must(file_write(top, path, list, len, 0644, &e) == 0);
}

#define PUT_LIST(path, list) put_list(path, list, sizeof(list))

/* What is listed is 0755, of root and new; nothing else is. */
static void
make_layers(void)
{
	static const char *const implied[] = {
		"l2/rootfs/tmp",       "l2/rootfs/a/b/c", "l2/rootfs/new/x",
		"l2/rootfs/shut",      "l1/rootfs/a/b",   "l1/rootfs/gone",
		"l1/rootfs/file/d",    "l2/rootfs/again", "l2/rootfs/veil/d",
		"l1/rootfs/explained", "l1/rootfs/mid",   "l1/rootfs/opened",
	};

	top = unit_tmpdir();
	for (int i = 0; i < 3; i++) {
		paths[i] = xasprintf("%s/l%d/rootfs", unit_tmpdir_path(), i);
		layers[2 - i] = paths[i];
		put_dir(AT_FDCWD, paths[i]);
	}
	dir_like("l0/rootfs/again", 0700, 1, 1, 1000);
	dir_like("l0/rootfs/explained", 0711, 1, 1, 1000);
	dir_like("l0/rootfs/file/d", 0700, 1, 1, 1000);
	dir_like("l0/rootfs/gone", 0700, 1, 1, 1000);
	dir_like("l0/rootfs/mid", 0712, 3, 4, 1100);
	dir_like("l0/rootfs/opened", 0700, 1, 1, 1000);
	dir_like("l0/rootfs/shut", 0700, 1, 1, 1000);
	dir_like("l0/rootfs/veil/d", 0700, 1, 1, 1000);
	for (size_t i = 0; i < sizeof(implied) / sizeof(implied[0]); i++)
		put_dir(top, implied[i]);
	/* Owners and modes that lie below others, from the inside out. */
	dir_like("l0/rootfs/a/b/c", 0710, 5, 6, 1200);
	dir_like("l0/rootfs/a/b", 02770, 7, 8, 1300);
	dir_like("l0/rootfs/a", 0750, 9, 10, 1400);
	dir_like("l1/rootfs/a", 0751, 11, 12, 1500);
	set_xattr("l0/rootfs/a/b", "trusted.mine", "kept");
	dir_like("l0/rootfs/tmp", 01777, 0, 0, 1600);
	dir_like("l2/rootfs/explained", 0722, 2, 2, 1700);
	/* Removed in between: what is further down is not heard. */
	must(mknodat(top, "l1/rootfs/again", S_IFCHR, makedev(0, 0)) == 0);
	set_xattr("l1/rootfs/file", "trusted.overlay.opaque", "y");
	must(mknodat(top, "l2/rootfs/gone", S_IFCHR, makedev(0, 0)) == 0);
	put_file(top, "l1/rootfs/veil", "a file");
	set_xattr("l2/rootfs/shut", "trusted.overlay.opaque", "y");
	put_file(top, "l0/rootfs/shut/hidden", "");
	dir_like("l0/rootfs/shut", 0700, 1, 1, 1000);
	dir_like("l0/rootfs", 0711, 13, 14, 1800);
	PUT_LIST("l2/implied", "\0a\0a/b\0a/b/c\0again\0new\0new/x\0shut\0tmp\0"
			       "veil\0veil/d");
	PUT_LIST("l1/implied", "\0a/b\0explained\0file/d\0gone\0mid\0opened");
}

static const struct {
	const char *path;
	mode_t mode;
	uid_t uid;
	gid_t gid;
	time_t mtime; /* 0: of now */
} want[] = {
	{"a", 0751, 11, 12, 1500},  /* the higher of two           */
	{"a/b", 02770, 7, 8, 1300}, /* implied in both above it   */
	{"a/b/c", 0710, 5, 6, 1200},
	{"again", 0755, 0, 0, 0},        /* below a whiteout             */
	{"explained", 0722, 2, 2, 1700}, /* explicit above        */
	{"file/d", 0755, 0, 0, 0},       /* in an opaque directory      */
	{"mid", 0712, 3, 4, 1100},       /* not in the topmost          */
	{"new", 0755, 0, 0, 0},          /* in no other layer              */
	{"new/x", 0755, 0, 0, 0},
	{"opened", 0700, 1, 1, 1000},
	{"shut", 0700, 1, 1, 1000}, /* opaque itself              */
	{"tmp", 01777, 0, 0, 1600},
	{"veil/d", 0755, 0, 0, 0}, /* below a file                */
};

static void
check_tree(const char *name)
{
	autofree char *root = xasprintf("%s/%s", unit_tmpdir_path(), name);
	autofree char *b = xasprintf("%s/a/b", root);
	autoclose int fd = open(root, O_RDONLY | O_DIRECTORY);
	char value[8];
	struct stat st;

	for (size_t i = 0; i < sizeof(want) / sizeof(want[0]); i++) {
		char got[100], expected[100];

		must(fstatat(fd, want[i].path, &st, AT_SYMLINK_NOFOLLOW) == 0);
		snprintf(got, sizeof(got), "%s %o %u:%u %ld", want[i].path,
			 st.st_mode & 07777, st.st_uid, st.st_gid,
			 st.st_mtime > 10000 ? 0 : (long)st.st_mtime);
		snprintf(expected, sizeof(expected), "%s %o %u:%u %ld",
			 want[i].path, want[i].mode, want[i].uid, want[i].gid,
			 (long)want[i].mtime);
		assert_text(got, expected);
	}
	CU_ASSERT_EQUAL(lgetxattr(b, "trusted.mine", value, 8), 4);
	CU_ASSERT_EQUAL(fstatat(fd, "gone", &st, AT_SYMLINK_NOFOLLOW), -1);
	CU_ASSERT_EQUAL(fstatat(fd, "shut/hidden", &st, 0), -1);
}

static void
done(void)
{
	for (int i = 0; i < 3; i++)
		free(paths[i]);
	close(top);
}

static void
overlay_shows_them(void)
{
	autofree char *merged = xasprintf("%s/merged", unit_tmpdir_path());
	autofree char *rw = xasprintf("%s/rw", unit_tmpdir_path());
	autofree char *options = NULL;
	struct error e = ERROR_NONE;
	struct implied im;
	int upper;

	private_mounts();
	make_layers();
	/* An overlay is no upper directory of another. */
	must(mkdirat(top, "rw", 0755) == 0 &&
	     mkdirat(top, "merged", 0755) == 0);
	must(mount("tmpfs", rw, "tmpfs", 0, "mode=755") == 0);
	put_dir(top, "rw/upper");
	put_dir(top, "rw/work");
	upper = openat(top, "rw/upper", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	CU_ASSERT_EQUAL(implied_read(layers, &im, &e), 0);
	CU_ASSERT_TRUE(implied_is_below_root(&im));
	CU_ASSERT_EQUAL(implied_make(&im, upper, &e), 0);
	assert_text(e.n_layers > 0 ? e.layers[0] : "", "");
	/* Nothing that need not be there. */
	CU_ASSERT_EQUAL(faccessat(upper, "new", F_OK, 0), -1);
	CU_ASSERT_EQUAL(faccessat(upper, "explained", F_OK, 0), -1);
	CU_ASSERT_EQUAL(faccessat(upper, "gone", F_OK, 0), -1);
	implied_done(&im);
	close(upper);
	options = xasprintf("lowerdir=%s:%s:%s,upperdir=%s/rw/upper,"
			    "workdir=%s/rw/work",
			    layers[0], layers[1], layers[2], unit_tmpdir_path(),
			    unit_tmpdir_path());
	must(mount("overlay", merged, "overlay", 0, options) == 0);
	check_tree("merged");
	must(umount(merged) == 0 && umount(rw) == 0);
	done();
}

static void
copy_has_them(void)
{
	struct error e = ERROR_NONE;
	struct stat st;

	make_layers();
	put_dir(top, "to");
	autoclose int to = openat(top, "to", O_RDONLY | O_DIRECTORY);
	CU_ASSERT_EQUAL(layers_copy(layers, to, &e), 0);
	check_tree("to");
	must(fstat(to, &st) == 0);
	CU_ASSERT_EQUAL(st.st_mode & 07777, 0711);
	CU_ASSERT_EQUAL(st.st_uid, 13);
	CU_ASSERT_EQUAL(st.st_mtime, 1800);
	done();
}

static void
without_lists_there_is_nothing(void)
{
	struct error e = ERROR_NONE;
	struct implied im;
	int fd = 0;

	make_layers();
	unlinkat(top, "l2/implied", 0);
	PUT_LIST("l1/implied", "");
	CU_ASSERT_EQUAL(implied_read(layers, &im, &e), 0);
	CU_ASSERT_FALSE(implied_is_below_root(&im));
	CU_ASSERT_EQUAL(implied_find(&im, "a/b", &fd, &e), 0);
	CU_ASSERT_EQUAL(fd, -1);
	implied_done(&im);
	unlinkat(top, "l1/implied", 0);
	must(symlinkat("/etc/passwd", top, "l1/implied") == 0);
	CU_ASSERT_EQUAL(implied_read(layers, &im, &e), -1);
	CU_ASSERT_EQUAL(e.err, ELOOP);
	assert_contains(e.layers[0], "/l1/rootfs/../implied");
	done();
}

static CU_TestInfo tests[] = {
	{"overlay_shows_them", overlay_shows_them},
	{"copy_has_them", copy_has_them},
	{"without_lists_there_is_nothing", without_lists_there_is_nothing},
	CU_TEST_INFO_NULL,
};

UNIT_MAIN(tests)
