/* Image IDs and their prefixes, chapter 9.2.
 * SPDX-License-Identifier: Apache-2.0 */
#include <fcntl.h>
#include <string.h>

#include "core/base/cleanup.h"
#include "internal.h"

#define KEY_PREFIX     "sha512-"
#define KEY_PREFIX_LEN (sizeof(KEY_PREFIX) - 1)

static int
none_found(struct error *e)
{
	return error_set(e, RKT_ERR_NOT_FOUND, "no image IDs found");
}

static int
resolve_full(struct store *s, const char *key, char **ret_key, struct error *e)
{
	autofree char *path = xasprintf("image/%s", key);

	if (faccessat(s->cas_fd, path, F_OK, 0) < 0 &&
	    (errno != ENOENT || store_incoming_fd(s) < 0 ||
	     faccessat(store_incoming_fd(s), path, F_OK, AT_SYMLINK_NOFOLLOW) <
		     0))
		return errno == ENOENT ? none_found(e)
				       : error_errno(e, errno, "open %s", path);
	*ret_key = xstrdup(key);
	return 0;
}

static int
resolve_prefix(struct store *s, const char *prefix, char **ret_key,
	       struct error *e)
{
	auto_strings struct strings keys = {0};
	const char *match = NULL;

	if (store_keys_list(s, &keys, e) < 0)
		return -1;
	for (size_t i = 0; i < keys.len; i++) {
		if (strncmp(keys.items[i], prefix, strlen(prefix)) != 0)
			continue;
		if (match)
			return error_set(e, RKT_ERR_INPUT,
					 "ambiguous image ID: \"%s\"", prefix);
		match = keys.items[i];
	}
	if (!match)
		return none_found(e);
	*ret_key = xstrdup(match);
	return 0;
}

int
store_key_resolve(struct store *s, const char *prefix, char **ret_key,
		  struct error *e)
{
	autofree char *key = xstrndup(prefix, IMAGE_KEY_LEN);

	if (strncmp(key, KEY_PREFIX, KEY_PREFIX_LEN) != 0)
		return error_set(e, RKT_ERR_INPUT, "wrong key prefix");
	if (strlen(key) < KEY_PREFIX_LEN + 2)
		return error_set(e, RKT_ERR_INPUT, "image ID too short");
	if (store_is_full_key(key))
		return resolve_full(s, key, ret_key, e);
	return resolve_prefix(s, key, ret_key, e);
}
