/* Files that tell who the pod is.
 * SPDX-License-Identifier: Apache-2.0 */
#include "fly.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sdk/toolkit/cleanup.h"

static rkt_status
write_number(struct rkt_call *call, int dir_fd, const char *name, int number)
{
	char text[16];
	int len = snprintf(text, sizeof(text), "%d\n", number);
	autoclose int fd = openat(
		dir_fd, name,
		O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0644);

	if (fd < 0 || write(fd, text, (size_t)len) != len)
		return call->host->fail(call, RKT_ERR_SYSTEM, errno,
					"cannot write '%s'", name);
	return RKT_OK;
}

/* `pid` last: who sees it may rely on the other. */
rkt_status
fly_pids_write(struct rkt_call *call, int pod_fd)
{
	rkt_status status = write_number(call, pod_fd, "pgid", getpgrp());

	if (status == RKT_OK)
		status = write_number(call, pod_fd, "pid", getpid());
	return status;
}

int
fly_pid_read(int pod_fd, const char *name)
{
	char text[16] = "";
	autoclose int fd =
		openat(pod_fd, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	ssize_t len = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);
	char *end;
	long number;

	if (len <= 0)
		return 0;
	number = strtol(text, &end, 10);
	if (end == text || (*end != '\n' && *end != '\0') || number <= 0 ||
	    number > INT_MAX)
		return 0;
	return (int)number;
}

void
fly_ready_clear(int pod_fd)
{
	unlinkat(pod_fd, FLY_READY, 0);
}

rkt_status
fly_ready_set(struct rkt_call *call, int pod_fd)
{
	fly_ready_clear(pod_fd);
	if (symlinkat("ready", pod_fd, FLY_READY) < 0)
		return call->host->fail(call, RKT_ERR_SYSTEM, errno,
					"cannot create link '%s'", FLY_READY);
	return RKT_OK;
}

bool
fly_is_ready(int pod_fd)
{
	return faccessat(pod_fd, FLY_READY, F_OK, AT_SYMLINK_NOFOLLOW) == 0;
}
