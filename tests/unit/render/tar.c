/* core/render/tar: headers, and pax records where they have no room.
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/render/tar.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysmacros.h>

#include "core/base/alloc.h"
#include "core/base/cleanup.h"
#include "tests/lib/unit.h"

static struct stat
some_file(void)
{
	return (struct stat){
		.st_mode = S_IFREG | 04755,
		.st_uid = 1,
		.st_gid = 2,
		.st_size = 513,
		.st_mtim = {1000000000, 0},
	};
}

static unsigned int
checksum(const char *h)
{
	unsigned int sum = 8 * ' ';

	for (int i = 0; i < TAR_BLOCK; i++)
		if (i < 148 || i >= 156)
			sum += (unsigned char)h[i];
	return sum;
}

static void
plain_header(void)
{
	struct stat st = some_file();
	struct tar_member m = {.path = "rootfs/a", .st = &st};
	auto_strbuf struct strbuf b = {0};

	tar_header(&b, &m);
	CU_ASSERT_EQUAL_FATAL(b.len, TAR_BLOCK);
	assert_text(b.text, "rootfs/a");
	assert_text(b.text + 100, "0004755");
	assert_text(b.text + 108, "0000001");
	assert_text(b.text + 116, "0000002");
	assert_text(b.text + 124, "00000001001");
	assert_text(b.text + 136, "07346545000");
	CU_ASSERT_EQUAL(strtoul(b.text + 148, NULL, 8), checksum(b.text));
	CU_ASSERT_EQUAL(b.text[156], '0');
	CU_ASSERT_EQUAL(memcmp(b.text + 257, "ustar\00000", 8), 0);
	CU_ASSERT_EQUAL(tar_content_size(&m), 513);
	CU_ASSERT_EQUAL(tar_padding(513), 511);
	CU_ASSERT_EQUAL(tar_padding(512), 0);
	CU_ASSERT_EQUAL(tar_padding(0), 0);
}

static void
kinds(void)
{
	static const struct {
		mode_t type;
		const char *link, *hardlink, *name;
		char flag;
	} cases[] = {
		{S_IFREG, NULL, NULL, "m", '0'},
		{S_IFREG, NULL, "rootfs/first", "m", '1'},
		{S_IFLNK, "target", NULL, "m", '2'},
		{S_IFCHR, NULL, NULL, "m", '3'},
		{S_IFBLK, NULL, NULL, "m", '4'},
		{S_IFDIR, NULL, NULL, "m/", '5'},
		{S_IFIFO, NULL, NULL, "m", '6'},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct stat st = {
			.st_mode = cases[i].type | 0600,
			.st_size = 7,
			.st_rdev = makedev(259, 70000),
		};
		struct tar_member m = {.path = "m",
				       .st = &st,
				       .link = cases[i].link,
				       .hardlink = cases[i].hardlink};
		bool is_device = cases[i].flag == '3' || cases[i].flag == '4';
		auto_strbuf struct strbuf b = {0};

		tar_header(&b, &m);
		CU_ASSERT_EQUAL(b.len, TAR_BLOCK);
		CU_ASSERT_EQUAL(b.text[156], cases[i].flag);
		assert_text(b.text, cases[i].name);
		CU_ASSERT_EQUAL(tar_content_size(&m),
				cases[i].flag == '0' ? 7 : 0);
		assert_text(b.text + 124, cases[i].flag == '0' ? "00000000007"
							       : "00000000000");
		assert_text(b.text + 157, cases[i].hardlink ? "rootfs/first"
					  : cases[i].link   ? "target"
							    : "");
		assert_text(b.text + 329, is_device ? "0000403" : "0000000");
		assert_text(b.text + 337, is_device ? "0210560" : "0000000");
	}
}

/* The records of the header, one string; "" when there are none. */
static char *
records(const struct tar_member *m)
{
	auto_strbuf struct strbuf b = {0};

	tar_header(&b, m);
	if (b.len == TAR_BLOCK)
		return xstrdup("");
	CU_ASSERT_EQUAL(b.text[156], 'x');
	CU_ASSERT_EQUAL(b.len % TAR_BLOCK, 0);
	CU_ASSERT_EQUAL(strtoul(b.text + 148, NULL, 8), checksum(b.text));
	return xstrndup(b.text + TAR_BLOCK, strtoul(b.text + 124, NULL, 8));
}

static void
large_numbers(void)
{
	static const struct {
		uid_t uid;
		off_t size;
		struct timespec time;
		const char *want;
	} cases[] = {
		{07777777, 077777777777, {077777777777, 0}, ""},
		{010000000, 0, {0, 0}, "15 uid=2097152\n"},
		{0, 0100000000000, {0, 0}, "19 size=8589934592\n"},
		{0, 0, {5, 1}, "21 mtime=5.000000001\n"},
		{0, 0, {-1, 0}, "12 mtime=-1\n"},
		{0, 0, {-1, 500000000}, "22 mtime=-0.500000000\n"},
		{0, 0, {-3, 1}, "22 mtime=-2.999999999\n"},
		{0, 0, {0100000000000, 0}, "20 mtime=8589934592\n"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct stat st = {
			.st_mode = S_IFREG,
			.st_uid = cases[i].uid,
			.st_size = cases[i].size,
			.st_mtim = cases[i].time,
		};
		autofree char *got =
			records(&(struct tar_member){.path = "a", .st = &st});

		assert_text(got, cases[i].want);
	}
}

static char *
repeat(char c, size_t n)
{
	char *s = xcalloc(1, n + 1);

	memset(s, c, n);
	return s;
}

static void
long_names(void)
{
	autofree char *name = repeat('n', 100), *longer = repeat('n', 101);
	autofree char *dir = repeat('d', 155);
	autofree char *split = xasprintf("%s/%s", dir, name);
	autofree char *pax = xasprintf("111 path=%s\n", longer);
	autofree char *link = xasprintf("115 linkpath=%s\n", longer);
	struct stat st = some_file();
	struct tar_member m = {.path = name, .st = &st};
	auto_strbuf struct strbuf b = {0};
	autofree char *got = records(&m);

	assert_text(got, "");
	m.path = split;
	tar_header(&b, &m);
	CU_ASSERT_EQUAL_FATAL(b.len, TAR_BLOCK);
	CU_ASSERT_EQUAL(memcmp(b.text, name, 100), 0);
	CU_ASSERT_EQUAL(memcmp(b.text + 345, dir, 155), 0);
	free(got);
	m.path = longer;
	got = records(&m);
	assert_text(got, pax);
	free(got);
	m.path = "a";
	m.link = longer;
	got = records(&m);
	assert_text(got, link);
}

static void
attributes(void)
{
	auto_strbuf struct strbuf xattrs = {0};
	autofree char *value = repeat('v', 72);
	autofree char *got = NULL;
	struct stat st = some_file();

	tar_add_xattr(&xattrs, "user.a", "\n=", 2);
	/* The length of a record counts its own digits: 9 + 90 is 99, and so
	 * is not 100. */
	tar_add_xattr(&xattrs, "u", value, 72);
	tar_add_xattr(&xattrs, "u", value, 71);
	got = records(&(struct tar_member){
		.path = "a", .st = &st, .xattrs = &xattrs});
	assert_contains(got, "26 SCHILY.xattr.user.a=\n=\n");
	assert_contains(got, "\n91 SCHILY.xattr.u=vvv");
	assert_contains(got, "\n90 SCHILY.xattr.u=vvv");
}

static CU_TestInfo tests[] = {
	{"plain_header", plain_header},   {"kinds", kinds},
	{"large_numbers", large_numbers}, {"long_names", long_names},
	{"attributes", attributes},       CU_TEST_INFO_NULL,
};
UNIT_MAIN(tests)
