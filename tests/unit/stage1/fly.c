/* The fly engine runs an app as its manifest says.
 * SPDX-License-Identifier: Apache-2.0 */
#include <rkt/stage1.h>

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fly-pod.h"
#include "tests/lib/unit.h"

static struct fly_pod p;

static unsigned int
count_mounts(void)
{
	FILE *file = fopen("/proc/self/mountinfo", "r");
	unsigned int n = 0;
	int c;

	while ((c = fgetc(file)) != EOF)
		n += c == '\n';
	fclose(file);
	return n;
}

static void
exit_status_is_the_apps(void)
{
	fly_pod_make(&p);
	fly_pod_shell(&p, "echo out; exit 42");
	fly_pod_run(&p);
	assert_text(p.failure, "");
	assert_text(p.output, "out\n");
	CU_ASSERT(WIFEXITED(p.status) && WEXITSTATUS(p.status) == 42);
	fly_pod_shell(&p, "kill -9 $$");
	fly_pod_run(&p);
	CU_ASSERT(WIFSIGNALED(p.status) && WTERMSIG(p.status) == SIGKILL);
}

static void
no_mount_stays_behind(void)
{
	unsigned int before;

	fly_pod_make(&p);
	before = count_mounts();
	fly_pod_shell(&p, "exit 0");
	for (int i = 0; i < 3; i++)
		fly_pod_run(&p);
	CU_ASSERT_EQUAL(p.status, 0);
	CU_ASSERT_EQUAL(count_mounts(), before);
}

static void
host_mounts_are_let_go(void)
{
	fly_pod_make(&p);
	fly_pod_shell(&p, "cat /proc/self/mountinfo");
	fly_pod_run(&p);
	assert_contains(p.output, " / / rw");
	assert_contains(p.output, " - overlay overlay ");
	assert_contains(p.output, " /tmp rw");
	/* The tmpfs that the layer is on is the host's. */
	CU_ASSERT_PTR_NULL(strstr(
		p.output, " /tmp rw,relatime - tmpfs tmpfs rw,mode=1777"));
}

static void
user_is_resolved_inside(void)
{
	static const struct {
		const char *name, *user, *group, *want, *failure;
	} cases[] = {
		{"numbers", "12", "13", "uid=12 gid=13 groups=5,6,13\n", ""},
		{"names", "www", "web",
		 "uid=33(www) gid=44(web) groups=5,6,44(web)\n", ""},
		{"path", "/etc/passwd", "/etc/passwd",
		 "uid=0(root) gid=0(root) groups=0(root),5,6\n", ""},
		{"no such user", "nobody", "0", "",
		 "unable to determine app's uid and gid: no user \"nobody\" in "
		 "the image"},
		{"no such group", "0", "nobody", "",
		 "unable to determine app's uid and gid: no group \"nobody\" "
		 "in the image"},
		{"no such path", "/nope", "0", "",
		 "unable to determine app's uid and gid: no path \"/nope\" in "
		 "the image"},
		{"too large", "4294967295", "0", "",
		 "unable to determine app's uid and gid: no user "
		 "\"4294967295\" in the image"},
	};

	fly_pod_make(&p);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char section[512];

		snprintf(section, sizeof(section),
			 "\"exec\":[\"/bin/id\"],\"user\":\"%s\",\"group\":\"%"
			 "s\",\"supplementaryGIDs\":[5,6]",
			 cases[i].user, cases[i].group);
		fly_pod_app(&p, section, NULL, NULL, NULL);
		fly_pod_run(&p);
		assert_text(p.failure, cases[i].failure);
		assert_text(p.output, cases[i].want);
	}
}

static void
docker_group_falls_back_to_the_user(void)
{
	const char *section = "\"exec\":[\"/bin/id\",\"-g\"],\"user\":\"alone\""
			      ",\"group\":\"alone\"";

	fly_pod_make(&p);
	fly_pod_app(&p, section, NULL, NULL, NULL);
	fly_pod_run(&p);
	assert_contains(p.failure, "no group \"alone\"");
	fly_pod_app(&p, section, NULL, NULL,
		    "{\"name\":\"appc.io/docker/repository\",\"value\":\"x\"}");
	fly_pod_run(&p);
	assert_text(p.failure, "");
	assert_text(p.output, "77\n");
}

static void
program_is_looked_up_inside(void)
{
	static const struct {
		const char *exec, *dir, *env, *want, *failure;
	} cases[] = {
		{"pwd", "/", "", "/\n", ""},
		{"pwd", "/etc", "", "/etc\n", ""},
		{"pwd", "/etc", "{\"name\":\"PATH\",\"value\":\"../bin\"}",
		 "/etc\n", ""},
		{"bin/pwd", "/", "", "/\n", ""},
		{"nope", "/etc", "", "",
		 "unable to find \"nope\" in \"/etc:/bin:/usr/bin\""},
		{"passwd", "/etc", "", "",
		 "unable to find \"passwd\" in \"/etc:/bin:/usr/bin\""},
		{"pwd", "/", "{\"name\":\"PATH\",\"value\":\"/sbin:/x\"}", "",
		 "unable to find \"pwd\" in \"/sbin:/x\""},
		{"/bin/nope", "/", "", "", "cannot execute \"/bin/nope\""},
		{"/bin/pwd", "/nope", "", "",
		 "cannot change to working directory '/nope'"},
	};

	fly_pod_make(&p);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char section[512];

		snprintf(section, sizeof(section),
			 "\"exec\":[\"%s\"],\"workingDirectory\":\"%s\","
			 "\"user\":\"0\",\"group\":\"0\",\"environment\":[%s]",
			 cases[i].exec, cases[i].dir, cases[i].env);
		fly_pod_app(&p, section, NULL, NULL, NULL);
		fly_pod_run(&p);
		assert_text(p.failure, cases[i].failure);
		assert_text(p.output, cases[i].want);
	}
}

static void
environment_has_defaults_and_a_file(void)
{
	char text[512] = "";
	int fd;

	fly_pod_make(&p);
	fly_pod_app(&p,
		    "\"exec\":[\"/bin/env\"],\"user\":\"0\",\"group\":\"0\","
		    "\"environment\":[{\"name\":\"HOME\",\"value\":\"/h\"},"
		    "{\"name\":\"A\",\"value\":\"b=c\"}]",
		    NULL, NULL, NULL);
	fly_pod_run(&p);
	assert_text(p.output,
		    "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:"
		    "/sbin:/bin\nSHELL=/bin/sh\nUSER=root\nLOGNAME=root\n"
		    "HOME=/h\nA=b=c\n");
	fd = openat(p.pod.dir_fd, "stage1/rootfs/rkt/env/app", O_RDONLY);
	CU_ASSERT(read(fd, text, sizeof(text) - 1) > 0);
	assert_text(text, p.output);
	close(fd);
}

static void
pid_is_the_apps(void)
{
	char want[64], text[64] = "";
	int fd;

	fly_pod_make(&p);
	fly_pod_shell(&p, "echo $$");
	fly_pod_run(&p);
	fd = openat(p.pod.dir_fd, "pid", O_RDONLY);
	CU_ASSERT(read(fd, text, sizeof(text) - 1) > 0);
	close(fd);
	assert_text(text, p.output);
	fd = openat(p.pod.dir_fd, "pgid", O_RDONLY);
	memset(text, 0, sizeof(text));
	CU_ASSERT(read(fd, text, sizeof(text) - 1) > 0);
	close(fd);
	snprintf(want, sizeof(want), "%d\n", getpgrp());
	assert_text(text, want);
}

static void
etc_is_completed(void)
{
	char resolv[512];

	fly_pod_make(&p);
	fly_pod_file(&p, "resolv", "nameserver 192.0.2.1\n");
	fly_pod_shell(&p, "cat /etc/hosts; readlink /etc/mtab; cat "
			  "/etc/resolv.conf; echo x >/etc/resolv.conf");
	snprintf(resolv, sizeof(resolv), "%s/resolv", p.dir);
	p.run.resolv_conf = resolv;
	CU_ASSERT_EQUAL(
		symlinkat("../run/stub", p.pod.dir_fd, "layer/etc/resolv.conf"),
		0);
	fly_pod_run(&p);
	assert_text(p.failure, "");
	assert_contains(p.output, "127.0.0.1 localhost localdomain\n"
				  "../proc/self/mounts\nnameserver 192.0.2.1");
	assert_contains(p.output, "Read-only file system");
}

static void
root_can_be_read_only(void)
{
	fly_pod_make(&p);
	fly_pod_app(&p,
		    "\"exec\":[\"/bin/sh\",\"-c\",\"touch /tmp/x && echo tmp; "
		    "touch /x\"],\"user\":\"0\",\"group\":\"0\"",
		    "\"readOnlyRootFS\":true", NULL, NULL);
	fly_pod_run(&p);
	assert_text(p.output, "tmp\ntouch: /x: Read-only file system\n");
}

static CU_TestInfo tests[] = {
	{"exit_status_is_the_apps", exit_status_is_the_apps},
	{"no_mount_stays_behind", no_mount_stays_behind},
	{"host_mounts_are_let_go", host_mounts_are_let_go},
	{"user_is_resolved_inside", user_is_resolved_inside},
	{"docker_group_falls_back_to_the_user",
	 docker_group_falls_back_to_the_user},
	{"program_is_looked_up_inside", program_is_looked_up_inside},
	{"environment_has_defaults_and_a_file",
	 environment_has_defaults_and_a_file},
	{"pid_is_the_apps", pid_is_the_apps},
	{"etc_is_completed", etc_is_completed},
	{"root_can_be_read_only", root_can_be_read_only},
	CU_TEST_INFO_NULL,
};

UNIT_MAIN(tests)
