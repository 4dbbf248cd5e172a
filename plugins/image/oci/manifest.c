/* An image manifest: its configuration and its layers.
 * SPDX-License-Identifier: Apache-2.0 */
#include "manifest.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "plugins/image/oci/digest.h"

static rkt_status
check_config_type(const struct layout *l, const struct descriptor *d,
		  const struct manifest *m)
{
	const char *type = string_at(m->document, "artifactType");

	if (media_is_config(m->config.media_type))
		return RKT_OK;
	return layout_fail(l, RKT_ERR_UNSUPPORTED, 0,
			   "'%s' is an artifact of type '%s' and not a "
			   "runnable image",
			   d->digest, type ? type : m->config.media_type);
}

static rkt_status
load_config(const struct layout *l, const struct descriptor *d,
	    struct manifest *m)
{
	json_t *config = json_object_get(m->document, "config");
	rkt_status status;

	if (!config)
		return layout_fail(l, RKT_ERR_INPUT, 0,
				   "manifest '%s' names no configuration",
				   d->digest);
	status = descriptor_parse(l, "configuration of the image", config,
				  &m->config);
	if (status == RKT_OK)
		status = check_config_type(l, d, m);
	return status == RKT_OK
		       ? document_load(l, &m->config, &m->config_document)
		       : status;
}

static rkt_status
check_layers(const struct layout *l, const struct descriptor *d,
	     struct manifest *m)
{
	const json_t *root = json_object_get(m->config_document, "rootfs");
	const char *type = string_at(root, "type");
	size_t n;

	m->layers = json_object_get(m->document, "layers");
	m->diff_ids = json_object_get(root, "diff_ids");
	n = json_array_size(m->layers);
	if (!json_is_array(m->layers) || n == 0)
		return layout_fail(l, RKT_ERR_INPUT, 0,
				   "image '%s' has no layers", d->digest);
	if (n > MANIFEST_LAYERS_MAX)
		return layout_fail(l, RKT_ERR_INPUT, 0,
				   "image '%s' has more than %u layers",
				   d->digest, MANIFEST_LAYERS_MAX);
	if (!type || strcmp(type, "layers") != 0)
		return layout_fail(l, RKT_ERR_INPUT, 0,
				   "configuration '%s' has no 'rootfs' made of "
				   "layers",
				   m->config.digest);
	if (json_array_size(m->diff_ids) != n)
		return layout_fail(l, RKT_ERR_INPUT, 0,
				   "image '%s' has %zu layers, its "
				   "configuration lists %zu",
				   d->digest, n, json_array_size(m->diff_ids));
	return RKT_OK;
}

rkt_status
manifest_load(const struct layout *l, const struct descriptor *d,
	      struct manifest *ret)
{
	rkt_status status;

	*ret = (struct manifest){0};
	status = document_load(l, d, &ret->document);
	if (status == RKT_OK)
		status = load_config(l, d, ret);
	return status == RKT_OK ? check_layers(l, d, ret) : status;
}

void
manifest_done(struct manifest *m)
{
	json_decref(m->document);
	json_decref(m->config_document);
	m->document = m->config_document = NULL;
}

static const struct {
	const char *media_type, *compression;
} compressions[] = {
	{"application/vnd.oci.image.layer.v1.tar", "none"},
	{"application/vnd.oci.image.layer.v1.tar+gzip", "gzip"},
	{"application/vnd.oci.image.layer.v1.tar+zstd", "zstd"},
	{"application/vnd.oci.image.layer.nondistributable.v1.tar", "none"},
	{"application/vnd.oci.image.layer.nondistributable.v1.tar+gzip",
	 "gzip"},
	{"application/vnd.oci.image.layer.nondistributable.v1.tar+zstd",
	 "zstd"},
	{"application/vnd.docker.image.rootfs.diff.tar", "none"},
	{"application/vnd.docker.image.rootfs.diff.tar.gzip", "gzip"},
	{"application/vnd.docker.image.rootfs.diff.tar.zstd", "zstd"},
	{"application/vnd.docker.image.rootfs.foreign.diff.tar", "none"},
	{"application/vnd.docker.image.rootfs.foreign.diff.tar.gzip", "gzip"},
};

static const char *
compression_of(const char *media_type)
{
	for (size_t i = 0; i < sizeof(compressions) / sizeof(*compressions);
	     i++)
		if (strcmp(compressions[i].media_type, media_type) == 0)
			return compressions[i].compression;
	return NULL;
}

static rkt_status
fail_missing(const struct layout *l, const struct descriptor *d,
	     const char *name)
{
	const char *url = json_string_value(
		json_array_get(json_object_get(d->json, "urls"), 0));

	if (url)
		return layout_fail(l, RKT_ERR_UNSUPPORTED, 0,
				   "layer '%s' is not in the layout; it would "
				   "have to come from '%s'",
				   d->digest, url);
	return layout_fail(l, RKT_ERR_NOT_FOUND, 0, "there is no file '%s'",
			   name);
}

static rkt_status
find_layer(const struct layout *l, const struct descriptor *d,
	   const char **ret_name, struct place *ret)
{
	rkt_status status;
	bool is_found;

	status = layout_blob_name(l, d->digest, ret_name);
	if (status == RKT_OK)
		status = layout_find(l, *ret_name, ret, &is_found);
	if (status != RKT_OK)
		return status;
	if (!is_found)
		return fail_missing(l, d, *ret_name);
	if (ret->size != d->size)
		return layout_fail(l, RKT_ERR_UNTRUSTED, 0,
				   "'%s' has %llu bytes instead of %llu",
				   *ret_name, (unsigned long long)ret->size,
				   (unsigned long long)d->size);
	return RKT_OK;
}

rkt_status
manifest_layer(const struct layout *l, const struct manifest *m, size_t i,
	       json_t **ret)
{
	const char *diff_id = json_string_value(json_array_get(m->diff_ids, i));
	const char *compression, *name;
	struct descriptor d;
	struct place place;
	rkt_status status;
	char what[32];
	json_t *layer;
	int failed;

	snprintf(what, sizeof(what), "layer %zu", i);
	status = descriptor_parse(l, what, json_array_get(m->layers, i), &d);
	if (status != RKT_OK)
		return status;
	compression = compression_of(d.media_type);
	if (!compression)
		return layout_fail(l, RKT_ERR_UNSUPPORTED, 0,
				   "%s is of the unknown type '%s'", what,
				   d.media_type);
	if (!diff_id || !digest_is_known(diff_id))
		return layout_fail(l, RKT_ERR_INPUT, 0,
				   "%s has no sha256 or sha512 in 'diff_ids'",
				   what);
	status = find_layer(l, &d, &name, &place);
	if (status != RKT_OK)
		return status;
	layer = json_pack("{s:s, s:I, s:s, s:s, s:s}", "digest", d.digest,
			  "size", (json_int_t)d.size, "diffId", diff_id,
			  "compression", compression, "whiteouts", "oci");
	failed = l->archive ? json_object_set_new(
				      layer, "offset",
				      json_integer((json_int_t)place.offset))
			    : json_object_set_new(layer, "path",
						  json_string(name));
	if (failed) {
		json_decref(layer);
		return layout_fail(l, RKT_ERR_SYSTEM, ENOMEM,
				   "cannot describe %s", what);
	}
	*ret = layer;
	return RKT_OK;
}
