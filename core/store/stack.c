/* What an image with dependencies is made of: trees, and where they come from.
 * SPDX-License-Identifier: Apache-2.0
 *
 * cas/stack/<key> can be worked out anew at any time.  It is believed as long
 * as all images that it was made of exist; only who may write trees may write
 * it, for pods are made of what it names. */
#include <fcntl.h>
#include <string.h>

#include "core/base/cleanup.h"
#include "core/base/fd.h"
#include "core/base/log.h"
#include "internal.h"

#define STACK_VERSION 1

void
stack_done(struct stack *stack)
{
	strings_done(&stack->of);
	strings_done(&stack->trees);
	*stack = (struct stack){0};
}

static json_t *
list_of(const struct strings *v)
{
	json_t *list = json_array();

	for (size_t i = 0; i < v->len; i++)
		json_array_append_new(list, json_string(v->items[i]));
	return list;
}

static char *
stack_path(const char *key)
{
	return xasprintf("stack/%s", key);
}

/* False: nobody but a broken disk writes such a list. */
static bool
read_list(const json_t *list, bool (*is_valid)(const char *s),
	  struct strings *ret)
{
	const json_t *item;
	size_t i;

	json_array_foreach(list, i, item)
	{
		const char *s = json_string_value(item);

		if (!s || !is_valid(s))
			return false;
		strings_push(ret, s);
	}
	return ret->len > 0;
}

int
store_stack_get(struct store *s, const char *key, bool *ret_found,
		struct stack *ret, struct error *e)
{
	autofree char *path = stack_path(key);
	autofree char *text = NULL;
	auto_json json_t *j = NULL;
	struct stack stack = {0};
	struct error why = ERROR_NONE;
	size_t len;

	*ret_found = false;
	if (file_read_all(s->cas_fd, path, JSON_SIZE_MAX, &text, &len, &why) <
	    0) {
		if (faccessat(s->cas_fd, path, F_OK, AT_SYMLINK_NOFOLLOW) < 0 &&
		    errno == ENOENT)
			return 0;
		*e = why;
		return -1;
	}
	if (json_parse(text, len, path, &j, &why) == 0 &&
	    json_integer_value(json_object_get(j, "version")) ==
		    STACK_VERSION &&
	    read_list(json_object_get(j, "of"), store_is_full_key, &stack.of) &&
	    read_list(json_object_get(j, "trees"), store_is_digest,
		      &stack.trees)) {
		*ret = stack;
		*ret_found = true;
		return 0;
	}
	stack_done(&stack);
	log_debug("store", "'%s' is not a stack, ignoring", path);
	return 0;
}

static int
check_trees(struct store *s, const struct stack *stack, struct error *e)
{
	for (size_t i = 0; i < stack->trees.len; i++)
		if (!store_tree_exists(s, stack->trees.items[i]))
			return error_set(e, RKT_ERR_NOT_FOUND,
					 "layer '%s' is not in the store",
					 stack->trees.items[i]);
	return 0;
}

int
store_stack_put(struct store *s, const char *key, const struct stack *stack,
		struct error *e)
{
	auto_json json_t *j =
		json_pack("{s:i, s:o, s:o}", "version", STACK_VERSION, "of",
			  list_of(&stack->of), "trees", list_of(&stack->trees));
	autofree char *path = stack_path(key);
	autofree char *text = json_print(j, false);
	int rc;

	if (store_import_begin(s, e) < 0)
		return -1;
	rc = check_trees(s, stack, e);
	if (rc == 0)
		rc = store_file_write(s, path, text, strlen(text), e);
	store_import_end(s);
	return rc;
}

bool
store_stack_is_whole(struct store *s, const struct stack *stack)
{
	struct error ignored = ERROR_NONE;

	return check_trees(s, stack, &ignored) == 0;
}
