/* Joining a pod that runs, and ending it.
 * SPDX-License-Identifier: Apache-2.0 */
#include "fly.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "sdk/toolkit/cleanup.h"
#include "sdk/toolkit/env.h"
#include "sdk/toolkit/memory.h"
#include "sdk/toolkit/users.h"

#define WAIT_NS 5000000

static int
open_namespace(struct rkt_call *call, int pid)
{
	const char *path = rkt_format(call, "/proc/%d/ns/mnt", pid);

	return path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
}

/* What was opened by a number belongs to the pod if the process does, and is
 * still there afterwards. */
static rkt_status
join(struct rkt_call *call, int pid, int pod_fd, int *ret_root_fd)
{
	const char *root_path = rkt_format(call, "/proc/%d/root", pid);
	autoclose int holder = fly_open_holder(pid, pod_fd);
	autoclose int ns = open_namespace(call, pid);
	autoclose int root = -1;

	if (!root_path)
		return RKT_ERR_SYSTEM;
	root = open(root_path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (ns < 0 || root < 0)
		return call->host->fail(call, RKT_ERR_NOT_FOUND, errno,
					"cannot find process %d of the pod",
					pid);
	if (holder < 0 ||
	    syscall(SYS_pidfd_send_signal, holder, 0, NULL, 0) < 0)
		return call->host->fail(call, RKT_ERR_NOT_FOUND, 0,
					"process %d is none of the pod's", pid);
	if (setns(ns, CLONE_NEWNS) < 0 || fchdir(root) < 0 || chroot(".") < 0)
		return call->host->fail(call, RKT_ERR_SYSTEM, errno,
					"cannot enter the root of process %d",
					pid);
	*ret_root_fd = steal_fd(&root);
	return RKT_OK;
}

/* As long as the process still makes its root, that of the host is where it
 * leads to. */
static rkt_status
wait_ready(struct rkt_call *call, int pid, int pod_fd)
{
	const struct timespec nap = {.tv_nsec = WAIT_NS};
	autoclose int holder = fly_open_holder(pid, pod_fd);

	while (!fly_is_ready(pod_fd)) {
		if (holder < 0 ||
		    syscall(SYS_pidfd_send_signal, holder, 0, NULL, 0) < 0)
			return call->host->fail(
				call, RKT_ERR_NOT_FOUND, 0,
				"cannot find process %d of the pod", pid);
		if (call->host->progress(call, 0, 0) != RKT_OK)
			return RKT_ERR_CANCELLED;
		nanosleep(&nap, NULL);
	}
	return RKT_OK;
}

rkt_status
fly_enter(struct rkt_call *call, void *self,
	  const struct rkt_stage1_pod *pod_in,
	  const struct rkt_stage1_exec *exec_in)
{
	struct rkt_stage1_pod pod;
	struct rkt_stage1_exec exec;
	const struct rkt_app_spec *app = NULL;
	const char *const *env;
	const char *path;
	autoclose int root = -1;
	uid_t uid;
	gid_t gid;
	rkt_status status;
	int pid;

	(void)self;
	RKT_TAKE(call, &pod, pod_in);
	RKT_TAKE(call, &exec, exec_in);
	if (exec.argc == 0 || exec.argv[0][0] != '/')
		return call->host->fail(call, RKT_ERR_INPUT, 0,
					"command must be an absolute path");
	pid = exec.leader_pid > 0 ? exec.leader_pid
				  : fly_pid_read(pod.dir_fd, "pid");
	status = fly_read_app(call, &pod, &app);
	if (status == RKT_OK)
		status = wait_ready(call, pid, pod.dir_fd);
	path = status == RKT_OK ? fly_env_path(call, app->name) : NULL;
	if (!path)
		return status == RKT_OK ? RKT_ERR_SYSTEM : status;
	status = rkt_env_read(call, pod.dir_fd, path, &env);
	if (status == RKT_OK)
		status = join(call, pid, pod.dir_fd, &root);
	if (status == RKT_OK)
		status = rkt_user_resolve(call, root, app, &uid, &gid);
	if (status == RKT_OK)
		status = fly_become(call, app, uid, gid);
	if (status != RKT_OK)
		return status;
	execve(exec.argv[0], (char *const *)exec.argv, (char *const *)env);
	return call->host->fail(call, RKT_ERR_SYSTEM, errno,
				"cannot execute \"%s\"", exec.argv[0]);
}

rkt_status
fly_stop(struct rkt_call *call, void *self, const struct rkt_stage1_pod *pod_in,
	 uint32_t force)
{
	int signal_number = force ? SIGKILL : SIGTERM;
	struct rkt_stage1_pod pod;
	autoclose int holder = -1;
	int pid;

	(void)self;
	RKT_TAKE(call, &pod, pod_in);
	pid = fly_pid_read(pod.dir_fd, "pid");
	holder = fly_open_holder(pid, pod.dir_fd);
	/* The app is gone, or has let go of the pod: its children have not. */
	if (holder < 0)
		return fly_signal_holders(call, pod.dir_fd, signal_number);
	if (syscall(SYS_pidfd_send_signal, holder, signal_number, NULL, 0) <
		    0 &&
	    errno != ESRCH)
		return call->host->fail(call, RKT_ERR_SYSTEM, errno,
					"cannot signal process %d", pid);
	return RKT_OK;
}
