/* core/pod: states, transitions, prefixes, what the files tell.
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/pod/pod.h"

#include <signal.h>
#include <sys/file.h>
#include <sys/wait.h>

#include "tests/unit/pod/common.h"

#define ALL ((1u << POD_GONE) - 1)

static struct pods *pods;
static int data_fd;

static void
set_up(void)
{
	struct error e = ERROR_NONE;

	data_fd = unit_tmpdir();
	must(pods_open(unit_tmpdir_path(), &pods, &e) == 0);
}

static void
tear_down(void)
{
	pods_close(pods);
	close(data_fd);
}

static void
put_pod(const char *dir, const char *uuid)
{
	autofree char *path = xasprintf("pods/%s/%s", dir, uuid);

	put_dir(data_fd, path);
}

/* Reopened, for the data directory had no pods/ before. */
static void
reopen(void)
{
	struct error e = ERROR_NONE;

	pods_close(pods);
	must(pods_open(unit_tmpdir_path(), &pods, &e) == 0);
}

#define UUID_A "5bc080ca-2d4f-4b1c-8a59-d8c5d2c2f7a0"
static const char uuid_a[] = UUID_A;
static const char uuid_b[] = "5bc080cb-2d4f-4b1c-8a59-d8c5d2c2f7a0";

static void
every_directory_and_lock(void)
{
	static const struct {
		const char *dir;
		const char *unlocked, *locked;
	} cases[] = {
		{"embryo", "embryo", "embryo"},
		{"prepare", "aborted prepare", "preparing"},
		{"prepared", "prepared", "prepared"},
		{"run", "exited", "running"},
		{"exited-garbage", "exited garbage", "exited deleting"},
		{"garbage", "garbage", "deleting"},
	};

	set_up();
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		autofree char *path =
			xasprintf("pods/%s/%s", cases[i].dir, uuid_a);
		struct error e = ERROR_NONE;
		struct pod pod;
		int lock;

		put_pod(cases[i].dir, uuid_a);
		reopen();
		CU_ASSERT_EQUAL_FATAL(pod_open(pods, uuid_a, &pod, &e), 0);
		assert_text(pod_state_name(pod.state), cases[i].unlocked);
		lock = openat(data_fd, path, O_RDONLY | O_DIRECTORY);
		/* Looking must leave no lock behind. */
		must(flock(lock, LOCK_EX | LOCK_NB) == 0);
		CU_ASSERT_EQUAL(pod_refresh(&pod, &e), 0);
		assert_text(pod_state_name(pod.state), cases[i].locked);
		close(lock);
		must(unlinkat(data_fd, path, AT_REMOVEDIR) == 0);
		CU_ASSERT_EQUAL(pod_refresh(&pod, &e), 0);
		CU_ASSERT_EQUAL(pod.state, POD_GONE);
		CU_ASSERT_EQUAL(pod.dir_fd, -1);
		pod_done(&pod);
	}
	tear_down();
}

static void
lives_from_embryo_to_garbage(void)
{
	struct error e = ERROR_NONE;
	struct pod pod, other;
	autofree char *path = NULL;
	autofree char *want = NULL;

	set_up();
	CU_ASSERT_EQUAL_FATAL(pod_create(pods, &pod, &e), 0);
	CU_ASSERT_EQUAL(pod.state, POD_PREPARING);
	CU_ASSERT_TRUE(pod.is_locked);
	CU_ASSERT_EQUAL(pod_open(pods, pod.uuid, &other, &e), 0);
	CU_ASSERT_EQUAL(other.state, POD_PREPARING);
	pod_done(&other);
	CU_ASSERT_EQUAL(pod_to_prepared(&pod, &e), 0);
	CU_ASSERT_EQUAL(pod.state, POD_PREPARED);
	CU_ASSERT_FALSE(pod.is_locked);
	CU_ASSERT_EQUAL(pod_to_run(&pod, &e), 0);
	CU_ASSERT_EQUAL(pod.state, POD_RUNNING);
	CU_ASSERT_TRUE(pod.is_locked);
	CU_ASSERT_EQUAL(pod_refresh(&pod, &e), 0);
	CU_ASSERT_EQUAL(pod.state, POD_RUNNING);
	path = pod_path(&pod);
	want = xasprintf("%s/pods/run/%s", unit_tmpdir_path(), pod.uuid);
	assert_text(path, want);
	CU_ASSERT_EQUAL(pod_open(pods, pod.uuid, &other, &e), 0);
	CU_ASSERT_EQUAL(other.state, POD_RUNNING);
	CU_ASSERT_EQUAL(pod_to_exited_garbage(&other, &e), -1);
	CU_ASSERT_EQUAL(e.code, RKT_ERR_BUSY);
	assert_contains(e.layers[0], "is running");
	pod_done(&pod);
	CU_ASSERT_EQUAL(pod_refresh(&other, &e), 0);
	CU_ASSERT_EQUAL(other.state, POD_EXITED);
	CU_ASSERT_EQUAL(pod_to_exited_garbage(&other, &e), 0);
	CU_ASSERT_EQUAL(other.state, POD_EXITED_GARBAGE);
	pod_done(&other);
	tear_down();
}

static void
refuses_wrong_transitions(void)
{
	static const char *const dirs[] = {"embryo",         "prepare",
					   "prepared",       "run",
					   "exited-garbage", "garbage"};
	static const struct {
		int (*move)(struct pod *pod, struct error *e);
		unsigned int allowed; /* bit per directory, unlocked */
	} moves[] = {
		{pod_to_prepared, 0},
		{pod_to_run, 1u << 2},
		{pod_to_exited_garbage, 1u << 3},
		{pod_to_garbage, 1u << 0 | 1u << 1 | 1u << 2},
	};

	set_up();
	for (size_t m = 0; m < sizeof(moves) / sizeof(moves[0]); m++) {
		for (size_t d = 0; d < sizeof(dirs) / sizeof(dirs[0]); d++) {
			struct error e = ERROR_NONE;
			struct pod pod;
			int rc;

			put_pod(dirs[d], uuid_a);
			reopen();
			must(pod_open(pods, uuid_a, &pod, &e) == 0);
			rc = moves[m].move(&pod, &e);
			CU_ASSERT_EQUAL(rc,
					moves[m].allowed & 1u << d ? 0 : -1);
			if (rc < 0)
				CU_ASSERT_EQUAL(e.code, RKT_ERR_BUSY);
			pod_done(&pod);
			must(tree_remove(data_fd, "pods", &e) == 0);
		}
	}
	tear_down();
}

/* Somebody else moved it first: an error, not a wrong state. */
static void
notices_a_moved_pod(void)
{
	struct error e = ERROR_NONE;
	struct pod one, two;

	set_up();
	put_pod("run", uuid_a);
	reopen();
	must(pod_open(pods, uuid_a, &one, &e) == 0);
	must(pod_open(pods, uuid_a, &two, &e) == 0);
	CU_ASSERT_EQUAL(pod_to_exited_garbage(&one, &e), 0);
	CU_ASSERT_EQUAL(pod_to_exited_garbage(&two, &e), -1);
	CU_ASSERT_EQUAL(e.code, RKT_ERR_BUSY);
	pod_done(&one);
	pod_done(&two);
	tear_down();
}

static void
spares_an_embryo_being_made(void)
{
	struct error e = ERROR_NONE;
	struct pod pod;
	autofree char *path = xasprintf("pods/embryo/%s", uuid_a);
	int lock;

	set_up();
	put_pod("embryo", uuid_a);
	reopen();
	lock = openat(data_fd, path, O_RDONLY | O_DIRECTORY);
	must(flock(lock, LOCK_EX) == 0);
	must(pod_open(pods, uuid_a, &pod, &e) == 0);
	CU_ASSERT_EQUAL(pod_to_garbage(&pod, &e), -1);
	CU_ASSERT_EQUAL(e.code, RKT_ERR_BUSY);
	close(lock);
	CU_ASSERT_EQUAL(pod_to_garbage(&pod, &e), 0);
	CU_ASSERT_EQUAL(pod.state, POD_GARBAGE);
	pod_done(&pod);
	tear_down();
}

static void
finds_by_prefix(void)
{
	static const struct {
		const char *prefix;
		const char *want; /* UUID or message */
	} cases[] = {
		{"5bc080ca", uuid_a},
		{"5BC080CA-2D", uuid_a},
		{"5bc080ca-2d4f-4b1c-8a59-d8c5d2c2f7a0", uuid_a},
		{"5bc080c", "ambiguous uuid, 2 matches"},
		{"", "UUID cannot be empty"},
		{"deadBEEF", "no matches found for \"deadbeef\""},
		{"11111111", "no matches found for \"11111111\""},
		{"11111111-2d4f-4b1c-8a59-d8c5d2c2f7a0",
		 "no matches found for "
		 "\"11111111-2d4f-4b1c-8a59-d8c5d2c2f7a0\""},
		{"../run/5bc0", "no matches found for \"../run/5bc0\""},
		{"a\"b\n", "no matches found for \"a\\\"b\\n\""},
	};

	set_up();
	put_pod("run", uuid_a);
	put_pod("exited-garbage", uuid_b);
	put_pod("garbage", "11111111-2d4f-4b1c-8a59-d8c5d2c2f7a0");
	put_pod("run", "not-a-uuid");
	reopen();
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct error e = ERROR_NONE;
		struct pod pod;

		if (pod_find(pods, cases[i].prefix, &pod, &e) == 0) {
			assert_text(pod.uuid, cases[i].want);
			pod_done(&pod);
		} else {
			assert_text(e.layers[0], cases[i].want);
		}
	}
	tear_down();
}

static void
lists_sorted_and_by_state(void)
{
	struct error e = ERROR_NONE;
	struct strings found;

	set_up();
	CU_ASSERT_EQUAL(pods_list(pods, ALL, &found, &e), 0);
	CU_ASSERT_EQUAL(found.len, 0);
	strings_done(&found);
	put_pod("run", uuid_b);
	put_pod("prepare", uuid_a);
	put_pod("run", uuid_a); /* seen twice while it moves */
	put_pod("garbage", "11111111-2d4f-4b1c-8a59-d8c5d2c2f7a0");
	reopen();
	CU_ASSERT_EQUAL(pods_list(pods, ALL, &found, &e), 0);
	CU_ASSERT_EQUAL_FATAL(found.len, 3);
	assert_text(found.items[1], uuid_a);
	assert_text(found.items[2], uuid_b);
	strings_done(&found);
	CU_ASSERT_EQUAL(pods_list(pods, 1u << POD_RUNNING, &found, &e), 0);
	CU_ASSERT_EQUAL(found.len, 2);
	strings_done(&found);
	CU_ASSERT_EQUAL(pods_list(pods, 1u << POD_EMBRYO, &found, &e), 0);
	CU_ASSERT_EQUAL(found.len, 0);
	strings_done(&found);
	tear_down();
}

static void
reads_what_the_files_tell(void)
{
	static const struct timespec when[] = {{1, 2}, {1000, 5}};
	struct error e = ERROR_NONE;
	autofree char *engine = NULL;
	struct pod pod;
	int status = -1;

	set_up();
	put_pod("run", uuid_a);
	reopen();
	must(pod_open(pods, uuid_a, &pod, &e) == 0);
	CU_ASSERT_EQUAL(pod_created_ns(&pod), 0);
	CU_ASSERT_EQUAL(pod_started_ns(&pod), 0);
	CU_ASSERT_EQUAL(pod_gc_marked_ns(&pod), 0);
	CU_ASSERT_EQUAL(pod_pid(&pod), -1);
	CU_ASSERT_EQUAL(pod_engine(&pod, &engine, &e), -1);
	put_file(pod.dir_fd, "pod", "{");
	must(utimensat(pod.dir_fd, "pod", when, 0) == 0);
	CU_ASSERT_EQUAL(pod_created_ns(&pod), 1000000000005);
	put_file(pod.dir_fd, "ppid", "77\n");
	CU_ASSERT_EQUAL(pod_pid(&pod), 77);
	put_file(pod.dir_fd, "pid", "4294967299\n");
	CU_ASSERT_EQUAL(pod_pid(&pod), 77);
	put_file(pod.dir_fd, "pid", "12 34");
	CU_ASSERT_EQUAL(pod_pid(&pod), 77);
	put_file(pod.dir_fd, "pid", "1234\n");
	must(utimensat(pod.dir_fd, "pid", when, 0) == 0);
	CU_ASSERT_EQUAL(pod_pid(&pod), 1234);
	CU_ASSERT_EQUAL(pod_started_ns(&pod), 1000000000005);
	put_dir(pod.dir_fd, "stage1/rootfs/rkt/status");
	put_file(pod.dir_fd, "stage1/rootfs/rkt/status/a", "7\n");
	CU_ASSERT_TRUE(pod_exit_status(&pod, "a", &status));
	CU_ASSERT_EQUAL(status, 7);
	CU_ASSERT_FALSE(pod_exit_status(&pod, "b", &status));
	CU_ASSERT_FALSE(pod_exit_status(&pod, "../a", &status));
	must(symlinkat("fly", pod.dir_fd, "flavor") == 0);
	CU_ASSERT_EQUAL(pod_engine(&pod, &engine, &e), 0);
	assert_text(engine, "fly");
	CU_ASSERT_PTR_NULL(pod_networks(&pod));
	put_file(pod.dir_fd, "net-info.json", "{}");
	CU_ASSERT_PTR_NULL(pod_networks(&pod));
	CU_ASSERT_EQUAL(pod_to_exited_garbage(&pod, &e), 0);
	CU_ASSERT_TRUE(pod_gc_marked_ns(&pod) > 1600000000000000000);
	pod_done(&pod);
	tear_down();
}

/* Listers and creators at once: nobody sees a pod in no state at all. */
static void
creates_while_others_look(void)
{
	struct error e = ERROR_NONE;
	struct pod first;
	pid_t looker;
	int status;

	set_up();
	must(pod_create(pods, &first, &e) == 0);
	looker = fork();
	if (looker == 0) {
		struct pods *mine;
		struct pod pod;

		close(first.dir_fd); /* it would hold the lock as well */
		must(pods_open(unit_tmpdir_path(), &mine, &e) == 0);
		do {
			if (pod_open(mine, first.uuid, &pod, &e) < 0 ||
			    pod.state == POD_GONE ||
			    pod.state == POD_ABORTED_PREPARE)
				_exit(1);
			pod_done(&pod);
		} while (pod.state != POD_EXITED_GARBAGE);
		_exit(0);
	}
	usleep(5000);
	CU_ASSERT_EQUAL(pod_to_run(&first, &e), 0);
	usleep(5000);
	pod_done(&first);
	must(pod_open(pods, first.uuid, &first, &e) == 0);
	while (pod_to_exited_garbage(&first, &e) < 0)
		must(pod_refresh(&first, &e) == 0);
	pod_done(&first);
	must(waitpid(looker, &status, 0) == looker);
	CU_ASSERT_EQUAL(status, 0);
	tear_down();
}

static void
sees_that_a_pod_has_changed(void)
{
	struct error e = ERROR_NONE;
	struct pod pod;
	int lock;

	set_up();
	put_pod("run", uuid_a);
	reopen();
	must(pod_open(pods, uuid_a, &pod, &e) == 0);
	CU_ASSERT_FALSE(pod_has_changed(&pod));
	must(renameat(data_fd, "pods/run/" UUID_A, data_fd, "pods/" UUID_A) ==
	     0);
	CU_ASSERT_TRUE(pod_has_changed(&pod));
	put_dir(data_fd, "pods/exited-garbage");
	must(renameat(data_fd, "pods/" UUID_A, data_fd,
		      "pods/exited-garbage/" UUID_A) == 0);
	CU_ASSERT_TRUE(pod_has_changed(&pod));
	must(pod_refresh(&pod, &e) == 0);
	CU_ASSERT_FALSE(pod_has_changed(&pod));
	lock = openat(data_fd, "pods/exited-garbage/" UUID_A,
		      O_RDONLY | O_DIRECTORY);
	must(lock >= 0 && flock(lock, LOCK_EX) == 0);
	CU_ASSERT_TRUE(pod_has_changed(&pod));
	must(pod_refresh(&pod, &e) == 0);
	CU_ASSERT_FALSE(pod_has_changed(&pod));
	close(lock);
	pod_done(&pod);
	tear_down();
}

static CU_TestInfo tests[] = {
	{"every_directory_and_lock", every_directory_and_lock},
	{"lives_from_embryo_to_garbage", lives_from_embryo_to_garbage},
	{"refuses_wrong_transitions", refuses_wrong_transitions},
	{"notices_a_moved_pod", notices_a_moved_pod},
	{"spares_an_embryo_being_made", spares_an_embryo_being_made},
	{"finds_by_prefix", finds_by_prefix},
	{"lists_sorted_and_by_state", lists_sorted_and_by_state},
	{"reads_what_the_files_tell", reads_what_the_files_tell},
	{"creates_while_others_look", creates_while_others_look},
	{"sees_that_a_pod_has_changed", sees_that_a_pod_has_changed},
	CU_TEST_INFO_NULL,
};

UNIT_MAIN(tests)
