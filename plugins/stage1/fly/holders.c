/* Which processes are the pod's: those that hold its lock.
 * SPDX-License-Identifier: Apache-2.0
 *
 * The lock is a flock on the pod directory, and belongs to the descriptor that
 * every process of the pod inherits; /proc tells it apart from descriptors of
 * others who only look into the directory. */
#include "fly.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "sdk/toolkit/cleanup.h"

#define INFO_MAX 4096

/* "lock:	1: FLOCK  ADVISORY  WRITE 4711 fe:01:1234 0 EOF" */
static bool
is_lock(int info_dir, const char *name)
{
	autoclose int fd = openat(info_dir, name, O_RDONLY | O_CLOEXEC);
	char text[INFO_MAX];
	ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);
	const char *lock;

	if (n < 0)
		return false;
	text[n] = '\0';
	lock = strstr(text, "\nlock:");
	return lock && strstr(lock, " FLOCK ") && strstr(lock, " WRITE ");
}

static int
open_below(int pid, const char *name)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/%s", pid, name);
	return open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

static bool
has_lock_in(DIR *fds, int info_dir, const struct stat *pod)
{
	struct dirent *entry;
	struct stat st;

	while ((entry = readdir(fds)) != NULL)
		if (fstatat(dirfd(fds), entry->d_name, &st, 0) == 0 &&
		    st.st_dev == pod->st_dev && st.st_ino == pod->st_ino &&
		    is_lock(info_dir, entry->d_name))
			return true;
	return false;
}

bool
fly_is_holder(int pid, int pod_fd)
{
	autoclose int info_dir = open_below(pid, "fdinfo");
	int fd_dir = open_below(pid, "fd");
	DIR *fds = fd_dir < 0 ? NULL : fdopendir(fd_dir);
	bool is_found = false;
	struct stat pod;

	if (fds && info_dir >= 0 && fstat(pod_fd, &pod) == 0)
		is_found = has_lock_in(fds, info_dir, &pod);
	if (fds)
		closedir(fds);
	else if (fd_dir >= 0)
		close(fd_dir);
	return is_found;
}

int
fly_open_holder(int pid, int pod_fd)
{
	autoclose int fd = pid > 0 ? (int)syscall(SYS_pidfd_open, pid, 0) : -1;

	/* The number may have been given away before, but not since. */
	if (fd < 0 || !fly_is_holder(pid, pod_fd) ||
	    syscall(SYS_pidfd_send_signal, fd, 0, NULL, 0) < 0)
		return -1;
	return steal_fd(&fd);
}

static bool
send_to(int pid, int pod_fd, int signal_number)
{
	autoclose int fd = fly_open_holder(pid, pod_fd);

	return fd < 0 ||
	       syscall(SYS_pidfd_send_signal, fd, signal_number, NULL, 0) ==
		       0 ||
	       errno == ESRCH;
}

rkt_status
fly_signal_holders(struct rkt_call *call, int pod_fd, int signal_number)
{
	DIR *proc = opendir("/proc");
	rkt_status status = RKT_OK;
	struct dirent *entry;

	if (!proc)
		return call->host->fail(call, RKT_ERR_SYSTEM, errno,
					"cannot open '/proc'");
	while ((entry = readdir(proc)) != NULL) {
		int pid = isdigit((unsigned char)entry->d_name[0])
				  ? atoi(entry->d_name)
				  : 0;

		if (pid > 1 && pid != getpid() &&
		    !send_to(pid, pod_fd, signal_number))
			status = call->host->fail(call, RKT_ERR_SYSTEM, errno,
						  "cannot signal process %d",
						  pid);
	}
	closedir(proc);
	return status;
}
