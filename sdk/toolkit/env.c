/* The environment an app gets, and the file that keeps it.
 * SPDX-License-Identifier: Apache-2.0 */
#include "env.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "memory.h"
#include "sdk/toolkit/cleanup.h"

/* What execve takes is less. */
#define ENV_FILE_MAX (16u << 20)

static const char *const defaults[] = {
	"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
	"SHELL=/bin/sh",
	"USER=root",
	"LOGNAME=root",
	"HOME=/root",
};
#define N_DEFAULTS (sizeof(defaults) / sizeof(defaults[0]))

static size_t
count(const char *const *list)
{
	size_t n = 0;

	while (list && list[n])
		n++;
	return n;
}

static bool
has_name_of(const char *const *env, const char *variable)
{
	size_t len = strcspn(variable, "=") + 1;

	for (; *env; env++)
		if (strncmp(*env, variable, len) == 0)
			return true;
	return false;
}

rkt_status
rkt_env_make(struct rkt_call *call, const struct rkt_app_spec *app,
	     const char *const *extra, const char *const **ret)
{
	size_t n = 0;
	const char **env =
		rkt_alloc(call, N_DEFAULTS + count(app->env) + count(extra) + 1,
			  sizeof(*env));

	if (!env)
		return RKT_ERR_SYSTEM;
	for (size_t i = 0; i < N_DEFAULTS; i++)
		if (!has_name_of(app->env, defaults[i]))
			env[n++] = defaults[i];
	for (size_t i = 0; app->env[i]; i++)
		env[n++] = app->env[i];
	for (size_t i = 0; extra && extra[i]; i++)
		env[n++] = extra[i];
	*ret = env;
	return RKT_OK;
}

static bool
write_all(int fd, const char *data, size_t len)
{
	while (len > 0) {
		ssize_t n = write(fd, data, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return false;
		data += n;
		len -= (size_t)n;
	}
	return true;
}

static char *
join_lines(struct rkt_call *call, const char *const *env, size_t *ret_len)
{
	size_t size = 0;
	char *text, *end;

	for (size_t i = 0; env[i]; i++)
		size += strlen(env[i]) + 1;
	text = end = rkt_alloc(call, 1, size + 1);
	for (size_t i = 0; text && env[i]; i++)
		if (!strchr(env[i], '\n'))
			end = stpcpy(stpcpy(end, env[i]), "\n");
	*ret_len = (size_t)(end - text);
	return text;
}

rkt_status
rkt_env_write(struct rkt_call *call, int dir_fd, const char *path,
	      const char *const *env)
{
	size_t len;
	char *text = join_lines(call, env, &len);
	autoclose int fd = -1;

	if (!text)
		return RKT_ERR_SYSTEM;
	fd = openat(dir_fd, path,
		    O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC,
		    0644);
	if (fd < 0 || !write_all(fd, text, len))
		return call->host->fail(call, RKT_ERR_SYSTEM, errno,
					"cannot write environment file '%s'",
					path);
	return RKT_OK;
}

static char *
read_all(struct rkt_call *call, int fd, size_t size)
{
	char *text = rkt_alloc(call, 1, size + 1);
	size_t len = 0;

	while (text && len < size) {
		ssize_t n = read(fd, text + len, size - len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return NULL;
		if (n == 0)
			break;
		len += (size_t)n;
	}
	return text;
}

static rkt_status
split_lines(struct rkt_call *call, char *text, const char *const **ret)
{
	size_t n = 1;
	const char **env;
	char *line;

	for (const char *p = text; *p; p++)
		n += *p == '\n';
	env = rkt_alloc(call, n + 1, sizeof(*env));
	if (!env)
		return RKT_ERR_SYSTEM;
	n = 0;
	while ((line = strsep(&text, "\n")) != NULL)
		if (*line)
			env[n++] = line;
	*ret = env;
	return RKT_OK;
}

rkt_status
rkt_env_read(struct rkt_call *call, int dir_fd, const char *path,
	     const char *const **ret)
{
	autoclose int fd =
		openat(dir_fd, path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	struct stat st;
	char *text;

	if (fd < 0 || fstat(fd, &st) < 0)
		return call->host->fail(call, RKT_ERR_SYSTEM, errno,
					"cannot open environment file '%s'",
					path);
	if (!S_ISREG(st.st_mode) || st.st_size > (off_t)ENV_FILE_MAX)
		return call->host->fail(call, RKT_ERR_INPUT, 0,
					"'%s' is no environment file", path);
	text = read_all(call, fd, (size_t)st.st_size);
	if (!text)
		return call->host->fail(call, RKT_ERR_SYSTEM, errno,
					"cannot read environment file '%s'",
					path);
	return split_lines(call, text, ret);
}
