/* An image and all it depends on, in the order in which they are stacked.
 * SPDX-License-Identifier: Apache-2.0 */
#include "flatten.h"

#include <string.h>

#include "core/base/cleanup.h"
#include "core/base/strbuf.h"
#include "adopt.h"
#include "dependency.h"

/* overlayfs takes no more layers than that. */
#define PARTS_MAX 500u

struct flattening {
	struct fetch *fetch;
	struct flat *flat;
	struct strings refs; /* dependencies as manifests have them ...   */
	struct flat_indexes found; /* ... and the images they are found to be */
};

static void
image_clear(struct flat_image *image)
{
	json_decref(image->manifest);
	image_done(&image->record);
	strings_done(&image->whitelist);
	vec_done(&image->dependencies);
}

void
flat_done(struct flat *flat)
{
	for (size_t i = 0; i < flat->images.len; i++)
		image_clear(&flat->images.items[i]);
	vec_done(&flat->images);
	vec_done(&flat->parts);
}

bool
manifest_is_plain(const char *text)
{
	return !strstr(text, "\"dependencies\"") &&
	       !strstr(text, "\"pathWhitelist\"");
}

bool
flat_is_plain(const struct flat *flat)
{
	return flat->parts.len == 1 && flat->images.items[0].whitelist.len == 0;
}

/* ---- one image --------------------------------------------------------------
 */

/* "/bin//../bin/sh" -> "bin/sh", as members of the archive are cleaned. */
static char *
clean(const char *path)
{
	auto_strings struct strings names = {0};
	auto_strbuf struct strbuf b = {0};
	autofree char *copy = xstrdup(path);
	char *rest = copy, *name;

	while ((name = strsep(&rest, "/")) != NULL) {
		if (strcmp(name, "..") == 0 && names.len > 0)
			free(names.items[--names.len]);
		else if (name[0] != '\0' && strcmp(name, ".") != 0 &&
			 strcmp(name, "..") != 0)
			strings_push(&names, name);
	}
	for (size_t i = 0; i < names.len; i++)
		strbuf_printf(&b, "%s%s", i > 0 ? "/" : "", names.items[i]);
	return xstrdup(b.len > 0 ? b.text : "");
}

static int
compare(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void
read_whitelist(const json_t *manifest, struct strings *ret)
{
	const json_t *item;
	size_t i;

	json_array_foreach(json_object_get(manifest, "pathWhitelist"), i, item)
	{
		const char *path = json_string_value(item);

		if (path)
			vec_push(ret, clean(path));
	}
	if (ret->len > 1)
		qsort(ret->items, ret->len, sizeof(char *), compare);
}

static int
load_image(struct store *store, const char *key, struct flat_image *ret,
	   struct error *e)
{
	struct flat_image image = {0};
	autofree char *text = NULL;

	if (image_get_ready(store, key, &image.record, &text, e) < 0)
		return -1;
	if (json_parse(text, strlen(text), key, &image.manifest, e) < 0) {
		image_clear(&image);
		return -1;
	}
	read_whitelist(image.manifest, &image.whitelist);
	*ret = image;
	return 0;
}

static int
add_image(struct flattening *fl, const char *key, size_t *ret, struct error *e)
{
	struct flat_images *images = &fl->flat->images;
	struct flat_image image;

	for (size_t i = 0; i < images->len; i++) {
		if (strcmp(images->items[i].record.key, key) == 0) {
			*ret = i;
			return 0;
		}
	}
	if (load_image(fl->fetch->store, key, &image, e) < 0)
		return -1;
	*ret = images->len;
	vec_push(images, image);
	return 0;
}

/* ---- finding all that is needed, each once ----------------------------------
 */

static int
find_one(struct flattening *fl, const char *owner, const json_t *dependency,
	 size_t *ret, struct error *e)
{
	autofree char *ref = json_dumps(dependency, JSON_SORT_KEYS);
	autofree char *key = NULL;
	size_t found;

	for (size_t i = 0; ref && i < fl->refs.len; i++) {
		if (strcmp(fl->refs.items[i], ref) == 0) {
			*ret = fl->found.items[i];
			return 0;
		}
	}
	if (dependency_find(fl->fetch, owner, dependency, &key, e) < 0 ||
	    add_image(fl, key, &found, e) < 0)
		return -1;
	if (ref) {
		strings_push(&fl->refs, ref);
		vec_push(&fl->found, found);
	}
	*ret = found;
	return 0;
}

static int
find_all(struct flattening *fl, struct error *e)
{
	struct flat_images *images = &fl->flat->images;

	for (size_t i = 0; i < images->len; i++) {
		const json_t *list = json_object_get(images->items[i].manifest,
						     "dependencies");
		const char *name = images->items[i].record.name;
		const json_t *dependency;
		size_t k, found;

		json_array_foreach(list, k, dependency)
		{
			if (find_one(fl, name, dependency, &found, e) < 0)
				return -1;
			vec_push(&images->items[i].dependencies, found);
		}
	}
	return 0;
}

/* ---- the order --------------------------------------------------------------
 */

static bool
is_there(const struct flat_parts *parts, const struct flat_part *part)
{
	for (size_t i = 0; i < parts->len; i++)
		if (parts->items[i].image == part->image &&
		    parts->items[i].upper == part->upper)
			return true;
	return false;
}

/* A second time it would add nothing, nor would what it depends on. */
static int
put_part(struct flat *flat, struct flat_part part, struct error *e)
{
	struct flat_image *image = &flat->images.items[part.image];
	struct flat_part below = {.upper = part.upper};

	if (image->is_on_branch || is_there(&flat->parts, &part))
		return 0;
	if (flat->parts.len == PARTS_MAX)
		return error_set(e, RKT_ERR_UNSUPPORTED,
				 "image \"%s\" has more than %u dependencies",
				 flat->images.items[0].record.name,
				 PARTS_MAX - 1);
	vec_push(&flat->parts, part);
	if (below.upper == FLAT_NONE && image->whitelist.len > 0)
		below.upper = part.image;
	image->is_on_branch = true;
	for (size_t i = image->dependencies.len; i-- > 0;) {
		below.image = image->dependencies.items[i];
		if (put_part(flat, below, e) < 0)
			return -1;
	}
	image->is_on_branch = false;
	return 0;
}

int
flatten(struct fetch *f, const char *key, struct flat *ret, struct error *e)
{
	const struct flat_part top = {.image = 0, .upper = FLAT_NONE};
	struct flat flat = {0};
	struct flattening fl = {.fetch = f, .flat = &flat};
	size_t ignored;
	int rc = add_image(&fl, key, &ignored, e);

	if (rc == 0)
		rc = find_all(&fl, e);
	if (rc == 0)
		rc = put_part(&flat, top, e);
	strings_done(&fl.refs);
	vec_done(&fl.found);
	if (rc == 0)
		*ret = flat;
	else
		flat_done(&flat);
	return rc;
}
