/* The isolators of the image, overridden by the command line (11.5).
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/pod/plan.h"

#include <string.h>

#include "core/base/alloc.h"
#include "core/base/cleanup.h"

#define ISOLATOR(name) "os/linux/" name

static void
drop(json_t *isolators, const char *name)
{
	size_t i = json_array_size(isolators);

	while (i-- > 0) {
		const char *n =
			json_string_at(json_array_get(isolators, i), "name");

		if (n && strcmp(n, name) == 0)
			json_array_remove(isolators, i);
	}
}

static int
merge_caps(json_t *isolators, const struct app_request *a, struct error *e)
{
	if (!a->caps_retain && !a->caps_remove)
		return 0;
	if (a->caps_retain && a->caps_remove)
		return error_set(e, RKT_ERR_INPUT,
				 "error: cannot use both --caps-retain and "
				 "--caps-remove on the same image");
	drop(isolators, ISOLATOR("capabilities-retain-set"));
	drop(isolators, ISOLATOR("capabilities-remove-set"));
	json_array_append(isolators,
			  a->caps_retain ? a->caps_retain : a->caps_remove);
	return 0;
}

struct seccomp {
	const char *mode;
	const char *error;
	json_t *set;
};

/* One element of the comma list: "mode=..", "errno=..", or a name. */
static int
seccomp_word(struct seccomp *s, char *word, struct error *e)
{
	char *value = strchr(word, '=');

	if (!value || strchr(value + 1, '=')) {
		if (*word == '\0')
			return error_set(e, RKT_ERR_INPUT,
					 "empty system call name in --seccomp");
		json_array_append_new(s->set, json_string(word));
		return 0;
	}
	*value++ = '\0';
	if (strcmp(word, "mode") == 0)
		s->mode = value;
	else if (strcmp(word, "errno") == 0)
		s->error = value;
	else
		return error_set(e, RKT_ERR_INPUT,
				 "unknown parameter '%s' in --seccomp", word);
	return 0;
}

static json_t *
seccomp_isolator(const struct seccomp *s)
{
	json_t *value = json_object();
	json_t *isolator = json_object();
	const char *name = strcmp(s->mode, "retain") == 0
				   ? ISOLATOR("seccomp-retain-set")
				   : ISOLATOR("seccomp-remove-set");

	json_object_set(value, "set", s->set);
	if (s->error)
		json_object_set_new(value, "errno", json_string(s->error));
	json_object_set_new(isolator, "name", json_string(name));
	json_object_set_new(isolator, "value", value);
	return isolator;
}

static int
merge_seccomp(json_t *isolators, const struct app_request *a, struct error *e)
{
	autofree char *text = NULL;
	auto_json json_t *set = json_array();
	struct seccomp s = {.set = set};
	char *rest, *word;

	if (!a->seccomp)
		return 0;
	text = xstrdup(a->seccomp);
	rest = text;
	while ((word = strsep(&rest, ",")) != NULL)
		if (seccomp_word(&s, word, e) < 0)
			return -1;
	if (!s.mode ||
	    (strcmp(s.mode, "retain") != 0 && strcmp(s.mode, "remove") != 0))
		return error_set(e, RKT_ERR_INPUT,
				 "--seccomp needs mode=retain or mode=remove");
	if (json_array_size(set) == 0)
		return error_set(e, RKT_ERR_INPUT,
				 "--seccomp names no system call");
	drop(isolators, ISOLATOR("seccomp-retain-set"));
	drop(isolators, ISOLATOR("seccomp-remove-set"));
	json_array_append_new(isolators, seccomp_isolator(&s));
	return 0;
}

/* There can be one of these: the command line's. */
static void
replace(json_t *isolators, json_t *isolator)
{
	if (!isolator)
		return;
	drop(isolators, json_string_at(isolator, "name"));
	json_array_append(isolators, isolator);
}

int
isolators_merge(json_t *isolators, const struct app_request *a, struct error *e)
{
	if (a->memory)
		json_array_append(isolators, a->memory);
	if (a->cpu)
		json_array_append(isolators, a->cpu);
	replace(isolators, a->cpu_shares);
	replace(isolators, a->oom_score_adj);
	if (merge_caps(isolators, a, e) < 0)
		return -1;
	return merge_seccomp(isolators, a, e);
}
