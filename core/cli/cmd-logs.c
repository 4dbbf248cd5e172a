/* rkt logs: what the apps of a pod wrote.
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/cli/verbs.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/base/cleanup.h"
#include "core/pod/logs.h"

#define SECOND    INT64_C(1000000000)
#define LINES_MAX INT64_C(1000000000)

static const char *app_name = "";
static bool is_followed;
static bool with_times;
static int64_t n_lines = -1;
static int64_t since_ns;

static int
parse_lines(const struct option *option, const char *value, struct error *e)
{
	char *end;
	long long n;

	(void)option;
	errno = 0;
	n = strtoll(value, &end, 10);
	if (errno != 0 || end == value || *end != '\0' || n < 0 ||
	    n > LINES_MAX)
		return error_set(e, RKT_ERR_INPUT, "not a number of lines");
	n_lines = n;
	return 0;
}

static const struct option options[] = {
	{.name = "app",
	 .type = OPTION_STRING,
	 .value = &app_name,
	 .shown = "\"\"",
	 .help = "show only what this app wrote"},
	{.name = "follow",
	 .type = OPTION_BOOL,
	 .value = &is_followed,
	 .shown = "false",
	 .help = "go on until the pod has ended"},
	{.name = "lines",
	 .type = OPTION_CALL,
	 .shown = "all",
	 .help = "show only so many lines, the last ones",
	 .parse = parse_lines},
	{.name = "since",
	 .type = OPTION_CALL,
	 .value = &since_ns,
	 .shown = "0s",
	 .help = "show only what was written in this time up to now",
	 .parse = option_parse_duration},
	{.name = "timestamps",
	 .type = OPTION_BOOL,
	 .value = &with_times,
	 .shown = "false",
	 .help = "show when each line was written"},
	OPTION_END,
};

static void
print_head(FILE *to, const char *app, const struct log_record *r)
{
	char text[32];
	time_t when = (time_t)(r->when_ns / SECOND);
	struct tm tm;

	if (with_times && r->when_ns != 0) {
		gmtime_r(&when, &tm);
		strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S", &tm);
		fprintf(to, "%s.%09dZ ", text, (int)(r->when_ns % SECOND));
	}
	if (app)
		fprintf(to, "%s: ", app);
}

/* The streams the app wrote to, with the parts of a line put together. */
static int
print_record(void *data, const char *app, const struct log_record *r)
{
	FILE *to = r->is_stderr ? stderr : stdout;
	bool *is_inside = data;

	if (!is_inside[r->is_stderr])
		print_head(to, app, r);
	fwrite(r->text, 1, r->len, to);
	if (r->is_whole)
		fputc('\n', to);
	is_inside[r->is_stderr] = !r->is_whole;
	if (is_followed)
		fflush(to);
	return ferror(to) ? -1 : 0;
}

static int64_t
start_of(int64_t ns)
{
	struct timespec now;

	if (ns <= 0)
		return 0;
	clock_gettime(CLOCK_REALTIME, &now);
	return (int64_t)now.tv_sec * SECOND + now.tv_nsec - ns;
}

static int
run(struct cli *cli, int argc, char **argv)
{
	bool is_inside[2] = {false, false};
	const struct logs_request r = {
		.app = *app_name != '\0' ? app_name : NULL,
		.is_followed = is_followed,
		.lines = n_lines,
		.since_ns = start_of(since_ns),
		.record = print_record,
		.data = is_inside,
	};
	struct error e = ERROR_NONE;
	struct pods *pods;
	struct pod pod;
	int rc;

	if (argc != 1)
		return cli_usage(cli);
	if (cli_pods(cli, &pods, &e) < 0)
		return cli_fail(cli, &e);
	if (pod_find(pods, argv[0], &pod, &e) < 0) {
		error_prefix(&e, "problem retrieving pod");
		return cli_fail(cli, &e);
	}
	rc = pod_logs(&pod, &r, &e);
	pod_done(&pod);
	return rc < 0 ? cli_fail(cli, &e) : cli_flush(cli, 0);
}

const struct verb verb_logs = {
	.name = "logs",
	.summary = "Show what the apps of a pod wrote",
	.usage = "[--app=APPNAME] [--follow] [--lines=N] UUID",
	.description =
		"UUID may be a unique prefix. What apps write is kept if they "
		"run with --stdout=log or --stderr=log.",
	.options = {options},
	.run = run,
};
