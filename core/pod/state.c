/* In which state a pod is: its directory, and whether somebody locks it.
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/pod/internal.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>

#include "core/base/alloc.h"
#include "core/base/cleanup.h"
#include "core/base/fd.h"

static const struct {
	const char *name;
	enum pod_dir dir;
} states[] = {
	[POD_EMBRYO] = {"embryo", DIR_EMBRYO},
	[POD_PREPARING] = {"preparing", DIR_PREPARE},
	[POD_ABORTED_PREPARE] = {"aborted prepare", DIR_PREPARE},
	[POD_PREPARED] = {"prepared", DIR_PREPARED},
	[POD_RUNNING] = {"running", DIR_RUN},
	[POD_EXITED] = {"exited", DIR_RUN},
	[POD_EXITED_GARBAGE] = {"exited garbage", DIR_EXITED_GARBAGE},
	[POD_EXITED_DELETING] = {"exited deleting", DIR_EXITED_GARBAGE},
	[POD_GARBAGE] = {"garbage", DIR_GARBAGE},
	[POD_DELETING] = {"deleting", DIR_GARBAGE},
	[POD_GONE] = {"gone", POD_DIRS},
};

const char *
pod_state_name(enum pod_state state)
{
	return states[state].name;
}

enum pod_dir
pod_state_dir(enum pod_state state)
{
	return states[state].dir;
}

enum pod_state
pod_dir_state(enum pod_dir dir, bool is_locked)
{
	static const enum pod_state by_dir[POD_DIRS + 1][2] = {
		[DIR_EMBRYO] = {POD_EMBRYO, POD_EMBRYO},
		[DIR_PREPARE] = {POD_ABORTED_PREPARE, POD_PREPARING},
		[DIR_PREPARED] = {POD_PREPARED, POD_PREPARED},
		[DIR_RUN] = {POD_EXITED, POD_RUNNING},
		[DIR_EXITED_GARBAGE] = {POD_EXITED_GARBAGE,
					POD_EXITED_DELETING},
		[DIR_GARBAGE] = {POD_GARBAGE, POD_DELETING},
		[POD_DIRS] = {POD_GONE, POD_GONE},
	};

	return by_dir[dir][is_locked];
}

enum pod_dir
pod_locate(const struct pod *pod)
{
	for (enum pod_dir dir = 0; dir < POD_DIRS; dir++) {
		autofree char *name = pod_relative(dir, pod->uuid);

		if (faccessat(pod->pods->fd, name, F_OK, 0) == 0)
			return dir;
	}
	return POD_DIRS;
}

/* -1 with errno. */
static int
open_in(const struct pod *pod, enum pod_dir dir)
{
	autofree char *name = pod_relative(dir, pod->uuid);

	return openat(pod->pods->fd, name,
		      O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

/* The directory the pod is in and a descriptor on it; POD_DIRS if none.  Where
 * the pod before was is tried first: who lists many finds them in few
 * directories. */
static int
open_first(const struct pod *pod, enum pod_dir *ret_dir, int *ret_fd,
	   struct error *e)
{
	enum pod_dir dir = pod->pods->found_in;
	int fd = open_in(pod, dir);

	for (enum pod_dir i = 0; fd < 0 && errno == ENOENT && i < POD_DIRS; i++)
		fd = open_in(pod, dir = i);
	if (fd < 0 && errno != ENOENT)
		return error_errno(e, errno, "open %s/%s/%s", pod->pods->dir,
				   pod_dir_names[dir], pod->uuid);
	*ret_dir = fd < 0 ? POD_DIRS : dir;
	*ret_fd = fd;
	if (fd >= 0)
		pod->pods->found_in = dir;
	return 0;
}

/* Does somebody hold the directory exclusively?  Leaves no lock behind. */
static int
probe_lock(const struct pod *pod, enum pod_dir dir, bool *ret_locked,
	   struct error *e)
{
	bool is_ours = false;

	*ret_locked = false;
	if (dir == DIR_EMBRYO || dir == DIR_PREPARED || dir == POD_DIRS)
		return 0;
	if (lock_try(pod->dir_fd, false, pod->uuid, &is_ours, e) < 0)
		return -1;
	if (is_ours)
		flock(pod->dir_fd, LOCK_UN);
	*ret_locked = !is_ours;
	return 0;
}

/* Open and judge.  An unlocked directory found in prepare/ may have been
 * moved on between the two, and have ended there: then look again. */
static int
look(struct pod *pod, struct error *e)
{
	enum pod_dir dir = POD_DIRS;
	bool is_locked = false;

	if (pod->pods->fd < 0) {
		pod->state = POD_GONE;
		return 0;
	}
	for (;;) {
		autofree char *name = NULL;

		if (pod->dir_fd >= 0)
			close(steal_fd(&pod->dir_fd));
		if (open_first(pod, &dir, &pod->dir_fd, e) < 0 ||
		    probe_lock(pod, dir, &is_locked, e) < 0)
			return -1;
		if (dir != DIR_PREPARE || is_locked)
			break;
		name = pod_relative(dir, pod->uuid);
		if (faccessat(pod->pods->fd, name, F_OK, 0) == 0)
			break;
	}
	pod->state = pod_dir_state(dir, is_locked);
	return 0;
}

int
pod_open(struct pods *p, const char *uuid, struct pod *ret, struct error *e)
{
	struct pod pod = {.pods = p, .dir_fd = -1};

	if (!uuid_is_canonical(uuid))
		return error_set(e, RKT_ERR_INPUT, "'%s' is not a UUID", uuid);
	memcpy(pod.uuid, uuid, sizeof(pod.uuid));
	if (look(&pod, e) < 0) {
		pod_done(&pod);
		return -1;
	}
	*ret = pod;
	return 0;
}

void
pod_done(struct pod *pod)
{
	if (pod->dir_fd >= 0)
		close(steal_fd(&pod->dir_fd));
	pod->is_locked = false;
}

int
pod_refresh(struct pod *pod, struct error *e)
{
	/* A probe through the descriptor that holds the lock would turn it
	 * into a shared one. */
	if (pod->is_locked) {
		pod->state = pod_dir_state(pod_locate(pod), true);
		return 0;
	}
	return look(pod, e);
}

bool
pod_has_changed(const struct pod *pod)
{
	enum pod_dir dir = pod_state_dir(pod->state);
	autofree char *name = NULL;
	struct error e = ERROR_NONE;
	bool is_locked;

	if (pod->state == POD_GONE)
		return false;
	name = pod_relative(dir, pod->uuid);
	if (faccessat(pod->pods->fd, name, F_OK, 0) < 0)
		return true;
	return pod->state == POD_EXITED_GARBAGE &&
	       probe_lock(pod, dir, &is_locked, &e) == 0 && is_locked;
}

char *
pod_path(const struct pod *pod)
{
	if (pod->state == POD_GONE)
		return xasprintf("%s/%s", pod->pods->dir, pod->uuid);
	return xasprintf("%s/%s/%s", pod->pods->dir,
			 pod_dir_names[pod_state_dir(pod->state)], pod->uuid);
}
