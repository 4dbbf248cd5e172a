/* JSON as rkt reads and prints it, over jansson.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CORE_BASE_JSON_H
#define CORE_BASE_JSON_H

#include <stdbool.h>

#include <jansson.h>

#include "error.h"

#define JSON_DEPTH_MAX 128
#define JSON_SIZE_MAX ((size_t)4 << 20)

static inline void
cleanup_json(json_t **j)
{
	json_decref(*j);
}
#define auto_json __attribute__((__cleanup__(cleanup_json)))

/* Parse hostile text: at most JSON_SIZE_MAX bytes, JSON_DEPTH_MAX levels, no
 * duplicate keys, no NUL in strings, nothing after the value.  The message
 * names line and column.  `name` is the file or URL, for messages.  New
 * reference in *ret. */
int json_parse(const char *text, size_t len, const char *name, json_t **ret,
	       struct error *e);

/* Read and parse a file. */
int json_parse_file(int dir_fd, const char *path, json_t **ret,
		    struct error *e);

/* Print as Go's encoding/json does: '<', '>', '&', U+2028 and U+2029 escaped,
 * keys in insertion order, no trailing newline.  `pretty` indents by one TAB a
 * level and puts a space after ':'.  Owned by the caller. */
char *json_print(const json_t *j, bool pretty);

/* NULL unless the member is there and is a string. */
const char *json_string_at(const json_t *object, const char *key);

#endif
