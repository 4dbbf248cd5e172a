/* Files below etc that the host provides.
 * SPDX-License-Identifier: Apache-2.0 */
#include "fly.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sdk/toolkit/cleanup.h"
#include "sdk/toolkit/mounts.h"
#include "sdk/toolkit/open.h"

static const char localhost[] = "127.0.0.1 localhost localdomain\n";

static rkt_status
show_file(struct rkt_call *call, const char *source, int root_fd,
	  const char *target)
{
	autoclose int tree = -1;
	rkt_status status = rkt_mount_clone(call, AT_FDCWD, source, 0, &tree);

	if (status == RKT_OK)
		status = rkt_mount_attach(call, tree, RKT_BIND_READ_ONLY,
					  root_fd, target);
	return status;
}

static rkt_status
make_hosts(struct rkt_call *call, int etc)
{
	autoclose int fd = -1;

	if (faccessat(etc, "hosts", F_OK, AT_SYMLINK_NOFOLLOW) == 0)
		return RKT_OK;
	fd = openat(etc, "hosts",
		    O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644);
	if (fd < 0 || write(fd, localhost, sizeof(localhost) - 1) !=
			      sizeof(localhost) - 1)
		return call->host->fail(call, RKT_ERR_SYSTEM, errno,
					"cannot create '/etc/hosts'");
	return RKT_OK;
}

static rkt_status
make_missing(struct rkt_call *call, const struct rkt_stage1_run *run,
	     int root_fd)
{
	autoclose int etc =
		rkt_open_in_root(root_fd, "etc", O_PATH | O_DIRECTORY, 0);

	if (etc >= 0) {
		if (symlinkat("../proc/self/mounts", etc, "mtab") < 0 &&
		    errno != EEXIST)
			call->host->log(call, RKT_LOG_WARNING,
					"cannot create '/etc/mtab', ignoring");
	} else if (!run->hosts) {
		rkt_status status =
			rkt_mount_target(call, root_fd, "/etc", true, &etc);

		if (status != RKT_OK)
			return status;
	}
	return run->hosts ? RKT_OK : make_hosts(call, etc);
}

rkt_status
fly_etc_fill(struct rkt_call *call, const struct rkt_stage1_run *run,
	     int root_fd)
{
	rkt_status status = make_missing(call, run, root_fd);

	if (status == RKT_OK && run->resolv_conf)
		status = show_file(call, run->resolv_conf, root_fd,
				   "/etc/resolv.conf");
	if (status == RKT_OK && run->hosts)
		status = show_file(call, run->hosts, root_fd, "/etc/hosts");
	return status;
}
