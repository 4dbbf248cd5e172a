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
	(void)!utimensat(s->cas_fd, path, times, AT_SYMLINK_NOFOLLOW);
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
	for (size_t i = 0; i < image->layers.len; i++)
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
	if (store_parent_make(s, manifest_path, e) < 0 ||
	    store_file_write(s, manifest_path, manifest, strlen(manifest), e) <
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
	    struct stat *ret_stat, struct error *e)
{
	autoclose int fd =
		openat(s->cas_fd, path,
		       O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);

	*ret_text = NULL;
	if (fd < 0 && errno == ENOENT)
		return 0;
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
	struct stat st;
	size_t len;

	if (check_key(key, e) < 0 ||
	    read_record(s, path, &text, &len, &st, e) < 0)
		return -1;
	if (!text) {
		*ret_found = false;
		return 0;
	}
	if (record_parse(text, len, key, ret, e) < 0)
		return -1;
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

int
store_keys_list(struct store *s, struct strings *ret, struct error *e)
{
	autodir DIR *dir = NULL;
	struct dirent *entry;
	int fd = openat(s->cas_fd, "image", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

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
	if (errno != 0)
		return error_errno(e, errno, "read directory image");
	if (ret->len > 1)
		qsort(ret->items, ret->len, sizeof(char *), compare_strings);
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

	if (check_key(key, e) < 0)
		return -1;
	path = store_manifest_path(key);
	if (file_read_all(s->cas_fd, path, JSON_SIZE_MAX, ret_text, NULL, e) ==
	    0)
		return 0;
	if (e->err != ENOENT)
		return -1;
	/* Somebody else may remove what was found a moment ago. */
	error_clear(e);
	return error_set(e, RKT_ERR_NOT_FOUND, "image %s is not in the store",
			 key);
}
