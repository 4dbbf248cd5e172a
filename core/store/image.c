/* Images in the store: their records and manifests.
 * SPDX-License-Identifier: Apache-2.0 */
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "core/base/cleanup.h"
#include "core/base/fd.h"
#include "internal.h"

static int
check_key(const char *key, struct error *e)
{
	if (store_is_full_key(key))
		return 0;
	return error_set(e, RKT_ERR_INPUT, "'%s' is not an image ID", key);
}

/* The time of last use is the record's mtime: one system call to set, and no
 * reader ever sees half of it. */
static void
set_used(struct store *s, const char *path, int64_t ns)
{
	struct timespec times[2] = {
		{.tv_nsec = UTIME_OMIT},
		{.tv_sec = ns / 1000000000, .tv_nsec = ns % 1000000000},
	};

	if (ns == 0)
		times[1].tv_nsec = UTIME_NOW;
	(void)!utimensat(s->write_fd, path, times, AT_SYMLINK_NOFOLLOW);
}

void
store_image_touch(struct store *s, const char *key)
{
	autofree char *path = xasprintf("image/%s", key);

	if (store_is_full_key(key))
		set_used(s, path, 0);
}

static int
check_trees(struct store *s, const struct image *image, struct error *e)
{
	for (size_t i = 0; i < image->layers.len && !store_is_incoming(s); i++)
		if (!store_tree_exists(s, image->layers.items[i].tree))
			return error_set(e, RKT_ERR_NOT_FOUND,
					 "layer '%s' is not in the store",
					 image->layers.items[i].tree);
	return 0;
}

static int
write_image(struct store *s, const struct image *image, const char *manifest,
	    struct error *e)
{
	autofree char *manifest_path = store_manifest_path(image->key);
	autofree char *record_path = xasprintf("image/%s", image->key);
	autofree char *record = record_print(image);

	if (!record)
		return error_set(e, RKT_ERR_INPUT,
				 "image '%s' cannot be written as JSON",
				 image->key);
	if (store_file_write(s, manifest_path, manifest, strlen(manifest), e) <
		    0 ||
	    store_file_write(s, record_path, record, strlen(record), e) < 0)
		return -1;
	if (image->used_ns != 0)
		set_used(s, record_path, image->used_ns);
	return 0;
}

int
store_image_add(struct store *s, const struct image *image,
		const char *manifest, struct error *e)
{
	autoclose int lock_fd = -1;

	if (check_key(image->key, e) < 0 || store_import_begin(s, e) < 0 ||
	    store_key_lock(s, "imagelocks", image->key, NULL, &lock_fd, e) <
		    0 ||
	    check_trees(s, image, e) < 0 ||
	    write_image(s, image, manifest, e) < 0)
		return -1;
	store_import_end(s);
	return 0;
}

static int
read_record(struct store *s, const char *path, char **ret_text, size_t *ret_len,
	    struct stat *ret_stat, bool *ret_is_incoming, struct error *e)
{
	autoclose int fd = store_file_open(s, path, ret_is_incoming, e);

	*ret_text = NULL;
	if (fd < 0 && errno == ENOENT)
		return 0;
	if (e->n_layers > 0)
		return -1;
	if (fd < 0 || fstat(fd, ret_stat) < 0)
		return error_errno(e, errno, "open %s", path);
	if (!S_ISREG(ret_stat->st_mode))
		return error_set(e, RKT_ERR_INPUT, "'%s' is not a file", path);
	return fd_read_all(fd, path, JSON_SIZE_MAX, ret_text, ret_len, e);
}

int
store_image_get(struct store *s, const char *key, bool *ret_found,
		struct image *ret, struct error *e)
{
	autofree char *path = xasprintf("image/%s", key);
	autofree char *text = NULL;
	bool is_incoming = false;
	struct stat st;
	size_t len;

	if (check_key(key, e) < 0 ||
	    read_record(s, path, &text, &len, &st, &is_incoming, e) < 0)
		return -1;
	if (!text) {
		*ret_found = false;
		return 0;
	}
	if (record_parse(text, len, key, ret, e) < 0)
		return -1;
	ret->is_incoming = is_incoming;
	ret->used_ns =
		(int64_t)st.st_mtim.tv_sec * 1000000000 + st.st_mtim.tv_nsec;
	*ret_found = true;
	return 0;
}

static int
compare_strings(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static int
list_keys(int fd, struct strings *ret, struct error *e)
{
	autodir DIR *dir = NULL;
	struct dirent *entry;

	if (fd < 0 && errno == ENOENT)
		return 0;
	if (fd < 0)
		return error_errno(e, errno, "open directory image");
	dir = fdopendir(fd);
	if (!dir) {
		close(fd);
		return error_errno(e, errno, "read directory image");
	}
	while ((errno = 0, entry = readdir(dir)) != NULL)
		if (store_is_full_key(entry->d_name))
			strings_push(ret, entry->d_name);
	return errno == 0 ? 0 : error_errno(e, errno, "read directory image");
}

/* A name of both places comes once. */
static void
drop_doubles(struct strings *v)
{
	size_t n = 0;

	for (size_t i = 0; i < v->len; i++) {
		if (n > 0 && strcmp(v->items[n - 1], v->items[i]) == 0)
			free(v->items[i]);
		else
			v->items[n++] = v->items[i];
	}
	v->len = n;
}

int
store_keys_list(struct store *s, struct strings *ret, struct error *e)
{
	const int flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC;
	int incoming = store_incoming_fd(s);
	struct error ignored = ERROR_NONE; /* of what members did there */

	if (list_keys(openat(s->cas_fd, "image", flags), ret, e) < 0)
		return -1;
	if (incoming >= 0)
		(void)list_keys(open_no_links(incoming, "image", flags, 0), ret,
				&ignored);
	if (ret->len > 1)
		qsort(ret->items, ret->len, sizeof(char *), compare_strings);
	drop_doubles(ret);
	return 0;
}

static void
add_problem(struct strings *problems, const struct error *e)
{
	char line[2 * ERROR_TEXT_MAX + 160];

	if (problems)
		strings_push(problems, error_line(e, line, sizeof(line)));
}

int
store_image_list(struct store *s, struct images *ret, struct strings *problems,
		 struct error *e)
{
	auto_strings struct strings keys = {0};

	if (store_keys_list(s, &keys, e) < 0)
		return -1;
	for (size_t i = 0; i < keys.len; i++) {
		struct error why = ERROR_NONE;
		struct image image;
		bool is_found;

		if (store_image_get(s, keys.items[i], &is_found, &image, &why) <
		    0)
			add_problem(problems, &why);
		else if (is_found)
			vec_push(ret, image);
	}
	return 0;
}

int
store_manifest_read(struct store *s, const char *key, char **ret_text,
		    struct error *e)
{
	autofree char *path = NULL;
	autoclose int fd = -1;
	bool is_incoming;

	if (check_key(key, e) < 0)
		return -1;
	path = store_manifest_path(key);
	fd = store_file_open(s, path, &is_incoming, e);
	if (fd >= 0)
		return fd_read_all(fd, path, JSON_SIZE_MAX, ret_text, NULL, e);
	if (e->n_layers > 0)
		return -1;
	/* Somebody else may remove what was found a moment ago. */
	if (errno == ENOENT)
		return error_set(e, RKT_ERR_NOT_FOUND,
				 "image '%s' is not in the local store", key);
	return error_errno(e, errno, "open %s", path);
}
