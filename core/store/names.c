/* The names of things in the store, and where they lie.
 * SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "internal.h"

static bool
is_hex(const char *s, size_t len)
{
	return strspn(s, "0123456789abcdef") == len && s[len] == '\0';
}

bool
store_is_digest(const char *s)
{
	if (!s)
		return false;
	if (strncmp(s, "sha256-", 7) == 0)
		return is_hex(s + 7, 64);
	if (strncmp(s, "sha512-", 7) == 0)
		return is_hex(s + 7, 64) || is_hex(s + 7, 128);
	return false;
}

bool
store_is_full_key(const char *s)
{
	return strncmp(s, "sha512-", 7) == 0 && is_hex(s + 7, 64);
}

bool
store_is_key(const char *s)
{
	return strncmp(s, "sha512-", 7) == 0 && s[7] != '\0' &&
	       !strchr(s + 7, '-');
}

char *
store_blob_path(const char *blob)
{
	return xasprintf("blob/%.6s/%.2s/%s", blob, blob + 7, blob);
}

char *
store_manifest_path(const char *key)
{
	return xasprintf("imageManifest/sha512/%.2s/%s", key + 7, key);
}

char *
store_tree_file(const char *tree, const char *file)
{
	return xasprintf("tree/%s/%s", tree, file);
}

char *
store_tree_path(struct store *s, const char *tree)
{
	return xasprintf("%s/tree/%s/rootfs", s->cas_path, tree);
}

char *
store_tree_path_in(const char *data_dir, const char *tree)
{
	return xasprintf("%s/cas/tree/%s/rootfs", data_dir, tree);
}
