/* Values of options with a grammar of their own (chapter 5 of rkt's manual).
 * SPDX-License-Identifier: Apache-2.0
 *
 * Each takes the text behind the option and returns a new reference in *ret;
 * messages are causes only, without the name of the option. */
#ifndef CORE_CLI_VALUES_H
#define CORE_CLI_VALUES_H

#include "core/base/json.h"
#include "core/base/vec.h"

/* "NAME,kind=host,source=/srv,readOnly=true"; '&', '%' and '+' are literal. */
int value_volume(const char *s, json_t **ret, struct error *e);

/* "volume=NAME,target=/path", a URL query with ',' for '&'. */
int value_mount(const char *s, json_t **ret, struct error *e);

/* "NAME:[IP:]PORT" */
int value_port(const char *s, json_t **ret, struct error *e);

/* "KEY=VALUE": *ret_key owned, *ret_value into `s`. */
int value_pair(const char *s, char **ret_key, const char **ret_value,
	       struct error *e);

/* Lines KEY=VALUE added to `env`, {name: value}; a key twice is an error. */
int value_env_file(const char *path, json_t *env, struct error *e);

/* Isolators {"name","value"}. */
int value_memory(const char *s, json_t **ret, struct error *e);
int value_cpu(const char *s, json_t **ret, struct error *e);
int value_cpu_shares(const char *s, json_t **ret, struct error *e);
int value_oom_score_adj(const char *s, json_t **ret, struct error *e);
int value_caps_retain(const char *s, json_t **ret, struct error *e);
int value_caps_remove(const char *s, json_t **ret, struct error *e);

/* "1,2,3" appended to `list`. */
int value_ints(const char *s, json_t *list, struct error *e);

/* Words between commas, as they are; an empty text has none. */
void value_words(const char *s, struct strings *ret);

/* "image,http" as INSECURE_* bits, chapter 2.3 and "plugin-path". */
extern const char *const value_insecure_words[]; /* ended by NULL */
int value_insecure(const char *s, unsigned int *ret, struct error *e);

/* JSON cannot carry anything else, and dropping a word would change what the
 * others mean. */
int value_check_utf8(const char *s, struct error *e);

/* The JSON collection that an option adds to, made by `make` on first use;
 * borrowed. */
json_t *value_collection(json_t **member, json_t *(*make)(void));

/* Decimal, the whole text, within the range. */
int value_int(const char *s, long min, long max, long *ret, struct error *e);

#endif
