/* Joining a pod that runs, and ending it.
 * SPDX-License-Identifier: Apache-2.0 */
#include "fly.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "sdk/toolkit/cleanup.h"
#include "sdk/toolkit/env.h"
#include "sdk/toolkit/memory.h"
#include "sdk/toolkit/users.h"

/* A process in the caller's own mount namespace is none of the pod's: its
 * number has been given away again. */
static bool
is_elsewhere(int ns_fd)
{
	struct stat own, other;

	return fstat(ns_fd, &other) == 0 &&
	       stat("/proc/self/ns/mnt", &own) == 0 &&
	       own.st_ino != other.st_ino;
}

/* The pod's processes inherit its lock, which is its directory. */
static bool
holds_lock(struct rkt_call *call, int pid, int pod_fd)
{
	const char *path = rkt_format(call, "/proc/%d/fd", pid);
	DIR *dir = path ? opendir(path) : NULL;
	bool is_held = false;
	struct dirent *entry;
	struct stat pod, other;

	if (!dir)
		return false;
	if (fstat(pod_fd, &pod) == 0)
		while (!is_held && (entry = readdir(dir)) != NULL)
			is_held = fstatat(dirfd(dir), entry->d_name, &other,
					  0) == 0 &&
				  other.st_dev == pod.st_dev &&
				  other.st_ino == pod.st_ino;
	closedir(dir);
	return is_held;
}

static int
open_namespace(struct rkt_call *call, int pid)
{
	const char *path = rkt_format(call, "/proc/%d/ns/mnt", pid);

	return path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
}

static rkt_status
join(struct rkt_call *call, int pid, int *ret_root_fd)
{
	const char *root_path = rkt_format(call, "/proc/%d/root", pid);
	autoclose int ns = open_namespace(call, pid);
	autoclose int root = -1;

	if (!root_path)
		return RKT_ERR_SYSTEM;
	root = open(root_path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (ns < 0 || root < 0)
		return call->host->fail(call, RKT_ERR_NOT_FOUND, errno,
					"cannot find process %d of the pod",
					pid);
	if (!is_elsewhere(ns))
		return call->host->fail(call, RKT_ERR_NOT_FOUND, 0,
					"process %d is none of the pod's", pid);
	if (setns(ns, CLONE_NEWNS) < 0 || fchdir(root) < 0 || chroot(".") < 0)
		return call->host->fail(call, RKT_ERR_SYSTEM, errno,
					"cannot enter the root of process %d",
					pid);
	*ret_root_fd = steal_fd(&root);
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
	path = status == RKT_OK ? fly_env_path(call, app->name) : NULL;
	if (!path)
		return status == RKT_OK ? RKT_ERR_SYSTEM : status;
	status = rkt_env_read(call, pod.dir_fd, path, &env);
	if (status == RKT_OK)
		status = join(call, pid, &root);
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
	autoclose int pidfd = -1;
	autoclose int ns = -1;
	int pid, group;

	(void)self;
	RKT_TAKE(call, &pod, pod_in);
	pid = fly_pid_read(pod.dir_fd, "pid");
	group = fly_pid_read(pod.dir_fd, "pgid");
	if (pid > 0)
		pidfd = (int)syscall(SYS_pidfd_open, pid, 0);
	if (pidfd >= 0)
		ns = open_namespace(call, pid);
	if (ns >= 0 && is_elsewhere(ns) && holds_lock(call, pid, pod.dir_fd)) {
		if (syscall(SYS_pidfd_send_signal, pidfd, signal_number, NULL,
			    0) == 0 ||
		    errno == ESRCH)
			return RKT_OK;
		return call->host->fail(call, RKT_ERR_SYSTEM, errno,
					"cannot signal process %d", pid);
	}
	/* What is left of it is in the group that `rkt run` was started in,
	 * unless that is the caller's as well. */
	if (group > 1 && group != getpgrp() &&
	    kill(-group, signal_number) < 0 && errno != ESRCH)
		return call->host->fail(call, RKT_ERR_SYSTEM, errno,
					"cannot signal process group %d",
					group);
	return RKT_OK;
}
