/* What an image plugin says about an image, checked.
 * SPDX-License-Identifier: Apache-2.0 */
#include "plan.h"

#include <stdlib.h>
#include <string.h>

#include "core/appc/manifest.h"
#include "digest.h"

static void
layer_done(struct layer_spec *l)
{
	free(l->digest);
	free(l->diff_id);
	free(l->path);
	free(l->url);
	free(l->root);
	free(l->manifest);
}

void
plan_done(struct plan *p)
{
	json_decref(p->manifest);
	free(p->format);
	free(p->origin);
	free(p->digest);
	for (size_t i = 0; i < p->layers.len; i++)
		layer_done(&p->layers.items[i]);
	vec_done(&p->layers);
}

static int
take_string(const struct plan *p, const json_t *object, const char *key,
	    char **ret, struct error *e)
{
	const json_t *value = json_object_get(object, key);

	if (!value || json_is_null(value))
		return 0;
	if (!json_is_string(value) || json_string_length(value) == 0)
		return error_set(e, RKT_ERR_INPUT,
				 "%s: '%s' is not a string with content",
				 p->name, key);
	*ret = xstrdup(json_string_value(value));
	return 0;
}

static int
take_number(const struct plan *p, const json_t *object, const char *key,
	    uint64_t *ret, struct error *e)
{
	const json_t *value = json_object_get(object, key);

	if (!value || json_is_null(value))
		return 0;
	if (!json_is_integer(value) || json_integer_value(value) < 0)
		return error_set(e, RKT_ERR_INPUT,
				 "%s: '%s' is not a whole number", p->name,
				 key);
	*ret = (uint64_t)json_integer_value(value);
	return 0;
}

static int
take_digest(const struct plan *p, const json_t *object, const char *key,
	    char **ret, struct error *e)
{
	enum digest_alg alg;

	if (take_string(p, object, key, ret, e) < 0)
		return -1;
	if (*ret && digest_parse(*ret, &alg, e) < 0)
		return error_prefix(e, "%s", p->name);
	return 0;
}

static int
take_choices(const struct plan *p, const json_t *object, struct layer_spec *l,
	     struct error *e)
{
	const char *whiteouts = json_string_at(object, "whiteouts");
	const char *compression = json_string_at(object, "compression");
	const json_t *url = json_array_get(json_object_get(object, "urls"), 0);
	enum compression c;

	if (whiteouts && strcmp(whiteouts, "oci") == 0)
		l->has_whiteouts = true;
	else if (whiteouts && strcmp(whiteouts, "none") != 0)
		return error_set(e, RKT_ERR_UNSUPPORTED,
				 "%s: unknown kind of whiteouts '%.64s'",
				 p->name, whiteouts);
	/* The bytes decide; but an unknown word is a newer plugin's. */
	if (compression && !compression_parse(compression, &c))
		return error_set(e, RKT_ERR_UNSUPPORTED,
				 "%s: unknown compression '%.64s'", p->name,
				 compression);
	if (json_is_string(url))
		l->url = xstrdup(json_string_value(url));
	return 0;
}

static int
layer_fill(const struct plan *p, const json_t *object, struct layer_spec *l,
	   struct error *e)
{
	if (!json_is_object(object))
		return error_set(e, RKT_ERR_INPUT, "%s: layer is no object",
				 p->name);
	if (take_digest(p, object, "digest", &l->digest, e) < 0 ||
	    take_digest(p, object, "diffId", &l->diff_id, e) < 0 ||
	    take_number(p, object, "size", &l->size, e) < 0 ||
	    take_number(p, object, "offset", &l->offset, e) < 0 ||
	    take_string(p, object, "path", &l->path, e) < 0 ||
	    take_string(p, object, "root", &l->root, e) < 0 ||
	    take_string(p, object, "manifest", &l->manifest, e) < 0 ||
	    take_choices(p, object, l, e) < 0)
		return -1;
	return 0;
}

static int
add_layer(struct plan *p, const json_t *object, struct error *e)
{
	struct layer_spec l = {.size = UINT64_MAX};

	if (p->layers.len == PLAN_LAYERS_MAX)
		return error_set(e, RKT_ERR_UNSUPPORTED,
				 "%s: has more than %u layers", p->name,
				 PLAN_LAYERS_MAX);
	if (layer_fill(p, object, &l, e) < 0) {
		layer_done(&l);
		return -1;
	}
	vec_push(&p->layers, l);
	return 0;
}

int
plan_add(struct plan *p, const char *key, const char *bytes, size_t len,
	 struct error *e)
{
	auto_json json_t *value = NULL;

	if (strcmp(key, "manifest") == 0) {
		if (p->manifest)
			return error_set(e, RKT_ERR_INPUT, "%s: two manifests",
					 p->name);
		return image_manifest_parse(bytes, len, p->name, &p->manifest,
					    e);
	}
	if (strcmp(key, "origin") != 0 && strcmp(key, "layer") != 0)
		return error_set(e, RKT_ERR_UNSUPPORTED,
				 "%s: plugin gave the unknown '%.64s'", p->name,
				 key);
	if (json_parse(bytes, len, p->name, &value, e) < 0)
		return -1;
	if (strcmp(key, "layer") == 0)
		return add_layer(p, value, e);
	if (p->format)
		return error_set(e, RKT_ERR_INPUT, "%s: two origins", p->name);
	if (take_string(p, value, "format", &p->format, e) < 0 ||
	    take_string(p, value, "name", &p->origin, e) < 0 ||
	    take_digest(p, value, "digest", &p->digest, e) < 0)
		return -1;
	return 0;
}

int
plan_check(const struct plan *p, struct error *e)
{
	bool has_inner = p->layers.len == 1 && p->layers.items[0].root &&
			 p->layers.items[0].manifest;

	if (p->manifest && has_inner)
		return error_set(e, RKT_ERR_INPUT,
				 "%s: two manifests, one in the layer",
				 p->name);
	if (!p->manifest && !has_inner)
		return error_set(e, RKT_ERR_INPUT, "%s: has no manifest",
				 p->name);
	for (size_t i = 0; i < p->layers.len; i++) {
		const char *url = p->layers.items[i].url;

		if (url)
			return error_set(e, RKT_ERR_UNSUPPORTED,
					 "cannot fetch \"%.300s\": no plugin "
					 "or transport for scheme \"%.*s\"",
					 url, (int)strcspn(url, ":"), url);
	}
	return 0;
}
