/* Where plugins are and what their files are called.
 * SPDX-License-Identifier: Apache-2.0 */
#include "internal.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/cleanup.h"
#include "core/base/log.h"

#define NAME_LEN_MAX 31

bool
plugin_name_is_valid(const char *name)
{
	size_t len = strnlen(name, NAME_LEN_MAX + 1);

	return len > 0 && len <= NAME_LEN_MAX && name[0] >= 'a' &&
	       name[0] <= 'z' &&
	       strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-") == len;
}

char *
plugin_dir_choose(const struct plugin_host_options *options)
{
	const char *dir = secure_getenv("RKT_PLUGIN_DIR");

	if (options->plugin_dir)
		return xstrdup(options->plugin_dir);
	if (!dir || !*dir)
		return xstrdup(PLUGIN_DIR);
	if (options->allow_plugin_path || (geteuid() != 0 && getuid() != 0))
		return xstrdup(dir);
	log_warn("RKT_PLUGIN_DIR needs --insecure-options=plugin-path, "
		 "ignoring");
	return xstrdup(PLUGIN_DIR);
}

/* "fly" of "rkt-stage1-fly.so", owned by the caller, or NULL. */
static char *
name_of_file(const char *file, enum plugin_kind kind)
{
	autofree char *start = xasprintf("rkt-%s-", plugin_kind_name(kind));
	autofree char *name = NULL;
	size_t start_len = strlen(start), len = strlen(file);

	if (len <= start_len + 3 || strncmp(file, start, start_len) != 0 ||
	    strcmp(file + len - 3, ".so") != 0)
		return NULL;
	name = xstrndup(file + start_len, len - start_len - 3);
	return plugin_name_is_valid(name) ? steal(name) : NULL;
}

static int
compare(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

int
plugin_names(struct plugin_host *host, enum plugin_kind kind,
	     struct strings *ret, struct error *e)
{
	autodir DIR *dir = opendir(host->dir);
	auto_strings struct strings names = {0};
	struct dirent *entry;

	if (!dir)
		return error_errno(e, errno, "open plugin directory '%s'",
				   host->dir);
	while (errno = 0, (entry = readdir(dir)) != NULL) {
		char *name = name_of_file(entry->d_name, kind);

		if (name)
			vec_push(&names, name);
	}
	if (errno != 0)
		return error_errno(e, errno, "read plugin directory '%s'",
				   host->dir);
	if (names.len > 0)
		qsort(names.items, names.len, sizeof(*names.items), compare);
	*ret = names;
	names = (struct strings){0};
	return 0;
}
