/* Whether nobody but root, or the user rkt runs as, can change a plugin.
 * SPDX-License-Identifier: Apache-2.0 */
#include "internal.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "core/base/alloc.h"
#include "core/base/cleanup.h"

static int
check_owner(const struct stat *st, const char *what, const char *path,
	    struct error *e)
{
	if (st->st_uid != 0 && st->st_uid != geteuid())
		return error_set(e, RKT_ERR_UNTRUSTED,
				 "%s '%s' belongs to user %u", what, path,
				 st->st_uid);
	return 0;
}

/* With an ACL, the group bits are the mask of all that is granted. */
static int
check_mode(const struct stat *st, const char *what, const char *path,
	   struct error *e)
{
	if (st->st_mode & (S_IWGRP | S_IWOTH))
		return error_set(e, RKT_ERR_UNTRUSTED,
				 "others can write to %s '%s'", what, path);
	return 0;
}

/* Others may add names to a sticky directory of root, such as /tmp, but not
 * change what is there. */
static bool
is_sticky(const struct stat *st)
{
	return (st->st_mode & S_ISVTX) && st->st_uid == 0;
}

/* One directory of the way down.  *ret_is_link tells of a symbolic link, which
 * is to be resolved first. */
static int
check_step(const char *path, bool is_last, bool *ret_is_link, struct error *e)
{
	struct stat st;

	if (lstat(path, &st) < 0)
		return error_errno(e, errno, "open plugin directory '%s'",
				   path);
	*ret_is_link = S_ISLNK(st.st_mode);
	if (*ret_is_link)
		return 0;
	if (!S_ISDIR(st.st_mode))
		return error_errno(e, ENOTDIR, "open plugin directory '%s'",
				   path);
	if (check_owner(&st, "directory", path, e) < 0)
		return -1;
	if (!is_last && is_sticky(&st))
		return 0;
	return check_mode(&st, "directory", path, e);
}

/* From the root downwards: what was found safe protects the name of the next
 * step, so that paths do not race and one call a step is enough. */
static int
walk(const char *dir, bool *ret_is_link, struct error *e)
{
	autofree char *path = xstrdup(dir);
	char *end = path;

	if (check_step("/", false, ret_is_link, e) < 0)
		return -1;
	while (*end) {
		char saved;

		end += 1 + strcspn(end + 1, "/");
		saved = *end;
		*end = '\0';
		if (check_step(path, saved == '\0', ret_is_link, e) < 0)
			return -1;
		if (*ret_is_link)
			return 0;
		*end = saved;
	}
	return 0;
}

static bool
is_plain(const char *dir)
{
	size_t len = strlen(dir);

	return len > 1 && dir[len - 1] != '/' && !strstr(dir, "//") &&
	       !strstr(dir, "/./") && !strstr(dir, "/../") &&
	       strcmp(dir + len - 2, "/.") != 0 &&
	       (len < 3 || strcmp(dir + len - 3, "/..") != 0);
}

int
plugin_dir_check(const char *dir, char **ret_real, struct error *e)
{
	autofree char *real = NULL;
	bool is_link = true;

	if (dir[0] != '/')
		return error_set(
			e, RKT_ERR_INPUT,
			"plugin directory '%s' is not an absolute path", dir);
	if (is_plain(dir) && walk(dir, &is_link, e) < 0)
		return -1;
	if (!is_link) {
		*ret_real = xstrdup(dir);
		return 0;
	}
	real = realpath(dir, NULL);
	if (!real)
		return error_errno(e, errno, "open plugin directory '%s'", dir);
	if (walk(real, &is_link, e) < 0)
		return -1;
	if (is_link)
		return error_errno(e, ELOOP, "open plugin directory '%s'", dir);
	*ret_real = steal(real);
	return 0;
}

int
plugin_file_check(const char *file, bool *ret_found, struct error *e)
{
	struct stat st;

	if (lstat(file, &st) < 0) {
		if (errno != ENOENT)
			return error_errno(e, errno, "open plugin '%s'", file);
		*ret_found = false;
		return 0;
	}
	*ret_found = true;
	if (!S_ISREG(st.st_mode))
		return error_set(e, RKT_ERR_UNTRUSTED,
				 "plugin '%s' is not a regular file", file);
	if (check_owner(&st, "plugin", file, e) < 0)
		return -1;
	return check_mode(&st, "plugin", file, e);
}
