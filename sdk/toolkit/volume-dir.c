/* Directories of empty volumes.
 * SPDX-License-Identifier: Apache-2.0 */
#include "mounts.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "memory.h"
#include "sdk/toolkit/cleanup.h"

rkt_status
rkt_volume_make(struct rkt_call *call, const struct rkt_stage1_pod *pod,
		const struct rkt_mount_spec *mount, const char **ret_path)
{
	const char *path = rkt_format(call, "sharedVolumes/%s", mount->volume);
	autoclose int fd = -1;

	if (!path)
		return RKT_ERR_SYSTEM;
	if (mkdirat(pod->dir_fd, path, 0755) < 0 && errno == ENOENT &&
	    (mkdirat(pod->dir_fd, "sharedVolumes", 0755) == 0 ||
	     errno == EEXIST))
		mkdirat(pod->dir_fd, path, 0755);
	fd = openat(pod->dir_fd, path,
		    O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0 || fchown(fd, mount->uid, mount->gid) < 0 ||
	    fchmod(fd, mount->mode) < 0)
		return call->host->fail(call, RKT_ERR_SYSTEM, errno,
					"cannot make empty volume '%s'",
					mount->volume);
	*ret_path = path;
	return RKT_OK;
}
