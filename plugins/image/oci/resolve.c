/* From a named layout to the descriptors of one image.
 * SPDX-License-Identifier: Apache-2.0 */
#include "oci.h"

#include <errno.h>
#include <string.h>

#include "plugins/image/oci/config.h"
#include "plugins/image/oci/index.h"
#include "plugins/image/oci/manifest.h"
#include "sdk/toolkit/cleanup.h"

/* PATH[:NAME], PATH:@N or PATH@N: a path with a colon in it cannot be named,
 * as with other tools. */
rkt_status
oci_split(struct rkt_call *call, const char *rest,
	  struct rkt_image_parts *parts)
{
	const char *selector = strchr(rest, ':'), *end;

	if (selector) {
		end = selector++;
	} else {
		selector = strrchr(rest, '@');
		if (selector &&
		    (selector[1] == '\0' ||
		     selector[1 + strspn(selector + 1, "0123456789")] != '\0'))
			selector = NULL;
		end = selector ? selector : rest + strlen(rest);
	}
	if (end == rest)
		return call->host->fail(call, RKT_ERR_INPUT, 0,
					"'%s' names no path", rest);
	parts->path = rest;
	parts->path_len = (uint64_t)(end - rest);
	parts->selector = selector && *selector ? selector : NULL;
	parts->selector_len = parts->selector ? strlen(selector) : 0;
	return RKT_OK;
}

/* Consumes `j`. */
static rkt_status
emit(const struct layout *l, const char *key, json_t *j)
{
	autofree char *text = j ? json_dumps(j, JSON_COMPACT) : NULL;

	json_decref(j);
	if (!text)
		return layout_fail(l, RKT_ERR_SYSTEM, ENOMEM,
				   "cannot describe the image");
	return l->call->host->emit(l->call, key, text, strlen(text));
}

/* Not as typed: an image is the same whatever way leads to it. */
static rkt_status
name_origin(const struct layout *l, const char *ref_name,
	    struct config_origin *origin)
{
	struct image_label *label = &origin->label;
	rkt_status status = name_image(l, ref_name, label);

	if (status != RKT_OK)
		return status;
	origin->original = label->name;
	if (label->version)
		origin->original = scratch_printf(l->call, "%s:%s", label->name,
						  label->version);
	return origin->original ? RKT_OK
				: layout_fail(l, RKT_ERR_SYSTEM, ENOMEM,
					      "cannot name the image");
}

static rkt_status
emit_manifest(const struct layout *l, const struct rkt_image_source *source,
	      const struct selection *s, const struct manifest *m)
{
	const char *ref_name = s->ref_name ? s->ref_name : source->selector;
	struct config_origin origin = {
		.manifest_digest = s->manifest.digest,
		.config_digest = m->config.digest,
		.os = source->os,
		.arch = source->arch,
	};
	rkt_status status;
	json_t *converted;

	if (ref_name && ref_name[0] == '@')
		ref_name = NULL;
	status = name_origin(l, ref_name, &origin);
	if (status == RKT_OK)
		status = config_convert(l, m->config_document, &origin,
					&converted);
	if (status == RKT_OK)
		status = emit(l, "manifest", converted);
	if (status != RKT_OK)
		return status;
	return emit(l, "origin",
		    json_pack("{s:s, s:s, s:s}", "format", "oci", "name",
			      origin.label.name, "digest", s->manifest.digest));
}

static rkt_status
emit_image(const struct layout *l, const struct rkt_image_source *source,
	   const struct selection *s)
{
	struct manifest m;
	rkt_status status;

	status = manifest_load(l, &s->manifest, &m);
	if (status == RKT_OK)
		status = emit_manifest(l, source, s, &m);
	for (size_t i = 0; status == RKT_OK && i < json_array_size(m.layers);
	     i++) {
		json_t *layer;

		status = manifest_layer(l, &m, i, &layer);
		if (status == RKT_OK)
			status = emit(l, "layer", layer);
	}
	manifest_done(&m);
	return status;
}

static rkt_status
resolve_layout(const struct layout *l, const struct rkt_image_source *source)
{
	struct platform wanted;
	struct selection s;
	rkt_status status;
	json_t *index;
	char *text;
	size_t len;

	platform_set(&wanted, source->os, source->arch, source->variant);
	status = layout_read(l, "index.json", &text, &len);
	if (status == RKT_OK)
		status = document_decode(l, "index.json", text, len, &index);
	if (status != RKT_OK)
		return status;
	status = index_select(l, "index.json", index, source->selector, &wanted,
			      &s);
	if (status == RKT_OK)
		status = emit_image(l, source, &s);
	selection_done(&s);
	return status;
}

rkt_status
oci_resolve(struct rkt_call *call, const struct rkt_image_source *request)
{
	struct rkt_image_source source;
	struct layout l;
	rkt_status status;

	RKT_TAKE(call, &source, request);
	if (source.fd < 0)
		return call->host->fail(call, RKT_ERR_INPUT, 0,
					"'%s' names no file or directory",
					source.ref);
	if (source.selector && source.selector[0] == '\0')
		source.selector = NULL;
	status = layout_open(&l, call, &source);
	if (status == RKT_OK)
		status = resolve_layout(&l, &source);
	layout_close(&l);
	return status;
}
