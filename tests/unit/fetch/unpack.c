/* core/fetch/unpack: what archives may do to a directory, and what not.
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/fetch/unpack.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "core/base/cleanup.h"
#include "core/base/fd.h"
#include "tests/lib/unit.h"
#include "tests/unit/fetch/hostile.h"
#include "tests/unit/fetch/tar.h"

struct memory {
	const char *text;
	size_t len, at, piece;
};

static int
next(void *data, const uint8_t **ret, size_t *ret_len, struct error *e)
{
	struct memory *m = data;
	size_t n = m->len - m->at < m->piece ? m->len - m->at : m->piece;

	(void)e;
	*ret = (const uint8_t *)m->text + m->at;
	*ret_len = n;
	m->at += n;
	return 0;
}

/* In pieces of odd sizes, so that headers straddle them. */
static int
unpack(struct strbuf *b, int root, struct unpack_options *o,
       struct unpack_result *result, struct error *e)
{
	struct memory m = {b->text ? b->text : "", b->len, 0, 700};
	const struct bytes from = {next, &m};
	int rc;

	o->archive = "a.tar";
	if (o->bytes_max == 0)
		o->bytes_max = 1 << 20;
	o->members_max = 100;
	rc = unpack_tar(root, o, &from, result, e);
	if (rc == 0)
		CU_ASSERT_EQUAL(m.at, m.len);
	return rc;
}

static int
unpack_entries(const struct tar_entry *entries, size_t n, int root,
	       struct unpack_options *o, struct error *e)
{
	struct unpack_result result = {0};
	struct strbuf b = {0};
	int rc;

	for (size_t i = 0; i < n && entries[i].name; i++)
		tar_add(&b, &entries[i]);
	tar_end(&b);
	rc = unpack(&b, root, o, &result, e);
	free(result.manifest);
	free(result.implied);
	strbuf_done(&b);
	return rc;
}

static int
new_root(int dir, const char *name)
{
	CU_ASSERT_EQUAL(mkdirat(dir, name, 0700), 0);
	return openat(dir, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

static void
refuses_hostile_members(void)
{
	for (size_t i = 0; i < sizeof(hostile) / sizeof(hostile[0]); i++) {
		struct unpack_options o = {.has_whiteouts = true};
		autoclose int dir = unit_tmpdir();
		autoclose int root = new_root(dir, hostile[i].name);
		struct error e = ERROR_NONE;

		CU_ASSERT_EQUAL(
			unpack_entries(hostile[i].entries, 5, root, &o, &e),
			-1);
		CU_ASSERT_EQUAL(e.code, RKT_ERR_INPUT);
		assert_contains(e.layers[0], "a.tar: member '");
		assert_contains(e.layers[0], hostile[i].text);
		CU_ASSERT_EQUAL(faccessat(dir, "x", F_OK, 0), -1);
	}
}

static void
links_on_the_way_stay_inside(void)
{
	static const struct tar_entry entries[] = {
		{"real", '5', NULL, 0755}, {"up", '2', "../../../real"},
		{"abs", '2', "/real"},     {"up/a", '0', "1"},
		{"abs/b", '0', "2"},       {"abs/.wh.c", '0'},
		{"target", '0', "old"},    {"link", '2', "target"},
		{"link", '0', "new"},      {"hard", '1', "target"},
		{"hard", '0', "other"},
	};
	struct unpack_options o = {.has_whiteouts = true};
	autoclose int root = unit_tmpdir();
	autofree char *text = NULL;
	struct error e = ERROR_NONE;
	struct stat st;

	CU_ASSERT_EQUAL(unpack_entries(entries, 11, root, &o, &e), 0);
	CU_ASSERT_EQUAL(faccessat(root, "real/a", F_OK, 0), 0);
	CU_ASSERT_EQUAL(faccessat(root, "real/b", F_OK, 0), 0);
	CU_ASSERT_EQUAL(fstatat(root, "real/c", &st, 0), -1);
	/* What was there is replaced, not written through. */
	CU_ASSERT_EQUAL(file_read_all(root, "target", 9, &text, NULL, &e), 0);
	assert_text(text, "old");
	CU_ASSERT_EQUAL(fstatat(root, "link", &st, AT_SYMLINK_NOFOLLOW), 0);
	CU_ASSERT(S_ISREG(st.st_mode));
}

static bool
is_opaque(int root, const char *name)
{
	autoclose int fd = openat(root, name, O_RDONLY | O_DIRECTORY);
	char value[2] = "";

	return fgetxattr(fd, "trusted.overlay.opaque", value, 2) == 1 &&
	       value[0] == 'y';
}

static void
whiteouts_become_marks(void)
{
	static const struct tar_entry entries[] = {
		{"a/.wh.gone", '0'},        {"a/.wh.file", '0'},
		{"a/file", '0', "stays"},   {"a/file2", '0', "stays"},
		{"a/.wh.file2", '0'},       {"a/.wh.dir", '0'},
		{"a/dir", '5', NULL, 0755}, {"a/dir2/x", '0', "x"},
		{"a/.wh.dir2", '0'},        {"b/x", '0', "x"},
		{"b/.wh..wh..opq", '0'},    {".wh..wh.plnk/1.2", '0', "x"},
		{".wh..wh.aufs", '0', "x"},
	};
	struct unpack_options o = {.has_whiteouts = true};
	autoclose int root = unit_tmpdir();
	struct error e = ERROR_NONE;
	struct stat st;

	CU_ASSERT_EQUAL(unpack_entries(entries, 13, root, &o, &e), 0);
	CU_ASSERT_EQUAL(fstatat(root, "a/gone", &st, 0), 0);
	CU_ASSERT(S_ISCHR(st.st_mode) && st.st_rdev == makedev(0, 0));
	CU_ASSERT_EQUAL(fstatat(root, "a/file", &st, 0), 0);
	CU_ASSERT(S_ISREG(st.st_mode));
	CU_ASSERT_EQUAL(fstatat(root, "a/file2", &st, 0), 0);
	CU_ASSERT(S_ISREG(st.st_mode));
	CU_ASSERT(is_opaque(root, "a/dir"));
	CU_ASSERT(is_opaque(root, "a/dir2"));
	CU_ASSERT(is_opaque(root, "b"));
	CU_ASSERT(!is_opaque(root, "a"));
	CU_ASSERT_EQUAL(faccessat(root, "a/dir2/x", F_OK, 0), 0);
	CU_ASSERT_EQUAL(faccessat(root, ".wh..wh.plnk", F_OK, 0), -1);
	CU_ASSERT_EQUAL(faccessat(root, ".wh..wh.aufs", F_OK, 0), -1);
	CU_ASSERT_EQUAL(faccessat(root, "a/.wh.gone", F_OK, 0), -1);
}

/* umoci writes a mark for each file of a directory that became something else,
 * behind what it became. */
static void
marks_below_what_is_no_directory(void)
{
	static const struct tar_entry entries[] = {
		{"file", '0', "now"},      {"file/.wh.gone", '0'},
		{"file/a/.wh.gone", '0'},  {"link", '2', "real"},
		{"link/.wh.gone", '0'},    {"link/.wh..wh..opq", '0'},
		{"link/a/.wh.gone", '0'},  {"real/new", '0', "new"},
		{"loop", '2', "loop"},     {"loop/.wh.gone", '0'},
		{"void", '2', "/nowhere"}, {"void/.wh.gone", '0'},
		{"fresh/a/.wh.gone", '0'},
	};
	struct unpack_options o = {.has_whiteouts = true};
	autoclose int root = unit_tmpdir();
	struct error e = ERROR_NONE;
	struct stat st;

	CU_ASSERT_EQUAL(unpack_entries(entries, 13, root, &o, &e), 0);
	CU_ASSERT_EQUAL(fstatat(root, "file", &st, 0), 0);
	CU_ASSERT(S_ISREG(st.st_mode));
	CU_ASSERT_EQUAL(faccessat(root, "real/gone", F_OK, 0), -1);
	CU_ASSERT_EQUAL(faccessat(root, "real/a", F_OK, 0), -1);
	CU_ASSERT(!is_opaque(root, "real"));
	CU_ASSERT_EQUAL(faccessat(root, "nowhere", F_OK, 0), -1);
	CU_ASSERT_EQUAL(fstatat(root, "fresh/a/gone", &st, 0), 0);
	CU_ASSERT(S_ISCHR(st.st_mode) && st.st_rdev == makedev(0, 0));
}

static const struct {
	const char *name;
	const char *root;
	const char *want; /* with ',' for NUL */
	struct tar_entry entries[6];
} implied[] = {
	{"none", NULL, "", {{".", '5'}, {"a", '5'}, {"a/b", '0', "x"}}},
	{"the root", NULL, ",", {{"a", '5'}, {"a/b", '0', "x"}}},
	{"empty", NULL, ",", {{NULL}}},
	{"sorted",
	 NULL,
	 "a,a/b,d,",
	 {{"d/x", '0', "x"}, {"a/b/c", '0', "x"}, {"./", '5'}}},
	{"said later",
	 NULL,
	 "a,",
	 {{"a/b/c", '0', "x"}, {"a/b", '5'}, {".", '5'}}},
	{"replaced",
	 NULL,
	 "",
	 {{"a/b", '0', "x"}, {"a", '0', "x"}, {".", '5'}}},
	{"only a mark", NULL, "a,", {{"a/.wh.b", '0'}, {".", '5'}}},
	{"appc", "rootfs", "a,", {{"rootfs", '5'}, {"rootfs/a/b", '0', "x"}}},
};

static void
lists_directories_without_a_member(void)
{
	for (size_t i = 0; i < sizeof(implied) / sizeof(implied[0]); i++) {
		struct unpack_options o = {.has_whiteouts = !implied[i].root,
					   .root = implied[i].root};
		struct unpack_result result = {0};
		autoclose int dir = unit_tmpdir();
		autoclose int root = new_root(dir, implied[i].name);
		struct error e = ERROR_NONE;
		struct strbuf b = {0};

		for (size_t j = 0; implied[i].entries[j].name; j++) {
			struct tar_entry t = implied[i].entries[j];

			t.mode = 0755;
			tar_add(&b, &t);
		}
		tar_end(&b);
		CU_ASSERT_EQUAL(unpack(&b, root, &o, &result, &e), 0);
		strbuf_done(&b);
		for (size_t j = 0; j < result.implied_len; j++)
			if (result.implied[j] == '\0')
				result.implied[j] = ',';
		assert_text(result.implied ? result.implied : "",
			    implied[i].want);
		free(result.implied);
	}
}

static void
keeps_metadata(void)
{
	static const struct tar_entry entries[] = {
		{".", '5', NULL, 01711, 3, 4},
		{"d", '5', NULL, 02750, 5, 6},
		{"d/suid", '0', "x", 04755, 7, 8},
		{"d/mine", '0', "x", 0666},
		{"d/pipe", '6', NULL, 0622, 1, 2},
		{"d/dev", '3', NULL, 0640, 0, 9, 1, 3},
		{"d/link", '2', "/nowhere", 0777, 10, 11},
		{"d/hard", '1', "d/suid"},
	};
	static const struct {
		const char *name;
		mode_t mode;
		uid_t uid;
		gid_t gid;
	} want[] = {
		{".", S_IFDIR | 01711, 3, 4},
		{"d", S_IFDIR | 02750, 5, 6},
		{"d/suid", S_IFREG | 04755, 7, 8},
		{"d/mine", S_IFREG | 0666, 0, 0},
		{"d/pipe", S_IFIFO | 0622, 1, 2},
		{"d/dev", S_IFCHR | 0640, 0, 9},
		{"d/link", S_IFLNK | 0777, 10, 11},
		{"d/hard", S_IFREG | 04755, 7, 8},
	};
	struct unpack_options o = {0};
	autoclose int root = unit_tmpdir();
	struct error e = ERROR_NONE;

	umask(077);
	CU_ASSERT_EQUAL(unpack_entries(entries, 8, root, &o, &e), 0);
	for (size_t i = 0; i < sizeof(want) / sizeof(want[0]); i++) {
		struct stat st = {0};

		CU_ASSERT_EQUAL(
			fstatat(root, want[i].name, &st, AT_SYMLINK_NOFOLLOW),
			0);
		CU_ASSERT_EQUAL(st.st_mode, want[i].mode);
		CU_ASSERT_EQUAL(st.st_uid, want[i].uid);
		CU_ASSERT_EQUAL(st.st_gid, want[i].gid);
		CU_ASSERT_EQUAL(st.st_mtime, 1000000000);
	}
}

static void
attributes_of_overlayfs_are_dropped(void)
{
	static const char *const dropped[] = {"trusted.overlay.opaque",
					      "trusted.overlay.redirect",
					      "user.overlay.opaque"};
	struct unpack_options o = {0};
	struct unpack_result result = {0};
	autoclose int root = unit_tmpdir();
	struct error e = ERROR_NONE;
	struct strbuf b = {0};
	char value[8];

	for (size_t i = 0; i < 3; i++) {
		char name[64], key[64];

		snprintf(name, sizeof(name), "d%zu", i);
		snprintf(key, sizeof(key), "SCHILY.xattr.%s", dropped[i]);
		tar_add_pax(&b, key, "y");
		tar_add(&b, &(struct tar_entry){name, '5', NULL, 0755});
	}
	tar_add_pax(&b, "SCHILY.xattr.user.kept", "yes");
	tar_add(&b, &(struct tar_entry){"f", '0', "x"});
	tar_end(&b);
	CU_ASSERT_EQUAL(unpack(&b, root, &o, &result, &e), 0);
	strbuf_done(&b);
	free(result.implied);
	for (size_t i = 0; i < 3; i++) {
		char name[64];
		autoclose int fd = -1;

		snprintf(name, sizeof(name), "d%zu", i);
		fd = openat(root, name, O_RDONLY);
		CU_ASSERT_EQUAL(fgetxattr(fd, dropped[i], value, 8), -1);
	}
	{
		autoclose int fd = openat(root, "f", O_RDONLY);

		CU_ASSERT_EQUAL(fgetxattr(fd, "user.kept", value, 8), 3);
	}
}

static void
appc_rules_are_strict(void)
{
	static const struct {
		const char *text; /* NULL: fine */
		struct tar_entry entries[5];
	} cases[] = {
		{NULL,
		 {{"manifest", '0', "{}"},
		  {"rootfs", '5'},
		  {"rootfs/a", '0', "x"}}},
		{NULL,
		 {{"./rootfs/d/f", '0', "x"},
		  {"rootfs/d", '5'},
		  {"rootfs", '5'},
		  {"manifest", '0', "{}"}}},
		{"a.tar: has no 'manifest'", {{"rootfs", '5'}}},
		{"a.tar: has no 'rootfs'", {{"manifest", '0', "{}"}}},
		{"member 'rootfs' is not a directory",
		 {{"manifest", '0', "{}"}, {"rootfs", '0', "x"}}},
		{"member 'manifest' is not a regular file",
		 {{"manifest", '5'}, {"rootfs", '5'}}},
		{"member 'manifest' is there twice",
		 {{"manifest", '0', "{}"}, {"manifest", '0', "{}"}}},
		{"is there twice",
		 {{"manifest", '0', "{}"},
		  {"rootfs", '5'},
		  {"rootfs/a", '0', "x"},
		  {"./rootfs/a", '0', "x"}}},
		{"is there twice",
		 {{"manifest", '0', "{}"},
		  {"rootfs", '5'},
		  {"rootfs/a", '5'},
		  {"rootfs/a", '5'}}},
		{"is there twice", {{"rootfs", '5'}, {"rootfs", '5'}}},
		{"member 'rootfs2/x' is neither 'manifest' nor below 'rootfs'",
		 {{"manifest", '0', "{}"}, {"rootfs2/x", '0', "x"}}},
		{"is a hard link to 'manifest' outside the file system",
		 {{"manifest", '0', "{}"},
		  {"rootfs", '5'},
		  {"rootfs/x", '1', "manifest"}}},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct unpack_options o = {.root = "rootfs",
					   .manifest = "manifest"};
		autoclose int dir = unit_tmpdir();
		char name[16];
		autoclose int root = -1;
		struct error e = ERROR_NONE;
		int rc;

		snprintf(name, sizeof(name), "r%zu", i);
		root = new_root(dir, name);
		rc = unpack_entries(cases[i].entries, 5, root, &o, &e);
		CU_ASSERT_EQUAL(rc, cases[i].text ? -1 : 0);
		if (cases[i].text)
			assert_contains(e.layers[0], cases[i].text);
	}
}

static void
size_is_bounded(void)
{
	static const struct tar_entry entries[] = {{"f", '0', "1234567890"}};
	struct unpack_options o = {.bytes_max = 2000};
	autoclose int root = unit_tmpdir();
	struct unpack_result result = {0};
	struct error e = ERROR_NONE;
	struct strbuf b = {0};

	/* The stream: header, data, end are 2048 bytes. */
	CU_ASSERT_EQUAL(unpack_entries(entries, 1, root, &o, &e), -1);
	assert_contains(e.layers[0], "a.tar: unpacks to more than 2000 bytes");
	/* What a file says it holds counts before any of it is there. */
	error_clear(&e);
	o.bytes_max = 1 << 20;
	tar_header(&b, &(struct tar_entry){"s", '0'}, (size_t)2 << 20);
	CU_ASSERT_EQUAL(unpack(&b, root, &o, &result, &e), -1);
	assert_contains(e.layers[0],
			"member 's' takes the files beyond 1048576 bytes");
	strbuf_done(&b);
	/* 4 GiB for small ones, then a hundredfold, never more than 1 TiB. */
	CU_ASSERT_EQUAL(unpack_bytes_max(1), (uint64_t)4 << 30);
	CU_ASSERT_EQUAL(unpack_bytes_max((uint64_t)1 << 30),
			(uint64_t)100 << 30);
	CU_ASSERT_EQUAL(unpack_bytes_max((uint64_t)1 << 50), (uint64_t)1 << 40);
}

static void
damage_is_told(void)
{
	struct unpack_options o = {0};
	autoclose int root = unit_tmpdir();
	struct unpack_result result = {0};
	struct error e = ERROR_NONE;
	struct strbuf b = {0};

	tar_add(&b, &(struct tar_entry){"f", '0', "1234567890"});
	b.text[0] ^= 1; /* the sum of the header is wrong now */
	CU_ASSERT_EQUAL(unpack(&b, root, &o, &result, &e), -1);
	assert_contains(e.layers[0], "a.tar: damaged tar archive: ");
	b.text[0] ^= 1;
	b.len = 515; /* the content is cut off */
	CU_ASSERT_EQUAL(unpack(&b, root, &o, &result, &e), -1);
	assert_contains(e.layers[0], "a.tar: member 'f' is damaged: ");
	b.len = 100;
	CU_ASSERT_EQUAL(unpack(&b, root, &o, &result, &e), -1);
	assert_contains(e.layers[0], "a.tar: damaged tar archive: ");
	b.len = 0; /* nothing at all is an empty layer */
	CU_ASSERT_EQUAL(unpack(&b, root, &o, &result, &e), 0);
	free(result.implied);
	strbuf_done(&b);
}

static CU_TestInfo tests[] = {
	{"refuses_hostile_members", refuses_hostile_members},
	{"links_on_the_way_stay_inside", links_on_the_way_stay_inside},
	{"whiteouts_become_marks", whiteouts_become_marks},
	{"marks_below_what_is_no_directory", marks_below_what_is_no_directory},
	{"lists_directories_without_a_member",
	 lists_directories_without_a_member},
	{"keeps_metadata", keeps_metadata},
	{"attributes_of_overlayfs_are_dropped",
	 attributes_of_overlayfs_are_dropped},
	{"appc_rules_are_strict", appc_rules_are_strict},
	{"size_is_bounded", size_is_bounded},
	{"damage_is_told", damage_is_told},
	CU_TEST_INFO_NULL,
};

UNIT_MAIN(tests)
