/* From a plan to an image in the store.
 * SPDX-License-Identifier: Apache-2.0 */
#include "import.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <time.h>

#include "core/appc/image-name.h"
#include "core/appc/manifest.h"
#include "core/base/cleanup.h"
#include "core/base/fd.h"
#include "core/base/log.h"
#include "blob-reader.h"
#include "known.h"
#include "layer.h"
#include "unpack.h"

#define KEY_HEX 64

struct import {
	struct store *store;
	struct plan *plan;
	const struct source *source;
	struct progress *progress;
	struct image image; /* the record that comes of it */
	char diff_ids[PLAN_LAYERS_MAX][DIGEST_TEXT_MAX];
};

/* "sha512:<128 hex>" -> "sha512-<64 hex>" */
static char *
key_of_digest(const char *digest)
{
	return xasprintf("sha512-%.*s", KEY_HEX, digest + strlen("sha512:"));
}

/* ---- one layer --------------------------------------------------------------
 */

static int
layer_open(struct import *im, const struct layer_spec *spec, char **ret_name,
	   int *ret_fd, struct error *e)
{
	autofree char *name = NULL;
	autoclose int fd = -1;
	struct stat st;

	if (!spec->path) {
		*ret_name = xstrdup(im->source->path);
		*ret_fd = fcntl(im->source->fd, F_DUPFD_CLOEXEC, 0);
		if (*ret_fd < 0)
			return error_errno(e, errno, "open %s", *ret_name);
		return 0;
	}
	name = xasprintf("%s/%s", im->source->path, spec->path);
	fd = open_beneath(im->source->fd, spec->path, O_RDONLY | O_NONBLOCK, 0);
	if (fd < 0)
		return open_error(e, errno, name);
	if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode))
		return error_set(e, RKT_ERR_INPUT, "'%s' is not a file", name);
	*ret_name = steal(name);
	*ret_fd = steal_fd(&fd);
	return 0;
}

static int
layer_make(struct import *im, const struct layer_spec *spec,
	   struct layer_new *new, struct image_layer *ret,
	   struct layer_job *job, struct error *e)
{
	autofree char *name = NULL;
	autoclose int fd = -1;

	if (layer_open(im, spec, &name, &fd, e) < 0)
		return -1;
	job->spec = spec;
	job->name = name;
	job->fd = fd;
	job->rootfs_fd = layer_new_rootfs_fd(new);
	job->blob_fd = layer_new_blob_fd(new);
	job->diff_alg = spec->manifest ? DIGEST_SHA512 : DIGEST_SHA256;
	job->progress = im->progress;
	log_debug("fetch", "unpacking %s", name);
	if (layer_run(job, e) < 0)
		return -1;
	layer_new_set_size(new, job->file_bytes);
	layer_new_set_implied(new, job->implied, job->implied_len);
	ret->tree = digest_store_name(job->diff_id);
	ret->blob = job->digest[0] != '\0' ? digest_store_name(job->digest)
					   : key_of_digest(job->diff_id);
	ret->compression = xstrdup(compression_name(job->compression));
	ret->size = job->size;
	ret->tree_size = store_is_incoming(im->store) ? 0 : job->file_bytes;
	return layer_new_commit(new, ret->tree, ret->blob, e);
}

/* Its first bytes tell the compression that the record wants to know. */
static int
layer_known(struct import *im, const struct layer_spec *spec, char **tree,
	    char **blob, struct image_layer *ret, struct error *e)
{
	struct blob_reader reader = {.blob_fd = -1, .size = UINT64_MAX};
	enum compression c = COMPRESSION_NONE;
	autofree char *name = NULL;
	autoclose int fd = -1;
	int rc;

	if (layer_open(im, spec, &name, &fd, e) < 0)
		return -1;
	reader.fd = fd;
	reader.name = name;
	reader.offset = spec->offset;
	rc = blob_reader_sniff(&reader, &c, e);
	blob_reader_done(&reader);
	if (rc < 0 || store_layer_sizes(im->store, *tree, *blob,
					&ret->tree_size, &ret->size, e) < 0)
		return -1;
	log_debug("fetch", "layer %s is in the store", *tree);
	ret->tree = steal(*tree);
	ret->blob = steal(*blob);
	ret->compression = xstrdup(compression_name(c));
	return 0;
}

static int
layer_import(struct import *im, const struct layer_spec *spec,
	     struct image_layer *ret, struct layer_job *job, struct error *e)
{
	autofree char *tree =
		spec->diff_id ? digest_store_name(spec->diff_id) : NULL;
	autofree char *blob =
		spec->digest ? digest_store_name(spec->digest) : NULL;
	struct layer_new *new = NULL;
	int rc;

	if (store_layer_begin(im->store, tree, tree ? blob : NULL, &new, e) < 0)
		return -1;
	if (!new &&blob) {
		snprintf(job->diff_id, sizeof(job->diff_id), "%s",
			 spec->diff_id);
		return layer_known(im, spec, &tree, &blob, ret, e);
	}
	/* Without a name for the blob it must be read to get one. */
	if (!new &&store_layer_begin(im->store, NULL, NULL, &new, e) < 0)
		return -1;
	rc = layer_make(im, spec, new, ret, job, e);
	layer_new_free(new);
	return rc;
}

/* Overlayfs refuses to stack a directory twice; only its highest place counts,
 * for there it hides all it had to say further down. */
static bool
comes_again(const struct plan *p, size_t i)
{
	const char *diff_id = p->layers.items[i].diff_id;

	for (size_t j = i + 1; diff_id && j < p->layers.len; j++) {
		const char *other = p->layers.items[j].diff_id;

		if (other && strcmp(diff_id, other) == 0)
			return true;
	}
	return false;
}

static int
layers_import(struct import *im, struct error *e)
{
	struct layer_specs *specs = &im->plan->layers;

	for (size_t i = 0; i < specs->len; i++) {
		const struct layer_spec *spec = &specs->items[i];
		struct image_layer layer = {0};
		struct layer_job job = {0};
		int rc = 0;

		/* The key is over all of them: whoever unpacks an incoming
		 * image must know them. */
		if (!store_is_incoming(im->store) && comes_again(im->plan, i)) {
			strcpy(im->diff_ids[i], spec->diff_id);
			continue;
		}
		rc = layer_import(im, spec, &layer, &job, e);
		strcpy(im->diff_ids[i], job.diff_id);
		if (rc == 0 && job.manifest)
			rc = image_manifest_parse(
				job.manifest, job.manifest_len,
				im->source->path, &im->plan->manifest, e);
		layer_job_done(&job);
		vec_push(&im->image.layers, layer);
		if (rc < 0)
			return -1;
	}
	return 0;
}

/* ---- the image --------------------------------------------------------------
 */

static int
make_key(const struct import *im, const char *manifest, char **ret,
	 struct error *e)
{
	const struct layer_specs *specs = &im->plan->layers;
	char text[DIGEST_TEXT_MAX];
	struct digest *d;
	int rc;

	if (specs->len == 1 && specs->items[0].manifest) {
		*ret = key_of_digest(im->diff_ids[0]);
		return 0;
	}
	if (digest_new(DIGEST_SHA512, &d, e) < 0)
		return -1;
	digest_add(d, manifest, strlen(manifest));
	for (size_t i = 0; i < specs->len; i++) {
		digest_add(d, im->diff_ids[i], strlen(im->diff_ids[i]));
		digest_add(d, "\n", 1);
	}
	rc = digest_finish(d, text, sizeof(text), e);
	digest_free(d);
	if (rc == 0)
		*ret = key_of_digest(text);
	return rc;
}

static int
is_opaque(struct store *store, const char *tree, bool *ret, struct error *e)
{
	autofree char *path = store_tree_path(store, tree);
	char value;
	ssize_t n = lgetxattr(path, UNPACK_OPAQUE_KEY, &value, 1);

	if (n < 0 && errno != ENODATA && errno != EOPNOTSUPP)
		return error_errno(e, errno, "read attributes of %s", path);
	*ret = n == 1 && value == 'y';
	return 0;
}

/* What a layer says of its own root, overlayfs does not hear: the layers that
 * it hides are left out of the stack. */
static int
drop_hidden(struct import *im, struct error *e)
{
	struct image_layers *layers = &im->image.layers;
	struct image hidden = {0};
	bool is_found = false;
	size_t n = store_is_incoming(im->store) ? 0 : layers->len;

	while (n > 1 && !is_found)
		if (is_opaque(im->store, layers->items[--n].tree, &is_found,
			      e) < 0)
			return -1;
	if (!is_found)
		return 0;
	for (size_t i = 0; i < n; i++)
		vec_push(&hidden.layers, layers->items[i]);
	memmove(layers->items, layers->items + n,
		(layers->len - n) * sizeof(layers->items[0]));
	layers->len -= n;
	image_done(&hidden);
	return 0;
}

/* By a name that is not its own, an image may have been chosen. */
static int
check_claimed(const struct import *im, struct error *e)
{
	const struct image *claimed = im->plan->claimed;

	if (!claimed)
		return 0;
	if (strcmp(claimed->key, im->image.key) != 0)
		return error_set(e, RKT_ERR_UNTRUSTED,
				 "its content is that of '%s'", im->image.key);
	if (strcmp(claimed->name, im->image.name) != 0 ||
	    !json_equal(claimed->labels, im->image.labels))
		return error_set(e, RKT_ERR_UNTRUSTED,
				 "its record has another name than its "
				 "manifest");
	return 0;
}

static int
record(struct import *im, char **ret_key, struct error *e)
{
	const json_t *manifest = im->plan->manifest;
	const char *name = json_string_at(manifest, "name");
	json_t *labels = json_object_get(manifest, "labels");
	autofree char *text = json_print(manifest, false);
	struct timespec now;

	if (make_key(im, text, &im->image.key, e) < 0 || drop_hidden(im, e) < 0)
		return -1;
	clock_gettime(CLOCK_REALTIME, &now);
	im->image.name = xstrdup(name ? name : "");
	im->image.labels = labels ? json_incref(labels) : json_array();
	if (check_claimed(im, e) < 0)
		return -1;
	im->image.format = xstrdup(im->plan->format ? im->plan->format : "");
	/* What says its name only in the manifest inside comes from there. */
	im->image.origin =
		im->plan->origin
			? xstrdup(im->plan->origin)
			: image_name_short(im->image.name, im->image.labels);
	im->image.digest = im->plan->digest ? xstrdup(im->plan->digest) : NULL;
	im->image.import_ns = im->image.used_ns =
		(int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
	if (store_trees_publish(im->store, &im->image, e) < 0)
		return -1;
	if (store_image_add(im->store, &im->image, text, e) < 0)
		return -1;
	*ret_key = xstrdup(im->image.key);
	return 0;
}

/* As if it had been unpacked now. */
static int
record_again(struct import *im, const char *manifest, char **ret_key,
	     struct error *e)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	im->image.import_ns = im->image.used_ns =
		(int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
	if (store_image_add(im->store, &im->image, manifest, e) < 0)
		return -1;
	*ret_key = xstrdup(im->image.key);
	return 0;
}

static uint64_t
total_size(const struct import *im)
{
	uint64_t total = 0;

	for (size_t i = 0; i < im->plan->layers.len; i++) {
		uint64_t size = im->plan->layers.items[i].size;

		total += size == UINT64_MAX ? im->source->size : size;
	}
	return total;
}

static int
import_layers(struct import *im, char **ret_key, struct error *e)
{
	int rc;

	im->progress = progress_new(im->source->path, total_size(im));
	rc = layers_import(im, e);
	progress_free(im->progress);
	if (rc == 0)
		rc = record(im, ret_key, e);
	if (rc < 0)
		store_import_abandon(im->store, &im->image);
	return rc;
}

/* Nothing but its content says what is in it: is it known from before? */
static int
import_file(struct import *im, char **ret_key, struct error *e)
{
	autofree char *manifest = NULL;
	autoclose int lock = -1;
	bool is_found = false;

	if (known_lock(im->store, im->source, &lock, e) < 0 ||
	    known_find(im->store, im->source, &is_found, &im->image, &manifest,
		       e) < 0)
		return -1;
	return is_found ? record_again(im, manifest, ret_key, e)
			: import_layers(im, ret_key, e);
}

int
import_image(struct store *store, struct plan *plan,
	     const struct source *source, char **ret_key, struct error *e)
{
	struct import *im = xcalloc(1, sizeof(*im));
	const struct layer_spec *first = plan->layers.items;
	int rc;

	im->store = store;
	im->plan = plan;
	im->source = source;
	if (!plan->claimed && plan->layers.len == 1 && first->manifest &&
	    !first->path && !first->diff_id && first->offset == 0)
		rc = import_file(im, ret_key, e);
	else
		rc = import_layers(im, ret_key, e);
	image_done(&im->image);
	free(im);
	return rc;
}
