/* What the tests of the store share: a store, images, layers made by hand.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_UNIT_STORE_COMMON_H
#define TESTS_UNIT_STORE_COMMON_H

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/cleanup.h"
#include "core/base/fd.h"
#include "core/store/store.h"
#include "tests/lib/unit.h"

/* 64 times the same hex digit. */
static inline char *
digest_of(const char *prefix, char digit)
{
	char *s = xasprintf("%s%064d", prefix, 0);

	memset(s + strlen(prefix), digit, 64);
	return s;
}

static inline char *
data_dir(void)
{
	return xasprintf("%s/data", unit_tmpdir_path());
}

static inline struct store *
open_store(void)
{
	autofree char *dir = data_dir();
	struct error e = ERROR_NONE;
	struct store *s = NULL;

	if (store_open(dir, &s, &e) < 0) {
		fprintf(stderr, "# %s\n", e.layers[0]);
		abort();
	}
	return s;
}

/* The error as people see it; "" for success. */
static inline const char *
line_of(int rc, const struct error *e)
{
	static char line[4096];

	return rc == 0 ? "" : error_line(e, line, sizeof(line));
}

#define assert_ok(call)                                                        \
	do {                                                                   \
		int rc_ = (call);                                              \
		if (rc_ < 0)                                                   \
			fprintf(stderr, "# line %d\n", __LINE__);              \
		assert_text(line_of(rc_, &e), "");                             \
	} while (0)

/* "version 1.0", "os linux", NULL -> [{"name","value"}] */
static inline json_t *
labels_of(const char *const *pairs)
{
	json_t *list = json_array();

	for (; pairs && *pairs; pairs++) {
		int len = (int)strcspn(*pairs, " ");

		json_array_append_new(list, json_pack("{s:s%, s:s}", "name",
						      *pairs, len, "value",
						      *pairs + len + 1));
	}
	return list;
}

/* A layer with one file "file" holding `text`; is it `wait`ed for to be made?
 * False when it was there. */
static inline bool
make_layer(struct store *s, const char *tree, const char *blob,
	   const char *text)
{
	struct error e = ERROR_NONE;
	struct layer_new *l = NULL;

	assert_ok(store_layer_begin(s, tree, blob, &l, &e));
	if (!l)
		return false;
	assert_ok(file_write(layer_new_rootfs_fd(l), "file", text, strlen(text),
			     0644, &e));
	assert_ok(fd_write_all(layer_new_blob_fd(l), "blob", text, strlen(text),
			       &e));
	assert_ok(layer_new_commit(l, tree, blob, &e));
	layer_new_free(l);
	return true;
}

static inline void
image_add_layer(struct image *image, const char *tree, const char *blob)
{
	struct image_layer layer = {.tree = xstrdup(tree),
				    .blob = blob ? xstrdup(blob) : NULL,
				    .compression = xstrdup("none"),
				    .size = 4,
				    .tree_size = 5};

	vec_push(&image->layers, layer);
}

static inline struct image
image_of(char digit, const char *name, const char *const *labels)
{
	return (struct image){.key = digest_of("sha512-", digit),
			      .name = xstrdup(name),
			      .labels = labels_of(labels),
			      .format = xstrdup("aci"),
			      .import_ns = 1000000000,
			      .used_ns = 1000000000};
}

static inline bool
exists(struct store *s, const char *path)
{
	struct stat st;

	return fstatat(store_cas_fd(s), path, &st, AT_SYMLINK_NOFOLLOW) == 0;
}

/* Entries of a directory of the store, without "." and "..". */
static inline int
count(struct store *s, const char *path)
{
	int fd = openat(store_cas_fd(s), path,
			O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	autodir DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	int n = 0;

	while (dir && readdir(dir))
		n++;
	return n - 2;
}

#endif
