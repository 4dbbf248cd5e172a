/* How a pod is made and moves from state to state.
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/pod/internal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>

#include "core/base/alloc.h"
#include "core/base/cleanup.h"
#include "core/base/fd.h"

#define CREATE_TRIES 16
#define NAP_NS       1000000

/* Power loss must not lose what a transition promises: see
 * doc/decisions/0002-durability-of-pods.md for which those are. */
static int
sync_parent(const struct pod *pod, enum pod_dir dir, struct error *e)
{
	autoclose int fd = openat(pod->pods->fd, pod_dir_names[dir],
				  O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0 || fsync(fd) < 0)
		return error_errno(e, errno, "sync %s/%s", pod->pods->dir,
				   pod_dir_names[dir]);
	return 0;
}

static int
fail_moved(const struct pod *pod, enum pod_dir from, struct error *e)
{
	return error_set(e, RKT_ERR_BUSY, "pod %s is not in '%s' any more",
			 pod->uuid, pod_dir_names[from]);
}

static int
move_pod(struct pod *pod, enum pod_dir from, enum pod_dir to, struct error *e)
{
	autofree char *old = pod_relative(from, pod->uuid);
	autofree char *new = pod_relative(to, pod->uuid);
	int fd = pod->pods->fd;
	int rc = renameat2(fd, old, fd, new, RENAME_NOREPLACE);

	/* One of the two is missing: the target's parent is ours to make. */
	if (rc < 0 && errno == ENOENT) {
		if (pods_make(pod->pods, e) < 0)
			return -1;
		rc = renameat2(fd, old, fd, new, RENAME_NOREPLACE);
	}
	if (rc < 0 && errno == EINVAL)
		rc = renameat(fd, old, fd, new);
	if (rc < 0 && errno == ENOENT)
		return fail_moved(pod, from, e);
	if (rc < 0)
		return error_errno(e, errno, "rename %s/%s to %s",
				   pod->pods->dir, old, new);
	pod->state = pod_dir_state(to, pod->is_locked);
	return 0;
}

static int
check_state(const struct pod *pod, unsigned int allowed, struct error *e)
{
	if (allowed & (1u << pod->state))
		return 0;
	return error_set(e, RKT_ERR_BUSY, "pod %s is %s", pod->uuid,
			 pod_state_name(pod->state));
}

static int
make_embryo(struct pod *pod, struct error *e)
{
	autofree char *name = NULL;
	int rc;

	if (uuid_generate(pod->uuid, e) < 0)
		return -1;
	name = pod_relative(DIR_EMBRYO, pod->uuid);
	rc = pod->pods->fd < 0 ? -1 : mkdirat(pod->pods->fd, name, 0750);
	if (rc < 0 && (pod->pods->fd < 0 || errno == ENOENT)) {
		if (pods_make(pod->pods, e) < 0)
			return -1;
		rc = mkdirat(pod->pods->fd, name, 0750);
	}
	if (rc < 0)
		return error_errno(e, errno, "create directory %s/%s",
				   pod->pods->dir, name);
	pod->dir_fd = openat(pod->pods->fd, name,
			     O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (pod->dir_fd < 0 && errno == ENOENT)
		return error_set(e, RKT_ERR_BUSY, "pod %s was collected",
				 pod->uuid);
	if (pod->dir_fd < 0)
		return error_errno(e, errno, "open %s/%s", pod->pods->dir,
				   name);
	return 0;
}

/* Until the lock is taken a collector may take the embryo for what a killed
 * process left; the rename shows it. */
static int
create_once(struct pod *pod, struct error *e)
{
	pod->state = POD_EMBRYO;
	if (make_embryo(pod, e) < 0 || pod_lock(pod, e) < 0)
		return -1;
	return move_pod(pod, DIR_EMBRYO, DIR_PREPARE, e);
}

int
pod_create(struct pods *p, struct pod *ret, struct error *e)
{
	for (int i = 1;; i++) {
		struct pod pod = {.pods = p, .dir_fd = -1};

		if (create_once(&pod, e) == 0) {
			*ret = pod;
			return 0;
		}
		pod_done(&pod);
		if (e->code != RKT_ERR_BUSY || i == CREATE_TRIES)
			return -1;
	}
}

int
pod_lock(struct pod *pod, struct error *e)
{
	if (pod->is_locked)
		return 0;
	if (pod->dir_fd < 0)
		return error_set(e, RKT_ERR_NOT_FOUND, "no pod '%s'",
				 pod->uuid);
	if (lock_wait(pod->dir_fd, true, pod->uuid, e) < 0)
		return -1;
	pod->is_locked = true;
	pod->state = pod_dir_state(pod_state_dir(pod->state), true);
	return 0;
}

static void
unlock(struct pod *pod)
{
	flock(pod->dir_fd, LOCK_UN);
	pod->is_locked = false;
	pod->state = pod_dir_state(pod_state_dir(pod->state), false);
}

int
pod_to_prepared(struct pod *pod, struct error *e)
{
	if (check_state(pod, 1u << POD_PREPARING, e) < 0)
		return error_prefix(e, "error transitioning to prepared");
	if (syncfs(pod->dir_fd) < 0) {
		error_errno(e, errno, "sync pod %s", pod->uuid);
		return error_prefix(e, "error syncing pod data");
	}
	if (move_pod(pod, DIR_PREPARE, DIR_PREPARED, e) < 0 ||
	    sync_parent(pod, DIR_PREPARED, e) < 0)
		return error_prefix(e, "error transitioning to prepared");
	unlock(pod);
	return 0;
}

/* Who holds a prepared pod has just made it, and lets go; or starts it, and
 * then the pod is somewhere else.  Waiting for the lock would be waiting for
 * the end of that pod. */
static int
lock_prepared(struct pod *pod, struct error *e)
{
	while (!pod->is_locked) {
		const struct timespec nap = {.tv_nsec = NAP_NS};

		if (lock_try(pod->dir_fd, true, pod->uuid, &pod->is_locked, e) <
		    0)
			return -1;
		if (pod->is_locked)
			break;
		if (pod_locate(pod) != DIR_PREPARED)
			return fail_moved(pod, DIR_PREPARED, e);
		nanosleep(&nap, NULL);
	}
	return 0;
}

int
pod_to_run(struct pod *pod, struct error *e)
{
	bool was_prepared = pod->state == POD_PREPARED;

	if (check_state(pod, 1u << POD_PREPARING | 1u << POD_PREPARED, e) < 0 ||
	    (was_prepared ? lock_prepared(pod, e) : pod_lock(pod, e)) < 0 ||
	    move_pod(pod, was_prepared ? DIR_PREPARED : DIR_PREPARE, DIR_RUN,
		     e) < 0)
		return -1;
	return was_prepared ? sync_parent(pod, DIR_RUN, e) : 0;
}

int
pod_to_exited_garbage(struct pod *pod, struct error *e)
{
	if (check_state(pod, 1u << POD_EXITED, e) < 0)
		return -1;
	return move_pod(pod, DIR_RUN, DIR_EXITED_GARBAGE, e);
}

/* An embryo carries no state in its lock: who makes it holds it, though. */
static int
embryo_to_garbage(struct pod *pod, struct error *e)
{
	bool is_locked = false;

	if (lock_try(pod->dir_fd, true, pod->uuid, &is_locked, e) < 0)
		return -1;
	if (!is_locked)
		return error_set(e, RKT_ERR_BUSY, "pod %s is being created",
				 pod->uuid);
	if (move_pod(pod, DIR_EMBRYO, DIR_GARBAGE, e) < 0) {
		flock(pod->dir_fd, LOCK_UN);
		return -1;
	}
	unlock(pod);
	return 0;
}

int
pod_to_garbage(struct pod *pod, struct error *e)
{
	if (check_state(pod,
			1u << POD_EMBRYO | 1u << POD_ABORTED_PREPARE |
				1u << POD_PREPARED,
			e) < 0)
		return -1;
	if (pod->state == POD_EMBRYO)
		return embryo_to_garbage(pod, e);
	return move_pod(pod, pod_state_dir(pod->state), DIR_GARBAGE, e);
}

void
pod_discard(struct pod *pod)
{
	struct error ignored = ERROR_NONE;
	autofree char *name =
		pod_relative(pod_state_dir(pod->state), pod->uuid);

	if (tree_remove(pod->pods->fd, name, &ignored) == 0)
		pod->state = POD_GONE;
}
