/* Standard streams of an app, where its modes want them.
 * SPDX-License-Identifier: Apache-2.0 */
#include "streams.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "log-writer.h"
#include "memory.h"
#include "sdk/toolkit/cleanup.h"

static void
close_fd(int *fd)
{
	if (*fd >= 0)
		close(steal_fd(fd));
}

static rkt_status
open_log(struct rkt_call *call, const struct rkt_stage1_pod *pod,
	 const struct rkt_app_spec *app, struct rkt_log_target *t)
{
	t->name = rkt_format(call, "%s.log", app->name);
	if (!t->name)
		return RKT_ERR_SYSTEM;
	if (mkdirat(pod->dir_fd, RKT_LOGS_DIR, 0750) < 0 && errno != EEXIST)
		return call->host->fail(call, RKT_ERR_SYSTEM, errno,
					"cannot create directory '%s'",
					RKT_LOGS_DIR);
	t->dir = openat(pod->dir_fd, RKT_LOGS_DIR,
			O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	t->file = t->dir < 0 ? -1 : rkt_log_file_open(t->dir, t->name);
	if (t->file < 0)
		return call->host->fail(call, RKT_ERR_SYSTEM, errno,
					"cannot open log '%s'", t->name);
	return RKT_OK;
}

static rkt_status
open_pipes(struct rkt_call *call, const struct rkt_app_spec *app,
	   struct rkt_log_target *t, struct rkt_streams *s)
{
	for (int i = STDOUT_FILENO; i <= STDERR_FILENO; i++) {
		int ends[2];

		if (app->streams[i] != RKT_STREAM_LOG)
			continue;
		if (pipe2(ends, O_CLOEXEC) < 0)
			return call->host->fail(call, RKT_ERR_SYSTEM, errno,
						"cannot create a pipe");
		t->from[i - STDOUT_FILENO] = ends[0];
		s->to[i] = ends[1];
	}
	return RKT_OK;
}

static rkt_status
start_log(struct rkt_call *call, const struct rkt_stage1_pod *pod,
	  const struct rkt_app_spec *app, struct rkt_streams *s)
{
	struct rkt_log_target t = {.from = {-1, -1}, .dir = -1, .file = -1};
	rkt_status status = open_log(call, pod, app, &t);

	if (status == RKT_OK)
		status = open_pipes(call, app, &t, s);
	if (status == RKT_OK && rkt_log_writer_start(&t) < 0)
		status = call->host->fail(call, RKT_ERR_SYSTEM, errno,
					  "cannot start the writer of the log");
	for (int i = 0; i < 2; i++)
		close_fd(&t.from[i]);
	close_fd(&t.file);
	close_fd(&t.dir);
	return status;
}

static rkt_status
open_null(struct rkt_call *call, const struct rkt_app_spec *app,
	  struct rkt_streams *s)
{
	for (int i = 0; i < 3; i++) {
		if (app->streams[i] != RKT_STREAM_NULL)
			continue;
		s->to[i] = open("/dev/null", O_RDWR | O_CLOEXEC);
		if (s->to[i] < 0)
			return call->host->fail(call, RKT_ERR_SYSTEM, errno,
						"cannot open '/dev/null'");
	}
	return RKT_OK;
}

static rkt_status
check_modes(struct rkt_call *call, const struct rkt_app_spec *app)
{
	static const char *const names[] = {"stdin", "stdout", "stderr"};

	for (int i = 0; i < 3; i++)
		if (app->streams[i] == RKT_STREAM_OTHER ||
		    (i == STDIN_FILENO && app->streams[i] == RKT_STREAM_LOG))
			return call->host->fail(call, RKT_ERR_UNSUPPORTED, 0,
						"unsupported mode of %s",
						names[i]);
	return RKT_OK;
}

rkt_status
rkt_streams_open(struct rkt_call *call, const struct rkt_stage1_pod *pod,
		 const struct rkt_app_spec *app, struct rkt_streams *ret)
{
	struct rkt_streams s = {{-1, -1, -1}, {-1, -1, -1}};
	rkt_status status = check_modes(call, app);

	if (status == RKT_OK)
		status = open_null(call, app, &s);
	if (status == RKT_OK && (app->streams[1] == RKT_STREAM_LOG ||
				 app->streams[2] == RKT_STREAM_LOG))
		status = start_log(call, pod, app, &s);
	*ret = s;
	if (status != RKT_OK)
		rkt_streams_restore(ret);
	return status;
}

rkt_status
rkt_streams_apply(struct rkt_call *call, struct rkt_streams *s, uid_t owner)
{
	struct stat st;

	for (int i = 0; i < 3; i++) {
		if (s->to[i] < 0)
			continue;
		/* There are apps that open /dev/stdout anew. */
		if (fstat(s->to[i], &st) == 0 && S_ISFIFO(st.st_mode) &&
		    fchown(s->to[i], owner, (gid_t)-1) < 0)
			return call->host->fail(call, RKT_ERR_SYSTEM, errno,
						"cannot give away a stream");
		s->kept[i] = fcntl(i, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
		if (dup2(s->to[i], i) < 0)
			return call->host->fail(call, RKT_ERR_SYSTEM, errno,
						"cannot redirect streams");
	}
	return RKT_OK;
}

void
rkt_streams_restore(struct rkt_streams *s)
{
	for (int i = 0; i < 3; i++) {
		if (s->kept[i] >= 0)
			dup2(s->kept[i], i);
		close_fd(&s->kept[i]);
		close_fd(&s->to[i]);
	}
}
