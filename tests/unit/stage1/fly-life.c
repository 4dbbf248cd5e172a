/* The fly engine beside run: check, enter, stop, gc.
 * SPDX-License-Identifier: Apache-2.0 */
#include <rkt/stage1.h>

#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fly-pod.h"
#include "tests/lib/unit.h"

static struct fly_pod p;
static struct mock_host host;

/* One host serves one op after the other. */
static void
host_renew(void)
{
	static bool is_used;

	if (is_used)
		mock_host_done(&host);
	is_used = true;
	mock_host_init(&host);
}

/* An app that says that it is there and waits. */
static void
start(const char *before)
{
	char section[1024];

	fly_pod_make(&p);
	snprintf(section, sizeof(section),
		 "\"exec\":[\"/bin/sh\",\"-c\",\"%s; touch /tmp/x; exec 2>&-; "
		 "touch /run/ready; while :; do sleep 1; done\"],"
		 "\"user\":\"12\",\"group\":\"13\",\"supplementaryGIDs\":[5,6],"
		 "\"environment\":[{\"name\":\"A\",\"value\":\"b=c\"}]",
		 before);
	CU_ASSERT_EQUAL(mkdirat(p.pod.dir_fd, "layer/run", 01777), 0);
	CU_ASSERT_EQUAL(fchmodat(p.pod.dir_fd, "layer/run", 01777, 0), 0);
	fly_pod_app(&p, section, NULL, NULL, NULL);
	fly_pod_start(&p, "upper/run/ready");
}

static void
enter(const char *script)
{
	const char *const argv[] = {"/bin/sh", "-c", script, NULL};

	fly_pod_enter(&p, argv);
}

static rkt_status
stop(uint32_t force)
{
	host_renew();
	return p.engine->stop(&host.call, NULL, &p.pod, force);
}

static void
end(void)
{
	kill(p.child.pid, SIGKILL);
	fly_pod_finish(&p);
}

/* ---- check ---- */

static void
check_wants_privileges(void)
{
	fly_pod_make(&p);
	host_renew();
	CU_ASSERT_EQUAL(p.engine->check(&host.call, NULL), RKT_OK);
	assert_text(host.failure, "");
	CU_ASSERT_EQUAL(syscall(SYS_setresuid, -1, 65534, -1), 0);
	CU_ASSERT_EQUAL(p.engine->check(&host.call, NULL), RKT_ERR_UNSUPPORTED);
	assert_text(host.failure, "cannot mount and change users here");
	CU_ASSERT_EQUAL(syscall(SYS_setresuid, -1, 0, -1), 0);
}

/* ---- requests of a later host ---- */

struct later_pod {
	struct rkt_stage1_pod pod;
	uint64_t more;
};

static rkt_status
prepare_op(const struct later_pod *pod)
{
	return p.engine->prepare(&host.call, NULL, &pod->pod);
}

static rkt_status
run_op(const struct later_pod *pod)
{
	return p.engine->run(&host.call, NULL, &pod->pod, &p.run);
}

static rkt_status
enter_op(const struct later_pod *pod)
{
	static const char *const argv[] = {"/bin/true", NULL};
	const struct rkt_stage1_exec exec = {
		.size = sizeof(exec),
		.argv = argv,
		.argc = 1,
	};

	return p.engine->enter(&host.call, NULL, &pod->pod, &exec);
}

static rkt_status
stop_op(const struct later_pod *pod)
{
	return p.engine->stop(&host.call, NULL, &pod->pod, 0);
}

static rkt_status
gc_op(const struct later_pod *pod)
{
	return p.engine->gc(&host.call, NULL, &pod->pod);
}

static void
unknown_members_are_refused(void)
{
	static const struct {
		const char *name;
		rkt_status (*op)(const struct later_pod *pod);
		rkt_status when_zero;
	} ops[] = {
		{"gc", gc_op, RKT_OK},
		{"prepare", prepare_op, RKT_OK},
		{"stop", stop_op, RKT_OK},
		{"enter", enter_op, RKT_ERR_NOT_FOUND},
	};
	struct later_pod pod;

	fly_pod_make(&p);
	fly_pod_shell(&p, "true");
	pod = (struct later_pod){.pod = p.pod, .more = 1};
	pod.pod.size = sizeof(pod);
	for (size_t i = 0; i < sizeof(ops) / sizeof(ops[0]); i++) {
		host_renew();
		pod.more = 1;
		CU_ASSERT_EQUAL(ops[i].op(&pod), RKT_ERR_TOO_NEW);
		assert_text(host.failure,
			    "request uses fields newer than this plugin");
		pod.more = 0;
		CU_ASSERT_EQUAL(ops[i].op(&pod), ops[i].when_zero);
	}
	pod.more = 1;
	CU_ASSERT_EQUAL(run_op(&pod), RKT_ERR_TOO_NEW);
}

static void
unknown_members_of_an_app_are_refused(void)
{
	struct {
		struct rkt_stage1_app app;
		uint64_t more;
	} app;
	const struct rkt_stage1_app *apps[] = {&app.app};

	fly_pod_make(&p);
	fly_pod_shell(&p, "true");
	app.app = p.app;
	app.app.size = sizeof(app);
	app.more = 1;
	p.pod.apps = apps;
	host_renew();
	CU_ASSERT_EQUAL(p.engine->prepare(&host.call, NULL, &p.pod),
			RKT_ERR_TOO_NEW);
}

/* ---- enter ---- */

static void
enter_joins_the_app(void)
{
	char path[64], ns[64] = "", want[256];

	start("true");
	snprintf(path, sizeof(path), "/proc/%d/ns/mnt", (int)p.child.pid);
	CU_ASSERT(readlink(path, ns, sizeof(ns) - 1) > 0);
	enter("id; pwd; ls /tmp; readlink /proc/self/ns/mnt; exit 3");
	assert_text(p.failure, "");
	snprintf(want, sizeof(want), "uid=12 gid=13 groups=5,6,13\n/\nx\n%s\n",
		 ns);
	assert_text(p.output, want);
	CU_ASSERT(WIFEXITED(p.status) && WEXITSTATUS(p.status) == 3);
	enter("kill -9 $$");
	CU_ASSERT(WIFSIGNALED(p.status) && WTERMSIG(p.status) == SIGKILL);
	end();
}

static void
enter_takes_the_file_for_environment(void)
{
	static const char *const argv[] = {"/bin/env", NULL};

	start("true");
	fly_pod_enter(&p, argv);
	assert_contains(p.output, "HOME=/root\nA=b=c\n");
	fly_pod_file(&p, "stage1/rootfs/rkt/env/app", "X=1\n\nodd\nY= =\n");
	fly_pod_enter(&p, argv);
	assert_text(p.output, "X=1\nodd\nY= =\n");
	CU_ASSERT_EQUAL(unlinkat(p.pod.dir_fd, "stage1/rootfs/rkt/env/app", 0),
			0);
	fly_pod_enter(&p, argv);
	assert_text(p.failure, "cannot open environment file "
			       "'stage1/rootfs/rkt/env/app'");
	end();
}

static void
enter_refuses_what_is_not_there(void)
{
	static const char *const relative[] = {"bin/id", NULL};
	static const char *const missing[] = {"/bin/nope", NULL};
	static const char *const none[] = {NULL};
	char text[64];

	start("true");
	fly_pod_enter(&p, relative);
	assert_text(p.failure, "command must be an absolute path");
	fly_pod_enter(&p, none);
	assert_text(p.failure, "command must be an absolute path");
	fly_pod_enter(&p, missing);
	assert_text(p.failure, "cannot execute \"/bin/nope\"");
	/* The number of a process that is none of the pod's. */
	snprintf(text, sizeof(text), "%d\n", (int)getppid());
	fly_pod_file(&p, "pid", text);
	enter("id");
	assert_text(p.output, "");
	snprintf(text, sizeof(text), "process %d is none of the pod's",
		 (int)getppid());
	assert_text(p.failure, text);
	/* What the caller knows counts more than the file. */
	p.exec.leader_pid = p.child.pid;
	enter("echo in");
	assert_text(p.output, "in\n");
	end();
}

static void
enter_of_a_pod_without_pid(void)
{
	fly_pod_make(&p);
	fly_pod_shell(&p, "true");
	fly_pod_run(&p);
	enter("id");
	assert_contains(p.failure, "cannot find process ");
	/* Not yet in its root. */
	CU_ASSERT_EQUAL(unlinkat(p.pod.dir_fd,
				 "stage1/rootfs/rkt/supervisor-status", 0),
			0);
	enter("id");
	assert_contains(p.failure, "cannot find process ");
	CU_ASSERT_EQUAL(unlinkat(p.pod.dir_fd, "pid", 0), 0);
	enter("id");
	assert_text(p.failure, "cannot find process 0 of the pod");
}

/* ---- stop ---- */

static void
stop_terminates(void)
{
	start("trap 'echo bye; exit 4' TERM");
	CU_ASSERT_EQUAL(stop(0), RKT_OK);
	fly_pod_finish(&p);
	assert_text(p.output, "bye\n");
	CU_ASSERT(WIFEXITED(p.status) && WEXITSTATUS(p.status) == 4);
	CU_ASSERT_EQUAL(stop(0), RKT_OK);
}

static void
stop_by_force_kills(void)
{
	start("trap '' TERM");
	CU_ASSERT_EQUAL(stop(0), RKT_OK);
	enter("true");
	CU_ASSERT_EQUAL(p.status, 0);
	CU_ASSERT_EQUAL(stop(1), RKT_OK);
	fly_pod_finish(&p);
	CU_ASSERT(WIFSIGNALED(p.status) && WTERMSIG(p.status) == SIGKILL);
}

enum fd_use { FD_LOCKED, FD_OPEN, FD_NONE };

/* A sleeping process in a group of its own, which has the lock of the pod, or
 * its directory open, or nothing to do with it. */
static pid_t
sleeper(enum fd_use use)
{
	pid_t pid = fork();

	if (pid == 0) {
		if (use != FD_LOCKED)
			close(p.pod.dir_fd);
		if (use == FD_OPEN)
			open(p.dir, O_RDONLY | O_DIRECTORY);
		setpgid(0, 0);
		pause();
		_exit(0);
	}
	setpgid(pid, pid);
	usleep(50000);
	return pid;
}

static bool
is_alive(pid_t pid)
{
	usleep(50000);
	return waitpid(pid, NULL, WNOHANG) == 0;
}

static void
write_number(const char *name, int number)
{
	char text[32];

	snprintf(text, sizeof(text), "%d\n", number);
	fly_pod_file(&p, name, text);
}

static void
stop_spares_strangers(void)
{
	static const enum fd_use uses[] = {FD_OPEN, FD_NONE};

	fly_pod_make(&p);
	for (size_t i = 0; i < sizeof(uses) / sizeof(uses[0]); i++) {
		pid_t pid = sleeper(uses[i]);

		write_number("pid", pid);
		write_number("pgid", pid);
		CU_ASSERT_EQUAL(stop(1), RKT_OK);
		CU_ASSERT(is_alive(pid));
		kill(pid, SIGKILL);
		waitpid(pid, NULL, 0);
	}
}

/* Children outlive the app, in whatever group. */
static void
stop_reaches_who_is_left(void)
{
	pid_t stranger, left[2];
	int status = 0;

	fly_pod_make(&p);
	stranger = sleeper(FD_NONE);
	write_number("pid", stranger);
	write_number("pgid", stranger);
	for (size_t i = 0; i < 2; i++)
		left[i] = sleeper(FD_LOCKED);
	CU_ASSERT_EQUAL(stop(0), RKT_OK);
	for (size_t i = 0; i < 2; i++) {
		CU_ASSERT_EQUAL(waitpid(left[i], &status, 0), left[i]);
		CU_ASSERT(WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM);
	}
	CU_ASSERT(is_alive(stranger));
	CU_ASSERT_EQUAL(stop(0), RKT_OK);
	kill(stranger, SIGKILL);
}

/* As long as there is one, only the app is told. */
static void
stop_asks_the_app_first(void)
{
	pid_t app, child;
	int status = 0;

	fly_pod_make(&p);
	app = sleeper(FD_LOCKED);
	child = sleeper(FD_LOCKED);
	write_number("pid", app);
	CU_ASSERT_EQUAL(stop(1), RKT_OK);
	CU_ASSERT_EQUAL(waitpid(app, &status, 0), app);
	CU_ASSERT(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
	CU_ASSERT(is_alive(child));
	kill(child, SIGKILL);
}

static void
numbers_that_are_none_stop_nobody(void)
{
	static const char *const texts[] = {
		"",     "\n",  "0\n",      "-1\n",        "x\n",
		"1x\n", "1 2", "\xff\xff", "99999999999", "4294967297\n",
	};

	fly_pod_make(&p);
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		fly_pod_file(&p, "pid", texts[i]);
		fly_pod_file(&p, "pgid", texts[i]);
		CU_ASSERT_EQUAL(stop(1), RKT_OK);
		assert_text(host.failure, "");
	}
	unlinkat(p.pod.dir_fd, "pid", 0);
	CU_ASSERT_EQUAL(mkdirat(p.pod.dir_fd, "pid", 0755), 0);
	CU_ASSERT_EQUAL(stop(1), RKT_OK);
}

/* ---- gc ---- */

static void
gc_can_be_repeated(void)
{
	fly_pod_make(&p);
	fly_pod_shell(&p, "true");
	fly_pod_run(&p);
	CU_ASSERT_EQUAL(p.status, 0);
	host_renew();
	for (int i = 0; i < 2; i++)
		CU_ASSERT_EQUAL(p.engine->gc(&host.call, NULL, &p.pod), RKT_OK);
	p.pod.n_apps = 0;
	p.pod.manifest = "";
	CU_ASSERT_EQUAL(p.engine->gc(&host.call, NULL, &p.pod), RKT_OK);
	assert_text(host.failure, "");
	assert_text(host.log, "");
}

static CU_TestInfo tests[] = {
	{"check_wants_privileges", check_wants_privileges},
	{"unknown_members_are_refused", unknown_members_are_refused},
	{"unknown_members_of_an_app_are_refused",
	 unknown_members_of_an_app_are_refused},
	{"enter_joins_the_app", enter_joins_the_app},
	{"enter_takes_the_file_for_environment",
	 enter_takes_the_file_for_environment},
	{"enter_refuses_what_is_not_there", enter_refuses_what_is_not_there},
	{"enter_of_a_pod_without_pid", enter_of_a_pod_without_pid},
	{"stop_terminates", stop_terminates},
	{"stop_by_force_kills", stop_by_force_kills},
	{"stop_spares_strangers", stop_spares_strangers},
	{"stop_reaches_who_is_left", stop_reaches_who_is_left},
	{"stop_asks_the_app_first", stop_asks_the_app_first},
	{"numbers_that_are_none_stop_nobody",
	 numbers_that_are_none_stop_nobody},
	{"gc_can_be_repeated", gc_can_be_repeated},
	CU_TEST_INFO_NULL,
};

UNIT_MAIN(tests)
