/* Documents checked and brought into normal form by tables.
 * SPDX-License-Identifier: Apache-2.0
 *
 * A rule turns a raw value into a new one; a field gives a member its rule and
 * says what an absent member becomes.  Members come out in the order of the
 * table; keys that the table does not name are dropped.  JSON null counts as
 * absent, as Go's decoder has it. */
#ifndef CORE_APPC_SCHEMA_H
#define CORE_APPC_SCHEMA_H

#include <stdbool.h>

#include "core/base/json.h"

/* Where in the document a value is: "app.ports[2].port". */
struct where {
	const struct where *up; /* NULL: the document itself */
	const char *key;        /* NULL: an element          */
	size_t index;
};

/* "<where>: <text>"; always -1. */
int schema_fail(const struct where *at, struct error *e, const char *fmt, ...)
	RKT_PRINTF(3, 4);

struct rule {
	/* New reference in *ret. */
	int (*check)(const struct where *at, const struct rule *rule,
		     const json_t *raw, json_t **ret, struct error *e);
	const struct field *fields; /* check_object: ended by key NULL       */
	const struct rule *item;    /* check_list                            */
	/* check_object, check_list: the normal form as a whole, or NULL */
	int (*whole)(const struct where *at, json_t *normal, struct error *e);
	/* check_text */
	bool (*is_valid)(const char *s);
	const char *what; /* "an ACName" */
	/* check_integer */
	json_int_t min;
	json_int_t max;
};

enum absent {
	ABSENT_OMITTED,
	ABSENT_REFUSED,
	ABSENT_NULL,
	ABSENT_FALSE,
	ABSENT_ONE,
	ABSENT_EMPTY_TEXT,
};

struct field {
	const char *key;
	const struct rule *rule;
	enum absent absent;
	bool keeps_zero; /* ABSENT_OMITTED: false, 0 and "" stay if given */
};

int check_object(const struct where *at, const struct rule *rule,
		 const json_t *raw, json_t **ret, struct error *e);
int check_list(const struct where *at, const struct rule *rule,
	       const json_t *raw, json_t **ret, struct error *e);
int check_text(const struct where *at, const struct rule *rule,
	       const json_t *raw, json_t **ret, struct error *e);
int check_integer(const struct where *at, const struct rule *rule,
		  const json_t *raw, json_t **ret, struct error *e);
int check_bool(const struct where *at, const struct rule *rule,
	       const json_t *raw, json_t **ret, struct error *e);
/* {string: string}, keys sorted. */
int check_text_map(const struct where *at, const struct rule *rule,
		   const json_t *raw, json_t **ret, struct error *e);
/* Any value, copied. */
int check_any(const struct where *at, const struct rule *rule,
	      const json_t *raw, json_t **ret, struct error *e);

/* The member by its exact name, else by the name regardless of case. */
json_t *schema_member(const json_t *object, const char *key);

/* Two elements of a list with the same string under `key`: that string. */
const char *schema_duplicate(const json_t *list, const char *key);

#endif
