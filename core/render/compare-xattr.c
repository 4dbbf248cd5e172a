/* Extended attributes of one name in two directories.
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/render/compare-xattr.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/xattr.h>

#include "core/base/alloc.h"
#include "core/base/cleanup.h"
#include "core/base/vec.h"

static int
compare_strings(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* -1 with errno. */
static int
list_keys(const char *path, struct strings *ret)
{
	ssize_t len = llistxattr(path, NULL, 0);
	autofree char *list = NULL;

	if (len == 0 || (len < 0 && errno == EOPNOTSUPP))
		return 0;
	if (len > 0) {
		list = xmalloc((size_t)len);
		len = llistxattr(path, list, (size_t)len);
	}
	if (len < 0)
		return -1;
	for (const char *k = list; k < list + len; k += strlen(k) + 1)
		if (strcmp(k, "security.selinux") != 0)
			strings_push(ret, k);
	if (ret->len > 1)
		qsort(ret->items, ret->len, sizeof(char *), compare_strings);
	return 0;
}

/* -1 with errno. */
static ssize_t
read_value(const char *path, const char *key, char **ret)
{
	ssize_t len = lgetxattr(path, key, NULL, 0);

	if (len < 0)
		return -1;
	*ret = xmalloc((size_t)len + 1);
	return lgetxattr(path, key, *ret, (size_t)len);
}

static int
compare_value(const char *want_path, const char *have_path, const char *key,
	      bool *ret_same, struct error *e)
{
	autofree char *want = NULL, *have = NULL;
	ssize_t n = read_value(want_path, key, &want);
	ssize_t m = read_value(have_path, key, &have);

	if (n < 0)
		return error_errno(e, errno, "read attribute %s", key);
	*ret_same = n == m && memcmp(want, have, (size_t)n) == 0;
	return 0;
}

static bool
has_other_keys(const struct strings *a, const struct strings *b)
{
	bool is_other = a->len != b->len;

	for (size_t i = 0; !is_other && i < a->len; i++)
		is_other = strcmp(a->items[i], b->items[i]) != 0;
	return is_other;
}

int
xattrs_compare(int want_fd, int have_fd, const char *name,
	       const char **ret_difference, struct error *e)
{
	auto_strings struct strings want = {0}, have = {0};
	autofree char *want_path =
		xasprintf("/proc/self/fd/%d/%s", want_fd, name);
	autofree char *have_path =
		xasprintf("/proc/self/fd/%d/%s", have_fd, name);
	bool is_same = true;

	*ret_difference = NULL;
	if (list_keys(want_path, &want) < 0)
		return error_errno(e, errno, "list attributes of %s", name);
	if (list_keys(have_path, &have) < 0)
		is_same = false;
	is_same = is_same && !has_other_keys(&want, &have);
	for (size_t i = 0; is_same && i < want.len; i++)
		if (compare_value(want_path, have_path, want.items[i], &is_same,
				  e) < 0)
			return -1;
	if (!is_same)
		*ret_difference = "has other extended attributes";
	return 0;
}
