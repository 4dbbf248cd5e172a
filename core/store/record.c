/* The record of an image: what is written, and what is believed of it.
 * SPDX-License-Identifier: Apache-2.0 */
#include <stdint.h>
#include <string.h>

#include "core/base/cleanup.h"
#include "internal.h"

#define LAYERS_MAX 4096

static json_t *
print_layers(const struct image_layers *layers)
{
	json_t *list = json_array();

	for (size_t i = 0; i < layers->len; i++) {
		const struct image_layer *l = &layers->items[i];

		json_array_append_new(
			list, json_pack("{s:s, s:s?, s:s?, s:I, s:I}", "tree",
					l->tree, "blob", l->blob, "compression",
					l->compression, "blobSize",
					(json_int_t)l->size, "treeSize",
					(json_int_t)l->tree_size));
	}
	return list;
}

char *
record_print(const struct image *image)
{
	auto_json json_t *j = json_pack(
		"{s:i, s:s, s:s, s:O?, s:s?, s:s?, s:s?, s:I, s:b, s:o}",
		"version", RECORD_VERSION, "key", image->key, "name",
		image->name, "labels", image->labels, "format", image->format,
		"origin", image->origin, "digest", image->digest, "imported",
		(json_int_t)image->import_ns, "latest", image->is_latest,
		"layers", print_layers(&image->layers));

	return j ? json_print(j, false) : NULL;
}

static int
bad(const char *what, struct error *e)
{
	return error_set(e, RKT_ERR_INPUT, "%s", what);
}

/* Text that goes to terminals and into messages. */
static bool
is_printable(const char *s)
{
	for (; *s; s++)
		if ((unsigned char)*s <= ' ' || *s == 0x7f)
			return false;
	return true;
}

static char *
copy_string(const json_t *j, const char *name)
{
	const char *s = json_string_at(j, name);

	return s ? xstrdup(s) : NULL;
}

static bool
read_size(const json_t *j, const char *name, uint64_t *ret)
{
	const json_t *value = json_object_get(j, name);

	*ret = (uint64_t)json_integer_value(value);
	return json_is_integer(value) && json_integer_value(value) >= 0;
}

static int
parse_layer(const json_t *j, struct image_layers *layers, struct error *e)
{
	struct image_layer layer = {
		.tree = copy_string(j, "tree"),
		.blob = copy_string(j, "blob"),
		.compression = copy_string(j, "compression"),
	};
	bool sizes = read_size(j, "blobSize", &layer.size) &&
		     read_size(j, "treeSize", &layer.tree_size);

	vec_push(layers, layer);
	if (!store_is_digest(layer.tree))
		return bad("a layer's tree is not a digest", e);
	if (layer.blob && !store_is_digest(layer.blob))
		return bad("a layer's blob is not a digest", e);
	if (!sizes)
		return bad("a layer's size is not a number", e);
	return 0;
}

static int
parse_layers(const json_t *list, struct image_layers *layers, struct error *e)
{
	const json_t *item;
	size_t i;

	if (!json_is_array(list))
		return bad("'layers' is not a list", e);
	if (json_array_size(list) > LAYERS_MAX)
		return bad("too many layers", e);
	json_array_foreach(list, i, item)
	{
		if (parse_layer(item, layers, e) < 0)
			return -1;
	}
	return 0;
}

static int
parse_labels(json_t *list, json_t **ret, struct error *e)
{
	const json_t *item;
	size_t i;

	if (!list || json_is_null(list)) {
		*ret = json_array();
		return 0;
	}
	if (!json_is_array(list))
		return bad("'labels' is not a list", e);
	json_array_foreach(list, i, item)
	{
		const char *name = json_string_at(item, "name");
		const char *value = json_string_at(item, "value");

		if (!name || !value || !is_printable(name))
			return bad("a label is not a name and a value", e);
	}
	*ret = json_incref(list);
	return 0;
}

static int
check_version(const json_t *j, struct error *e)
{
	const json_t *version = json_object_get(j, "version");

	if (!json_is_integer(version) || json_integer_value(version) < 1)
		return bad("it has no version", e);
	if (json_integer_value(version) > RECORD_VERSION)
		return error_set(e, RKT_ERR_TOO_NEW,
				 "it was written by a newer rkt");
	return 0;
}

static int
parse_object(const json_t *j, const char *key, struct image *image,
	     struct error *e)
{
	if (check_version(j, e) < 0)
		return -1;
	image->key = copy_string(j, "key");
	image->name = copy_string(j, "name");
	image->format = copy_string(j, "format");
	image->origin = copy_string(j, "origin");
	image->digest = copy_string(j, "digest");
	image->import_ns = json_integer_value(json_object_get(j, "imported"));
	image->is_latest = json_is_true(json_object_get(j, "latest"));
	if (!image->key || strcmp(image->key, key) != 0)
		return bad("its key is not that of the file", e);
	if (!image->name || !*image->name || !is_printable(image->name))
		return bad("it has no name", e);
	if (parse_labels(json_object_get(j, "labels"), &image->labels, e) < 0)
		return -1;
	return parse_layers(json_object_get(j, "layers"), &image->layers, e);
}

int
record_parse(const char *text, size_t len, const char *key, struct image *ret,
	     struct error *e)
{
	auto_json json_t *j = NULL;
	struct image image = {0};

	if (json_parse(text, len, key, &j, e) < 0 ||
	    parse_object(j, key, &image, e) < 0) {
		image_done(&image);
		return error_prefix(e, "image record '%s' is broken", key);
	}
	*ret = image;
	return 0;
}

void
image_done(struct image *image)
{
	for (size_t i = 0; i < image->layers.len; i++) {
		free(image->layers.items[i].tree);
		free(image->layers.items[i].blob);
		free(image->layers.items[i].compression);
	}
	vec_done(&image->layers);
	json_decref(image->labels);
	free(image->key);
	free(image->name);
	free(image->format);
	free(image->origin);
	free(image->digest);
	*image = (struct image){0};
}

void
images_done(struct images *list)
{
	for (size_t i = 0; i < list->len; i++)
		image_done(&list->items[i]);
	vec_done(list);
}

uint64_t
image_size(const struct image *image)
{
	uint64_t total = 0;

	for (size_t i = 0; i < image->layers.len; i++) {
		const struct image_layer *l = &image->layers.items[i];

		if (__builtin_add_overflow(total, l->size, &total) ||
		    __builtin_add_overflow(total, l->tree_size, &total))
			return UINT64_MAX;
	}
	return total;
}
