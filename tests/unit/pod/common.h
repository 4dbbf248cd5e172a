/* What the tests of core/pod share: files by path, pods made by hand.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_UNIT_POD_COMMON_H
#define TESTS_UNIT_POD_COMMON_H

#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/alloc.h"
#include "core/base/cleanup.h"
#include "core/base/fd.h"
#include "core/base/json.h"
#include "core/base/vec.h"
#include "tests/lib/unit.h"

#define must(condition)                                                        \
	do {                                                                   \
		if (!(condition)) {                                            \
			fprintf(stderr, "# %s:%d: %s: %m\n", __FILE__,         \
				__LINE__, #condition);                         \
			abort();                                               \
		}                                                              \
	} while (0)

static inline void
put_file(int dir_fd, const char *path, const char *text)
{
	struct error e = ERROR_NONE;

	must(file_write(dir_fd, path, text, strlen(text), 0644, &e) == 0);
}

static inline char *
get_file(int dir_fd, const char *path)
{
	struct error e = ERROR_NONE;
	char *text;

	if (file_read_all(dir_fd, path, 1 << 20, &text, NULL, &e) < 0)
		return xstrdup("(none)");
	return text;
}

static inline void
put_dir(int dir_fd, const char *path)
{
	struct error e = ERROR_NONE;

	must(dir_make_all(dir_fd, path, 0755, &e) == 0);
}

/* 'a' for "a": JSON in C strings without a forest of backslashes. */
static inline json_t *
json_of(const char *text)
{
	char *copy = xstrdup(text);
	json_error_t error;
	json_t *j;

	for (char *c = copy; *c != '\0'; c++)
		if (*c == '\'')
			*c = '"';
	j = json_loads(copy, 0, &error);
	if (!j)
		fprintf(stderr, "# %s: %s\n", copy, error.text);
	must(j != NULL);
	free(copy);
	return j;
}

static inline char *
text_of(const json_t *j)
{
	char *text = json_print(j, false);

	for (char *c = text; *c != '\0'; c++)
		if (*c == '"')
			*c = '\'';
	return text;
}

/* Mounts of the test stay in it, and go with it. */
static inline void
private_mounts(void)
{
	must(unshare(CLONE_NEWNS) == 0);
	must(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0);
}

#endif
