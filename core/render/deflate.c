/* Compressing what is written to a file.
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/render/deflate.h"

#include <errno.h>
#include <stdlib.h>

#include "core/base/alloc.h"
#include "core/base/fd.h"
#include "core/fetch/lib-archive.h"

struct deflate {
	const struct lib_archive *lib;
	struct archive *archive;
	int fd;
	const char *name;
	struct error cause; /* why writing failed */
};

static la_ssize_t
write_piece(struct archive *archive, void *data, const void *bytes, size_t len)
{
	struct deflate *d = data;

	if (fd_write_all(d->fd, d->name, bytes, len, &d->cause) < 0) {
		d->lib->archive_set_error(archive, -1, "cannot write");
		return -1;
	}
	return (la_ssize_t)len;
}

static int
failed(struct deflate *d, struct error *e)
{
	const char *why = d->lib->archive_error_string(d->archive);

	if (d->cause.n_layers > 0) {
		*e = d->cause;
		return -1;
	}
	return error_set(e, RKT_ERR_SYSTEM, "cannot compress '%s': %s", d->name,
			 why ? why : "unknown");
}

/* libarchive compresses archives; one that is nothing but its only member is
 * that member. */
static int
begin(struct deflate *d, struct error *e)
{
	const struct lib_archive *lib = d->lib;
	struct archive_entry *entry;
	int rc;

	if (lib->archive_write_add_filter_gzip(d->archive) != ARCHIVE_OK ||
	    lib->archive_write_set_filter_option(
		    d->archive, "gzip", "timestamp", NULL) != ARCHIVE_OK ||
	    lib->archive_write_set_format_raw(d->archive) != ARCHIVE_OK ||
	    lib->archive_write_set_bytes_in_last_block(d->archive, 1) !=
		    ARCHIVE_OK ||
	    lib->archive_write_open(d->archive, d, NULL, write_piece, NULL) !=
		    ARCHIVE_OK)
		return failed(d, e);
	entry = lib->archive_entry_new();
	if (!entry)
		return failed(d, e);
	lib->archive_entry_set_filetype(entry, AE_IFREG);
	rc = lib->archive_write_header(d->archive, entry);
	lib->archive_entry_free(entry);
	return rc == ARCHIVE_OK ? 0 : failed(d, e);
}

int
deflate_open(int fd, const char *name, struct deflate **ret, struct error *e)
{
	const struct lib_archive *lib;
	struct deflate *d;

	if (lib_archive_open(&lib, e) < 0)
		return -1;
	d = xcalloc(1, sizeof(*d));
	d->lib = lib;
	d->fd = fd;
	d->name = name;
	d->archive = lib->archive_write_new();
	if (!d->archive) {
		free(d);
		return error_errno(e, ENOMEM, "cannot compress '%s'", name);
	}
	if (begin(d, e) < 0) {
		deflate_free(d);
		return -1;
	}
	*ret = d;
	return 0;
}

int
deflate_write(struct deflate *d, const void *data, size_t len, struct error *e)
{
	la_ssize_t n = d->lib->archive_write_data(d->archive, data, len);

	return n == (la_ssize_t)len ? 0 : failed(d, e);
}

int
deflate_finish(struct deflate *d, struct error *e)
{
	return d->lib->archive_write_close(d->archive) == ARCHIVE_OK
		       ? 0
		       : failed(d, e);
}

void
deflate_free(struct deflate *d)
{
	if (!d)
		return;
	d->lib->archive_write_free(d->archive);
	free(d);
}
