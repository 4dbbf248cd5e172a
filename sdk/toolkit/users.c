/* Who an app runs as: names, numbers and paths inside its root.
 * SPDX-License-Identifier: Apache-2.0 */
#include "users.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>

#include "id-file.h"
#include "sdk/toolkit/cleanup.h"
#include "sdk/toolkit/open.h"

static bool
is_file(int fd)
{
	struct stat st;

	return fd >= 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode);
}

/* Looked at before it is opened: to open a device may do something. */
static bool
look_up(int root_fd, const char *path, const char *name, uint32_t *ret)
{
	autoclose int place = rkt_open_in_root(root_fd, path, O_PATH, 0);
	autoclose int fd = -1;

	if (!is_file(place))
		return false;
	fd = rkt_open_in_root(root_fd, path, O_RDONLY | O_NONBLOCK | O_NOCTTY,
			      0);
	return is_file(fd) && rkt_id_find(fd, name, ret);
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
	if (rkt_id_parse(text, ret))
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
