/* Reading back what the store keeps of an image.
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/render/blob.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "core/base/alloc.h"
#include "core/base/cleanup.h"
#include "core/base/fd.h"
#include "core/fetch/adopt.h"
#include "core/fetch/blob-reader.h"
#include "core/render/image.h"

#define ALG_LEN 7 /* "sha512-" */

int
image_load(struct store *s, const char *key, struct image *ret, struct error *e)
{
	autofree char *manifest = NULL;

	return image_get_ready(s, key, ret, &manifest, e);
}

const struct image_layer *
image_aci_layer(const struct image *image)
{
	for (size_t i = 0; i < image->layers.len; i++) {
		const struct image_layer *l = &image->layers.items[i];

		if (l->blob && strcmp(l->blob, image->key) == 0)
			return l;
	}
	return NULL;
}

void
image_trees(struct store *s, const struct image *image, struct strings *paths,
	    const char ***ret)
{
	size_t n = image->layers.len;

	for (size_t i = n; i-- > 0;)
		vec_push(paths,
			 store_tree_path(s, image->layers.items[i].tree));
	*ret = xcalloc(n + 1, sizeof(**ret));
	for (size_t i = 0; i < n; i++)
		(*ret)[i] = paths->items[i];
}

static int
open_blob(struct store *s, const struct image_layer *l, char **ret_name,
	  int *ret_fd, struct error *e)
{
	autofree char *path = NULL;

	if (!l->blob)
		return error_set(e, RKT_ERR_NOT_FOUND,
				 "layer '%s' was not kept as it came", l->tree);
	path = xasprintf("blob/%.6s/%.2s/%s", l->blob, l->blob + ALG_LEN,
			 l->blob);
	*ret_fd = open_beneath(store_cas_fd(s), path, O_RDONLY | O_NONBLOCK, 0);
	if (*ret_fd < 0)
		return error_errno(e, errno, "open %s", path);
	*ret_name = steal(path);
	return 0;
}

/* "sha256-<hex>" -> "sha256:<hex>" */
static char *
digest_of(const char *tree)
{
	return xasprintf("%.6s:%s", tree, tree + ALG_LEN);
}

/* ---- bytes ------------------------------------------------------------------
 */

struct source {
	struct blob_reader reader;
	struct inflate *inflate; /* NULL: not compressed */
	struct digest *digest;
};

static int
reader_next(void *data, const uint8_t **ret, size_t *ret_len, struct error *e)
{
	return blob_reader_next(data, ret, ret_len, e);
}

static int
source_begin(struct source *from, const char *tree, const struct bytes *bytes,
	     struct error *e)
{
	autofree char *text = digest_of(tree);
	enum compression c;
	enum digest_alg alg;

	if (digest_parse(text, &alg, e) < 0 ||
	    digest_new(alg, &from->digest, e) < 0 ||
	    blob_reader_sniff(&from->reader, &c, e) < 0)
		return -1;
	return c == COMPRESSION_NONE ? 0
				     : inflate_open(c, from->reader.name, bytes,
						    &from->inflate, e);
}

static int
check_digest(struct source *from, const char *tree, struct error *e)
{
	autofree char *want = digest_of(tree);
	char text[DIGEST_TEXT_MAX];

	if (digest_finish(from->digest, text, sizeof(text), e) < 0)
		return -1;
	if (strcmp(text, want) != 0)
		return error_set(e, RKT_ERR_UNTRUSTED,
				 "image hash does not match expected (%s != "
				 "%s)",
				 text, want);
	return 0;
}

static int
pump(struct source *from, const char *tree, blob_piece *piece, void *arg,
     struct error *e)
{
	const struct bytes bytes = {reader_next, &from->reader};
	const uint8_t *data;
	size_t len;

	if (source_begin(from, tree, &bytes, e) < 0)
		return -1;
	for (;;) {
		int rc = from->inflate
				 ? inflate_next(from->inflate, &data, &len, e)
				 : reader_next(&from->reader, &data, &len, e);

		if (rc < 0)
			return -1;
		if (len == 0)
			return check_digest(from, tree, e);
		digest_add(from->digest, data, len);
		if (piece(arg, data, len, e) < 0)
			return -1;
	}
}

int
blob_read(struct store *s, const struct image_layer *layer, blob_piece *piece,
	  void *arg, struct error *e)
{
	autofree char *name = NULL;
	autoclose int fd = -1;
	struct source from = {{.blob_fd = -1, .size = UINT64_MAX}, NULL, NULL};
	int rc;

	if (open_blob(s, layer, &name, &fd, e) < 0)
		return -1;
	from.reader.fd = fd;
	from.reader.name = name;
	from.reader.progress = progress_new("reading", layer->size);
	rc = pump(&from, layer->tree, piece, arg, e);
	progress_free(from.reader.progress);
	inflate_free(from.inflate);
	digest_free(from.digest);
	blob_reader_done(&from.reader);
	return rc;
}

/* ---- files ------------------------------------------------------------------
 */

int
blob_unpack(struct store *s, const struct image *image,
	    const struct image_layer *layer, int rootfs_fd,
	    struct layer_job *job, struct error *e)
{
	char root[] = "rootfs", manifest[] = "manifest";
	bool is_aci = layer == image_aci_layer(image);
	autofree char *diff_id = digest_of(layer->tree);
	struct layer_spec spec = {
		.diff_id = diff_id,
		.size = UINT64_MAX,
		.has_whiteouts = !is_aci,
		.root = is_aci ? root : NULL,
		.manifest = is_aci ? manifest : NULL,
	};
	autofree char *name = NULL;
	autoclose int fd = -1;
	int rc;

	if (open_blob(s, layer, &name, &fd, e) < 0)
		return -1;
	*job = (struct layer_job){
		.spec = &spec,
		.name = name,
		.fd = fd,
		.rootfs_fd = rootfs_fd,
		.blob_fd = -1,
	};
	job->progress = progress_new("unpacking", layer->size);
	rc = layer_run(job, e);
	progress_free(job->progress);
	job->spec = NULL;
	job->name = NULL;
	job->progress = NULL;
	job->fd = -1;
	return rc;
}
