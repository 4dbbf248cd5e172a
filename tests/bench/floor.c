/* The least a program can do to start another in a root of its own: what fly's
 * start is measured against.
 * SPDX-License-Identifier: Apache-2.0
 *
 *	floor LAYER UPPER WORK ROOT PROGRAM [ARGUMENT...]
 *
 * The same mounts as the fly engine makes; no store, no manifest, no checks.
 * Build static. */
#include <sched.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <unistd.h>

#define CLONE_RECURSIVE (1u | 0x8000u)
#define MOVE_FROM_FD    4u

static int trees[3];
static const char *const names[] = {"/dev", "/proc", "/sys"};

static int
move(int tree, const char *to)
{
	return (int)syscall(SYS_move_mount, tree, "", -100, to, MOVE_FROM_FD);
}

int
main(int argc, char **argv)
{
	char options[4096];

	if (argc < 6 || unshare(CLONE_NEWNS) < 0)
		return 125;
	for (int i = 0; i < 3; i++)
		trees[i] = (int)syscall(SYS_open_tree, -100, names[i],
					CLONE_RECURSIVE);
	snprintf(options, sizeof(options), "lowerdir=%s,upperdir=%s,workdir=%s",
		 argv[1], argv[2], argv[3]);
	if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 ||
	    mount("overlay", argv[4], "overlay", 0, options) < 0 ||
	    chdir(argv[4]) < 0)
		return 125;
	for (int i = 0; i < 3; i++)
		if (move(trees[i], names[i] + 1) < 0)
			return 125;
	if (mount("tmpfs", "tmp", "tmpfs", 0, NULL) < 0 ||
	    syscall(SYS_pivot_root, ".", ".") < 0 ||
	    umount2(".", MNT_DETACH) < 0)
		return 125;
	execv(argv[5], argv + 5);
	return 125;
}
