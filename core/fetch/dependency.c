/* Images by appc name: the one asked for, and those it depends on.
 * SPDX-License-Identifier: Apache-2.0 */
#include "dependency.h"

#include <string.h>

#include "core/appc/image-name.h"
#include "core/appc/manifest.h"
#include "core/appc/types.h"
#include "core/base/cleanup.h"
#include "core/base/log.h"
#include "flatten.h"

static int
not_found(const struct fetch *f, const char *shown, struct error *e)
{
	const char *why = "neither the store nor a transport has it";

	if (f->policy == PULL_NEVER)
		why = "the store does not have it, and nothing else may be "
		      "asked";
	else if (f->policy == PULL_UPDATE)
		why = "no transport has it";
	return error_set(e, RKT_ERR_NOT_FOUND,
			 "unable to fetch image from image name \"%s\": %s",
			 shown, why);
}

int
store_find_app(struct fetch *f, const char *name, const json_t *labels,
	       char **ret_key, struct error *e)
{
	auto_json json_t *wanted =
		labels ? json_deep_copy(labels) : json_array();
	autofree char *shown = image_name_short(name, labels);
	struct error why = ERROR_NONE;

	if (!appc_list_get(wanted, "os"))
		appc_list_set(wanted, "os", "linux");
	if (!appc_list_get(wanted, "arch"))
		appc_list_set(wanted, "arch", appc_host_arch());
	if (platform_check_runnable(appc_list_get(wanted, "os"),
				    appc_list_get(wanted, "arch"), e) < 0)
		return -1;
	log_debug("fetch", "searching for app image %s", name);
	if (f->policy == PULL_UPDATE)
		return not_found(f, shown, e);
	if (store_name_resolve(f->store, name, wanted, ret_key, &why) == 0) {
		log_debug("fetch",
			  "using image from local store for image name %s",
			  shown);
		return 0;
	}
	if (why.code == RKT_ERR_NOT_FOUND)
		return not_found(f, shown, e);
	*e = why;
	return -1;
}

/* ---- one dependency ---------------------------------------------------------
 */

static int
check_labels(const json_t *wanted, const json_t *labels, struct error *e)
{
	const json_t *item;
	size_t i;

	json_array_foreach(wanted, i, item)
	{
		const char *name = json_string_at(item, "name");
		const char *want = json_string_at(item, "value");
		const char *got = name ? appc_list_get(labels, name) : NULL;

		if (!name || !want)
			continue;
		if (!got)
			return error_set(e, RKT_ERR_INPUT,
					 "requested label \"%s\" not provided "
					 "by the image manifest",
					 name);
		if (strcmp(got, want) != 0)
			return error_set(e, RKT_ERR_INPUT,
					 "requested value for label \"%s\": "
					 "\"%s\" differs from fetched aci "
					 "label value: \"%s\"",
					 name, want, got);
	}
	return 0;
}

static int
check_size(const json_t *wanted, const struct image *image, struct error *e)
{
	json_int_t want = json_integer_value(wanted);
	uint64_t size = 0;

	for (size_t i = 0; i < image->layers.len; i++)
		size += image->layers.items[i].size;
	if (want == 0 || (uint64_t)want == size)
		return 0;
	return error_set(e, RKT_ERR_INPUT,
			 "image '%s' has %llu bytes, not the announced %llu",
			 image->key, (unsigned long long)size,
			 (unsigned long long)want);
}

/* An ID says which image; all else that is asked for must be true of it. */
static int
check_found(const json_t *dependency, const char *name,
	    const struct image *image, struct error *e)
{
	if (strcmp(image->name, name) != 0)
		return error_set(e, RKT_ERR_INPUT,
				 "\"%s\" expected but \"%s\" found", name,
				 image->name);
	if (check_labels(json_object_get(dependency, "labels"), image->labels,
			 e) < 0)
		return -1;
	return check_size(json_object_get(dependency, "size"), image, e);
}

static int
check_key(struct fetch *f, const json_t *dependency, const char *name,
	  const char *key, struct error *e)
{
	struct image image;
	bool is_found = false;
	int rc;

	if (store_image_get(f->store, key, &is_found, &image, e) < 0)
		return -1;
	if (!is_found)
		return error_set(e, RKT_ERR_NOT_FOUND,
				 "image '%s' is not in the local store", key);
	rc = check_found(dependency, name, &image, e);
	image_done(&image);
	return rc;
}

/* What is not there by its ID may be brought by its name. */
static int
find_by_id(struct fetch *f, const char *id, const char *name,
	   const json_t *labels, char **ret_key, struct error *e)
{
	struct error why = ERROR_NONE;
	autofree char *other = NULL;

	if (store_key_resolve(f->store, id, ret_key, &why) == 0)
		return 0;
	if (why.code != RKT_ERR_NOT_FOUND) {
		*e = why;
		return -1;
	}
	if (store_find_app(f, name, labels, &other, e) < 0)
		return -1;
	if (store_key_resolve(f->store, id, ret_key, e) < 0)
		return error_prefix(e, "could not resolve image \"%.200s\"",
				    id);
	return 0;
}

int
dependency_find(struct fetch *f, const char *owner, const json_t *dependency,
		char **ret_key, struct error *e)
{
	const char *name = json_string_at(dependency, "imageName");
	const char *id = json_string_at(dependency, "imageID");
	const json_t *labels = json_object_get(dependency, "labels");
	enum pull_policy policy = f->policy;
	autofree char *key = NULL;
	int rc;

	if (!name)
		name = "";
	/* What is there is used: no transport could bring anything newer. */
	if (f->policy == PULL_UPDATE)
		f->policy = PULL_NEW;
	rc = id && *id ? find_by_id(f, id, name, labels, &key, e)
		       : store_find_app(f, name, labels, &key, e);
	f->policy = policy;
	if (rc < 0)
		return -1;
	if (check_key(f, dependency, name, key, e) < 0)
		return error_prefix(e, "dependency \"%s\" of image \"%s\"",
				    name, owner);
	*ret_key = steal(key);
	return 0;
}

int
fetch_dependencies(struct fetch *f, const char *key, struct error *e)
{
	autofree char *text = NULL;
	struct flat flat;

	/* The common case costs no more than this. */
	if (store_manifest_read(f->store, key, &text, e) < 0)
		return -1;
	if (manifest_is_plain(text))
		return 0;
	if (flatten(f, key, &flat, e) < 0)
		return -1;
	flat_done(&flat);
	return 0;
}
