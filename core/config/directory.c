/* Reads the files of one configuration directory.
 * SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "core/base/cleanup.h"
#include "core/base/fd.h"
#include "core/base/vec.h"
#include "internal.h"

static bool
is_candidate(const struct dirent *entry)
{
	static const char extension[] = ".json";
	size_t len = strlen(entry->d_name);

	return len >= sizeof(extension) - 1 &&
	       strcmp(entry->d_name + len - (sizeof(extension) - 1),
		      extension) == 0 &&
	       (entry->d_type == DT_REG || entry->d_type == DT_UNKNOWN);
}

static int
compare_names(const void *a, const void *b)
{
	const char *const *one = (const char *const *)a;
	const char *const *two = (const char *const *)b;

	return strcmp(*one, *two);
}

static int
list_names(DIR *dir, struct strings *ret)
{
	const struct dirent *entry;

	errno = 0;
	while ((entry = readdir(dir))) {
		if (is_candidate(entry))
			strings_push(ret, entry->d_name);
		errno = 0;
	}
	if (errno != 0)
		return -1;
	if (ret->len > 1)
		qsort(ret->items, ret->len, sizeof(*ret->items), compare_names);
	return 0;
}

/* *ret NULL: no regular file after all. */
static int
read_file(int dir_fd, const char *name, const char *path, json_t **ret,
	  struct error *e)
{
	autofree char *text = NULL;
	autoclose int fd = -1;
	struct stat st;
	size_t len;

	*ret = NULL;
	fd = openat(dir_fd, name,
		    O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	if (fd < 0 && errno == ELOOP)
		return 0;
	if (fd < 0 || fstat(fd, &st) < 0)
		return error_errno(e, errno, "cannot open \"%s\"", path);
	if (!S_ISREG(st.st_mode))
		return 0;
	if (fd_read_all(fd, path, JSON_SIZE_MAX, &text, &len, e) < 0)
		return -1;
	return json_parse(text, len, path, ret, e);
}

/* The cause says where it is, for it may be all that is shown. */
static int
name_file(struct error *e, const char *path)
{
	char cause[ERROR_TEXT_MAX];

	snprintf(cause, sizeof(cause), "%s", e->layers[0]);
	error_clear(e);
	return error_set(e, RKT_ERR_INPUT, "%s in \"%s\"", cause, path);
}

static int
load_file(int dir_fd, const char *name, const char *path,
	  const struct config_directory *dir, struct config *root,
	  struct error *e)
{
	auto_json json_t *file = NULL;

	if (read_file(dir_fd, name, path, &file, e) < 0)
		return -1;
	if (file && kind_apply(dir, file, root, e) < 0)
		return name_file(e, path);
	return 0;
}

int
directory_load(int root_fd, const char *root_path,
	       const struct config_directory *dir, struct config *root,
	       struct error *e)
{
	auto_strings struct strings names = {0};
	autodir DIR *stream = NULL;
	int fd;

	fd = openat(root_fd, dir->name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0 && errno == ENOENT)
		return 0;
	if (fd < 0 && errno == ENOTDIR)
		return error_set(e, RKT_ERR_INPUT,
				 "\"%s/%s\" is not a directory", root_path,
				 dir->name);
	if (fd >= 0)
		stream = fdopendir(fd);
	if (!stream || list_names(stream, &names) < 0)
		return error_errno(e, errno, "cannot read \"%s/%s\"", root_path,
				   dir->name);
	for (size_t i = 0; i < names.len; i++) {
		autofree char *path = xasprintf("%s/%s/%s", root_path,
						dir->name, names.items[i]);

		if (load_file(fd, names.items[i], path, dir, root, e) < 0)
			return -1;
	}
	return 0;
}
