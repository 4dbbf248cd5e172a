/* Can overlayfs serve this data directory (chapter 12.1)?
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/pod/prepare.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/base/alloc.h"
#include "core/base/cleanup.h"
#include "core/base/fd.h"

#define AUFS_MAGIC    0x61756673
#define OVERLAY_MAGIC 0x794C7630
#define ZFS_MAGIC     0x2FC12FC1
#define GETDENTS_SIZE 4096

/* struct linux_dirent64 is not in a header of the C library. */
struct entry {
	uint64_t ino;
	int64_t off;
	unsigned short len;
	unsigned char type;
	char name[];
};

static bool
kernel_knows_overlay(void)
{
	struct error ignored;
	autofree char *text = NULL;

	return file_read_all(AT_FDCWD, "/proc/filesystems", 1 << 16, &text,
			     NULL, &ignored) == 0 &&
	       strstr(text, "nodev\toverlay\n") != NULL;
}

/* A fork and a program: only when the module is not there yet. */
static void
load_module(void)
{
	char program[] = "modprobe", module[] = "overlay";
	char path[] = "PATH=/sbin:/usr/sbin:/bin:/usr/bin";
	char *argv[] = {program, module, NULL};
	char *env[] = {path, NULL};
	posix_spawn_file_actions_t actions;
	int status;
	pid_t pid;

	if (geteuid() != 0 || posix_spawn_file_actions_init(&actions) != 0)
		return;
	for (int fd = 0; fd < 3; fd++)
		posix_spawn_file_actions_addopen(&actions, fd, "/dev/null",
						 O_RDWR, 0);
	if (posix_spawn(&pid, "/sbin/modprobe", &actions, NULL, argv, env) == 0)
		while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
			;
	posix_spawn_file_actions_destroy(&actions);
}

/* Overlayfs cannot work where readdir does not tell the type of entries. */
static bool
tells_types(int fd)
{
	_Alignas(struct entry) char buf[GETDENTS_SIZE];
	long n = syscall(SYS_getdents64, fd, buf, sizeof(buf));

	for (long at = 0; at < n;) {
		const struct entry *entry = (const void *)(buf + at);

		if (entry->type == DT_UNKNOWN)
			return false;
		at += entry->len;
	}
	return n >= 0;
}

void
overlay_supported(const char *data_dir, const char **ret_why)
{
	autoclose int fd = open(data_dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct statfs st;

	*ret_why = NULL;
	if (!kernel_knows_overlay()) {
		load_module();
		if (!kernel_knows_overlay())
			*ret_why = "the kernel has no overlay file system";
	}
	if (*ret_why)
		return;
	if (fd < 0 || fstatfs(fd, &st) < 0)
		*ret_why = "cannot look at the data directory";
	else if ((unsigned long)st.f_type == AUFS_MAGIC)
		*ret_why = "the data directory is on AUFS";
	else if ((unsigned long)st.f_type == ZFS_MAGIC)
		*ret_why = "the data directory is on ZFS";
	else if ((unsigned long)st.f_type == OVERLAY_MAGIC)
		*ret_why = "the data directory is on an overlay itself";
	else if (!tells_types(fd))
		*ret_why = "the data directory's file system does not tell "
			   "the type of directory entries";
}
