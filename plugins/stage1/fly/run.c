/* Becoming the app.
 * SPDX-License-Identifier: Apache-2.0 */
#include "fly.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "sdk/toolkit/cleanup.h"
#include "sdk/toolkit/env.h"
#include "sdk/toolkit/exec-lookup.h"
#include "sdk/toolkit/memory.h"
#include "sdk/toolkit/streams.h"
#include "sdk/toolkit/mounts.h"
#include "sdk/toolkit/users.h"

/* Everything about the app that is known before its root is entered. */
struct process {
	const struct rkt_app_spec *app;
	uid_t uid;
	gid_t gid;
	const char *path;
	const char *const *env;
	struct rkt_streams streams;
};

static rkt_status
resolve(struct rkt_call *call, const struct rkt_stage1_pod *pod, int root_fd,
	struct process *p)
{
	const char *env_path = fly_env_path(call, p->app->name);
	rkt_status status =
		rkt_user_resolve(call, root_fd, p->app, &p->uid, &p->gid);

	if (!env_path)
		return RKT_ERR_SYSTEM;
	if (status == RKT_OK)
		status = rkt_env_make(call, p->app, NULL, &p->env);
	if (status == RKT_OK)
		status = rkt_env_write(call, pod->dir_fd, env_path, p->env);
	if (status == RKT_OK)
		status = rkt_exec_lookup(call, root_fd, p->app, &p->path);
	return status;
}

/* The raw calls: this process has one thread, and libc would look for more. */
rkt_status
fly_become(struct rkt_call *call, const struct rkt_app_spec *app, uid_t uid,
	   gid_t gid)
{
	gid_t *gids = rkt_alloc(call, app->n_gids + 1, sizeof(*gids));

	if (!gids)
		return RKT_ERR_SYSTEM;
	gids[0] = gid;
	memcpy(gids + 1, app->gids, app->n_gids * sizeof(*gids));
	if (syscall(SYS_setresgid, gid, gid, gid) < 0 ||
	    syscall(SYS_setgroups, app->n_gids + 1, gids) < 0 ||
	    syscall(SYS_setresuid, uid, uid, uid) < 0)
		return call->host->fail(call, RKT_ERR_SYSTEM, errno,
					"cannot become user %u, group %u",
					(unsigned int)uid, (unsigned int)gid);
	return RKT_OK;
}

static rkt_status
keep_lock(struct rkt_call *call, int fd)
{
	int flags = fd < 0 ? 0 : fcntl(fd, F_GETFD);

	if (flags < 0 ||
	    (flags & FD_CLOEXEC && fcntl(fd, F_SETFD, flags & ~FD_CLOEXEC) < 0))
		return call->host->fail(call, RKT_ERR_SYSTEM, errno,
					"cannot keep the lock of the pod");
	return RKT_OK;
}

static rkt_status
execute(struct rkt_call *call, const struct process *p)
{
	rkt_status status = fly_become(call, p->app, p->uid, p->gid);

	if (status != RKT_OK)
		return status;
	/* argv[0] stays as the image has it, wherever the file was found:
	 * there are programs that go by their name. */
	execve(p->path, (char *const *)p->app->exec, (char *const *)p->env);
	return call->host->fail(call, RKT_ERR_SYSTEM, errno,
				"cannot execute \"%s\"", p->path);
}

static rkt_status
start(struct rkt_call *call, const struct rkt_stage1_pod *pod,
      const struct rkt_stage1_run *run, struct process *p)
{
	const char *dir = p->app->working_directory;
	rkt_status status;

	if (strcmp(dir, "/") != 0 && chdir(dir) < 0)
		return call->host->fail(call, RKT_ERR_SYSTEM, errno,
					"cannot change to working directory "
					"'%s'",
					dir);
	status = keep_lock(call, run->lock_fd);
	if (status == RKT_OK)
		status = rkt_streams_apply(call, &p->streams, p->uid);
	if (status == RKT_OK)
		status = fly_ready_set(call, pod->dir_fd);
	if (status == RKT_OK) {
		status = execute(call, p);
		fly_ready_clear(pod->dir_fd);
	}
	return status;
}

static rkt_status
run_app(struct rkt_call *call, const struct rkt_stage1_pod *pod,
	const struct rkt_stage1_run *run, struct process *p)
{
	autoclose int root = -1;
	rkt_status status = fly_mount_all(call, pod, run, p->app, &root);

	if (status == RKT_OK)
		status = fly_pids_write(call, pod->dir_fd);
	if (status == RKT_OK)
		status = resolve(call, pod, root, p);
	if (status == RKT_OK)
		status = fly_root_enter(call, root);
	if (status == RKT_OK)
		status = start(call, pod, run, p);
	return status;
}

rkt_status
fly_run(struct rkt_call *call, void *self, const struct rkt_stage1_pod *pod_in,
	const struct rkt_stage1_run *run_in)
{
	struct rkt_stage1_pod pod;
	struct rkt_stage1_run run;
	struct process p = {0};
	rkt_status status;

	(void)self;
	RKT_TAKE(call, &pod, pod_in);
	RKT_TAKE(call, &run, run_in);
	status = fly_read_app(call, &pod, &p.app);
	if (status != RKT_OK)
		return status;
	rkt_mounts_warn(call, p.app);
	status = rkt_streams_open(call, &pod, p.app, &p.streams);
	if (status != RKT_OK)
		return status;
	status = run_app(call, &pod, &run, &p);
	rkt_streams_restore(&p.streams);
	return status;
}
