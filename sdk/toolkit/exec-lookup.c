/* Which file inside the root an app's exec[0] means.
 * SPDX-License-Identifier: Apache-2.0 */
#include "exec-lookup.h"

#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>

#include "memory.h"
#include "sdk/toolkit/cleanup.h"
#include "sdk/toolkit/open.h"

static bool
is_executable(int root_fd, const char *path)
{
	autoclose int fd = rkt_open_in_root(root_fd, path, O_PATH, 0);
	struct stat st;

	return fd >= 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode) &&
	       (st.st_mode & 0111) != 0;
}

static const char *
declared_path(const struct rkt_app_spec *app)
{
	const char *found = NULL;

	for (size_t i = 0; app->env[i]; i++)
		if (strncmp(app->env[i], "PATH=", 5) == 0)
			found = app->env[i] + 5;
	return found;
}

/* An element of PATH with `name` behind it; relative and empty elements start
 * at the working directory, as they do for a shell. */
static const char *
candidate(struct rkt_call *call, const struct rkt_app_spec *app,
	  const char *element, size_t len, const char *name)
{
	if (len > 0 && element[0] == '/')
		return rkt_format(call, "%.*s/%s", (int)len, element, name);
	return rkt_format(call, "%s/%.*s%s%s", app->working_directory, (int)len,
			  element, len > 0 ? "/" : "", name);
}

static rkt_status
search(struct rkt_call *call, int root_fd, const struct rkt_app_spec *app,
       const char *paths, const char **ret)
{
	for (const char *p = paths;; p++) {
		size_t len = strcspn(p, ":");
		const char *path = candidate(call, app, p, len, app->exec[0]);

		if (!path)
			return RKT_ERR_SYSTEM;
		if (is_executable(root_fd, path)) {
			*ret = path;
			return RKT_OK;
		}
		p += len;
		if (*p == '\0')
			break;
	}
	return call->host->fail(call, RKT_ERR_NOT_FOUND, 0,
				"unable to find \"%s\" in \"%s\"", app->exec[0],
				paths);
}

rkt_status
rkt_exec_lookup(struct rkt_call *call, int root_fd,
		const struct rkt_app_spec *app, const char **ret)
{
	const char *name = app->exec[0];
	const char *paths = declared_path(app);

	if (strchr(name, '/')) {
		*ret = name[0] == '/'
			       ? name
			       : rkt_format(call, "%s/%s",
					    app->working_directory, name);
		return *ret ? RKT_OK : RKT_ERR_SYSTEM;
	}
	if (!paths)
		paths = rkt_format(call, "%s:/bin:/usr/bin",
				   app->working_directory);
	return paths ? search(call, root_fd, app, paths, ret) : RKT_ERR_SYSTEM;
}
