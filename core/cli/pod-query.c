/* Choosing and sorting pods by what is known of them.
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/cli/pod-query.h"

#include <string.h>

#include "core/appc/image-name.h"
#include "core/base/cleanup.h"
#include "core/base/strbuf.h"
#include "core/cli/pod-json.h"

enum { BY_APP, BY_IMAGE, BY_STATE, BY_UUID, BY_CREATED, BY_STARTED };
const char *const pod_filter_words[] = {"app", "image", "state", "uuid", NULL};
const char *const pod_sort_words[] = {"app",     "image",   "state", "uuid",
				      "created", "started", NULL};

struct pod_query pod_query_asked;

const struct option pod_query_options[] = {
	{.name = "filter",
	 .type = OPTION_LIST,
	 .value = &pod_query_asked.filters,
	 .shown = "",
	 .help = "show only some pods: KEY=VALUE[,VALUE], KEY app, image, "
		 "state or uuid"},
	{.name = "sort",
	 .type = OPTION_LIST,
	 .value = &pod_query_asked.sorts,
	 .shown = "uuid",
	 .help = "comma-separated list of what to sort by: app, created, "
		 "image, started, state, uuid; downwards with a '-' in front"},
	OPTION_END,
};

/* What is compared; apps and images in the order of the manifest. */
struct facts {
	char *uuid;
	enum pod_state state;
	int64_t created, started;
	struct strings apps;
	struct strings images; /* "name" or "name:version" */
	struct strings names;  /* without the version       */
	struct strings ids;
};

struct key {
	unsigned int by;
	bool is_descending;
};
VEC(keys, struct key);
VEC(all_facts, struct facts);

void
pod_query_done(struct pod_query *q)
{
	strings_done(&q->filters);
	strings_done(&q->sorts);
}

/* ---- words ----------------------------------------------------------------
 */

/* Index in `words`, or -1. */
static int
word_index(const char *const *words, const char *word, size_t len)
{
	for (int i = 0; words[i]; i++)
		if (strlen(words[i]) == len && memcmp(words[i], word, len) == 0)
			return i;
	return -1;
}

static int
unknown(const char *what, const char *const *words, const char *word,
	size_t len, struct error *e)
{
	auto_strbuf struct strbuf list = {0};

	for (; *words; words++)
		strbuf_printf(&list, "%s%s", list.len ? ", " : "", *words);
	return error_set(e, RKT_ERR_INPUT, "unknown %s \"%.*s\" (known: %s)",
			 what, (int)len, word, list.text);
}

static bool
is_state(const char *word, size_t len)
{
	for (enum pod_state s = 0; s < POD_GONE; s++)
		if (strlen(pod_state_name(s)) == len &&
		    memcmp(pod_state_name(s), word, len) == 0)
			return true;
	return false;
}

static int
check_filter(const char *filter, struct error *e)
{
	size_t len = strcspn(filter, "=");
	int by = word_index(pod_filter_words, filter, len);

	if (filter[len] != '=')
		return error_set(e, RKT_ERR_INPUT,
				 "filter \"%s\" is not KEY=VALUE", filter);
	if (by < 0)
		return unknown("filter", pod_filter_words, filter, len, e);
	if (by != BY_STATE)
		return 0;
	for (const char *word = filter + len; *word; word += len) {
		len = strcspn(++word, ",");
		if (!is_state(word, len))
			return error_set(e, RKT_ERR_INPUT,
					 "there is no state \"%.*s\"", (int)len,
					 word);
	}
	return 0;
}

/* Appended to `ret`. */
static int
parse_sort(const char *text, struct keys *ret, struct error *e)
{
	for (;; text++) {
		bool is_descending = *text == '-';
		const char *word = text + is_descending;
		size_t len = strcspn(word, ",");
		int by = word_index(pod_sort_words, word, len);

		if (by < 0)
			return unknown("sort key", pod_sort_words, word, len,
				       e);
		vec_push(ret, ((struct key){(unsigned int)by, is_descending}));
		text = word + len;
		if (*text == '\0')
			return 0;
	}
}

int
pod_query_check(const struct pod_query *q, struct error *e)
{
	struct keys keys = {0};
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < q->filters.len; i++)
		rc = check_filter(q->filters.items[i], e);
	for (size_t i = 0; rc == 0 && i < q->sorts.len; i++)
		rc = parse_sort(q->sorts.items[i], &keys, e);
	vec_done(&keys);
	return rc;
}

/* ---- pods -----------------------------------------------------------------
 */

static void
facts_done(struct facts *f)
{
	free(f->uuid);
	strings_done(&f->apps);
	strings_done(&f->images);
	strings_done(&f->names);
	strings_done(&f->ids);
}

static void
add_app(struct facts *f, const struct pod *pod, const json_t *app)
{
	const char *name = json_string_at(app, "name");
	const char *id = json_string_at(json_object_get(app, "image"), "id");
	auto_json json_t *image = NULL;
	struct error ignored = ERROR_NONE;
	autofree char *shown = NULL;

	strings_push(&f->apps, name ? name : "");
	strings_push(&f->ids, id ? id : "");
	if (!name || pod_image_manifest_read(pod, name, &image, &ignored) < 0)
		return;
	name = json_string_at(image, "name");
	shown = image_name_short(name ? name : "",
				 json_object_get(image, "labels"));
	strings_push(&f->names, name ? name : "");
	strings_push(&f->images, shown);
}

static void
read_facts(struct pods *pods, const char *uuid, struct facts *f)
{
	auto_json json_t *manifest = NULL;
	struct error ignored = ERROR_NONE;
	struct pod pod;
	json_t *app;
	size_t i;

	*f = (struct facts){.uuid = xstrdup(uuid), .state = POD_GONE};
	if (pod_open(pods, uuid, &pod, &ignored) < 0)
		return;
	f->state = pod.state;
	f->created = pod_created_ns(&pod);
	f->started = pod_started_ns(&pod);
	if (pod_has_manifest(&pod) &&
	    pod_manifest_read_lenient(&pod, &manifest, &ignored) == 0)
		json_array_foreach(json_object_get(manifest, "apps"), i, app)
			add_app(f, &pod, app);
	pod_done(&pod);
}

/* ---- choosing -------------------------------------------------------------
 */

static bool
has_prefix(const struct strings *v, const char *word, size_t len)
{
	for (size_t i = 0; i < v->len; i++)
		if (strncmp(v->items[i], word, len) == 0)
			return true;
	return false;
}

static bool
has(const struct strings *v, const char *word, size_t len)
{
	for (size_t i = 0; i < v->len; i++)
		if (strlen(v->items[i]) == len &&
		    memcmp(v->items[i], word, len) == 0)
			return true;
	return false;
}

static bool
matches_word(const struct facts *f, int by, const char *word, size_t len)
{
	switch (by) {
	case BY_APP:
		return has(&f->apps, word, len);
	case BY_IMAGE:
		return has(&f->images, word, len) ||
		       has(&f->names, word, len) ||
		       (len > strlen("sha512-") &&
			has_prefix(&f->ids, word, len));
	case BY_STATE:
		return strlen(pod_state_name(f->state)) == len &&
		       memcmp(pod_state_name(f->state), word, len) == 0;
	default:
		return strncmp(f->uuid, word, len) == 0;
	}
}

/* One of the words between commas. */
static bool
matches_filter(const struct facts *f, const char *filter)
{
	size_t len = strcspn(filter, "=");
	int by = word_index(pod_filter_words, filter, len);

	for (const char *word = filter + len; *word; word += len) {
		len = strcspn(++word, ",");
		if (matches_word(f, by, word, len))
			return true;
	}
	return false;
}

static bool
matches(const struct pod_query *q, const struct facts *f)
{
	for (size_t i = 0; f->state != POD_GONE && i < q->filters.len; i++)
		if (!matches_filter(f, q->filters.items[i]))
			return false;
	return true;
}

/* ---- sorting --------------------------------------------------------------
 */

static int
compare_first(const struct strings *a, const struct strings *b)
{
	return strcmp(a->len > 0 ? a->items[0] : "",
		      b->len > 0 ? b->items[0] : "");
}

static int
compare_times(int64_t a, int64_t b)
{
	return (a > b) - (a < b);
}

static int
compare_by(unsigned int by, const struct facts *a, const struct facts *b)
{
	switch (by) {
	case BY_APP:
		return compare_first(&a->apps, &b->apps);
	case BY_IMAGE:
		return compare_first(&a->images, &b->images);
	case BY_STATE:
		return strcmp(pod_state_name(a->state),
			      pod_state_name(b->state));
	case BY_CREATED:
		return compare_times(a->created, b->created);
	case BY_STARTED:
		return compare_times(a->started, b->started);
	default:
		return strcmp(a->uuid, b->uuid);
	}
}

static int
compare(const void *a, const void *b, void *keys)
{
	const struct keys *by = keys;
	const struct facts *x = a, *y = b;

	for (size_t i = 0; i < by->len; i++) {
		int order = compare_by(by->items[i].by, x, y);

		if (order != 0)
			return by->items[i].is_descending ? -order : order;
	}
	return strcmp(x->uuid, y->uuid);
}

static void
sort_facts(const struct pod_query *q, struct all_facts *all)
{
	struct error ignored = ERROR_NONE;
	struct keys keys = {0};

	for (size_t i = 0; i < q->sorts.len; i++)
		parse_sort(q->sorts.items[i], &keys, &ignored);
	if (keys.len > 0 && all->len > 1)
		qsort_r(all->items, all->len, sizeof(*all->items), compare,
			&keys);
	vec_done(&keys);
}

void
pod_query_apply(const struct pod_query *q, struct pods *pods,
		struct strings *uuids)
{
	struct all_facts all = {0};
	struct strings kept = {0};

	if (q->filters.len == 0 && q->sorts.len == 0)
		return;
	for (size_t i = 0; i < uuids->len; i++) {
		struct facts f;

		read_facts(pods, uuids->items[i], &f);
		if (matches(q, &f))
			vec_push(&all, f);
		else
			facts_done(&f);
	}
	sort_facts(q, &all);
	for (size_t i = 0; i < all.len; i++) {
		strings_push(&kept, all.items[i].uuid);
		facts_done(&all.items[i]);
	}
	vec_done(&all);
	strings_done(uuids);
	*uuids = kept;
}
