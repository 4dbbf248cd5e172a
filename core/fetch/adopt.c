/* Images of the store, ready to be used by who must trust them.
 * SPDX-License-Identifier: Apache-2.0
 *
 * How the layers of an image are unpacked follows from its format, and no two
 * formats give the same key, nor the same name of a tree: a member cannot have
 * anything unpacked by other rules than a fetch by root would. */
#include "adopt.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "core/appc/manifest.h"
#include "core/base/cleanup.h"
#include "core/base/fd.h"
#include "core/base/log.h"
#include "import.h"

#define ALG_LEN 7 /* "sha512-" */

/* A file may say that it has more bytes than any disk. */
#define BLOB_SIZE_MAX ((uint64_t)64 << 30)

static int
load(struct store *s, const char *key, struct image *ret, char **ret_manifest,
     struct error *e)
{
	bool is_found = false;

	if (store_image_get(s, key, &is_found, ret, e) < 0)
		return -1;
	if (!is_found)
		return error_set(e, RKT_ERR_NOT_FOUND,
				 "image '%s' is not in the local store", key);
	if (store_manifest_read(s, key, ret_manifest, e) == 0)
		return 0;
	image_done(ret);
	return -1;
}

/* "sha256-<hex>" -> "sha256:<hex>" */
static char *
digest_of(const char *name)
{
	char *text = xstrdup(name);

	text[ALG_LEN - 1] = ':';
	return text;
}

static int
broken(const char *what, struct error *e)
{
	return error_set(e, RKT_ERR_UNTRUSTED, "%s", what);
}

/* ---- what to import, from what the record claims ----------------------------
 */

static int
plan_layer(struct plan *plan, const struct image_layer *l, bool is_aci,
	   struct error *e)
{
	struct layer_spec spec = {.size = UINT64_MAX};

	if (!l->blob)
		return broken("a layer has no blob", e);
	if (l->size > BLOB_SIZE_MAX)
		return broken("a layer is too large", e);
	/* sha512 names the trees of an .aci, which has other rules. */
	if (!is_aci && strncmp(l->tree, "sha256-", ALG_LEN) != 0)
		return broken("a layer's tree is not named by sha256", e);
	spec.path =
		xasprintf("%.6s/%.2s/%s", l->blob, l->blob + ALG_LEN, l->blob);
	if (is_aci) {
		spec.root = xstrdup("rootfs");
		spec.manifest = xstrdup("manifest");
	} else {
		spec.digest = digest_of(l->blob);
		spec.diff_id = digest_of(l->tree);
		spec.size = l->size;
		spec.has_whiteouts = true;
	}
	vec_push(&plan->layers, spec);
	return 0;
}

static int
make_plan(const struct image *image, const char *manifest, struct plan *plan,
	  struct error *e)
{
	bool is_aci = image->format && strcmp(image->format, "aci") == 0;

	if (!is_aci && (!image->format || strcmp(image->format, "oci") != 0))
		return broken("it is of an unknown format", e);
	if (image->layers.len > PLAN_LAYERS_MAX ||
	    (is_aci && image->layers.len != 1))
		return broken("it has an impossible number of layers", e);
	if (!is_aci && image_manifest_parse(manifest, strlen(manifest),
					    plan->name, &plan->manifest, e) < 0)
		return -1;
	for (size_t i = 0; i < image->layers.len; i++)
		if (plan_layer(plan, &image->layers.items[i], is_aci, e) < 0)
			return -1;
	plan->format = xstrdup(image->format);
	plan->origin = image->origin ? xstrdup(image->origin) : NULL;
	plan->digest = image->digest ? xstrdup(image->digest) : NULL;
	return 0;
}

/* ---- the import -------------------------------------------------------------
 */

static int
open_blobs(struct store *s, struct source *ret, struct error *e)
{
	ret->path = xasprintf("%s/incoming/blob", store_cas_path(s));
	ret->fd = open_no_links(store_incoming_fd(s), "blob",
				O_RDONLY | O_DIRECTORY, 0);
	ret->is_directory = true;
	if (ret->fd < 0)
		return error_errno(e, errno, "open %s", ret->path);
	return 0;
}

static int
import_again(struct store *s, const struct image *image, const char *manifest,
	     struct error *e)
{
	struct plan plan = {.name = image->key, .claimed = image};
	struct source blobs = {.fd = -1};
	autofree char *key = NULL;
	int rc = make_plan(image, manifest, &plan, e);

	if (rc == 0)
		rc = open_blobs(s, &blobs, e);
	if (rc == 0)
		rc = import_image(s, &plan, &blobs, &key, e);
	source_done(&blobs);
	plan_done(&plan);
	return rc;
}

int
image_get_ready(struct store *s, const char *key, struct image *ret,
		char **ret_manifest, struct error *e)
{
	struct image image;
	autofree char *manifest = NULL;
	struct error why = ERROR_NONE;
	int rc;

	if (load(s, key, &image, &manifest, e) < 0)
		return -1;
	if (!image.is_incoming || store_is_incoming(s)) {
		*ret = image;
		*ret_manifest = steal(manifest);
		return 0;
	}
	log_debug("fetch", "importing image %s of a member", key);
	rc = import_again(s, &image, manifest, &why);
	image_done(&image);
	if (rc < 0)
		return error_set(e, why.code, "cannot trust image '%s': %s",
				 key, why.layers[0]);
	store_incoming_drop(s, key);
	return load(s, key, ret, ret_manifest, e);
}
