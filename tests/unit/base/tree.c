/* core/base/tree: hostile trees go away, and nothing beside them does.
 * SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "core/base/alloc.h"
#include "core/base/cleanup.h"
#include "core/base/fd.h"
#include "tests/lib/unit.h"

static bool
is_there(int fd, const char *name)
{
	struct stat st;

	return fstatat(fd, name, &st, AT_SYMLINK_NOFOLLOW) == 0;
}

static void
touch(int fd, const char *name, const char *text)
{
	struct error e = ERROR_NONE;

	CU_ASSERT_EQUAL(file_write(fd, name, text, strlen(text), 0644, &e), 0);
}

/* `depth` directories in each other, a file in each. */
static void
dig(int top_fd, const char *name, int depth)
{
	int fd = dup(top_fd);

	for (int i = 0; i < depth; i++) {
		const char *sub = i == 0 ? name : "d";
		int below;

		mkdirat(fd, sub, 0755);
		below = openat(fd, sub, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		CU_ASSERT_TRUE_FATAL(below >= 0);
		close(fd);
		fd = below;
		touch(fd, "f", "12345");
	}
	close(fd);
}

/* Few descriptors and little stack, so that neither may follow the depth. */
static void
deep_tree_is_measured_and_removed(void)
{
	struct rlimit files = {32, 32}, stack = {256 << 10, 256 << 10};
	autoclose int fd = unit_tmpdir();
	struct error e = ERROR_NONE;
	uint64_t size = 0;

	dig(fd, "deep", 2500);
	setrlimit(RLIMIT_NOFILE, &files);
	setrlimit(RLIMIT_STACK, &stack);
	CU_ASSERT_EQUAL(tree_size(fd, "deep", &size, &e), 0);
	CU_ASSERT_EQUAL(size, 12500);
	CU_ASSERT_EQUAL(tree_remove(fd, "deep", &e), 0);
	assert_text(e.layers[0], "");
	CU_ASSERT_FALSE(is_there(fd, "deep"));
}

static void
wide_tree_is_removed(void)
{
	autoclose int fd = unit_tmpdir();
	struct error e = ERROR_NONE;
	uint64_t size = 0;

	mkdirat(fd, "wide", 0755);
	for (int i = 0; i < 900; i++) {
		autofree char *name = xasprintf("wide/%0200d", i);

		if (i % 3 == 0)
			mkdirat(fd, name, 0755);
		else
			touch(fd, name, "1");
	}
	CU_ASSERT_EQUAL(tree_size(fd, "wide", &size, &e), 0);
	CU_ASSERT_EQUAL(size, 600);
	CU_ASSERT_EQUAL(tree_remove(fd, "wide", &e), 0);
	CU_ASSERT_FALSE(is_there(fd, "wide"));
}

static void
hostile_entries_are_removed(void)
{
	static const char *const names[] = {
		"...", "-rf", "a\nb", "\xff\xfe", "*", "a b", ".wh.x",
	};
	autoclose int fd = unit_tmpdir();
	struct error e = ERROR_NONE;

	mkdirat(fd, "t", 0755);
	mkdirat(fd, "outside", 0755);
	touch(fd, "outside/file", "x");
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		autofree char *name = xasprintf("t/%s", names[i]);

		touch(fd, name, "x");
	}
	mknodat(fd, "t/whiteout", S_IFCHR | 0600, makedev(0, 0));
	mknodat(fd, "t/fifo", S_IFIFO | 0600, 0);
	mkdirat(fd, "t/opaque", 0);
	symlinkat("../outside", fd, "t/link");
	symlinkat("/nonexistent", fd, "t/dangling");
	linkat(fd, "outside/file", fd, "t/opaque/hard", 0);
	CU_ASSERT_EQUAL(tree_remove(fd, "t", &e), 0);
	assert_text(e.layers[0], "");
	CU_ASSERT_FALSE(is_there(fd, "t"));
	CU_ASSERT_TRUE(is_there(fd, "outside/file"));
}

static void
link_and_absence_are_no_tree(void)
{
	autoclose int fd = unit_tmpdir();
	struct error e = ERROR_NONE;
	uint64_t size;

	mkdirat(fd, "dir", 0755);
	symlinkat("dir", fd, "link");
	CU_ASSERT_EQUAL(tree_size(fd, "link", &size, &e), -1);
	CU_ASSERT_EQUAL(e.err, ENOTDIR);
	CU_ASSERT_EQUAL(tree_remove(fd, "link", &e), 0);
	CU_ASSERT_TRUE(is_there(fd, "dir"));
	CU_ASSERT_FALSE(is_there(fd, "link"));
	CU_ASSERT_EQUAL(tree_remove(fd, "link", &e), 0);
}

/* A bind mount has the device number of its surroundings. */
static void
mounted_directory_keeps_its_content(void)
{
	autofree char *from = xasprintf("%s/volume", unit_tmpdir_path());
	autofree char *to = xasprintf("%s/pod/a/mnt", unit_tmpdir_path());
	autoclose int fd = unit_tmpdir();
	struct error e = ERROR_NONE;

	CU_ASSERT_EQUAL_FATAL(unshare(geteuid() == 0
					      ? CLONE_NEWNS
					      : CLONE_NEWNS | CLONE_NEWUSER),
			      0);
	mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL);
	dir_make_all(fd, "pod/a/mnt", 0755, &e);
	mkdirat(fd, "volume", 0755);
	touch(fd, "volume/precious", "x");
	CU_ASSERT_EQUAL_FATAL(mount(from, to, NULL, MS_BIND, NULL), 0);
	CU_ASSERT_EQUAL(tree_remove(fd, "pod", &e), -1);
	CU_ASSERT_EQUAL(e.err, EBUSY);
	CU_ASSERT_TRUE(is_there(fd, "volume/precious"));
	e = ERROR_NONE;
	CU_ASSERT_EQUAL(tree_remove(fd, "pod/a/mnt", &e), -1);
	CU_ASSERT_TRUE(is_there(fd, "volume/precious"));
	umount2(to, MNT_DETACH);
	CU_ASSERT_EQUAL(tree_remove(fd, "pod", &e), 0);
}

/* As somebody who is kept out by modes. */
static void
own_directories_without_rights_are_removed(void)
{
	autoclose int fd = unit_tmpdir();
	struct error e = ERROR_NONE;

	if (geteuid() == 0) {
		CU_ASSERT_EQUAL_FATAL(fchown(fd, 65534, 65534), 0);
		CU_ASSERT_EQUAL_FATAL(setegid(65534), 0);
		CU_ASSERT_EQUAL_FATAL(seteuid(65534), 0);
	}
	dir_make_all(fd, "t/a/b", 0755, &e);
	touch(fd, "t/a/f", "x");
	fchmodat(fd, "t/a/b", 0, 0);
	fchmodat(fd, "t/a", 0500, 0);
	fchmodat(fd, "t", 0, 0);
	CU_ASSERT_EQUAL(tree_remove(fd, "t", &e), 0);
	assert_text(e.layers[0], "");
	CU_ASSERT_FALSE(is_there(fd, "t"));
	if (getuid() == 0)
		CU_ASSERT_EQUAL(seteuid(0), 0);
}

static CU_TestInfo tests[] = {
	{"deep_tree_is_measured_and_removed",
	 deep_tree_is_measured_and_removed},
	{"wide_tree_is_removed", wide_tree_is_removed},
	{"hostile_entries_are_removed", hostile_entries_are_removed},
	{"link_and_absence_are_no_tree", link_and_absence_are_no_tree},
	{"mounted_directory_keeps_its_content",
	 mounted_directory_keeps_its_content},
	{"own_directories_without_rights_are_removed",
	 own_directories_without_rights_are_removed},
	CU_TEST_INFO_NULL,
};

UNIT_MAIN(tests)
