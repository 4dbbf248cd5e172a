/* Which process of a running pod is its first, seen from the host (10.6).
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/pod/leader.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>

#include "core/base/alloc.h"
#include "core/base/cleanup.h"
#include "core/base/fd.h"
#include "core/pod/internal.h"

#define POLL_MS       100
#define CHILDREN_MAX  ((size_t)1 << 20)
#define STAT_SIZE_MAX ((size_t)4096)

/* One more child; the second is an error, as nobody knows which it is. */
static int
take_child(int parent, int child, int *only, struct error *e)
{
	if (*only > 0)
		return error_set(e, RKT_ERR_SYSTEM,
				 "process %d has more than one child", parent);
	*only = child;
	return 0;
}

static int
parent_of(int pid)
{
	autofree char *path = xasprintf("/proc/%d/stat", pid);
	autofree char *text = NULL;
	struct error ignored;
	const char *end;
	int parent;

	if (file_read_all(AT_FDCWD, path, STAT_SIZE_MAX, &text, NULL,
			  &ignored) < 0)
		return -1;
	/* The name in parentheses may hold anything. */
	end = strrchr(text, ')');
	return end && sscanf(end + 1, " %*c %d", &parent) == 1 ? parent : -1;
}

/* For kernels that do not list children. */
static int
search_child(int parent, int *ret, struct error *e)
{
	autodir DIR *proc = opendir("/proc");
	struct dirent *entry;

	while (proc && (entry = readdir(proc)) != NULL) {
		int pid = isdigit((unsigned char)entry->d_name[0])
				  ? atoi(entry->d_name)
				  : -1;

		if (pid > 0 && parent_of(pid) == parent &&
		    take_child(parent, pid, ret, e) < 0)
			return -1;
	}
	return 0;
}

static int
find_child(int parent, int *ret, struct error *e)
{
	autofree char *path =
		xasprintf("/proc/%d/task/%d/children", parent, parent);
	autofree char *text = NULL;
	struct error ignored;
	char *rest, *word;

	if (file_read_all(AT_FDCWD, path, CHILDREN_MAX, &text, NULL, &ignored) <
	    0)
		return search_child(parent, ret, e);
	rest = text;
	while ((word = strsep(&rest, " \n")) != NULL)
		if (*word && take_child(parent, atoi(word), ret, e) < 0)
			return -1;
	return 0;
}

/* *ret 0: there is none yet. */
static int
find(const struct pod *pod, int *ret, struct error *e)
{
	int parent;

	*ret = 0;
	if (pod_pid_in(pod, "pid", ret))
		return 0;
	if (!pod_pid_in(pod, "ppid", &parent))
		return 0;
	return find_child(parent, ret, e);
}

static int
watch(const struct pod *pod)
{
	autofree char *path = xasprintf("/proc/self/fd/%d", pod->dir_fd);
	autoclose int fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);

	if (fd < 0 ||
	    inotify_add_watch(fd, path,
			      IN_CREATE | IN_CLOSE_WRITE | IN_MOVED_TO) < 0)
		return -1;
	return steal_fd(&fd);
}

/* Until something is written in the pod directory, but not long: a child of
 * `ppid` and the end of the pod show in no directory. */
static void
nap(int watch_fd)
{
	struct pollfd p = {.fd = watch_fd, .events = POLLIN};
	char events[1024];

	if (poll(&p, 1, POLL_MS) > 0)
		while (read(watch_fd, events, sizeof(events)) > 0)
			;
}

int
pod_leader_wait(struct pod *pod, int *ret_pid, struct error *e)
{
	autoclose int watch_fd = -1;
	int pid;

	for (;;) {
		if (find(pod, &pid, e) < 0)
			return -1;
		if (pid > 0)
			break;
		if (watch_fd < 0) {
			watch_fd = watch(pod);
			/* What came before the watch is seen at once. */
			if (watch_fd >= 0)
				continue;
		}
		nap(watch_fd);
		if (pod_refresh(pod, e) < 0)
			return -1;
		if (pod->state != POD_RUNNING)
			return error_set(e, RKT_ERR_NOT_FOUND,
					 "pod %s is not running anymore",
					 pod->uuid);
	}
	*ret_pid = pid;
	return 0;
}
