/* Who an app runs as: names, numbers and paths inside its root.
 * SPDX-License-Identifier: Apache-2.0 */
#include "users.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "sdk/toolkit/cleanup.h"
#include "sdk/toolkit/open.h"

/* A passwd file is the image's: its lines are of any length and content. */
#define LINE_FIELDS 3

static bool
parse_id(const char *text, uint32_t *ret)
{
	char *end;
	unsigned long long id;

	if (*text < '0' || *text > '9')
		return false;
	errno = 0;
	id = strtoull(text, &end, 10);
	if (errno != 0 || *end != '\0' || id >= UINT32_MAX)
		return false;
	*ret = (uint32_t)id;
	return true;
}

/* "name:password:id:..." */
static bool
match_line(char *line, const char *name, uint32_t *ret)
{
	char *fields[LINE_FIELDS];

	line[strcspn(line, "\n")] = '\0';
	for (size_t i = 0; i < LINE_FIELDS; i++) {
		fields[i] = strsep(&line, ":");
		if (!fields[i])
			return false;
	}
	return strcmp(fields[0], name) == 0 && parse_id(fields[2], ret);
}

static bool
look_up(int root_fd, const char *path, const char *name, uint32_t *ret)
{
	int fd = rkt_open_in_root(root_fd, path, O_RDONLY | O_NONBLOCK, 0);
	FILE *file = fd < 0 ? NULL : fdopen(fd, "re");
	char *line = NULL;
	size_t size = 0;
	bool is_found = false;
	struct stat st;

	if (!file) {
		if (fd >= 0)
			close(fd);
		return false;
	}
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode))
		while (!is_found && getline(&line, &size, file) >= 0)
			is_found = match_line(line, name, ret);
	free(line);
	fclose(file);
	return is_found;
}

static bool
owner_of(int root_fd, const char *path, bool of_group, uint32_t *ret)
{
	autoclose int fd =
		rkt_open_in_root(root_fd, path, O_PATH | O_NOFOLLOW, 0);
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0)
		return false;
	*ret = of_group ? st.st_gid : st.st_uid;
	return true;
}

static bool
resolve(int root_fd, const char *text, bool is_group, uint32_t *ret)
{
	if (strcmp(text, "root") == 0) {
		*ret = 0;
		return true;
	}
	if (parse_id(text, ret))
		return true;
	if (text[0] == '/')
		return owner_of(root_fd, text, is_group, ret);
	return look_up(root_fd, is_group ? "etc/group" : "etc/passwd", text,
		       ret);
}

static rkt_status
fail_unknown(struct rkt_call *call, const char *what, const char *name)
{
	return call->host->fail(call, RKT_ERR_INPUT, 0,
				"unable to determine app's uid and gid: no %s "
				"\"%s\" in the image",
				what, name);
}

rkt_status
rkt_user_resolve(struct rkt_call *call, int root_fd,
		 const struct rkt_app_spec *app, uid_t *ret_uid, gid_t *ret_gid)
{
	uint32_t uid, gid;

	if (!resolve(root_fd, app->user, false, &uid))
		return fail_unknown(call, app->user[0] == '/' ? "path" : "user",
				    app->user);
	if (!resolve(root_fd, app->group, true, &gid)) {
		if (!app->is_docker || !app->group_is_users)
			return fail_unknown(
				call, app->group[0] == '/' ? "path" : "group",
				app->group);
		gid = uid;
	}
	*ret_uid = uid;
	*ret_gid = gid;
	return RKT_OK;
}
