/* The process that writes an app's log.
 * SPDX-License-Identifier: Apache-2.0
 *
 * The app must not notice it: it is no child of the app's, and never makes the
 * app wait for a full disk.  What cannot be written is lost. */
#include "log-writer.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "log-lines.h"
#include "sdk/toolkit/cleanup.h"

#define OUT_SIZE (4 * (RKT_LOG_TEXT_MAX + RKT_LOG_HEAD_MAX))
#define FD_MAX   65536

struct writer {
	struct rkt_log_target target;
	struct rkt_log_stream streams[2];
	size_t len;
	char out[OUT_SIZE];
};

int
rkt_log_file_open(int dir_fd, const char *name)
{
	autoclose int fd = openat(dir_fd, name,
				  O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW |
					  O_NONBLOCK | O_CLOEXEC,
				  0640);

	if (fd < 0)
		return -1;
	flock(fd, LOCK_EX | LOCK_NB);
	return steal_fd(&fd);
}

/* Whoever rotates logs moves the file away; the next record begins another. */
static void
reopen(struct rkt_log_target *t)
{
	struct stat own, named;
	int fd;

	if (fstat(t->file, &own) == 0 &&
	    fstatat(t->dir, t->name, &named, AT_SYMLINK_NOFOLLOW) == 0 &&
	    own.st_ino == named.st_ino && own.st_dev == named.st_dev)
		return;
	fd = rkt_log_file_open(t->dir, t->name);
	if (fd < 0)
		return;
	close(t->file);
	t->file = fd;
}

static void
flush(struct writer *w)
{
	size_t done = 0;

	if (w->len == 0)
		return;
	reopen(&w->target);
	while (done < w->len) {
		ssize_t n = write(w->target.file, w->out + done, w->len - done);

		if (n < 0 && errno != EINTR)
			break;
		if (n > 0)
			done += (size_t)n;
	}
	w->len = 0;
}

static void
put_lines(struct writer *w, struct rkt_log_stream *s, bool is_end)
{
	struct timespec now;
	size_t n;

	clock_gettime(CLOCK_REALTIME, &now);
	do {
		if (OUT_SIZE - w->len < RKT_LOG_TEXT_MAX + RKT_LOG_HEAD_MAX)
			flush(w);
		n = rkt_log_stream_next(s, is_end, &now, w->out + w->len);
		w->len += n;
	} while (n > 0);
}

static void
take(struct writer *w, int *fd, struct rkt_log_stream *s)
{
	ssize_t n = read(*fd, s->text + s->len, sizeof(s->text) - s->len);

	if (n < 0 && (errno == EINTR || errno == EAGAIN))
		return;
	if (n > 0)
		s->len += (size_t)n;
	put_lines(w, s, n <= 0);
	flush(w);
	if (n <= 0)
		close(steal_fd(fd));
}

static void
work(struct writer *w)
{
	int *from = w->target.from;

	while (from[0] >= 0 || from[1] >= 0) {
		struct pollfd p[2] = {
			{.fd = from[0], .events = POLLIN},
			{.fd = from[1], .events = POLLIN},
		};

		if (poll(p, 2, -1) < 0)
			continue;
		for (int i = 0; i < 2; i++)
			if (p[i].fd >= 0 && p[i].revents)
				take(w, &from[i], &w->streams[i]);
	}
}

static void
close_from(unsigned int first)
{
	if (syscall(SYS_close_range, first, ~0U, 0) == 0)
		return;
	for (int fd = (int)first; fd < FD_MAX; fd++)
		close(fd);
}

/* The target's descriptors become 3 to 6; no other is left. */
static void
keep_only(struct rkt_log_target *t)
{
	int *all[] = {&t->from[0], &t->from[1], &t->dir, &t->file};
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	null = fcntl(null, F_DUPFD_CLOEXEC, 16);
	for (int i = 0; i < 4; i++)
		if (*all[i] >= 0)
			*all[i] = fcntl(*all[i], F_DUPFD_CLOEXEC, 16);
	for (int i = 0; i < 4; i++)
		if (*all[i] >= 0)
			*all[i] = dup2(*all[i], 3 + i);
	for (int fd = 0; fd < 3; fd++)
		dup2(null, fd);
	for (int i = 0; i < 4; i++)
		if (*all[i] < 0)
			close(3 + i);
	close_from(7);
}

static void
run(struct writer *w)
{
	for (int i = 1; i < NSIG; i++)
		signal(i, SIG_IGN);
	signal(SIGCHLD, SIG_DFL);
	setsid();
	prctl(PR_SET_NAME, "rkt-log");
	if (chdir("/") == 0)
		work(w);
}

static _Noreturn void
become_writer(struct writer *w)
{
	keep_only(&w->target);
	switch (fork()) {
	case 0:
		run(w);
		_exit(0);
	case -1:
		_exit(1);
	default:
		_exit(0);
	}
}

int
rkt_log_writer_start(const struct rkt_log_target *target)
{
	autofree struct writer *w = calloc(1, sizeof(*w));
	int status = 0;
	pid_t pid;

	if (!w)
		return -1;
	w->target = *target;
	w->streams[0].name = "stdout";
	w->streams[1].name = "stderr";
	pid = fork();
	if (pid < 0)
		return -1;
	if (pid == 0)
		become_writer(w);
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return errno == ECHILD ? 0 : -1;
	errno = EAGAIN;
	return status == 0 ? 0 : -1;
}
