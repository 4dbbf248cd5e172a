/* core/pod/transition: who may start a prepared pod, what is unfinished.
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/pod/pod.h"

#include <signal.h>
#include <sys/file.h>
#include <sys/wait.h>

#include "tests/unit/pod/common.h"

#define ALL ((1u << POD_GONE) - 1)

static const char uuid_a[] = "5bc080ca-2d4f-4b1c-8a59-d8c5d2c2f7a0";

static struct pods *pods;
static int data_fd;

/* With one prepared pod. */
static void
set_up(void)
{
	autofree char *path = xasprintf("pods/prepared/%s", uuid_a);
	struct error e = ERROR_NONE;

	data_fd = unit_tmpdir();
	put_dir(data_fd, path);
	put_dir(data_fd, "pods/run");
	must(pods_open(unit_tmpdir_path(), &pods, &e) == 0);
}

static void
tear_down(void)
{
	pods_close(pods);
	close(data_fd);
}

#define RUNNERS 8

/* Starts the pod and holds it until `until` is closed: the exit status is 0; 1
 * tells that it was too late. */
static void
runner(struct pod *pod, int until)
{
	struct error e = ERROR_NONE;
	char ignored;

	if (pod_to_run(pod, &e) < 0)
		_exit(e.code == RKT_ERR_BUSY ? 1 : 2);
	must(read(until, &ignored, 1) == 0);
	_exit(0);
}

/* Whoever is too late learns it while the pod still runs. */
static void
one_of_many_runs_a_prepared_pod(void)
{
	struct error e = ERROR_NONE;
	int status, ends[2];

	set_up();
	must(pipe2(ends, O_CLOEXEC) == 0);
	for (int i = 0; i < RUNNERS; i++) {
		struct pod pod;

		must(pod_open(pods, uuid_a, &pod, &e) == 0);
		pod.state = POD_PREPARED; /* as it was a moment ago */
		if (fork() == 0) {
			close(ends[1]);
			runner(&pod, ends[0]);
		}
		pod_done(&pod);
	}
	for (int n_late = 0; n_late < RUNNERS - 1; n_late++) {
		must(wait(&status) > 0);
		CU_ASSERT_EQUAL(WEXITSTATUS(status), 1);
	}
	close(ends[1]);
	must(wait(&status) > 0);
	CU_ASSERT_EQUAL(status, 0);
	close(ends[0]);
	tear_down();
}

/* `prepare` renames first and unlocks then. */
static void
waits_for_who_made_it(void)
{
	autofree char *path = xasprintf("pods/prepared/%s", uuid_a);
	struct error e = ERROR_NONE;
	struct pod pod;
	int status;
	pid_t child;

	set_up();
	must(pod_open(pods, uuid_a, &pod, &e) == 0);
	child = fork();
	if (child == 0) {
		int lock = openat(data_fd, path, O_RDONLY | O_DIRECTORY);

		must(flock(lock, LOCK_EX) == 0);
		must(raise(SIGSTOP) == 0);
		usleep(50000);
		_exit(0);
	}
	must(waitpid(child, &status, WUNTRACED) == child);
	must(kill(child, SIGCONT) == 0);
	CU_ASSERT_EQUAL(pod_to_run(&pod, &e), 0);
	CU_ASSERT_EQUAL(pod.state, POD_RUNNING);
	must(waitpid(child, &status, 0) == child);
	pod_done(&pod);
	tear_down();
}

static void
discards_what_is_unfinished(void)
{
	struct error e = ERROR_NONE;
	struct strings found;
	struct pod pod;

	set_up();
	for (int i = 0; i < 2; i++) {
		must(pod_create(pods, &pod, &e) == 0);
		put_dir(pod.dir_fd, "a/b");
		must(i == 0 || pod_to_prepared(&pod, &e) == 0);
		pod_discard(&pod);
		CU_ASSERT_EQUAL(pod.state, POD_GONE);
		pod_done(&pod);
	}
	CU_ASSERT_EQUAL(pods_list(pods, ALL, &found, &e), 0);
	CU_ASSERT_EQUAL(found.len, 1);
	strings_done(&found);
	tear_down();
}

static CU_TestInfo tests[] = {
	{"one_of_many_runs_a_prepared_pod", one_of_many_runs_a_prepared_pod},
	{"waits_for_who_made_it", waits_for_who_made_it},
	{"discards_what_is_unfinished", discards_what_is_unfinished},
	CU_TEST_INFO_NULL,
};

UNIT_MAIN(tests)
