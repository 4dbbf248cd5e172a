/* Isolators and lists as the options of an app spell them.
 * SPDX-License-Identifier: Apache-2.0 */
#include "values.h"

#include <ctype.h>
#include <limits.h>
#include <string.h>

#include "core/appc/manifest.h"
#include "core/appc/quantity.h"
#include "core/base/cleanup.h"
#include "core/fetch/fetch.h"

#define MEMORY_MIN 4096

/* The isolator {"name","value"} in normal form; takes over `value`. */
static int
isolator(const char *name, json_t *value, json_t **ret, struct error *e)
{
	auto_json json_t *raw = json_object();

	json_object_set_new(raw, "name", json_string(name));
	json_object_set_new(raw, "value", value);
	return isolator_check(raw, ret, e);
}

static int
resource(const char *name, const struct quantity *q, json_t **ret,
	 struct error *e)
{
	json_t *value = json_object();

	json_object_set_new(value, "default", json_false());
	json_object_set_new(value, "request", json_string(q->text));
	json_object_set_new(value, "limit", json_string(q->text));
	return isolator(name, value, ret, e);
}

int
value_memory(const char *s, json_t **ret, struct error *e)
{
	struct quantity q;

	if (quantity_parse(s, &q, e) < 0)
		return -1;
	if (quantity_value(&q) < MEMORY_MIN)
		return error_set(e, RKT_ERR_INPUT,
				 "memory limit of %lld bytes too low, at least "
				 "%d are needed",
				 (long long)quantity_value(&q), MEMORY_MIN);
	return resource("resource/memory", &q, ret, e);
}

int
value_cpu(const char *s, json_t **ret, struct error *e)
{
	struct quantity q;

	if (quantity_parse(s, &q, e) < 0)
		return -1;
	return resource("resource/cpu", &q, ret, e);
}

int
value_cpu_shares(const char *s, json_t **ret, struct error *e)
{
	long value;

	if (value_int(s, 2, 262144, &value, e) < 0)
		return -1;
	return isolator("os/linux/cpu-shares", json_integer(value), ret, e);
}

int
value_oom_score_adj(const char *s, json_t **ret, struct error *e)
{
	long value;

	if (value_int(s, -1000, 1000, &value, e) < 0)
		return -1;
	return isolator("os/linux/oom-score-adj", json_integer(value), ret, e);
}

static int
capabilities(const char *name, const char *s, json_t **ret, struct error *e)
{
	auto_strings struct strings words = {0};
	json_t *value = json_object();
	json_t *set = json_array();

	value_words(s, &words);
	for (size_t i = 0; i < words.len; i++)
		json_array_append_new(set, json_string(words.items[i]));
	json_object_set_new(value, "set", set);
	return isolator(name, value, ret, e);
}

int
value_caps_retain(const char *s, json_t **ret, struct error *e)
{
	return capabilities("os/linux/capabilities-retain-set", s, ret, e);
}

int
value_caps_remove(const char *s, json_t **ret, struct error *e)
{
	return capabilities("os/linux/capabilities-remove-set", s, ret, e);
}

int
value_ints(const char *s, json_t *list, struct error *e)
{
	auto_strings struct strings words = {0};

	value_words(s, &words);
	for (size_t i = 0; i < words.len; i++) {
		long value;

		if (value_int(words.items[i], 0, INT_MAX, &value, e) < 0)
			return -1;
		json_array_append_new(list, json_integer(value));
	}
	return 0;
}

#define ALL_FETCH                                                              \
	(INSECURE_IMAGE | INSECURE_TLS | INSECURE_HTTP | INSECURE_PUBKEY)
#define ALL_RUN (INSECURE_CAPABILITIES | INSECURE_PATHS | INSECURE_SECCOMP)

const char *const value_insecure_words[] = {
	"none",      "image",        "tls",   "ondisk",  "http",
	"pubkey",    "capabilities", "paths", "seccomp", "plugin-path",
	"all-fetch", "all-run",      "all",   NULL,
};

/* In the order of the words. */
static const unsigned int insecure_bits[] = {
	0,
	INSECURE_IMAGE,
	INSECURE_TLS,
	INSECURE_ONDISK,
	INSECURE_HTTP,
	INSECURE_PUBKEY,
	INSECURE_CAPABILITIES,
	INSECURE_PATHS,
	INSECURE_SECCOMP,
	INSECURE_PLUGIN_PATH,
	ALL_FETCH,
	ALL_RUN,
	ALL_FETCH | ALL_RUN | INSECURE_ONDISK | INSECURE_PLUGIN_PATH,
};

int
value_insecure(const char *s, unsigned int *ret, struct error *e)
{
	auto_strings struct strings words = {0};
	unsigned int bits = 0, seen = 0;

	value_words(s, &words);
	for (size_t i = 0; i < words.len; i++) {
		size_t k = 0;

		for (char *c = words.items[i]; *c; c++)
			*c = (char)tolower((unsigned char)*c);
		while (value_insecure_words[k] &&
		       strcmp(value_insecure_words[k], words.items[i]) != 0)
			k++;
		if (!value_insecure_words[k])
			return error_set(e, RKT_ERR_INPUT,
					 "unknown option \"%s\"",
					 words.items[i]);
		if (seen & (1u << k))
			return error_set(e, RKT_ERR_INPUT,
					 "duplicated option \"%s\"",
					 words.items[i]);
		seen |= 1u << k;
		bits |= insecure_bits[k];
	}
	*ret = bits;
	return 0;
}
