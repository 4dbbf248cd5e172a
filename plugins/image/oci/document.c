/* The JSON documents of a layout: parsing, descriptors, verified loading.
 * SPDX-License-Identifier: Apache-2.0 */
#include "document.h"

#include <string.h>

#include "plugins/image/oci/digest.h"

static bool
is_one_of(const char *s, const char *a, const char *b)
{
	return strcmp(s, a) == 0 || strcmp(s, b) == 0;
}

bool
media_is_index(const char *media_type)
{
	return is_one_of(media_type, MEDIA_INDEX, MEDIA_DOCKER_LIST);
}

bool
media_is_manifest(const char *media_type)
{
	return is_one_of(media_type, MEDIA_MANIFEST, MEDIA_DOCKER_MANIFEST);
}

bool
media_is_config(const char *media_type)
{
	return is_one_of(media_type, MEDIA_CONFIG, MEDIA_DOCKER_CONFIG);
}

const char *
string_at(const json_t *object, const char *key)
{
	return json_string_value(json_object_get(object, key));
}

/* jansson would follow hostile input 2048 levels down. */
static bool
is_too_deep(const char *text, size_t len)
{
	bool in_string = false;
	size_t depth = 0;

	for (size_t i = 0; i < len; i++) {
		char c = text[i];

		if (in_string && c == '\\')
			i++;
		else if (c == '"')
			in_string = !in_string;
		else if (!in_string && (c == '{' || c == '[') &&
			 ++depth > DOCUMENT_DEPTH_MAX)
			return true;
		else if (!in_string && (c == '}' || c == ']') && depth > 0)
			depth--;
	}
	return false;
}

rkt_status
document_decode(const struct layout *l, const char *name, const char *text,
		size_t len, json_t **ret)
{
	json_error_t why;
	json_t *j;

	if (is_too_deep(text, len))
		return layout_fail(l, RKT_ERR_INPUT, 0,
				   "'%s' is nested deeper than %d levels", name,
				   DOCUMENT_DEPTH_MAX);
	j = json_loadb(text, len, JSON_REJECT_DUPLICATES, &why);
	if (!j)
		return layout_fail(
			l, RKT_ERR_INPUT, 0,
			"'%s' is not valid JSON: line %d, column %d: %s", name,
			why.line, why.column, why.text);
	if (!json_is_object(j)) {
		json_decref(j);
		return layout_fail(l, RKT_ERR_INPUT, 0,
				   "'%s' is not a JSON object", name);
	}
	*ret = j;
	return RKT_OK;
}

rkt_status
descriptor_parse(const struct layout *l, const char *what, json_t *j,
		 struct descriptor *ret)
{
	struct descriptor d = {
		.media_type = string_at(j, "mediaType"),
		.digest = string_at(j, "digest"),
		.json = j,
	};
	const json_t *size = json_object_get(j, "size");

	if (!json_is_object(j))
		return layout_fail(l, RKT_ERR_INPUT, 0,
				   "%s is not a descriptor", what);
	if (!d.media_type || !d.digest || !json_is_integer(size))
		return layout_fail(l, RKT_ERR_INPUT, 0,
				   "%s lacks its mediaType, digest or size",
				   what);
	if (json_integer_value(size) < 0)
		return layout_fail(l, RKT_ERR_INPUT, 0,
				   "%s has a negative size", what);
	d.size = (uint64_t)json_integer_value(size);
	if (!digest_is_known(d.digest))
		return layout_fail(
			l,
			digest_is_valid(d.digest) ? RKT_ERR_UNSUPPORTED
						  : RKT_ERR_INPUT,
			0, "%s: digest '%.140s' is not a sha256 or sha512 one",
			what, d.digest);
	*ret = d;
	return RKT_OK;
}

/* image-spec, "Document identity": guard against one document passing for
 * another kind. */
static rkt_status
check_identity(const struct layout *l, const struct descriptor *d,
	       const json_t *j)
{
	const char *own = string_at(j, "mediaType");
	bool has_manifests = json_object_get(j, "manifests") != NULL;
	bool has_layers = json_object_get(j, "layers") != NULL ||
			  json_object_get(j, "config") != NULL;

	if (media_is_config(d->media_type))
		return RKT_OK;
	if (own && strcmp(own, d->media_type) != 0)
		return layout_fail(l, RKT_ERR_INPUT, 0,
				   "'%s' says it is '%s', its descriptor says "
				   "'%s'",
				   d->digest, own, d->media_type);
	if (has_manifests && has_layers)
		return layout_fail(l, RKT_ERR_INPUT, 0,
				   "'%s' is an index and a manifest at once",
				   d->digest);
	if (media_is_index(d->media_type) ? has_layers : has_manifests)
		return layout_fail(l, RKT_ERR_INPUT, 0,
				   "'%s' is not of its type '%s'", d->digest,
				   d->media_type);
	if (json_integer_value(json_object_get(j, "schemaVersion")) != 2)
		return layout_fail(l, RKT_ERR_UNSUPPORTED, 0,
				   "'%s' has no schemaVersion 2", d->digest);
	return RKT_OK;
}

rkt_status
document_load(const struct layout *l, const struct descriptor *d, json_t **ret)
{
	char digest[DIGEST_TEXT_MAX];
	const char *name;
	rkt_status status;
	char *text;
	size_t len;
	json_t *j;

	status = layout_blob_name(l, d->digest, &name);
	if (status == RKT_OK)
		status = layout_read(l, name, &text, &len);
	if (status != RKT_OK)
		return status;
	if (len != d->size)
		return layout_fail(l, RKT_ERR_UNTRUSTED, 0,
				   "'%s' has %zu bytes instead of %llu", name,
				   len, (unsigned long long)d->size);
	if (digest_of(d->digest, text, len, digest) < 0)
		return layout_fail(l, RKT_ERR_SYSTEM, 0,
				   "cannot compute the digest of '%s'", name);
	if (strcmp(digest, d->digest) != 0)
		return layout_fail(l, RKT_ERR_UNTRUSTED, 0,
				   "'%s' has the wrong digest '%s'", name,
				   digest);
	status = document_decode(l, name, text, len, &j);
	if (status != RKT_OK)
		return status;
	status = check_identity(l, d, j);
	if (status != RKT_OK) {
		json_decref(j);
		return status;
	}
	*ret = j;
	return RKT_OK;
}
