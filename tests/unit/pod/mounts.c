/* core/pod/mounts: leftover mounts are found and undone, and only those.
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/pod/mounts.h"

#include "tests/unit/pod/common.h"

static void
finds_what_is_below(void)
{
	static const char info[] =
		"1 0 8:1 / / rw - ext4 /dev/vda rw\n"
		"20 1 0:5 / /p/run/u/a\\040b rw shared:3 - tmpfs none rw\n"
		"21 20 0:5 / /p/run/u/a\\040b/c\\134d rw - tmpfs none rw\n"
		"22 1 0:5 / /p/run/u rw - tmpfs none rw\n"
		"23 1 0:5 / /p/run/u2/x rw - tmpfs none rw\n"
		"24 1 0:5 /\n"
		"\n"
		"25 1 0:5 / /p/run/u/last rw - tmpfs none rw";
	struct strings found = {0};

	mounts_below(info, "/p/run/u", &found);
	CU_ASSERT_EQUAL_FATAL(found.len, 3);
	assert_text(found.items[0], "/p/run/u/a b");
	assert_text(found.items[1], "/p/run/u/a b/c\\d");
	assert_text(found.items[2], "/p/run/u/last");
	strings_done(&found);
}

static size_t
count(const char *dir)
{
	autofree char *text = get_file(AT_FDCWD, "/proc/self/mountinfo");
	struct strings found = {0};
	size_t n;

	mounts_below(text, dir, &found);
	n = found.len;
	strings_done(&found);
	return n;
}

static void
mount_tmpfs(const char *base, const char *name)
{
	autofree char *path = xasprintf("%s/%s", base, name);

	mkdir(path, 0755);
	must(mount("none", path, "tmpfs", 0, NULL) == 0);
}

static void
undoes_stacks_and_busy_ones(void)
{
	struct error e = ERROR_NONE;
	autoclose int dir = unit_tmpdir();
	const char *base = unit_tmpdir_path();
	autofree char *busy = xasprintf("%s/a/b/busy", base);
	autoclose int fd = -1;

	private_mounts();
	mount_tmpfs(base, "a");
	mount_tmpfs(base, "a/b");
	mount_tmpfs(base, "a/b");
	mount_tmpfs(base, "with space");
	fd = open(busy, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	must(fd >= 0);
	CU_ASSERT_EQUAL(count(base), 4);
	CU_ASSERT_EQUAL(mounts_remove(dir, &e), 0);
	CU_ASSERT_EQUAL(count(base), 0);
	CU_ASSERT_EQUAL(mounts_remove(dir, &e), 0);
}

/* The case of a recursive bind of a shared /dev: its peer must not notice. */
static void
spares_the_peers(void)
{
	struct error e = ERROR_NONE;
	const char *base = unit_tmpdir_path();
	autofree char *host = xasprintf("%s/host", base);
	autofree char *pod = xasprintf("%s/pod", base);
	autofree char *dev = xasprintf("%s/pod/dev", base);
	autoclose int dir = -1;

	private_mounts();
	mkdir(pod, 0755);
	mkdir(dev, 0755);
	mount_tmpfs(base, "host");
	must(mount(NULL, host, NULL, MS_SHARED, NULL) == 0);
	mount_tmpfs(host, "pts");
	must(mount(host, dev, NULL, MS_BIND | MS_REC, NULL) == 0);
	CU_ASSERT_EQUAL(count(host), 1);
	CU_ASSERT_EQUAL(count(pod), 2);
	dir = open(pod, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	CU_ASSERT_EQUAL(mounts_remove(dir, &e), 0);
	CU_ASSERT_EQUAL(count(pod), 0);
	CU_ASSERT_EQUAL(count(host), 1);
	must(umount2(host, MNT_DETACH) == 0);
}

static CU_TestInfo tests[] = {
	{"finds_what_is_below", finds_what_is_below},
	{"undoes_stacks_and_busy_ones", undoes_stacks_and_busy_ones},
	{"spares_the_peers", spares_the_peers},
	CU_TEST_INFO_NULL,
};

UNIT_MAIN(tests)
