/* What the parts of the unpacker share.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CORE_FETCH_UNPACK_INTERNAL_H
#define CORE_FETCH_UNPACK_INTERNAL_H

#include <sys/stat.h>
#include <time.h>

#include "core/base/vec.h"
#include "lib-archive.h"
#include "unpack.h"

struct xattr {
	char *name;
	void *value;
	size_t len;
};
VEC(xattrs, struct xattr);

/* One member, as far as the file system cares. */
struct member {
	char *path;       /* cleaned, relative to the root; "" is the root */
	const char *base; /* last component, in `path` */
	mode_t type, perm;
	uid_t uid;
	gid_t gid;
	struct timespec mtime;
	uint64_t size;
	dev_t rdev;
	const char *link;  /* target of a hard or symbolic link, or NULL */
	bool is_hardlink;
	struct xattrs xattrs;
};

/* What a directory gets at the end. */
struct dir_meta {
	char *path;
	size_t serial;
	bool is_implied; /* no member of its own: made for what is below */
	mode_t perm;
	uid_t uid;
	gid_t gid;
	struct timespec mtime;
	struct xattrs xattrs;
};
VEC(dir_metas, struct dir_meta);

struct unpack {
	const struct unpack_options *options;
	const struct lib_archive *lib;
	struct archive *archive;
	struct archive_entry *entry;
	int root_fd;
	bool is_root; /* of the machine: owners and attributes are kept */
	uid_t euid;
	gid_t egid;
	mode_t umask;

	struct bytes from;
	struct error cause; /* why `from` failed */
	const uint8_t *piece;
	size_t piece_len;
	uint64_t piece_at; /* where `piece` begins in the stream */
	uint8_t before[512]; /* what came just before `piece` */

	char *parent_path; /* of the directory that is open */
	int parent_fd;
	struct dir_metas dirs;
	size_t dirs_bytes;
	uint64_t members, file_bytes, written_since_check;
	bool has_root, has_warned;
	struct unpack_result result;
};

/* ---- unpack-path.c ---------------------------------------------------------- */

/* "./a//b/" -> "a/b"; refuses what could lead out.  NULL with *e set. */
char *member_path(const struct unpack *u, const char *name, struct error *e);
/* Directory of `path`, made if missing; borrowed until the next call. */
int parent_open(struct unpack *u, const char *path, int *ret_fd,
		struct error *e);
void parent_forget(struct unpack *u);
/* Take away what is in the place of a member. */
int place_clear(struct unpack *u, int parent, const char *path,
		const char *base, struct error *e);

/* ---- unpack-node.c ---------------------------------------------------------- */

int node_make(struct unpack *u, struct member *m, struct error *e);

/* ---- unpack-dir.c ----------------------------------------------------------- */

int dir_make(struct unpack *u, struct member *m, struct error *e);
/* Takes over `xattrs`. */
int dir_remember(struct unpack *u, const char *path, const struct member *m,
		 struct error *e);
int dirs_finish(struct unpack *u, struct error *e);
void dirs_done(struct unpack *u);

/* ---- unpack-file.c ---------------------------------------------------------- */

int file_make(struct unpack *u, int parent, struct member *m, struct error *e);
int unpack_count(struct unpack *u, const char *path, uint64_t bytes,
		 struct error *e);

/* ---- unpack-attr.c ---------------------------------------------------------- */

void xattrs_read(struct unpack *u, struct member *m);
void xattrs_done(struct xattrs *list);
int xattrs_set_fd(struct unpack *u, int fd, const char *path,
		  const struct xattrs *list, struct error *e);
int xattrs_set_at(struct unpack *u, int parent, const struct member *m,
		  struct error *e);
bool owner_differs(const struct unpack *u, uid_t uid, gid_t gid);

/* ---- unpack-whiteout.c ------------------------------------------------------ */

#define WHITEOUT_PREFIX ".wh."

/* Does overlayfs take it for a removed file? */
bool is_whiteout_node(const struct stat *st);
/* *ret_done: the member was a mark, or a leftover to pass over. */
int whiteout_apply(struct unpack *u, const struct member *m, bool *ret_done,
		   struct error *e);
int opaque_set(const struct unpack *u, int dir_fd, const char *path,
	       struct error *e);

/* ---- unpack.c --------------------------------------------------------------- */

int member_error(const struct unpack *u, const char *path, struct error *e,
		 const char *fmt, ...) RKT_PRINTF(4, 5);
int member_errno(const struct unpack *u, const char *path, struct error *e,
		 int err, const char *what);

#endif
