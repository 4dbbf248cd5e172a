/* From a tar stream to a directory: one member after the other.
 * SPDX-License-Identifier: Apache-2.0 */
#include "unpack.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "core/base/cleanup.h"
#include "unpack-internal.h"

/* Kinds of members there are; libarchive takes any other for a file. */
#define TYPE_FLAGS_KNOWN "01234567S"

uint64_t
unpack_bytes_max(uint64_t received)
{
	const uint64_t floor = (uint64_t)4 << 30, ceiling = (uint64_t)1 << 40;

	if (received > ceiling / 100)
		return ceiling;
	return received * 100 > floor ? received * 100 : floor;
}

/* Names come from the archive: no line ends or escapes of theirs are shown. */
static int
make_plain(struct error *e)
{
	for (char *p = e->layers[0]; *p; p++)
		if ((unsigned char)*p < ' ' || *p == 0x7f)
			*p = '?';
	return -1;
}

int
member_error(const struct unpack *u, const char *path, struct error *e,
	     const char *fmt, ...)
{
	char what[ERROR_TEXT_MAX];
	va_list args;

	va_start(args, fmt);
	vsnprintf(what, sizeof(what), fmt, args);
	va_end(args);
	error_set(e, RKT_ERR_INPUT, "%s: member '%.200s' %s",
		  u->options->archive, path, what);
	return make_plain(e);
}

int
member_errno(const struct unpack *u, const char *path, struct error *e, int err,
	     const char *what)
{
	error_errno(e, err, "%s: cannot %s '%.200s'", u->options->archive, what,
		    path);
	return make_plain(e);
}

/* ---- the stream -----------------------------------------------------------
 */

static int
next_piece(struct unpack *u, struct error *e)
{
	size_t keep = u->piece_len < sizeof(u->before) ? u->piece_len
						       : sizeof(u->before);

	memmove(u->before, u->before + keep, sizeof(u->before) - keep);
	if (keep > 0)
		memcpy(u->before + sizeof(u->before) - keep,
		       u->piece + u->piece_len - keep, keep);
	u->piece_at += u->piece_len;
	u->piece_len = 0;
	if (u->from.next(u->from.data, &u->piece, &u->piece_len, e) < 0)
		return -1;
	if (u->piece_at + u->piece_len > u->options->bytes_max)
		return error_set(e, RKT_ERR_INPUT,
				 "%s: unpacks to more than %llu bytes",
				 u->options->archive,
				 (unsigned long long)u->options->bytes_max);
	return 0;
}

static la_ssize_t
read_piece(struct archive *archive, void *data, const void **ret)
{
	struct unpack *u = data;

	if (next_piece(u, &u->cause) < 0) {
		u->lib->archive_set_error(archive, -1, "no more input");
		return -1;
	}
	*ret = u->piece;
	return (la_ssize_t)u->piece_len;
}

/* libarchive hides the type flag: look at the header it just consumed. */
static int
check_type_flag(struct unpack *u, const char *path, struct error *e)
{
	uint64_t at = (uint64_t)u->lib->archive_filter_bytes(u->archive, 0);
	uint64_t flag_at;
	unsigned char flag;

	if (at < 512 || u->lib->archive_entry_sparse_count(u->entry) > 0)
		return 0;
	flag_at = at - 512 + 156;
	if (flag_at >= u->piece_at && flag_at < u->piece_at + u->piece_len)
		flag = u->piece[flag_at - u->piece_at];
	else if (flag_at < u->piece_at &&
		 u->piece_at - flag_at <= sizeof(u->before))
		flag = u->before[sizeof(u->before) -
				 (size_t)(u->piece_at - flag_at)];
	else
		return 0;
	if (flag != '\0' && !strchr(TYPE_FLAGS_KNOWN, flag))
		return member_error(u, path, e, "is of the unknown type 0x%02x",
				    flag);
	return 0;
}

/* ---- one member ------------------------------------------------------------
 */

static int
member_fill(struct unpack *u, struct member *m, struct error *e)
{
	const struct lib_archive *lib = u->lib;
	struct archive_entry *entry = u->entry;
	const char *hardlink = lib->archive_entry_hardlink(entry);
	la_int64_t size = lib->archive_entry_size(entry);
	la_int64_t uid = lib->archive_entry_uid(entry);
	la_int64_t gid = lib->archive_entry_gid(entry);

	m->type = lib->archive_entry_filetype(entry);
	m->perm = lib->archive_entry_perm(entry) & 07777;
	m->is_hardlink = hardlink != NULL;
	m->link = hardlink ? hardlink : lib->archive_entry_symlink(entry);
	if (!m->is_hardlink && !S_ISREG(m->type) && !S_ISDIR(m->type) &&
	    !S_ISLNK(m->type) && !S_ISCHR(m->type) && !S_ISBLK(m->type) &&
	    !S_ISFIFO(m->type))
		return member_error(u, m->path, e, "is of an unknown type");
	if (size < 0 || uid < 0 || gid < 0 || uid >= UINT32_MAX ||
	    gid >= UINT32_MAX)
		return member_error(u, m->path, e, "has an impossible %s",
				    size < 0 ? "size" : "owner");
	m->size = S_ISREG(m->type) && !m->is_hardlink ? (uint64_t)size : 0;
	m->uid = (uid_t)uid;
	m->gid = (gid_t)gid;
	m->mtime.tv_sec = lib->archive_entry_mtime(entry);
	m->mtime.tv_nsec = lib->archive_entry_mtime_nsec(entry);
	if (S_ISCHR(m->type) || S_ISBLK(m->type))
		m->rdev = makedev(
			(unsigned int)lib->archive_entry_rdevmajor(entry),
			(unsigned int)lib->archive_entry_rdevminor(entry));
	m->base = strrchr(m->path, '/');
	m->base = m->base ? m->base + 1 : m->path;
	if (!m->is_hardlink)
		xattrs_read(u, m);
	return 0;
}

static int
manifest_keep(struct unpack *u, const struct member *m, struct error *e)
{
	char *text;
	size_t at = 0;
	int rc;

	if (u->result.manifest)
		return member_error(u, m->path, e, "is there twice");
	if (m->is_hardlink || !S_ISREG(m->type))
		return member_error(u, m->path, e, "is not a regular file");
	if (m->size > UNPACK_MANIFEST_MAX)
		return member_error(u, m->path, e, "is larger than %zu bytes",
				    UNPACK_MANIFEST_MAX);
	text = xcalloc(1, m->size + 1);
	u->result.manifest = text;
	u->result.manifest_len = m->size;
	for (;;) {
		const void *bytes;
		size_t len;
		la_int64_t offset;

		rc = u->lib->archive_read_data_block(u->archive, &bytes, &len,
						     &offset);
		if (rc != ARCHIVE_OK)
			break;
		at = (size_t)offset;
		if (offset < 0 || at > m->size || len > m->size - at)
			return member_error(u, m->path, e,
					    "is longer than it says");
		memcpy(text + at, bytes, len);
	}
	if (rc != ARCHIVE_EOF)
		return member_error(u, m->path, e, "is damaged");
	return 0;
}

/* The appc rules: `manifest` and what is below `rootfs`, nothing else.  Cuts
 * the root off the path. */
static int
root_strip(struct unpack *u, struct member *m, bool *ret_done, struct error *e)
{
	const char *root = u->options->root;
	size_t len = strlen(root);

	*ret_done = true;
	if (m->path[0] == '\0')
		return 0;
	if (u->options->manifest && strcmp(m->path, u->options->manifest) == 0)
		return manifest_keep(u, m, e);
	*ret_done = false;
	if (strcmp(m->path, root) == 0) {
		if (u->has_root)
			return member_error(u, m->path, e, "is there twice");
		u->has_root = true;
		m->path[0] = '\0';
		m->base = m->path;
		return 0;
	}
	if (strncmp(m->path, root, len) != 0 || m->path[len] != '/')
		return member_error(u, m->path, e,
				    "is neither '%s' nor below '%s'",
				    u->options->manifest ? u->options->manifest
							 : "manifest",
				    root);
	memmove(m->path, m->path + len + 1, strlen(m->path + len));
	m->base = strrchr(m->path, '/');
	m->base = m->base ? m->base + 1 : m->path;
	return 0;
}

static int
member_unpack(struct unpack *u, struct error *e)
{
	const char *name = u->lib->archive_entry_pathname(u->entry);
	autofree char *path = NULL;
	struct member m = {0};
	bool is_done = false;
	int rc;

	if (!name)
		return member_error(u, "?", e, "has an unreadable name");
	if (++u->members > u->options->members_max)
		return error_set(e, RKT_ERR_INPUT,
				 "%s: has more than %llu members",
				 u->options->archive,
				 (unsigned long long)u->options->members_max);
	path = m.path = member_path(u, name, e);
	if (!path || check_type_flag(u, name, e) < 0)
		return -1;
	rc = member_fill(u, &m, e);
	if (rc == 0 && u->options->root)
		rc = root_strip(u, &m, &is_done, e);
	is_done |= u->root_fd < 0;
	if (rc == 0 && !is_done && u->options->has_whiteouts)
		rc = whiteout_apply(u, &m, &is_done, e);
	if (rc == 0 && !is_done)
		rc = node_make(u, &m, e);
	xattrs_done(&m.xattrs);
	return rc;
}

/* ---- the archive -----------------------------------------------------------
 */

static int
archive_failed(struct unpack *u, struct error *e)
{
	const char *why = u->lib->archive_error_string(u->archive);

	return error_set(e, RKT_ERR_INPUT, "%s: damaged tar archive: %s",
			 u->options->archive, why ? why : "unknown");
}

static int
unpack_members(struct unpack *u, struct error *e)
{
	int rc;

	for (;;) {
		rc = u->lib->archive_read_next_header(u->archive, &u->entry);
		if (rc == ARCHIVE_EOF)
			break;
		/* A warning is about names in other character sets. */
		if (rc != ARCHIVE_OK && rc != ARCHIVE_WARN)
			return archive_failed(u, e);
		if (member_unpack(u, e) < 0)
			return -1;
	}
	/* What follows the end belongs to the digest. */
	do {
		if (next_piece(u, e) < 0)
			return -1;
	} while (u->piece_len > 0);
	return 0;
}

static int
check_whole(struct unpack *u, struct error *e)
{
	if (!u->options->root)
		return 0;
	if (u->options->manifest && !u->result.manifest)
		return error_set(e, RKT_ERR_INPUT, "%s: has no '%s'",
				 u->options->archive, u->options->manifest);
	if (!u->has_root)
		return error_set(e, RKT_ERR_INPUT, "%s: has no '%s'",
				 u->options->archive, u->options->root);
	return 0;
}

static int
unpack_all(struct unpack *u, struct error *e)
{
	const struct lib_archive *lib = u->lib;

	u->archive = lib->archive_read_new();
	if (!u->archive)
		return error_set(e, RKT_ERR_SYSTEM,
				 "libarchive makes no archive");
	if (lib->archive_read_append_filter(u->archive, ARCHIVE_FILTER_NONE) !=
		    ARCHIVE_OK ||
	    lib->archive_read_set_format(u->archive, ARCHIVE_FORMAT_TAR) !=
		    ARCHIVE_OK ||
	    lib->archive_read_open(u->archive, u, NULL, read_piece, NULL) !=
		    ARCHIVE_OK ||
	    unpack_members(u, e) < 0)
		return e->n_layers > 0 ? -1 : archive_failed(u, e);
	if (check_whole(u, e) < 0)
		return -1;
	return u->root_fd < 0 ? 0 : dirs_finish(u, e);
}

int
unpack_tar(int root_fd, const struct unpack_options *options,
	   const struct bytes *from, struct unpack_result *ret, struct error *e)
{
	struct unpack u = {
		.options = options,
		.root_fd = root_fd,
		.euid = geteuid(),
		.egid = getegid(),
		.from = *from,
		.parent_fd = -1,
	};
	int rc;

	if (lib_archive_open(&u.lib, e) < 0)
		return -1;
	u.is_root = u.euid == 0;
	u.umask = umask(022);
	umask(u.umask);
	/* Not setgid: what is made below would get another group. */
	if (root_fd >= 0 && fchmod(root_fd, 0755) < 0)
		return error_errno(e, errno, "%s: cannot prepare its directory",
				   options->archive);
	rc = unpack_all(&u, e);
	if (rc < 0 && u.cause.n_layers > 0)
		*e = u.cause;
	u.result.file_bytes = u.file_bytes;
	if (u.archive)
		u.lib->archive_read_free(u.archive);
	parent_forget(&u);
	dirs_done(&u);
	if (rc == 0) {
		*ret = u.result;
		return 0;
	}
	free(u.result.manifest);
	free(u.result.implied);
	return rc;
}
