/* The fly engine: the app on the host, in a root directory of its own.
 * SPDX-License-Identifier: Apache-2.0
 *
 * No supervisor, no isolation: the calling process becomes the app. */
#include "fly.h"

#include <errno.h>
#include <linux/capability.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sdk/toolkit/memory.h"
#include "sdk/toolkit/syscalls.h"

static bool
has_capabilities(uint64_t wanted)
{
	struct __user_cap_header_struct header = {
		.version = _LINUX_CAPABILITY_VERSION_3,
	};
	struct __user_cap_data_struct data[2] = {0};

	if (syscall(SYS_capget, &header, data) < 0)
		return false;
	return (((uint64_t)data[1].effective << 32 | data[0].effective) &
		wanted) == wanted;
}

static rkt_status
check(struct rkt_call *call, void *self)
{
	const uint64_t wanted = 1ull << CAP_SYS_ADMIN | 1ull << CAP_SYS_CHROOT |
				1ull << CAP_SETUID | 1ull << CAP_SETGID;

	(void)self;
	if (!has_capabilities(wanted))
		return call->host->fail(call, RKT_ERR_UNSUPPORTED, EPERM,
					"cannot mount and change users here");
	if (rkt_sys_open_tree(-1, "", 0) < 0 && errno == ENOSYS)
		return call->host->fail(call, RKT_ERR_UNSUPPORTED, 0,
					"this kernel is too old: Linux 5.2 is "
					"needed");
	return RKT_OK;
}

rkt_status
fly_read_app(struct rkt_call *call, const struct rkt_stage1_pod *pod,
	     const struct rkt_app_spec **ret)
{
	struct rkt_pod_spec spec;
	rkt_status status;

	if (pod->n_apps != 1)
		return call->host->fail(call, RKT_ERR_UNSUPPORTED, 0,
					"fly only supports 1 application per "
					"Pod for now");
	status = rkt_pod_spec_read(call, pod, &spec);
	if (status == RKT_OK)
		*ret = &spec.apps[0];
	return status;
}

const char *
fly_env_path(struct rkt_call *call, const char *app)
{
	return rkt_format(call, FLY_ENV_DIR "/%s", app);
}

static rkt_status
make_dirs(struct rkt_call *call, int dir_fd, const char *path)
{
	char *copy = rkt_copy(call, path);
	char *p = copy;

	if (!copy)
		return RKT_ERR_SYSTEM;
	if (mkdirat(dir_fd, path, 0755) == 0 || errno == EEXIST)
		return RKT_OK;
	for (; *p; p++) {
		if (*p != '/' || p == copy)
			continue;
		*p = '\0';
		if (mkdirat(dir_fd, copy, 0755) < 0 && errno != EEXIST)
			break;
		*p = '/';
	}
	if (mkdirat(dir_fd, path, 0755) < 0 && errno != EEXIST)
		return call->host->fail(call, RKT_ERR_SYSTEM, errno,
					"cannot create directory '%s'", path);
	return RKT_OK;
}

static rkt_status
prepare(struct rkt_call *call, void *self, const struct rkt_stage1_pod *pod_in)
{
	const struct rkt_app_spec *app = NULL;
	struct rkt_stage1_pod pod;
	rkt_status status;

	(void)self;
	RKT_TAKE(call, &pod, pod_in);
	status = fly_read_app(call, &pod, &app);
	if (status == RKT_OK)
		status = make_dirs(call, pod.dir_fd, FLY_ENV_DIR);
	if (status == RKT_OK)
		status = make_dirs(call, pod.dir_fd, app->files->rootfs);
	return status;
}

/* Every mount died with the pod's namespace, and what is on disk belongs to
 * the pod directory. */
static rkt_status
gc(struct rkt_call *call, void *self, const struct rkt_stage1_pod *pod_in)
{
	struct rkt_stage1_pod pod;

	(void)self;
	RKT_TAKE(call, &pod, pod_in);
	return RKT_OK;
}

static const struct rkt_stage1_plugin fly;
RKT_STAGE1_PLUGIN(fly);

static const struct rkt_stage1_plugin fly = {
	.info = RKT_STAGE1_INFO("fly", "2.0.0",
				"the app in a root of its own, not isolated"),
	.caps = RKT_STAGE1_CAP_OVERLAY | RKT_STAGE1_CAP_READONLY |
		RKT_STAGE1_CAP_LOGS,
	.check = check,
	.prepare = prepare,
	.run = fly_run,
	.enter = fly_enter,
	.stop = fly_stop,
	.gc = gc,
};
