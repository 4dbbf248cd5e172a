/* Runs a command and kills it, with all it started, at its Nth system call.
 * SPDX-License-Identifier: Apache-2.0
 *
 *	kill-at [-o FILE] N COMMAND [ARGUMENT...]
 *
 * Calls are counted over all processes and threads from the command's first
 * one on; the Nth is not carried out any more.  With N 0 nothing is killed.
 * FILE gets one line: how many calls were seen, and the number of the last.
 * Ends when everything that descends from the command has ended: with 137 if
 * it was killed, with the command's status if it ended before.  */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

#include <linux/ptrace.h>

#define EXIT_BROKEN 99
#define OPTIONS                                                                \
	(PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL | PTRACE_O_TRACEEXEC |      \
	 PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | PTRACE_O_TRACECLONE)
#define PIDS_MAX 4096

static unsigned long kill_at, calls, last_call;
static pid_t pids[PIDS_MAX]; /* alive, as far as we were told */
static int n_pids;
static int is_killing;

static _Noreturn void
broken(const char *what)
{
	fprintf(stderr, "kill-at: %s: %s\n", what, strerror(errno));
	exit(EXIT_BROKEN);
}

static void
remember(pid_t pid)
{
	for (int i = 0; i < n_pids; i++)
		if (pids[i] == pid)
			return;
	if (n_pids == PIDS_MAX) {
		errno = E2BIG;
		broken("processes");
	}
	pids[n_pids++] = pid;
}

static void
forget(pid_t pid)
{
	for (int i = 0; i < n_pids; i++)
		if (pids[i] == pid)
			pids[i] = pids[--n_pids];
}

static void
kill_all(void)
{
	is_killing = 1;
	for (int i = 0; i < n_pids; i++)
		kill(pids[i], SIGKILL);
}

/* Is the process stopped on its way into the kernel, not out of it? */
static int
is_entry(pid_t pid, unsigned long *ret_call)
{
	struct ptrace_syscall_info info;

	if (ptrace(PTRACE_GET_SYSCALL_INFO, pid, sizeof(info), &info) < 0) {
		if (errno == ESRCH)
			return 0;
		broken("PTRACE_GET_SYSCALL_INFO");
	}
	if (info.op != PTRACE_SYSCALL_INFO_ENTRY)
		return 0;
	*ret_call = info.entry.nr;
	return 1;
}

/* What a stopped process is to be resumed with. */
static int
signal_of(int status)
{
	int sig = WSTOPSIG(status);

	if (status >> 16 != 0 || sig == (SIGTRAP | 0x80))
		return 0;
	/* The first stop of a child that is followed. */
	return sig == SIGSTOP ? 0 : sig;
}

static void
stopped(pid_t pid, int status)
{
	remember(pid);
	if (!is_killing && WSTOPSIG(status) == (SIGTRAP | 0x80) &&
	    is_entry(pid, &last_call) && ++calls == kill_at)
		kill_all();
	if (is_killing)
		kill(pid, SIGKILL);
	else
		ptrace(PTRACE_SYSCALL, pid, 0, signal_of(status));
}

static int
wait_for_all(pid_t first)
{
	int result = EXIT_BROKEN;

	for (;;) {
		int status;
		pid_t pid = waitpid(-1, &status, __WALL);

		if (pid < 0 && errno == ECHILD)
			return is_killing ? 128 + SIGKILL : result;
		if (pid < 0)
			broken("waitpid");
		if (WIFSTOPPED(status)) {
			stopped(pid, status);
			continue;
		}
		forget(pid);
		if (pid == first)
			result = WIFEXITED(status) ? WEXITSTATUS(status)
						   : 128 + WTERMSIG(status);
	}
}

static pid_t
start(char **command)
{
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		ptrace(PTRACE_TRACEME, 0, 0, 0);
		raise(SIGSTOP);
		execvp(command[0], command);
		broken(command[0]);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid || !WIFSTOPPED(status))
		broken("start");
	if (ptrace(PTRACE_SETOPTIONS, pid, 0, OPTIONS) < 0 ||
	    ptrace(PTRACE_CONT, pid, 0, 0) < 0)
		broken("trace");
	remember(pid);
	return pid;
}

static void
report(const char *path)
{
	FILE *f = fopen(path, "w");

	if (!f || fprintf(f, "%lu %lu\n", calls, last_call) < 0 || fclose(f))
		broken(path);
}

int
main(int argc, char **argv)
{
	const char *path = NULL;
	int c, status;

	while ((c = getopt(argc, argv, "+o:")) != -1) {
		if (c != 'o')
			return EXIT_BROKEN;
		path = optarg;
	}
	if (argc - optind < 2) {
		fputs("usage: kill-at [-o FILE] N COMMAND...\n", stderr);
		return EXIT_BROKEN;
	}
	kill_at = strtoul(argv[optind], NULL, 10);
	/* What the command leaves behind becomes our child: nothing escapes. */
	if (prctl(PR_SET_CHILD_SUBREAPER, 1) < 0)
		broken("PR_SET_CHILD_SUBREAPER");
	status = wait_for_all(start(argv + optind + 1));
	if (path)
		report(path);
	return status;
}
