/* Compressions: how they are told apart and undone.
 * SPDX-License-Identifier: Apache-2.0 */
#include "inflate.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/alloc.h"
#include "lib-archive.h"

struct inflate {
	const struct lib_archive *lib;
	struct archive *archive;
	const char *name;
	enum compression compression;
	struct bytes from;
	struct error cause; /* why `from` failed */
};

static const struct {
	const char *name;
	const char *magic;
	size_t magic_len;
	int filter;
} kinds[] = {
	[COMPRESSION_NONE] = {"none", "", 0, ARCHIVE_FILTER_NONE},
	[COMPRESSION_GZIP] = {"gzip", "\x1f\x8b", 2, ARCHIVE_FILTER_GZIP},
	[COMPRESSION_BZIP2] = {"bzip2", "BZh", 3, ARCHIVE_FILTER_BZIP2},
	[COMPRESSION_XZ] = {"xz",
			    "\xfd"
			    "7zXZ\0",
			    6, ARCHIVE_FILTER_XZ},
	[COMPRESSION_ZSTD] = {"zstd", "\x28\xb5\x2f\xfd", 4,
			      ARCHIVE_FILTER_ZSTD},
};
#define N_KINDS (sizeof(kinds) / sizeof(kinds[0]))

static bool
is_zstd_skippable(const uint8_t *head, size_t len)
{
	return len >= 4 && (head[0] & 0xf0) == 0x50 && head[1] == 0x2a &&
	       head[2] == 0x4d && head[3] == 0x18;
}

enum compression
compression_of(const uint8_t *head, size_t len)
{
	/* A tar whose first member is called "BZh..." is still a tar. */
	if (len >= 262 && memcmp(head + 257, "ustar", 5) == 0)
		return COMPRESSION_NONE;
	for (size_t i = 1; i < N_KINDS; i++) {
		if (len >= kinds[i].magic_len &&
		    memcmp(head, kinds[i].magic, kinds[i].magic_len) == 0)
			return (enum compression)i;
	}
	return is_zstd_skippable(head, len) ? COMPRESSION_ZSTD
					    : COMPRESSION_NONE;
}

const char *
compression_name(enum compression c)
{
	return kinds[c].name;
}

bool
compression_parse(const char *s, enum compression *ret)
{
	for (size_t i = 0; i < N_KINDS; i++) {
		if (strcmp(s, kinds[i].name) == 0) {
			*ret = (enum compression)i;
			return true;
		}
	}
	return false;
}

static la_ssize_t
read_from(struct archive *archive, void *data, const void **ret)
{
	struct inflate *i = data;
	const uint8_t *bytes = NULL;
	size_t len = 0;

	if (i->from.next(i->from.data, &bytes, &len, &i->cause) < 0) {
		i->lib->archive_set_error(archive, -1, "no more input");
		return -1;
	}
	*ret = bytes;
	return (la_ssize_t)len;
}

static int
fail(struct inflate *i, struct error *e)
{
	const char *why = i->lib->archive_error_string(i->archive);

	if (i->cause.n_layers > 0) {
		*e = i->cause;
		return -1;
	}
	return error_set(e, RKT_ERR_INPUT, "%s: damaged %s data: %s", i->name,
			 kinds[i->compression].name, why ? why : "unknown");
}

/* Nothing is detected: one filter, and the format that takes every byte. */
static int
set_up(struct inflate *i, struct error *e)
{
	const struct lib_archive *lib = i->lib;
	struct archive_entry *entry;
	int rc;

	i->archive = lib->archive_read_new();
	if (!i->archive)
		return error_set(e, RKT_ERR_SYSTEM,
				 "libarchive makes no archive");
	/* A warning: libarchive would run an external program. */
	if (lib->archive_read_append_filter(
		    i->archive, kinds[i->compression].filter) != ARCHIVE_OK)
		return error_set(e, RKT_ERR_UNSUPPORTED,
				 "%s: libarchive here does not know %s",
				 i->name, kinds[i->compression].name);
	if (lib->archive_read_set_format(i->archive, ARCHIVE_FORMAT_RAW) !=
		    ARCHIVE_OK ||
	    lib->archive_read_open(i->archive, i, NULL, read_from, NULL) !=
		    ARCHIVE_OK)
		return fail(i, e);
	rc = lib->archive_read_next_header(i->archive, &entry);
	if (rc != ARCHIVE_OK && rc != ARCHIVE_EOF)
		return fail(i, e);
	return 0;
}

int
inflate_open(enum compression c, const char *name, const struct bytes *from,
	     struct inflate **ret, struct error *e)
{
	const struct lib_archive *lib;
	struct inflate *i;

	if (lib_archive_open(&lib, e) < 0)
		return -1;
	i = xcalloc(1, sizeof(*i));
	i->lib = lib;
	i->name = name;
	i->compression = c;
	i->from = *from;
	if (set_up(i, e) < 0) {
		inflate_free(i);
		return -1;
	}
	*ret = i;
	return 0;
}

int
inflate_next(struct inflate *i, const uint8_t **ret, size_t *ret_len,
	     struct error *e)
{
	const void *bytes = NULL;
	size_t len = 0;
	la_int64_t offset;
	int rc;

	do
		rc = i->lib->archive_read_data_block(i->archive, &bytes, &len,
						     &offset);
	while (rc == ARCHIVE_OK && len == 0);
	if (rc != ARCHIVE_OK && rc != ARCHIVE_EOF)
		return fail(i, e);
	*ret = bytes;
	*ret_len = rc == ARCHIVE_EOF ? 0 : len;
	return 0;
}

void
inflate_free(struct inflate *i)
{
	if (!i)
		return;
	if (i->archive)
		i->lib->archive_read_free(i->archive);
	free(i);
}
