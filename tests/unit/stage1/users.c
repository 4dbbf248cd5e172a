/* Ids from the passwd and group files of hostile images.
 * SPDX-License-Identifier: Apache-2.0 */
#include "sdk/toolkit/users.h"

#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sdk/toolkit/id-file.h"
#include "tests/lib/mock-host.h"
#include "tests/lib/unit.h"

#define MIB (1u << 20)

static int
file_of(const char *text, size_t len)
{
	int fd = memfd_create("passwd", MFD_CLOEXEC);

	CU_ASSERT_FATAL(fd >= 0);
	CU_ASSERT_FATAL(write(fd, text, len) == (ssize_t)len);
	lseek(fd, 0, SEEK_SET);
	return fd;
}

/* -1: not found */
static long long
find(const char *text, size_t len, const char *name)
{
	int fd = file_of(text, len);
	uint32_t id = 0;
	bool is_found = rkt_id_find(fd, name, &id);

	close(fd);
	return is_found ? (long long)id : -1;
}

static void
finds_names(void)
{
	static const struct {
		const char *text, *name;
		long long want;
	} cases[] = {
		{"", "a", -1},
		{"a:x:5:6::/:/bin/sh\n", "a", 5},
		{"a:x:5", "a", 5}, /* no newline */
		{"a:x:5:", "a", 5},
		{"a::5:6\n", "a", 5},
		{"a:x\n", "a", -1},
		{"a\n", "a", -1},
		{"\n\n\na:x:5\n", "a", 5},
		{"#a:x:5\na:x:6\n", "a", 6},
		{"a:x:5\na:x:6\n", "a", 5}, /* the first */
		{"a:x:-5\n", "a", -1},
		{"a:x:-1\na:x:7\n", "a", 7},
		{"a:x:+5\n", "a", -1},
		{"a:x: 5\n", "a", -1},
		{"a:x:5x\n", "a", -1},
		{"a:x:0x5\n", "a", -1},
		{"a:x:\n", "a", -1},
		{"a:x:4294967294\n", "a", 4294967294},
		{"a:x:4294967295\n", "a", -1},
		{"a:x:4294967296\n", "a", -1},
		{"a:x:99999999999999999999999\n", "a", -1},
		{"ab:x:5\n", "a", -1},
		{"a:x:5\n", "ab", -1},
		{" a:x:5\n", "a", -1},
		{":x:5\n", "", -1},
		{"a:x:5\r\n", "a", -1},
		{"a:x:5:\r\n", "a", 5},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		CU_ASSERT_EQUAL(find(cases[i].text, strlen(cases[i].text),
				     cases[i].name),
				cases[i].want);
	CU_ASSERT_EQUAL(find("a\0:x:5\nb:x:6\n", 14, "a"), -1);
	CU_ASSERT_EQUAL(find("a\0:x:5\nb:x:6\n", 14, "b"), 6);
}

/* Lines that are longer than any buffer, across its borders. */
static void
passes_over_huge_lines(void)
{
	char *text = malloc(MIB + 64);
	size_t len;

	for (size_t start = MIB - 20; start < MIB + 20; start++) {
		memset(text, 'x', start);
		len = start + (size_t)sprintf(text + start, "\na:x:%d:\n", 5);
		CU_ASSERT_EQUAL(find(text, len, "a"), 5);
	}
	/* Too long itself: neither the number nor a part of it. */
	len = (size_t)sprintf(text, "a:");
	memset(text + len, 'p', 1020);
	len += 1020;
	len += (size_t)sprintf(text + len, ":1234567:\n");
	CU_ASSERT_EQUAL(find(text, len, "a"), -1);
	free(text);
}

/* Of a file of a terabyte that has next to no blocks. */
static void
gives_up_on_endless_files(void)
{
	int fd = memfd_create("passwd", MFD_CLOEXEC);
	uint32_t id;

	CU_ASSERT_FATAL(ftruncate(fd, (off_t)1 << 40) == 0);
	CU_ASSERT_FALSE(rkt_id_find(fd, "a", &id));
	CU_ASSERT(lseek(fd, 0, SEEK_CUR) <= (off_t)64 * MIB);
	close(fd);
}

static rkt_status
resolve(int root_fd, const char *user, const char *group, uid_t *uid,
	struct mock_host *host)
{
	const struct rkt_app_spec app = {.user = user, .group = group};
	gid_t gid;
	rkt_status status;

	mock_host_init(host);
	status = rkt_user_resolve(&host->call, root_fd, &app, uid, &gid);
	mock_host_done(host);
	return status;
}

static void
reads_files_only(void)
{
	static const char line[] = "a:x:5:\n";
	int root = unit_tmpdir();
	struct mock_host host;
	uid_t uid = 0;
	int fd;

	mkdirat(root, "etc", 0755);
	CU_ASSERT_EQUAL(resolve(root, "a", "0", &uid, &host), RKT_ERR_INPUT);
	CU_ASSERT_FATAL(mkfifoat(root, "etc/passwd", 0644) == 0);
	CU_ASSERT_EQUAL(resolve(root, "a", "0", &uid, &host), RKT_ERR_INPUT);
	assert_text(host.failure, "unable to determine app's uid and gid: no "
				  "user \"a\" in the image");
	unlinkat(root, "etc/passwd", 0);
	/* A link is the image's own affair, as long as it stays inside. */
	fd = openat(root, "users", O_WRONLY | O_CREAT, 0644);
	CU_ASSERT_FATAL(write(fd, line, sizeof(line) - 1) == sizeof(line) - 1);
	close(fd);
	CU_ASSERT_FATAL(symlinkat("/users", root, "etc/passwd") == 0);
	CU_ASSERT_EQUAL(resolve(root, "a", "0", &uid, &host), RKT_OK);
	CU_ASSERT_EQUAL(uid, 5);
	/* Out of it there is nothing. */
	unlinkat(root, "etc/passwd", 0);
	CU_ASSERT_FATAL(symlinkat("../../../../../../../../etc/passwd", root,
				  "etc/passwd") == 0);
	CU_ASSERT_EQUAL(resolve(root, "daemon", "0", &uid, &host),
			RKT_ERR_INPUT);
	close(root);
}

static void
numbers_that_are_none_are_names(void)
{
	static const char *const users[] = {
		"-1", "4294967295", "1.5", "0x1", " 1", "1 ", "99999999999"};
	int root = unit_tmpdir();
	struct mock_host host;
	uid_t uid;

	for (size_t i = 0; i < sizeof(users) / sizeof(users[0]); i++)
		CU_ASSERT_EQUAL(resolve(root, users[i], "0", &uid, &host),
				RKT_ERR_INPUT);
	CU_ASSERT_EQUAL(resolve(root, "007", "0", &uid, &host), RKT_OK);
	CU_ASSERT_EQUAL(uid, 7);
	CU_ASSERT_EQUAL(resolve(root, "root", "root", &uid, &host), RKT_OK);
	CU_ASSERT_EQUAL(uid, 0);
	close(root);
}

/* Of the path itself, not of what it leads to; nothing outside of the root. */
static void
owner_of_a_path_is_not_followed(void)
{
	int root = unit_tmpdir();
	struct mock_host host;
	uid_t uid = 0;

	mkdirat(root, "dir", 0755);
	CU_ASSERT_FATAL(symlinkat("/dir", root, "link") == 0);
	CU_ASSERT_FATAL(fchownat(root, "dir", 5, 6, 0) == 0);
	CU_ASSERT_FATAL(fchownat(root, "link", 7, 8, AT_SYMLINK_NOFOLLOW) == 0);
	CU_ASSERT_EQUAL(resolve(root, "/dir", "0", &uid, &host), RKT_OK);
	CU_ASSERT_EQUAL(uid, 5);
	CU_ASSERT_EQUAL(resolve(root, "/link", "0", &uid, &host), RKT_OK);
	CU_ASSERT_EQUAL(uid, 7);
	CU_ASSERT_EQUAL(resolve(root, "/link/../dir", "0", &uid, &host),
			RKT_OK);
	CU_ASSERT_EQUAL(uid, 5);
	CU_ASSERT_EQUAL(resolve(root, "/etc/passwd", "0", &uid, &host),
			RKT_ERR_INPUT);
	assert_text(host.failure, "unable to determine app's uid and gid: no "
				  "path \"/etc/passwd\" in the image");
	close(root);
}

static CU_TestInfo tests[] = {
	{"finds_names", finds_names},
	{"passes_over_huge_lines", passes_over_huge_lines},
	{"gives_up_on_endless_files", gives_up_on_endless_files},
	{"reads_files_only", reads_files_only},
	{"numbers_that_are_none_are_names", numbers_that_are_none_are_names},
	{"owner_of_a_path_is_not_followed", owner_of_a_path_is_not_followed},
	CU_TEST_INFO_NULL,
};

UNIT_MAIN(tests)
