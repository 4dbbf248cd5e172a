/* plugins/image: tar archives by their headers; who claims which file.
 * SPDX-License-Identifier: Apache-2.0 */
#include "plugins/image/oci/archive.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/cleanup.h"
#include "core/base/fd.h"
#include "fixture.h"
#include "plugins/image/aci/aci.h"
#include "plugins/image/common/tar.h"
#include "plugins/image/oci/oci.h"

static void
walk_all(const struct tar *t, char *to, enum tar_result *ret)
{
	struct tar_memory memory = {(const uint8_t *)t->bytes, t->len};
	struct tar_member m;
	struct tar_walk walk;

	tar_walk_memory(&walk, &memory);
	*to = '\0';
	while ((*ret = tar_walk_next(&walk, &m)) == TAR_MEMBER)
		sprintf(to + strlen(to), "%s %c %llu %llu;", m.name, m.type,
			(unsigned long long)m.offset,
			(unsigned long long)m.size);
}

static void
walks_members(void)
{
	struct tar t = {.len = 0};
	enum tar_result result;
	char seen[4096];

	tar_add(&t, "./", '5', "");
	tar_add(&t, "./a/", '5', "");
	tar_add(&t, "././/a/b", '0', "123");
	tar_add(&t, "old", '\0', "");
	tar_add(&t, "long", 'L', "a/long/name");
	tar_add(&t, "x", '0', "");
	tar_add(&t, "pax", 'x', "13 path=p/q/\n7 x=yz\n10 size=2\n");
	tar_add(&t, "y", '0', "1");
	tar_add(&t, "global", 'g', "9 path=z\n");
	tar_add(&t, "link", '2', "");
	walk_all(&t, seen, &result);
	CU_ASSERT_EQUAL(result, TAR_END);
	assert_text(seen, " 5 512 0;a 5 1024 0;a/b 0 1536 3;old 0 2560 0;"
			  "a/long/name 0 4096 0;p/q 0 5632 2;link 2 7680 0;");
	tar_end(&t);
	walk_all(&t, seen, &result);
	CU_ASSERT_EQUAL(result, TAR_END);
}

static void
fix_sum(char *h)
{
	unsigned int sum = 0;

	memset(h + 148, ' ', 8);
	for (int i = 0; i < 512; i++)
		sum += (unsigned char)h[i];
	snprintf(h + 148, 8, "%06o", sum);
}

static void
knows_prefixes_and_large_sizes(void)
{
	struct tar t = {.len = 0};
	enum tar_result result;
	char seen[4096];

	tar_add(&t, "name", '0', "");
	strcpy(t.bytes + 345, "pre/fix");
	fix_sum(t.bytes);
	walk_all(&t, seen, &result);
	assert_text(seen, "pre/fix/name 0 512 0;");
	memcpy(t.bytes + 124, "\x80\0\0\0\0\0\0\x02\0\0\0\0", 12);
	fix_sum(t.bytes);
	walk_all(&t, seen, &result);
	assert_text(seen, "pre/fix/name 0 512 8589934592;");
	memcpy(t.bytes + 124, "\x80\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff",
	       12);
	fix_sum(t.bytes);
	walk_all(&t, seen, &result);
	CU_ASSERT_EQUAL(result, TAR_MALFORMED);
	memcpy(t.bytes + 124, "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff",
	       12);
	fix_sum(t.bytes);
	walk_all(&t, seen, &result);
	CU_ASSERT_EQUAL(result, TAR_MALFORMED);
}

static void
refuses_damage(void)
{
	static const char *const records[] = {
		"99 path=x\n",
		"0 path=x\n",
		"9path=x\n",
		"9 pathxx\n",
		"9 path=x",
		"8 size=\n",
		"10 size=a\n",
		"10 size=-\n",
		"28 size=99999999999999999999\n",
		"x",
		" ",
		"1",
		"99999999999999999999999 a=b\n",
	};
	enum tar_result result;
	char seen[4096];
	struct tar t;

	for (size_t i = 0; i < sizeof(records) / sizeof(records[0]); i++) {
		t.len = 0;
		tar_add(&t, "pax", 'x', records[i]);
		tar_add(&t, "y", '0', "");
		walk_all(&t, seen, &result);
		CU_ASSERT_EQUAL(result, TAR_MALFORMED);
	}
	t.len = 0;
	tar_add(&t, "a", '0', "");
	t.bytes[0] = 'b';
	walk_all(&t, seen, &result);
	CU_ASSERT_EQUAL(result, TAR_MALFORMED);
	t.bytes[0] = 'a';
	t.len = 300;
	walk_all(&t, seen, &result);
	CU_ASSERT_EQUAL(result, TAR_CUT);
	memset(t.bytes, 'x', 512);
	t.len = 512;
	walk_all(&t, seen, &result);
	CU_ASSERT_EQUAL(result, TAR_MALFORMED);
}

/* As skopeo writes it: blobs first. */
static void
add_layout(struct fixture *f, struct tar *t, const char *index)
{
	const char *names[4] = {"oci-layout", index};
	struct error e = ERROR_NONE;

	tar_add(t, "blobs/", '5', "");
	for (int i = 0; i < 2; i++) {
		autofree char *text = NULL;
		size_t len;

		CU_ASSERT_EQUAL_FATAL(
			file_read_all(f->dir, names[i], 99999, &text, &len, &e),
			0);
		tar_add(t, names[i], '0', text);
	}
}

static rkt_status
open_archive(struct fixture *f, const struct tar *t, struct archive **ret)
{
	struct error e = ERROR_NONE;
	int fd;

	CU_ASSERT_EQUAL_FATAL(
		file_write(f->dir, "x.tar", t->bytes, t->len, 0644, &e), 0);
	fd = openat(f->dir, "x.tar", O_RDONLY | O_CLOEXEC);
	f->layout.fd = fd;
	rkt_status status = archive_open(ret, &f->layout);
	close(fd);
	return status;
}

static void
finds_members(void)
{
	struct tar t = {.len = 0};
	struct archive *a = NULL;
	struct fixture f;
	struct place p;

	fixture_init(&f);
	fixture_index(&f, fixture_image(&f, "", ""));
	add_layout(&f, &t, "index.json");
	tar_add(&t, "dir", '5', "");
	tar_add(&t, "./index.json", '0', "{}");
	tar_end(&t);
	CU_ASSERT_EQUAL_FATAL(open_archive(&f, &t, &a), RKT_OK);
	CU_ASSERT_TRUE(archive_find(a, "oci-layout", &p));
	CU_ASSERT_EQUAL(p.offset, 1024);
	CU_ASSERT_EQUAL(p.size, strlen("{'imageLayoutVersion':'1.0.0'}"));
	CU_ASSERT_TRUE(archive_find(a, "index.json", &p));
	CU_ASSERT_EQUAL(p.size, 2);
	CU_ASSERT_FALSE(archive_find(a, "dir", &p));
	CU_ASSERT_FALSE(archive_find(a, "zzz", &p));
	CU_ASSERT_FALSE(archive_find(a, "", &p));
	archive_close(a);
	fixture_done(&f);
}

static void
damaged_archives_are_refused(void)
{
	struct archive *a = NULL;
	struct tar t = {.len = 0};
	struct fixture f;

	fixture_init(&f);
	tar_add(&t, "blobs/sha256/x", '0', "0123456789");
	t.len -= 507;
	CU_ASSERT_EQUAL(open_archive(&f, &t, &a), RKT_ERR_INPUT);
	assert_text(f.host.failure,
		    "'/l/box': archive ends within member 'blobs/sha256/x'");
	t.len = 100;
	CU_ASSERT_EQUAL(open_archive(&f, &t, &a), RKT_ERR_INPUT);
	assert_text(f.host.failure, "'/l/box': archive is truncated");
	memset(t.bytes, 'x', 512);
	t.len = 512;
	CU_ASSERT_EQUAL(open_archive(&f, &t, &a), RKT_ERR_INPUT);
	assert_text(f.host.failure,
		    "'/l/box': not a tar archive, or a damaged one");
	CU_ASSERT_PTR_NULL(a);
	fixture_done(&f);
}

/* Which of the two plugins claims an archive with these members. */
static const struct {
	const char *names[5];
	uint32_t oci, aci;
} bids[] = {
	{{"oci-layout"}, 80, 0},
	{{"./", "./blobs/", "./blobs/sha256/", "./oci-layout"}, 80, 0},
	{{"blobs/", "blobs/sha256/", "blobs/sha256/00"}, 60, 0},
	{{"index.json", "blobs/"}, 60, 0},
	{{"blobs", "manifest.json"}, 60, 0},
	{{"manifest"}, 0, 80},
	{{"./", "./manifest"}, 0, 80},
	{{"rootfs/"}, 0, 80},
	{{"rootfs/bin/"}, 0, 80},
	{{"manifest.json"}, 0, 0},
	{{"rootfs2/"}, 0, 0},
	{{"manifest/"}, 0, 0},
	{{"etc/"}, 0, 0},
	{{NULL}, 0, 0},
};

static void
claims_its_own(void)
{
	for (size_t i = 0; i < sizeof(bids) / sizeof(bids[0]); i++) {
		struct rkt_image_head head = {.size = sizeof(head),
					      .dir_fd = -1};
		struct tar t = {.len = 0};

		for (int j = 0; bids[i].names[j]; j++) {
			const char *name = bids[i].names[j];

			tar_add(&t, name,
				name[strlen(name) - 1] == '/' ? '5' : '0', "");
		}
		head.plain = (const uint8_t *)t.bytes;
		head.plain_len = t.len;
		CU_ASSERT_EQUAL(oci_probe(&head), bids[i].oci);
		CU_ASSERT_EQUAL(aci_probe(&head), bids[i].aci);
		head.plain_len = t.len > 100 ? 100 : 0;
		CU_ASSERT_EQUAL(oci_probe(&head), 0);
		CU_ASSERT_EQUAL(aci_probe(&head), 0);
	}
}

static void
claims_directories(void)
{
	struct rkt_image_head head = {.size = sizeof(head), .is_directory = 1};
	struct fixture f;

	fixture_init(&f);
	head.dir_fd = f.dir;
	CU_ASSERT_EQUAL(oci_probe(&head), 80);
	CU_ASSERT_EQUAL(aci_probe(&head), 0);
	unlinkat(f.dir, "oci-layout", 0);
	CU_ASSERT_EQUAL(oci_probe(&head), 0);
	fixture_done(&f);
}

static CU_TestInfo tests[] = {
	{"walks_members", walks_members},
	{"knows_prefixes_and_large_sizes", knows_prefixes_and_large_sizes},
	{"refuses_damage", refuses_damage},
	{"finds_members", finds_members},
	{"damaged_archives_are_refused", damaged_archives_are_refused},
	{"claims_its_own", claims_its_own},
	{"claims_directories", claims_directories},
	CU_TEST_INFO_NULL,
};
UNIT_MAIN(tests)
