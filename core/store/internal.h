/* What the parts of the store share.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CORE_STORE_INTERNAL_H
#define CORE_STORE_INTERNAL_H

#include <pthread.h>

#include "core/store/store.h"

struct store {
	int cas_fd; /* holds the shared lock */
	/* Where images are put: cas/, or cas/incoming for who may not write
	 * there.  Not ours to close if it is the former. */
	int write_fd;
	char *data_dir;
	char *cas_path;
	pthread_mutex_t mutex; /* of what follows: layers may have threads */
	bool has_layout;
	int incoming_fd; /* cas/incoming, -1: there is none, -2: not tried */
	int import_lock; /* the shared prepare lock of an import, or -1 */
};

#define BOOT_ID_LEN 36

/* ---- names ------------------------------------------------------------------ */

/* "sha256-" or "sha512-" and as many hex digits as that takes; the latter may
 * be cut to half as an image key is. */
bool store_is_digest(const char *s);
bool store_is_full_key(const char *s);
char *store_blob_path(const char *blob);    /* below cas/, owned */
char *store_manifest_path(const char *key); /* below cas/, owned */
char *store_tree_file(const char *tree, const char *file);

/* ---- layout ----------------------------------------------------------------- */

/* Once per process, before anything is written. */
int store_layout_make(struct store *s, struct error *e);
/* All of these write below s->write_fd.  The directory of `path`, made if it is
 * not there: nothing is written through links that others planted. */
int store_parent_open(struct store *s, const char *path, int *ret_fd,
		      struct error *e);
/* Atomic, durable, readable for the group. */
int store_file_write(struct store *s, const char *path, const char *text,
		     size_t len, struct error *e);
int store_dir_sync(struct store *s, const char *path, struct error *e);

/* ---- incoming ----------------------------------------------------------------
 */

/* Who may not write in cas/ writes there, if he may. */
int store_incoming_choose(struct store *s, struct error *e);
/* A file of an image to be read, in cas/ or else in cas/incoming; -1 with
 * errno. */
int store_file_open(struct store *s, const char *path, bool *ret_is_incoming,
		    struct error *e);

/* ---- locks ------------------------------------------------------------------ */

/* cas/<dir>/<key>, exclusive.  `waiting`: what to tell people, or NULL. */
int store_key_lock(struct store *s, const char *dir, const char *key,
		   const char *waiting, int *ret_fd, struct error *e);
int store_prepare_lock_try(struct store *s, int *ret_fd, bool *ret_locked,
			   struct error *e);
/* Keep gc away for as long as this process imports an image. */
int store_import_begin(struct store *s, struct error *e);
void store_import_end(struct store *s);

/* ---- records ---------------------------------------------------------------- */

/* Later versions may mean things by a record that gc must not overlook. */
#define RECORD_VERSION 1

char *record_print(const struct image *image);
int record_parse(const char *text, size_t len, const char *key,
		 struct image *ret, struct error *e);
/* The keys there are, sorted, whatever their records hold. */
int store_keys_list(struct store *s, struct strings *ret, struct error *e);

/* ---- trees ------------------------------------------------------------------ */

enum tree_state {
	TREE_NONE,
	TREE_LEFTOVER,  /* not known to be complete            */
	TREE_COMMITTED, /* complete, not known to be on disk   */
	TREE_RENDERED,
};
int store_tree_state(struct store *s, const char *tree,
		     enum tree_state *ret_state, struct error *e);
/* What commit() leaves beside rootfs. */
int layer_note_write(int dir_fd, uint64_t size, struct error *e);
/* Out of sight in one step, then gone. */
int store_tree_remove(struct store *s, const char *tree, struct error *e);

/* ---- work --------------------------------------------------------------------
 */

/* A new directory, locked for as long as the descriptor is open; where nobody
 * else can write if that is possible: in cas/tree.  The name is below
 * s->write_fd. */
int store_work_new(struct store *s, char **ret_name, int *ret_fd,
		   struct error *e);

#endif
