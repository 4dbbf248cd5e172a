/* System calls for mounts and processes that an older libc has no names for.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef RKT_TOOLKIT_SYSCALLS_H
#define RKT_TOOLKIT_SYSCALLS_H

#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

#define RKT_OPEN_TREE_CLONE     1u
#define RKT_OPEN_TREE_CLOEXEC   02000000u /* O_CLOEXEC */
#define RKT_AT_RECURSIVE        0x8000u
#define RKT_AT_EMPTY_PATH       0x1000u
#define RKT_MOVE_F_EMPTY_PATH   0x04u
#define RKT_MOVE_T_EMPTY_PATH   0x40u
#define RKT_FSOPEN_CLOEXEC      1u
#define RKT_FSMOUNT_CLOEXEC     1u
#define RKT_FSCONFIG_SET_STRING 1u
#define RKT_FSCONFIG_CREATE     6u
#define RKT_MOUNT_ATTR_RDONLY   0x1u
#define RKT_MOUNT_ATTR_NOSUID   0x2u
#define RKT_MOUNT_ATTR_NODEV    0x4u

struct rkt_mount_attr {
	uint64_t attr_set;
	uint64_t attr_clr;
	uint64_t propagation;
	uint64_t userns_fd;
};

static inline int
rkt_sys_open_tree(int dir_fd, const char *path, unsigned int flags)
{
	return (int)syscall(SYS_open_tree, dir_fd, path, flags);
}

static inline int
rkt_sys_move_mount(int from, const char *from_path, int to, const char *to_path,
		   unsigned int flags)
{
	return (int)syscall(SYS_move_mount, from, from_path, to, to_path,
			    flags);
}

static inline int
rkt_sys_fsopen(const char *name, unsigned int flags)
{
	return (int)syscall(SYS_fsopen, name, flags);
}

static inline int
rkt_sys_fsconfig(int fd, unsigned int command, const char *key,
		 const void *value, int aux)
{
	return (int)syscall(SYS_fsconfig, fd, command, key, value, aux);
}

static inline int
rkt_sys_fsmount(int fd, unsigned int flags, unsigned int attrs)
{
	return (int)syscall(SYS_fsmount, fd, flags, attrs);
}

static inline int
rkt_sys_mount_setattr(int fd, const char *path, unsigned int flags,
		      const struct rkt_mount_attr *attr)
{
	return (int)syscall(SYS_mount_setattr, fd, path, flags, attr,
			    sizeof(*attr));
}

static inline int
rkt_sys_pivot_root(const char *new_root, const char *put_old)
{
	return (int)syscall(SYS_pivot_root, new_root, put_old);
}

#endif
