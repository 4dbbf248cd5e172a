/* What the app sees of the file system, in a mount namespace of the pod's own.
 * SPDX-License-Identifier: Apache-2.0
 *
 * The order is the point.  What is to stay connected with the host - /dev,
 * /proc, /sys, volumes - is cloned while it still belongs to its peer group;
 * then everything else becomes private, so that no mount made for the pod is
 * ever seen outside; then the clones are put in place. */
#include "fly.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <unistd.h>

#include "sdk/toolkit/cleanup.h"
#include "sdk/toolkit/memory.h"
#include "sdk/toolkit/mounts.h"
#include "sdk/toolkit/open.h"
#include "sdk/toolkit/syscalls.h"

static const char *const host_trees[] = {"/dev", "/proc", "/sys"};
#define N_HOST_TREES (sizeof(host_trees) / sizeof(host_trees[0]))

/* A clone on its way. */
struct bind {
	const char *source;
	const char *target;
	unsigned int flags; /* RKT_BIND_* */
	int fd;
};

struct binds {
	struct bind *all;
	size_t n;
};

static rkt_status
add_volume(struct rkt_call *call, const struct rkt_stage1_pod *pod,
	   const struct rkt_mount_spec *mount, struct binds *binds)
{
	struct bind *b = &binds->all[binds->n];
	rkt_status status = RKT_OK;

	if (mount->starts_as_image)
		return RKT_OK;
	b->source = mount->source;
	b->target = mount->target;
	if (mount->kind == RKT_VOLUME_EMPTY)
		status = rkt_volume_make(call, pod, mount, &b->source);
	if (mount->recursive_given && mount->is_recursive)
		b->flags |= RKT_BIND_RECURSIVE;
	if (mount->is_read_only)
		b->flags |= RKT_BIND_READ_ONLY;
	binds->n++;
	return status;
}

static rkt_status
collect(struct rkt_call *call, const struct rkt_stage1_pod *pod,
	const struct rkt_app_spec *app, struct binds *binds)
{
	rkt_status status = RKT_OK;

	binds->n = 0;
	binds->all = rkt_alloc(call, N_HOST_TREES + app->n_mounts,
			       sizeof(*binds->all));
	if (!binds->all)
		return RKT_ERR_SYSTEM;
	for (size_t i = 0; i < N_HOST_TREES; i++)
		binds->all[binds->n++] = (struct bind){
			.source = host_trees[i],
			.target = host_trees[i],
			.flags = RKT_BIND_RECURSIVE,
		};
	for (size_t i = 0; status == RKT_OK && i < app->n_mounts; i++)
		status = add_volume(call, pod, &app->mounts[i], binds);
	return status;
}

/* What is mounted below a mount point by the app shall appear on the host.  A
 * source that is no mount point (EINVAL) shares what it lies on, or does
 * not, as the host has it. */
static void
share_sources(const struct binds *binds)
{
	for (size_t i = 0; i < binds->n; i++)
		if (binds->all[i].source[0] == '/')
			mount(NULL, binds->all[i].source, NULL,
			      MS_REC | MS_SHARED, NULL);
}

static rkt_status
clone_sources(struct rkt_call *call, const struct rkt_stage1_pod *pod,
	      struct binds *binds)
{
	rkt_status status = RKT_OK;

	for (size_t i = 0; i < binds->n; i++)
		binds->all[i].fd = -1;
	for (size_t i = 0; status == RKT_OK && i < binds->n; i++)
		status =
			rkt_mount_clone(call, pod->dir_fd, binds->all[i].source,
					binds->all[i].flags, &binds->all[i].fd);
	return status;
}

static rkt_status
attach(struct rkt_call *call, struct binds *binds, size_t from, size_t to,
       int root_fd)
{
	rkt_status status = RKT_OK;

	for (size_t i = from; status == RKT_OK && i < to; i++)
		status = rkt_mount_attach(call, binds->all[i].fd,
					  binds->all[i].flags, root_fd,
					  binds->all[i].target);
	return status;
}

static void
close_binds(struct binds *binds)
{
	for (size_t i = 0; i < binds->n; i++)
		if (binds->all[i].fd >= 0)
			close(binds->all[i].fd);
}

static rkt_status
mount_tmp(struct rkt_call *call, int root_fd)
{
	autoclose int where = -1;
	const char *path;
	rkt_status status =
		rkt_mount_target(call, root_fd, "/tmp", true, &where);

	if (status != RKT_OK)
		return status;
	path = rkt_format(call, "/proc/self/fd/%d", where);
	if (!path)
		return RKT_ERR_SYSTEM;
	if (mount("tmpfs", path, "tmpfs", 0, NULL) < 0)
		return call->host->fail(call, RKT_ERR_SYSTEM, errno,
					"cannot mount a tmpfs on '/tmp'");
	return RKT_OK;
}

static rkt_status
leave_host(struct rkt_call *call)
{
	if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
		return call->host->fail(call, RKT_ERR_SYSTEM, errno,
					"cannot make mounts private");
	return RKT_OK;
}

/* Make the place a mount of its own, with its own switch. */
static rkt_status
bind_on_itself(struct rkt_call *call, const struct rkt_mount_spec *mount,
	       int where, int root_fd)
{
	const char *path = rkt_format(call, "/proc/self/fd/%d", where);
	autoclose int tree = -1;
	rkt_status status;

	if (!path)
		return RKT_ERR_SYSTEM;
	status = rkt_mount_clone(call, AT_FDCWD, path, 0, &tree);
	if (status != RKT_OK)
		return status;
	return rkt_mount_attach(call, tree,
				mount->is_read_only ? RKT_BIND_READ_ONLY : 0,
				root_fd, mount->target);
}

/* The root is the pod's own as long as the pod lives: what the image has there
 * is a volume already, which can be written when the root cannot. */
static rkt_status
keep_own(struct rkt_call *call, const struct rkt_app_spec *app,
	 const struct rkt_mount_spec *mount, int root_fd)
{
	autoclose int where =
		rkt_open_in_root(root_fd, mount->target, O_PATH, 0);
	rkt_status status = RKT_OK;

	if (where < 0)
		status = rkt_mount_target(call, root_fd, mount->target, true,
					  &where);
	if (status == RKT_OK && mount->is_read_only != app->is_root_read_only)
		status = bind_on_itself(call, mount, where, root_fd);
	return status;
}

static rkt_status
keep_all_own(struct rkt_call *call, const struct rkt_app_spec *app, int root_fd)
{
	rkt_status status = RKT_OK;

	for (size_t i = 0; status == RKT_OK && i < app->n_mounts; i++)
		if (app->mounts[i].starts_as_image)
			status = keep_own(call, app, &app->mounts[i], root_fd);
	return status;
}

static rkt_status
fill_root(struct rkt_call *call, const struct rkt_stage1_run *run,
	  const struct rkt_app_spec *app, struct binds *binds, int root_fd)
{
	rkt_status status = attach(call, binds, 0, N_HOST_TREES, root_fd);

	if (status == RKT_OK)
		status = mount_tmp(call, root_fd);
	if (status == RKT_OK)
		status = attach(call, binds, N_HOST_TREES, binds->n, root_fd);
	if (status == RKT_OK)
		status = fly_etc_fill(call, run, root_fd);
	if (status == RKT_OK)
		status = keep_all_own(call, app, root_fd);
	if (status == RKT_OK && app->is_root_read_only)
		status = rkt_mount_read_only(call, root_fd, 0, "/");
	return status;
}

/* A descriptor leads to the mount it was opened on: the one of the pod
 * directory is opened again to lead to this namespace's. */
static rkt_status
enter_namespace(struct rkt_call *call, struct rkt_stage1_pod *pod, int *ret_fd)
{
	int fd;

	if (unshare(CLONE_NEWNS) < 0)
		return call->host->fail(call, RKT_ERR_SYSTEM, errno,
					"cannot make a mount namespace");
	fd = open(pod->dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return call->host->fail(call, RKT_ERR_SYSTEM, errno,
					"cannot open '%s'", pod->dir);
	pod->dir_fd = *ret_fd = fd;
	return RKT_OK;
}

rkt_status
fly_mount_all(struct rkt_call *call, const struct rkt_stage1_pod *host_pod,
	      const struct rkt_stage1_run *run, const struct rkt_app_spec *app,
	      int *ret_root_fd)
{
	struct rkt_stage1_pod here = *host_pod;
	const struct rkt_stage1_pod *pod = &here;
	autoclose int root = -1;
	autoclose int dir = -1;
	struct binds binds;
	rkt_status status = collect(call, pod, app, &binds);

	if (status != RKT_OK)
		return status;
	share_sources(&binds);
	status = enter_namespace(call, &here, &dir);
	if (status != RKT_OK)
		return status;
	status = clone_sources(call, pod, &binds);
	if (status == RKT_OK)
		status = leave_host(call);
	if (status == RKT_OK)
		status = rkt_mount_root(call, pod, app->files, &root);
	if (status == RKT_OK)
		status = fill_root(call, run, app, &binds, root);
	close_binds(&binds);
	if (status == RKT_OK)
		*ret_root_fd = steal_fd(&root);
	return status;
}

/* The host's mounts are let go of, so that none of them is kept busy by a pod
 * that cannot even see it. */
rkt_status
fly_root_enter(struct rkt_call *call, int root_fd)
{
	if (fchdir(root_fd) < 0 || rkt_sys_pivot_root(".", ".") < 0 ||
	    umount2(".", MNT_DETACH) < 0 || chdir("/") < 0)
		return call->host->fail(call, RKT_ERR_SYSTEM, errno,
					"cannot change to the root directory "
					"of the app");
	return RKT_OK;
}
