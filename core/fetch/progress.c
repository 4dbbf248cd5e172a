/* One line that says how far a long piece of work is.
 * SPDX-License-Identifier: Apache-2.0 */
#include "progress.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "core/base/alloc.h"

#define FIRST_SHOWN_AFTER 1.0
#define REDRAWN_AFTER     0.1

struct progress {
	const char *what;
	uint64_t done, total;
	double started, drawn;
	bool is_terminal;
};

static double
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

struct progress *
progress_new(const char *what, uint64_t total)
{
	struct progress *p = xcalloc(1, sizeof(*p));

	p->what = what;
	p->total = total;
	p->started = now();
	p->is_terminal = isatty(STDERR_FILENO);
	return p;
}

void
progress_format(char *to, size_t size, const char *what, uint64_t done,
		uint64_t total, double seconds)
{
	double rate = seconds > 0 ? (double)done / seconds : 0;
	int n = snprintf(to, size, "%s: %.1f MB", what, (double)done / 1e6);

	if (total > 0 && n > 0 && (size_t)n < size)
		n += snprintf(to + n, size - (size_t)n, " of %.1f MB",
			      (double)total / 1e6);
	if (n > 0 && (size_t)n < size)
		n += snprintf(to + n, size - (size_t)n, ", %.1f MB/s",
			      rate / 1e6);
	if (total > done && rate > 0 && n > 0 && (size_t)n < size)
		snprintf(to + n, size - (size_t)n, ", %.0f s left",
			 (double)(total - done) / rate);
}

static void
draw(struct progress *p, double t)
{
	struct winsize ws = {0};
	char line[512];
	int width = 80;

	if (ioctl(STDERR_FILENO, TIOCGWINSZ, &ws) == 0 && ws.ws_col > 1)
		width = ws.ws_col;
	progress_format(line, sizeof(line), p->what, p->done, p->total,
			t - p->started);
	fprintf(stderr, "\r%.*s\033[K", width - 1, line);
	fflush(stderr);
	p->drawn = t;
}

void
progress_add(struct progress *p, uint64_t bytes)
{
	double t;

	p->done += bytes;
	if (!p->is_terminal)
		return;
	t = now();
	if (t - p->started >= FIRST_SHOWN_AFTER &&
	    t - p->drawn >= REDRAWN_AFTER)
		draw(p, t);
}

void
progress_free(struct progress *p)
{
	if (!p)
		return;
	if (p->drawn > 0)
		fputs("\r\033[K", stderr);
	free(p);
}
