/* Times commands against each other: interleaved rounds, medians, ratios.
 * SPDX-License-Identifier: Apache-2.0
 *
 *	timer ROUNDS NAME COMMAND [NAME COMMAND]...
 *
 * Each COMMAND is a line of words without quoting.  The first is the 1 of the
 * ratios. */
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define WORDS_MAX 64

static double
now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static double
run_once(char *const *words)
{
	double start = now_ms();
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	pid_t pid = vfork();
	int status;

	if (pid == 0) {
		dup2(null, STDOUT_FILENO);
		dup2(null, STDERR_FILENO);
		execvp(words[0], words);
		_exit(127);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid || status != 0) {
		fprintf(stderr, "%s: failed\n", words[0]);
		exit(1);
	}
	close(null);
	return now_ms() - start;
}

static int
compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

int
main(int argc, char **argv)
{
	int rounds = argc > 1 ? atoi(argv[1]) : 0;
	int n = (argc - 2) / 2;
	double first = 0;

	if (rounds < 1 || n < 1 || argc != 2 + 2 * n)
		return 2;
	char *(*words)[WORDS_MAX] = calloc((size_t)n, sizeof(*words));
	double *times = calloc((size_t)(n * rounds), sizeof(*times));

	if (!words || !times)
		return 2;
	for (int i = 0; i < n; i++) {
		int k = 0;
		char *rest, *word = strtok_r(argv[3 + 2 * i], " ", &rest);

		for (; word && k < WORDS_MAX - 1; k++) {
			words[i][k] = word;
			word = strtok_r(NULL, " ", &rest);
		}
		run_once(words[i]);
	}
	for (int r = 0; r < rounds; r++)
		for (int i = 0; i < n; i++)
			times[i * rounds + r] = run_once(words[i]);
	for (int i = 0; i < n; i++) {
		double *mine = times + i * rounds;

		qsort(mine, (size_t)rounds, sizeof(*mine), compare);
		first = i == 0 ? mine[rounds / 2] : first;
		printf("%-16s %8.2f ms  min %8.2f  ratio %5.2f\n",
		       argv[2 + 2 * i], mine[rounds / 2], mine[0],
		       mine[rounds / 2] / first);
	}
	free(words);
	free(times);
	return 0;
}
