/* The smallest engine: a shell in the root file system of the first app.
 * SPDX-License-Identifier: Apache-2.0
 *
 * Copy the folder, change the name here and in the Makefile, and begin.
 * rkt-stage1-plugin(7) explains every member. */
#define _GNU_SOURCE
#include <rkt/stage1.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Nothing to lay out: without RKT_STAGE1_CAP_OVERLAY the host has filled every
 * app's `rootfs` before. */
static rkt_status
prepare(struct rkt_call *call, void *self, const struct rkt_stage1_pod *pod)
{
	struct rkt_stage1_pod mine;

	(void)self;
	RKT_TAKE(call, &mine, pod);
	return RKT_OK;
}

/* The pod's other tools find the process by this file. */
static rkt_status
write_pid(struct rkt_call *call, int dir_fd)
{
	char text[24];
	int len = snprintf(text, sizeof(text), "%d", (int)getpid());
	int fd = openat(dir_fd, "pid", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC,
			0644);

	if (fd < 0 || write(fd, text, (size_t)len) != len) {
		int err = errno;

		if (fd >= 0)
			close(fd);
		return call->host->fail(call, RKT_ERR_SYSTEM, err,
					"write the pid file");
	}
	close(fd);
	return RKT_OK;
}

static rkt_status
become(struct rkt_call *call, const struct rkt_stage1_pod *pod,
       const struct rkt_stage1_app *app, const char *const *argv)
{
	char *const environment[] = {(char *)"PATH=/usr/bin:/bin", NULL};

	if (fchdir(pod->dir_fd) < 0 || chroot(app->rootfs) < 0 ||
	    chdir("/") < 0)
		return call->host->fail(call, RKT_ERR_SYSTEM, errno,
					"enter the root of app '%s'",
					app->name);
	execve(argv[0], (char *const *)(uintptr_t)argv, environment);
	return call->host->fail(call, RKT_ERR_SYSTEM, errno, "execute '%s'",
				argv[0]);
}

/* Comes back only to report why it could not. */
static rkt_status
run(struct rkt_call *call, void *self, const struct rkt_stage1_pod *pod,
    const struct rkt_stage1_run *request)
{
	static const char *const shell[] = {"/bin/sh", NULL};
	struct rkt_stage1_pod mine;
	struct rkt_stage1_run how;
	rkt_status status;

	(void)self;
	RKT_TAKE(call, &mine, pod);
	RKT_TAKE(call, &how, request);
	if (mine.n_apps != 1)
		return call->host->fail(call, RKT_ERR_UNSUPPORTED, 0,
					"this engine runs exactly one app");
	status = write_pid(call, mine.dir_fd);
	if (status != RKT_OK)
		return status;
	/* The pod counts as running for as long as its lock is held. */
	fcntl(how.lock_fd, F_SETFD, 0);
	return become(call, &mine, mine.apps[0], shell);
}

static rkt_status
enter(struct rkt_call *call, void *self, const struct rkt_stage1_pod *pod,
      const struct rkt_stage1_exec *exec)
{
	struct rkt_stage1_pod mine;
	struct rkt_stage1_exec what;

	(void)self;
	RKT_TAKE(call, &mine, pod);
	RKT_TAKE(call, &what, exec);
	for (uint32_t i = 0; i < mine.n_apps; i++)
		if (strcmp(mine.apps[i]->name, what.app) == 0)
			return become(call, &mine, mine.apps[i], what.argv);
	return call->host->fail(call, RKT_ERR_NOT_FOUND, 0, "no app '%s'",
				what.app);
}

/* Nothing of ours is left outside the pod directory. */
static rkt_status
gc(struct rkt_call *call, void *self, const struct rkt_stage1_pod *pod)
{
	struct rkt_stage1_pod mine;

	(void)self;
	RKT_TAKE(call, &mine, pod);
	return RKT_OK;
}

static const struct rkt_stage1_plugin descriptor = {
	.info = RKT_STAGE1_INFO("sample", "1.0", "Engine of the SDK template"),
	.prepare = prepare,
	.run = run,
	.enter = enter,
	.gc = gc,
};

RKT_STAGE1_PLUGIN(descriptor);
