/* Is this file the blob of an image that is in the store?
 * SPDX-License-Identifier: Apache-2.0 */
#include "known.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/cleanup.h"
#include "core/base/log.h"

#define PIECE_SIZE ((size_t)256 << 10)

int
known_lock(struct store *s, const struct source *source, int *ret_fd,
	   struct error *e)
{
	autofree char *name = NULL;
	struct stat st;

	if (fstat(source->fd, &st) < 0)
		return error_errno(e, errno, "look at %s", source->path);
	name = xasprintf("file-%llx-%llx", (unsigned long long)st.st_dev,
			 (unsigned long long)st.st_ino);
	return store_source_lock(s, name, ret_fd, e);
}

/* Up to `size` bytes, as many as there are; -1: cannot be read. */
static ssize_t
read_piece(int fd, char *to, size_t size, uint64_t at)
{
	size_t len = 0;

	while (len < size) {
		ssize_t n = pread(fd, to + len, size - len, (off_t)(at + len));

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		if (n == 0)
			break;
		len += (size_t)n;
	}
	return (ssize_t)len;
}

static bool
is_same(int a, int b)
{
	autofree char *left = xmalloc(PIECE_SIZE);
	autofree char *right = xmalloc(PIECE_SIZE);

	for (uint64_t at = 0;; at += PIECE_SIZE) {
		ssize_t n = read_piece(a, left, PIECE_SIZE, at);

		if (n < 0 || read_piece(b, right, PIECE_SIZE, at) != n ||
		    memcmp(left, right, (size_t)n) != 0)
			return false;
		if ((size_t)n < PIECE_SIZE)
			return true;
	}
}

/* An image is named by the digest of its tar, and so is its tree: a record that
 * was tampered with leads to no other one. */
static bool
may_be(struct store *s, const struct image *image, const struct source *source)
{
	const struct image_layer *layer = image->layers.items;

	return strcmp(image->format, "aci") == 0 && image->layers.len == 1 &&
	       layer->blob && strcmp(layer->blob, image->key) == 0 &&
	       layer->size == source->size &&
	       strncmp(layer->tree, image->key, IMAGE_KEY_LEN) == 0 &&
	       store_tree_exists(s, layer->tree);
}

/* Only what we, or root, put there is trusted to be what it is called. */
static bool
is_blob_of(struct store *s, const struct image *image,
	   const struct source *source)
{
	struct error ignored = ERROR_NONE;
	autoclose int fd = -1;
	struct stat st;

	if (store_blob_open(s, image->key, &fd, &ignored) < 0 ||
	    fstat(fd, &st) < 0 || (st.st_uid != 0 && st.st_uid != geteuid()))
		return false;
	return (uint64_t)st.st_size == source->size && is_same(fd, source->fd);
}

int
known_find(struct store *s, const struct source *source, bool *ret_found,
	   struct image *ret, char **ret_manifest, struct error *e)
{
	struct images images = {0};
	int rc = 0;

	*ret_found = false;
	if (store_image_list(s, &images, NULL, e) < 0)
		return -1;
	for (size_t i = 0; rc == 0 && !*ret_found && i < images.len; i++) {
		struct image *image = &images.items[i];

		if (!may_be(s, image, source) || !is_blob_of(s, image, source))
			continue;
		rc = store_manifest_read(s, image->key, ret_manifest, e);
		if (rc < 0)
			break;
		log_debug("fetch", "%s is in the store as %s", source->path,
			  image->key);
		*ret = *image;
		*image = (struct image){0};
		*ret_found = true;
	}
	images_done(&images);
	return rc;
}
