/* Stacking the layers of an app on its root directory.
 * SPDX-License-Identifier: Apache-2.0 */
#include "mounts.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include "memory.h"
#include "sdk/toolkit/cleanup.h"
#include "syscalls.h"

/* fsconfig takes values of 255 bytes, mount(2) all options in one page. */
#define VALUE_MAX   255u
#define OPTIONS_MAX 4095u

/* Descriptors opened for names that the kernel's parsers would trip over;
 * closed when the mount is done. */
struct stack {
	struct rkt_call *call;
	const struct rkt_stage1_pod *pod;
	const struct rkt_stage1_app *app;
	int *fds;
	size_t n_fds;
};

static size_t
count_layers(const struct rkt_stage1_app *app)
{
	size_t n = 0;

	while (app->layers[n])
		n++;
	return n;
}

static void
close_all(struct stack *s)
{
	while (s->n_fds > 0)
		close(s->fds[--s->n_fds]);
}

static rkt_status
fail_stack(struct stack *s)
{
	return s->call->host->fail(s->call, RKT_ERR_SYSTEM, errno,
				   "cannot mount the overlay of app '%s'",
				   s->app->name);
}

static int
keep_open(struct stack *s, const char *path)
{
	int fd = openat(s->pod->dir_fd, path, O_PATH | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0) {
		s->call->host->fail(s->call, RKT_ERR_SYSTEM, errno,
				    "cannot open overlay directory '%s'", path);
		return -1;
	}
	s->fds[s->n_fds++] = fd;
	return fd;
}

/* The path as it is where every kernel reads it as one name, so that
 * /proc/self/mountinfo stays readable; else a name of a descriptor. */
static const char *
plain_name(struct stack *s, const char *path)
{
	int fd;

	if (path[0] != '/')
		path = rkt_format(s->call, "%s/%s", s->pod->dir, path);
	if (!path)
		return NULL;
	if (strlen(path) <= VALUE_MAX && !strpbrk(path, "\\:,"))
		return path;
	fd = keep_open(s, path);
	return fd < 0 ? NULL : rkt_format(s->call, "/proc/self/fd/%d", fd);
}

static bool
set_option(int fs, const char *key, const char *value)
{
	return rkt_sys_fsconfig(fs, RKT_FSCONFIG_SET_STRING, key, value, 0) ==
	       0;
}

/* 0 done, 1 this kernel cannot (nothing has been said), -1 said why. */
static int
configure(struct stack *s, int fs)
{
	for (size_t i = 0; s->app->layers[i]; i++) {
		const char *layer = plain_name(s, s->app->layers[i]);

		if (!layer)
			return -1;
		if (set_option(fs, "lowerdir+", layer))
			continue;
		if (errno == EINVAL)
			return 1;
		s->call->host->fail(s->call, RKT_ERR_SYSTEM, errno,
				    "cannot use layer '%s'", s->app->layers[i]);
		return -1;
	}
	const char *upper = plain_name(s, s->app->upper);
	const char *work = plain_name(s, s->app->work);

	if (!upper || !work)
		return -1;
	if (!set_option(fs, "upperdir", upper) ||
	    !set_option(fs, "workdir", work) ||
	    rkt_sys_fsconfig(fs, RKT_FSCONFIG_CREATE, NULL, NULL, 0) < 0) {
		fail_stack(s);
		return -1;
	}
	return 0;
}

/* Since Linux 6.5; any number of layers.  Results as configure(). */
static int
stack_by_fsconfig(struct stack *s, int where, int *ret_fd)
{
	autoclose int fs = rkt_sys_fsopen("overlay", RKT_FSOPEN_CLOEXEC);
	autoclose int tree = -1;
	int result;

	if (fs < 0)
		return errno == ENOSYS ? 1 : (fail_stack(s), -1);
	if (!set_option(fs, "source", "overlay"))
		return 1;
	result = configure(s, fs);
	if (result != 0)
		return result;
	tree = rkt_sys_fsmount(fs, RKT_FSMOUNT_CLOEXEC, 0);
	if (tree < 0 || rkt_sys_move_mount(tree, "", where, "",
					   RKT_MOVE_F_EMPTY_PATH |
						   RKT_MOVE_T_EMPTY_PATH) < 0) {
		fail_stack(s);
		return -1;
	}
	*ret_fd = steal_fd(&tree);
	return 0;
}

/* "lowerdir=7:8:9,upperdir=10,workdir=11", names relative to /proc/self/fd:
 * hundreds of layers fit, and no name needs escaping. */
static char *
short_options(struct stack *s)
{
	size_t n = count_layers(s->app);
	size_t size = 64 + (n + 2) * 12;
	char *text = rkt_alloc(s->call, 1, size);
	char *end = text ? stpcpy(text, "lowerdir=") : NULL;

	for (size_t i = 0; end && i < n; i++) {
		int fd = keep_open(s, s->app->layers[i]);
		const char *name =
			fd < 0 ? NULL
			       : rkt_format(s->call, "%s%d", i ? ":" : "", fd);

		end = name ? stpcpy(end, name) : NULL;
	}
	int upper = end ? keep_open(s, s->app->upper) : -1;
	int work = upper < 0 ? -1 : keep_open(s, s->app->work);
	const char *rest =
		work < 0 ? NULL
			 : rkt_format(s->call, ",upperdir=%d,workdir=%d", upper,
				      work);

	if (!rest)
		return NULL;
	stpcpy(end, rest);
	return text;
}

static rkt_status
stack_by_mount(struct stack *s, int where, int *ret_fd)
{
	autoclose int cwd = -1;
	const char *target, *options;
	int err = 0;

	close_all(s);
	options = short_options(s);
	target = rkt_format(s->call, "%d", where);
	if (!options || !target)
		return RKT_ERR_SYSTEM;
	if (strlen(options) > OPTIONS_MAX)
		return s->call->host->fail(
			s->call, RKT_ERR_UNSUPPORTED, 0,
			"app '%s' has too many layers for this kernel",
			s->app->name);
	cwd = open(".", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (cwd < 0 || chdir("/proc/self/fd") < 0)
		return fail_stack(s);
	if (mount("overlay", target, "overlay", 0, options) < 0)
		err = errno;
	else /* `where` still is what the overlay covers: walk there anew */
		*ret_fd = openat(s->pod->dir_fd, s->app->rootfs,
				 O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (fchdir(cwd) < 0 && err == 0)
		err = errno;
	if (err != 0)
		errno = err;
	return err || *ret_fd < 0 ? fail_stack(s) : RKT_OK;
}

static rkt_status
stack_layers(struct rkt_call *call, const struct rkt_stage1_pod *pod,
	     const struct rkt_stage1_app *app, int where, int *ret_fd)
{
	struct stack s = {.call = call, .pod = pod, .app = app};
	rkt_status status = RKT_OK;
	int result;

	s.fds = rkt_alloc(call, count_layers(app) + 2, sizeof(*s.fds));
	if (!s.fds)
		return RKT_ERR_SYSTEM;
	result = stack_by_fsconfig(&s, where, ret_fd);
	if (result > 0)
		status = stack_by_mount(&s, where, ret_fd);
	else if (result < 0)
		status = RKT_ERR_SYSTEM;
	close_all(&s);
	return status;
}

rkt_status
rkt_mount_root(struct rkt_call *call, const struct rkt_stage1_pod *pod,
	       const struct rkt_stage1_app *app, int *ret_root_fd)
{
	autoclose int where = openat(pod->dir_fd, app->rootfs,
				     O_PATH | O_DIRECTORY | O_CLOEXEC);
	autoclose int tree = -1;
	rkt_status status;

	if (where < 0)
		return call->host->fail(call, RKT_ERR_SYSTEM, errno,
					"cannot open root directory '%s'",
					app->rootfs);
	if (app->layers)
		return stack_layers(call, pod, app, where, ret_root_fd);
	status = rkt_mount_clone(call, pod->dir_fd, app->rootfs, 0, &tree);
	if (status != RKT_OK)
		return status;
	if (rkt_sys_move_mount(tree, "", where, "",
			       RKT_MOVE_F_EMPTY_PATH | RKT_MOVE_T_EMPTY_PATH) <
	    0)
		return call->host->fail(call, RKT_ERR_SYSTEM, errno,
					"cannot mount root directory '%s'",
					app->rootfs);
	*ret_root_fd = steal_fd(&tree);
	return RKT_OK;
}
