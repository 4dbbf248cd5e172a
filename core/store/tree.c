/* Trees: their state, their note, making them durable, removing them.
 * SPDX-License-Identifier: Apache-2.0
 *
 * A tree gets its name by one rename when it is complete.  That survives the
 * death of the process, but not of the machine: only `rendered`, made after
 * syncfs, says that it is on disk.  In between, the note beside rootfs says
 * under which boot it was completed; under the same boot it is as good as
 * rendered for whoever does the syncfs himself. */
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "core/base/cleanup.h"
#include "core/base/fault.h"
#include "core/base/fd.h"
#include "core/base/json.h"
#include "internal.h"

#define NOTE_SIZE_MAX 4096

/* Empty when the kernel does not tell: nothing is adopted then. */
static void
read_boot_id(char *to)
{
	struct error e = ERROR_NONE;
	autofree char *text = NULL;
	size_t len;

	to[0] = '\0';
	if (file_read_all(AT_FDCWD, "/proc/sys/kernel/random/boot_id", 64,
			  &text, &len, &e) < 0 ||
	    len < BOOT_ID_LEN)
		return;
	memcpy(to, text, BOOT_ID_LEN);
	to[BOOT_ID_LEN] = '\0';
}

int
layer_note_write(int dir_fd, uint64_t size, struct error *e)
{
	char boot[BOOT_ID_LEN + 1];
	auto_json json_t *note = NULL;
	autofree char *text = NULL;

	read_boot_id(boot);
	note = json_pack("{s:s, s:I}", "boot", boot, "size", (json_int_t)size);
	text = json_print(note, false);
	return file_write(dir_fd, "layer", text, strlen(text), 0644, e);
}

/* *ret NULL: none, or not one that can be understood. */
static void
read_note(struct store *s, const char *tree, json_t **ret)
{
	autofree char *path = store_tree_file(tree, "layer");
	autofree char *text = NULL;
	struct error e = ERROR_NONE;
	size_t len;

	*ret = NULL;
	if (file_read_all(s->cas_fd, path, NOTE_SIZE_MAX, &text, &len, &e) < 0)
		return;
	(void)json_parse(text, len, path, ret, &e);
}

static bool
is_of_this_boot(struct store *s, const char *tree)
{
	char boot[BOOT_ID_LEN + 1];
	auto_json json_t *note = NULL;
	const char *made;

	read_note(s, tree, &note);
	made = json_string_at(note, "boot");
	if (!made)
		return false;
	read_boot_id(boot);
	return boot[0] != '\0' && strcmp(made, boot) == 0;
}

bool
store_tree_exists(struct store *s, const char *tree)
{
	autofree char *path = NULL;

	if (!store_is_digest(tree))
		return false;
	path = store_tree_file(tree, "rendered");
	return faccessat(s->cas_fd, path, F_OK, 0) == 0;
}

int
store_tree_state(struct store *s, const char *tree, enum tree_state *ret_state,
		 struct error *e)
{
	autofree char *rendered = store_tree_file(tree, "rendered");
	autofree char *dir = xasprintf("tree/%s", tree);

	if (faccessat(s->cas_fd, rendered, F_OK, 0) == 0)
		*ret_state = TREE_RENDERED;
	else if (errno != ENOENT && errno != ENOTDIR)
		return error_errno(e, errno, "access %s", rendered);
	else if (faccessat(s->cas_fd, dir, F_OK, AT_SYMLINK_NOFOLLOW) < 0)
		*ret_state = TREE_NONE;
	else
		*ret_state = is_of_this_boot(s, tree) ? TREE_COMMITTED
						      : TREE_LEFTOVER;
	return 0;
}

static int
blob_size(struct store *s, const char *blob, uint64_t *ret, struct error *e)
{
	autofree char *path = store_blob_path(blob);
	struct stat st;

	if (fstatat(s->write_fd, path, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return error_errno(e, errno, "stat %s", path);
	*ret = (uint64_t)st.st_size;
	return 0;
}

int
store_blob_open(struct store *s, const char *blob, int *ret_fd, struct error *e)
{
	autofree char *path = NULL;
	int fd;

	if (!store_is_digest(blob))
		return error_set(e, RKT_ERR_INPUT, "'%s' is not a digest",
				 blob);
	path = store_blob_path(blob);
	fd = openat(s->cas_fd, path,
		    O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0)
		return error_errno(e, errno, "open %s", path);
	*ret_fd = fd;
	return 0;
}

int
store_layer_sizes(struct store *s, const char *tree, const char *blob,
		  uint64_t *ret_tree_size, uint64_t *ret_blob_size,
		  struct error *e)
{
	autofree char *rootfs = store_tree_file(tree, "rootfs");
	auto_json json_t *note = NULL;
	json_int_t size;
	uint64_t tree_bytes, blob_bytes = 0;

	if (blob && blob_size(s, blob, &blob_bytes, e) < 0)
		return -1;
	if (store_is_incoming(s)) {
		*ret_tree_size = 0;
		*ret_blob_size = blob_bytes;
		return 0;
	}
	read_note(s, tree, &note);
	size = json_integer_value(json_object_get(note, "size"));
	tree_bytes = size > 0 ? (uint64_t)size : 0;
	if (!json_is_integer(json_object_get(note, "size")) &&
	    tree_size(s->cas_fd, rootfs, &tree_bytes, e) < 0)
		return -1;
	*ret_tree_size = tree_bytes;
	*ret_blob_size = blob_bytes;
	return 0;
}

/* *ret_todo: the tree is complete but not yet known to be on disk. */
static int
needs_marker(struct store *s, const char *tree, bool *ret_todo, struct error *e)
{
	enum tree_state state;

	if (store_tree_state(s, tree, &state, e) < 0)
		return -1;
	if (state != TREE_RENDERED && state != TREE_COMMITTED)
		return error_set(e, RKT_ERR_NOT_FOUND,
				 "layer '%s' is not in the store", tree);
	*ret_todo = state == TREE_COMMITTED;
	return 0;
}

int
store_dir_sync(struct store *s, const char *path, struct error *e)
{
	autoclose int fd =
		open_no_links(s->write_fd, path, O_RDONLY | O_DIRECTORY, 0);

	if (fd < 0)
		return error_errno(e, errno, "open directory %s", path);
	if (fault(fsync, fsync(fd)) < 0)
		return error_errno(e, errno, "fsync %s", path);
	return 0;
}

static int
mark_rendered(struct store *s, const char *tree, struct error *e)
{
	autofree char *path = store_tree_file(tree, "rendered");
	autofree char *dir = xasprintf("tree/%s", tree);
	autoclose int fd = fault(
		openat,
		openat(s->cas_fd, path,
		       O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0644));

	if (fd < 0)
		return error_errno(e, errno, "create %s", path);
	return store_dir_sync(s, dir, e);
}

int
store_trees_publish(struct store *s, const struct image *image, struct error *e)
{
	struct strings todo = {0};
	int rc = 0;

	if (store_is_incoming(s))
		return 0;
	for (size_t i = 0; rc == 0 && i < image->layers.len; i++) {
		const char *tree = image->layers.items[i].tree;
		bool is_todo = false;

		rc = needs_marker(s, tree, &is_todo, e);
		if (rc == 0 && is_todo)
			strings_push(&todo, tree);
	}
	if (rc == 0 && todo.len > 0 && fault(syncfs, syncfs(s->cas_fd)) < 0)
		rc = error_errno(e, errno, "syncfs %s", s->cas_path);
	for (size_t i = 0; rc == 0 && i < todo.len; i++)
		rc = mark_rendered(s, todo.items[i], e);
	strings_done(&todo);
	return rc;
}

int
store_tree_remove(struct store *s, const char *tree, struct error *e)
{
	autofree char *dir = xasprintf("tree/%s", tree);
	autofree char *work = NULL;
	autofree char *dead = NULL;
	autoclose int fd = -1;

	if (store_work_new(s, &work, &fd, e) < 0)
		return -1;
	dead = xasprintf("%s/dead", work);
	if (fault(renameat, renameat(s->cas_fd, dir, s->cas_fd, dead)) < 0 &&
	    errno != ENOENT)
		error_errno(e, errno, "rename %s to %s", dir, dead);
	else
		return tree_remove(s->cas_fd, work, e);
	tree_remove(s->cas_fd, work, &(struct error){0});
	return -1;
}
