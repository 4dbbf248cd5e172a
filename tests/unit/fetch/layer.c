/* core/fetch/layer: compressed, damaged and mislabelled layers.
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/fetch/layer.h"

#include <archive.h>
#include <archive_entry.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "core/base/cleanup.h"
#include "core/base/fd.h"
#include "core/fetch/unpack.h"
#include "tests/lib/unit.h"
#include "tests/unit/fetch/tar.h"

#define CONTENT_SIZE ((size_t)3 << 20) /* more than the ring holds */

/* Text that does not compress to nothing, the same in every run. */
static void
make_tar(struct strbuf *b)
{
	static char content[CONTENT_SIZE + 1];
	uint32_t x = 1;

	for (size_t i = 0; i < CONTENT_SIZE; i++) {
		x = x * 1664525u + 1013904223u;
		content[i] = (char)('a' + (x >> 24) % 23);
	}
	tar_add(b, &(struct tar_entry){"big", '0', content});
	tar_add(b, &(struct tar_entry){"d/small", '0', "small"});
	tar_end(b);
	/* Behind the end, and part of the digest. */
	strbuf_puts(b, "trailing bytes");
}

static la_ssize_t
collect(struct archive *a, void *data, const void *bytes, size_t len)
{
	(void)a;
	strbuf_add(data, bytes, len);
	return (la_ssize_t)len;
}

/* One member, frame or stream; appended to `to`. */
static void
compress(int filter, const char *bytes, size_t len, struct strbuf *to)
{
	struct archive *a = archive_write_new();
	struct archive_entry *entry = archive_entry_new();

	CU_ASSERT_EQUAL(archive_write_add_filter(a, filter), ARCHIVE_OK);
	archive_write_set_format_raw(a);
	archive_write_set_bytes_in_last_block(a, 1);
	archive_write_open(a, to, NULL, collect, NULL);
	archive_entry_set_filetype(entry, AE_IFREG);
	archive_write_header(a, entry);
	CU_ASSERT_EQUAL(archive_write_data(a, bytes, len), (la_ssize_t)len);
	archive_write_close(a);
	archive_write_free(a);
	archive_entry_free(entry);
}

static void
digest_of(const struct strbuf *b, enum digest_alg alg, char *to)
{
	struct error e = ERROR_NONE;
	struct digest *d;

	CU_ASSERT_EQUAL_FATAL(digest_new(alg, &d, &e), 0);
	digest_add(d, b->text, b->len);
	CU_ASSERT_EQUAL(digest_finish(d, to, DIGEST_TEXT_MAX, &e), 0);
	digest_free(d);
}

struct run {
	struct layer_spec spec;
	struct layer_job job;
	struct error e;
	int dir;
};

static int
run(struct run *r, const struct strbuf *blob)
{
	static int serial;
	char name[3][16];
	int rc;

	for (int i = 0; i < 3; i++)
		snprintf(name[i], sizeof(name[i]), "%c%d", "sbr"[i], serial);
	serial++;
	r->dir = unit_tmpdir();
	r->e = ERROR_NONE;
	CU_ASSERT_EQUAL(
		file_write(r->dir, name[0], blob->text, blob->len, 0600, &r->e),
		0);
	CU_ASSERT_EQUAL(dir_make_all(r->dir, name[2], 0755, &r->e), 0);
	r->job.spec = &r->spec;
	r->job.name = "layer";
	r->job.fd = openat(r->dir, name[0], O_RDONLY | O_CLOEXEC);
	r->job.blob_fd =
		openat(r->dir, name[1], O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	r->job.rootfs_fd =
		openat(r->dir, name[2], O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (r->job.diff_alg == DIGEST_NONE)
		r->job.diff_alg = DIGEST_SHA256;
	rc = layer_run(&r->job, &r->e);
	close(r->job.fd);
	close(r->dir);
	return rc;
}

static void
run_done(struct run *r)
{
	layer_job_done(&r->job);
	close(r->job.blob_fd);
	close(r->job.rootfs_fd);
}

static const struct {
	const char *name;
	int filter;
	enum compression compression;
} kinds[] = {
	{"gzip", ARCHIVE_FILTER_GZIP, COMPRESSION_GZIP},
	{"bzip2", ARCHIVE_FILTER_BZIP2, COMPRESSION_BZIP2},
	{"xz", ARCHIVE_FILTER_XZ, COMPRESSION_XZ},
	{"zstd", ARCHIVE_FILTER_ZSTD, COMPRESSION_ZSTD},
	{"none", ARCHIVE_FILTER_NONE, COMPRESSION_NONE},
};
#define N_KINDS (sizeof(kinds) / sizeof(kinds[0]))

/* Two members, frames or streams in a row are one layer. */
static void
all_compressions(void)
{
	char diff_id[DIGEST_TEXT_MAX], digest[DIGEST_TEXT_MAX];
	struct strbuf tar = {0};

	make_tar(&tar);
	digest_of(&tar, DIGEST_SHA512, diff_id);
	for (size_t i = 0; i < N_KINDS; i++) {
		struct run r = {.spec = {.size = UINT64_MAX}};
		struct strbuf blob = {0};
		autofree char *kept = NULL;
		size_t len = 0;

		compress(kinds[i].filter, tar.text, 1000, &blob);
		compress(kinds[i].filter, tar.text + 1000, tar.len - 1000,
			 &blob);
		digest_of(&blob, DIGEST_SHA256, digest);
		r.spec.digest = digest;
		r.spec.diff_id = diff_id;
		r.spec.size = blob.len;
		CU_ASSERT_EQUAL(run(&r, &blob), 0);
		assert_text(r.e.layers[0], "");
		CU_ASSERT_EQUAL(r.job.compression, kinds[i].compression);
		assert_text(r.job.digest, digest);
		assert_text(r.job.diff_id, diff_id);
		CU_ASSERT_EQUAL(r.job.size, blob.len);
		CU_ASSERT_EQUAL(r.job.file_bytes, CONTENT_SIZE + 5);
		CU_ASSERT_EQUAL(faccessat(r.job.rootfs_fd, "d/small", F_OK, 0),
				0);
		lseek(r.job.blob_fd, 0, SEEK_SET);
		CU_ASSERT_EQUAL(fd_read_all(r.job.blob_fd, "blob",
					    (size_t)16 << 20, &kept, &len,
					    &r.e),
				0);
		CU_ASSERT_EQUAL(len, blob.len);
		CU_ASSERT_EQUAL(memcmp(kept, blob.text, len), 0);
		run_done(&r);
		strbuf_done(&blob);
	}
	strbuf_done(&tar);
}

/* Without any digest that would tell. */
static void
truncated_and_corrupt(void)
{
	struct strbuf tar = {0};

	make_tar(&tar);
	for (size_t i = 0; i < N_KINDS - 1; i++) {
		struct run r = {.spec = {.size = UINT64_MAX}};
		struct strbuf blob = {0};
		size_t len;

		compress(kinds[i].filter, tar.text, tar.len, &blob);
		len = blob.len;
		blob.len = len / 2;
		CU_ASSERT_EQUAL(run(&r, &blob), -1);
		CU_ASSERT_EQUAL(r.e.code, RKT_ERR_INPUT);
		assert_contains(r.e.layers[0], "layer: damaged ");
		assert_contains(r.e.layers[0], kinds[i].name);
		run_done(&r);
		/* zstd has no check sum unless asked: spoil its structure. */
		blob.len = len;
		if (kinds[i].compression == COMPRESSION_ZSTD)
			memset(blob.text + len / 2, 0xff, len / 2);
		else
			blob.text[len / 2] ^= 0x10;
		CU_ASSERT_EQUAL(run(&r, &blob), -1);
		CU_ASSERT_EQUAL(r.e.code, RKT_ERR_INPUT);
		assert_contains(r.e.layers[0], "layer: ");
		run_done(&r);
		strbuf_done(&blob);
	}
	strbuf_done(&tar);
}

static void
gzip_check_sum_counts(void)
{
	struct run r = {.spec = {.size = UINT64_MAX, .manifest = NULL}};
	struct strbuf tar = {0}, blob = {0};
	struct run aci;

	tar_add(&tar, &(struct tar_entry){"manifest", '0', "{}"});
	tar_add(&tar, &(struct tar_entry){"rootfs", '5'});
	tar_end(&tar);
	compress(ARCHIVE_FILTER_GZIP, tar.text, tar.len, &blob);
	r.spec.root = (char *)"rootfs";
	r.spec.manifest = (char *)"manifest";
	aci = r;
	CU_ASSERT_EQUAL(run(&r, &blob), 0);
	assert_text(r.job.manifest, "{}");
	assert_text(r.job.digest, "");
	run_done(&r);
	blob.text[blob.len - 8] ^= 1;
	CU_ASSERT_EQUAL(run(&aci, &blob), -1);
	assert_text(aci.e.layers[0],
		    "layer: damaged gzip data: wrong check sum");
	run_done(&aci);
	strbuf_done(&tar);
	strbuf_done(&blob);
}

static void
announced_values_are_checked(void)
{
	static const char zeros[] = "sha256:00000000000000000000000000000000"
				    "00000000000000000000000000000000";
	struct run r = {.spec = {.size = UINT64_MAX}}, again = r;
	char digest[DIGEST_TEXT_MAX];
	struct strbuf tar = {0};

	make_tar(&tar);
	digest_of(&tar, DIGEST_SHA256, digest);
	r.spec.digest = (char *)zeros;
	CU_ASSERT_EQUAL(run(&r, &tar), -1);
	CU_ASSERT_EQUAL(r.e.code, RKT_ERR_UNTRUSTED);
	assert_contains(r.e.layers[0], "layer: has the digest sha256:");
	run_done(&r);

	r = again;
	r.spec.diff_id = (char *)zeros;
	CU_ASSERT_EQUAL(run(&r, &tar), -1);
	CU_ASSERT_EQUAL(r.e.code, RKT_ERR_UNTRUSTED);
	assert_contains(r.e.layers[0], "layer: unpacked, it has the digest ");
	run_done(&r);

	/* The wrong digest is the better reason, also when nothing fits. */
	r = again;
	r.spec.digest = digest;
	tar.text[0] ^= 1;
	CU_ASSERT_EQUAL(run(&r, &tar), -1);
	assert_contains(r.e.layers[0], "layer: has the digest sha256:");
	run_done(&r);
	tar.text[0] ^= 1;

	r = again;
	r.spec.size = tar.len + 1;
	CU_ASSERT_EQUAL(run(&r, &tar), -1);
	assert_contains(r.e.layers[0], "layer: truncated: ");
	run_done(&r);

	r = again;
	r.spec.size = tar.len - 1;
	CU_ASSERT_EQUAL(run(&r, &tar), -1);
	assert_contains(r.e.layers[0], "not the announced ");
	run_done(&r);
	strbuf_done(&tar);
}

/* 8 MiB of zeros in a few kB. */
static void
bombs_are_stopped(void)
{
	static char zeros[1 << 20];

	for (size_t i = 0; i < N_KINDS - 1; i++) {
		struct run r = {.spec = {.size = UINT64_MAX},
				.job = {.bytes_max = 1 << 20}};
		struct strbuf tar = {0}, blob = {0};

		tar_header(&tar, &(struct tar_entry){"f", '0'}, 8 << 20);
		for (int n = 0; n < 8; n++)
			strbuf_add(&tar, zeros, sizeof(zeros));
		compress(kinds[i].filter, tar.text, tar.len, &blob);
		CU_ASSERT_EQUAL(run(&r, &blob), -1);
		assert_contains(r.e.layers[0], "beyond 1048576 bytes");
		run_done(&r);
		/* Where no member says how large it is. */
		memset(tar.text, 0, 512);
		blob.len = 0;
		compress(kinds[i].filter, tar.text, tar.len, &blob);
		CU_ASSERT_EQUAL(run(&r, &blob), -1);
		assert_contains(r.e.layers[0],
				"unpacks to more than 1048576 bytes");
		run_done(&r);
		strbuf_done(&tar);
		strbuf_done(&blob);
	}
}

static CU_TestInfo tests[] = {
	{"all_compressions", all_compressions},
	{"truncated_and_corrupt", truncated_and_corrupt},
	{"gzip_check_sum_counts", gzip_check_sum_counts},
	{"announced_values_are_checked", announced_values_are_checked},
	{"bombs_are_stopped", bombs_are_stopped},
	CU_TEST_INFO_NULL,
};

UNIT_MAIN(tests)
