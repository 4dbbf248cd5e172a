/* From the index of a layout to the one manifest that is wanted.
 * SPDX-License-Identifier: Apache-2.0 */
#include "index.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "plugins/image/oci/digest.h"

#define REF_NAME        "org.opencontainers.image.ref.name"
#define CONTAINERD_NAME "io.containerd.image.name"
#define REFERENCE_TYPE  "vnd.docker.reference.type"

/* Entries that may be meant, in the order of their index. */
struct candidates {
	json_t **entries; /* borrowed, in scratch memory */
	size_t n;
};

/* A list for a message, cut where it gets long. */
struct listing {
	char text[512];
	size_t len;
};

static void
listing_add(struct listing *l, const char *item)
{
	size_t room = sizeof(l->text) - l->len;
	int n;

	if (l->len > 0 && room < 8)
		return;
	n = snprintf(l->text + l->len, room, "%s%s", l->len ? ", " : "", item);
	if (n >= (int)room) {
		strcpy(l->text + sizeof(l->text) - 4, "...");
		l->len = sizeof(l->text) - 1;
	} else {
		l->len += (size_t)n;
	}
}

static const char *
annotation(const json_t *entry, const char *key)
{
	return string_at(json_object_get(entry, "annotations"), key);
}

/* The full name that containerd writes says more than the tag beside it. */
static const char *
entry_name(const json_t *entry)
{
	const char *name = annotation(entry, CONTAINERD_NAME);

	return name ? name : annotation(entry, REF_NAME);
}

static bool
is_named(const json_t *entry, const char *name)
{
	const char *full = annotation(entry, CONTAINERD_NAME);
	const char *ref = annotation(entry, REF_NAME);

	return (full && strcmp(full, name) == 0) ||
	       (ref && strcmp(ref, name) == 0);
}

/* Attestations and artifacts stand beside images in an index. */
static bool
may_be_image(const json_t *entry)
{
	const char *media_type = string_at(entry, "mediaType");
	const char *type = annotation(entry, REFERENCE_TYPE);
	struct platform p;

	if (!media_type ||
	    (!media_is_index(media_type) && !media_is_manifest(media_type)))
		return false;
	if (type && strcmp(type, "attestation-manifest") == 0)
		return false;
	return !platform_of(entry, &p) || strcmp(p.os, "unknown") != 0 ||
	       strcmp(p.arch, "unknown") != 0;
}

static rkt_status
entries_of(const struct layout *l, const char *name, const json_t *index,
	   json_t **ret)
{
	json_t *entries = json_object_get(index, "manifests");

	if (!json_is_array(entries))
		return layout_fail(l, RKT_ERR_INPUT, 0,
				   "'%s' has no list of manifests", name);
	if (json_array_size(entries) > INDEX_ENTRIES_MAX)
		return layout_fail(l, RKT_ERR_INPUT, 0,
				   "'%s' lists more than %u manifests", name,
				   INDEX_ENTRIES_MAX);
	*ret = entries;
	return RKT_OK;
}

/* All that may be an image, and has the name if there is one. */
static rkt_status
filter(const struct layout *l, json_t *entries, const char *name,
       struct candidates *ret)
{
	json_t *entry;
	size_t i;

	ret->n = 0;
	ret->entries =
		l->call->host->scratch(l->call, (json_array_size(entries) + 1) *
							sizeof(*ret->entries));
	if (!ret->entries)
		return layout_fail(l, RKT_ERR_SYSTEM, ENOMEM,
				   "cannot read the index");
	json_array_foreach(entries, i, entry)
	{
		if (may_be_image(entry) && (!name || is_named(entry, name)))
			ret->entries[ret->n++] = entry;
	}
	return RKT_OK;
}

/* Each name once. */
static void
list_names(struct listing *listing, const json_t *entries)
{
	const char *last = NULL;
	const json_t *entry;
	size_t i;

	json_array_foreach(entries, i, entry)
	{
		const char *name = entry_name(entry);

		if (!name || (last && strcmp(last, name) == 0) ||
		    !may_be_image(entry))
			continue;
		listing_add(listing, name);
		last = name;
	}
}

static rkt_status
fail_unknown_name(const struct layout *l, const json_t *entries,
		  const char *name)
{
	struct listing names = {0};

	list_names(&names, entries);
	return layout_fail(l, RKT_ERR_NOT_FOUND, 0,
			   names.len ? "no image '%s', only: %s"
				     : "no image '%s', and none with a name%s",
			   name, names.text);
}

/* Without a name: the one image that there is, for one or more platforms. */
static rkt_status
check_unambiguous(const struct layout *l, const json_t *entries,
		  const struct candidates *c)
{
	struct listing names = {0};
	struct platform p;
	bool is_one = true;

	for (size_t i = 0; i < c->n && c->n > 1; i++) {
		const char *first = entry_name(c->entries[0]);
		const char *name = entry_name(c->entries[i]);

		is_one = is_one && platform_of(c->entries[i], &p) &&
			 (first && name ? strcmp(first, name) == 0
					: first == name);
	}
	if (is_one)
		return RKT_OK;
	list_names(&names, entries);
	if (names.len == 0)
		return layout_fail(l, RKT_ERR_INPUT, 0,
				   "holds %zu images without a name, choose "
				   "one by '@0' to '@%zu'",
				   c->n, json_array_size(entries) - 1);
	return layout_fail(l, RKT_ERR_INPUT, 0,
			   "holds several images, choose one of: %s",
			   names.text);
}

static rkt_status
pick_number(const struct layout *l, json_t *entries, const char *selector,
	    json_t **ret)
{
	size_t n = json_array_size(entries);
	unsigned long long i;
	char *end;

	errno = 0;
	i = strtoull(selector + 1, &end, 10);
	if (selector[1] < '0' || selector[1] > '9' || *end || errno != 0)
		return layout_fail(l, RKT_ERR_INPUT, 0,
				   "'%s' is not a number of an image",
				   selector);
	if (i >= n)
		return layout_fail(l, RKT_ERR_NOT_FOUND, 0,
				   "no image '%s', only %zu", selector, n);
	*ret = json_array_get(entries, i);
	return RKT_OK;
}

static rkt_status
fail_platform(const struct layout *l, const struct candidates *c,
	      const struct platform *wanted)
{
	struct listing platforms = {0};

	for (size_t i = 0; i < c->n; i++) {
		char text[3 * PLATFORM_WORD_MAX + 3];
		struct platform p;

		if (!platform_of(c->entries[i], &p))
			snprintf(text, sizeof(text), "unknown");
		else
			snprintf(text, sizeof(text), "%s/%s%s%s", p.os, p.arch,
				 p.variant[0] ? "/" : "", p.variant);
		listing_add(&platforms, text);
	}
	return layout_fail(l, RKT_ERR_NOT_FOUND, 0,
			   "no image for %s/%s%s%s, only for: %s", wanted->os,
			   wanted->arch, wanted->variant[0] ? "/" : "",
			   wanted->variant, platforms.text);
}

/* The first of the best. */
static rkt_status
pick_platform(const struct layout *l, const struct candidates *c,
	      const struct platform *wanted, json_t **ret)
{
	json_t *best = NULL;
	int best_rank = 0;
	struct platform p;

	if (c->n == 1 && !platform_of(c->entries[0], &p)) {
		*ret = c->entries[0];
		return RKT_OK;
	}
	for (size_t i = 0; i < c->n; i++) {
		int rank = platform_of(c->entries[i], &p)
				   ? platform_rank(wanted, &p)
				   : -1;

		if (rank < 0 || (best && rank >= best_rank))
			continue;
		best = c->entries[i];
		best_rank = rank;
	}
	if (!best)
		return fail_platform(l, c, wanted);
	*ret = best;
	return RKT_OK;
}

/* In index.json, a catalogue of images. */
static rkt_status
pick_top(const struct layout *l, const char *name, const json_t *index,
	 const char *selector, const struct platform *wanted, json_t **ret)
{
	struct candidates c;
	rkt_status status;
	json_t *entries;

	status = entries_of(l, name, index, &entries);
	if (status != RKT_OK)
		return status;
	if (selector && selector[0] == '@')
		return pick_number(l, entries, selector, ret);
	status = filter(l, entries, selector, &c);
	if (status != RKT_OK)
		return status;
	if (c.n == 0 && selector)
		return fail_unknown_name(l, entries, selector);
	if (c.n == 0)
		return layout_fail(l, RKT_ERR_INPUT, 0, "holds no image");
	if (!selector) {
		status = check_unambiguous(l, entries, &c);
		if (status != RKT_OK)
			return status;
	}
	return pick_platform(l, &c, wanted, ret);
}

/* In a nested index, one image for several platforms. */
static rkt_status
pick_nested(const struct layout *l, const char *name, const json_t *index,
	    const struct platform *wanted, json_t **ret)
{
	struct candidates c;
	rkt_status status;
	json_t *entries;

	status = entries_of(l, name, index, &entries);
	if (status == RKT_OK)
		status = filter(l, entries, NULL, &c);
	if (status != RKT_OK)
		return status;
	if (c.n == 0)
		return layout_fail(l, RKT_ERR_INPUT, 0,
				   "index '%s' lists no image", name);
	return pick_platform(l, &c, wanted, ret);
}

static rkt_status
parse_entry(const struct layout *l, const char *index, json_t *entry,
	    struct descriptor *ret)
{
	char what[200];

	snprintf(what, sizeof(what), "an entry of '%s'", index);
	return descriptor_parse(l, what, entry, ret);
}

/* Load the index that *d describes and move *d on to its pick. */
static rkt_status
descend(const struct layout *l, const struct platform *wanted,
	struct selection *s, struct descriptor *d)
{
	const char *name = d->digest;
	rkt_status status;
	json_t *index, *entry;

	if (s->n_documents > INDEX_DEPTH_MAX)
		return layout_fail(l, RKT_ERR_INPUT, 0,
				   "indexes are nested deeper than %d levels",
				   INDEX_DEPTH_MAX);
	status = document_load(l, d, &index);
	if (status != RKT_OK)
		return status;
	s->documents[s->n_documents++] = index;
	status = pick_nested(l, name, index, wanted, &entry);
	return status == RKT_OK ? parse_entry(l, name, entry, d) : status;
}

static rkt_status
check_top(const struct layout *l, const char *name, const json_t *index)
{
	const char *media_type = string_at(index, "mediaType");

	if (media_type && !media_is_index(media_type))
		return layout_fail(l, RKT_ERR_INPUT, 0,
				   "'%s' is of type '%s' and not an index",
				   name, media_type);
	if (json_object_get(index, "layers") ||
	    json_object_get(index, "config"))
		return layout_fail(l, RKT_ERR_INPUT, 0,
				   "'%s' is an index and a manifest at once",
				   name);
	if (json_integer_value(json_object_get(index, "schemaVersion")) != 2)
		return layout_fail(l, RKT_ERR_UNSUPPORTED, 0,
				   "'%s' has no schemaVersion 2", name);
	return RKT_OK;
}

rkt_status
index_select(const struct layout *l, const char *name, json_t *index,
	     const char *selector, const struct platform *wanted,
	     struct selection *ret)
{
	struct descriptor d;
	rkt_status status;
	json_t *entry;

	*ret = (struct selection){.n_documents = 1, .documents = {index}};
	status = check_top(l, name, index);
	if (status == RKT_OK)
		status = pick_top(l, name, index, selector, wanted, &entry);
	if (status == RKT_OK)
		status = parse_entry(l, name, entry, &d);
	if (status != RKT_OK)
		return status;
	ret->ref_name = entry_name(entry);
	/* A cycle would need a digest that contains itself; the limit of depth
	 * is what ends it. */
	while (media_is_index(d.media_type)) {
		status = descend(l, wanted, ret, &d);
		if (status != RKT_OK)
			return status;
	}
	if (!media_is_manifest(d.media_type))
		return layout_fail(l, RKT_ERR_UNSUPPORTED, 0,
				   "'%s' is of type '%s' and not an image",
				   d.digest, d.media_type);
	ret->manifest = d;
	return RKT_OK;
}

void
selection_done(struct selection *s)
{
	while (s->n_documents > 0)
		json_decref(s->documents[--s->n_documents]);
}
