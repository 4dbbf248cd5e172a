/* rkt status: what is known of one pod, once it got as far as is asked.
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/cli/verbs.h"

#include <time.h>

#include "core/base/cleanup.h"
#include "core/base/log.h"
#include "core/base/strbuf.h"
#include "core/cli/pod-json.h"
#include "core/cli/pod-query.h"
#include "core/cli/pod-text.h"

#define EXIT_BAD_UUID_FILE 1
#define LOOKS_MAX          16 /* at a pod that keeps moving */

#define POLL_MS      INT64_C(100)
#define PREPARED_MS  INT64_C(1000)
#define MS           INT64_C(1000000)
#define SECOND       INT64_C(1000000000)
#define WAIT_FOREVER INT64_C(-1)

/* Nanoseconds; 0: do not wait; negative: for ever. */
static int64_t wait_ns;
static int64_t wait_ready_ns;
static const char *format_name = "";
static const char *uuid_file = "";

static int
parse_wait(const struct option *option, const char *value, struct error *e)
{
	int64_t *to = option->value;
	bool is_on;

	if (*value == '\0')
		is_on = true;
	else if (!bool_parse(value, &is_on))
		return duration_parse(value, to, e);
	*to = is_on ? WAIT_FOREVER : 0;
	return 0;
}

static const struct option options[] = {
	{.name = "format",
	 .type = OPTION_STRING,
	 .value = &format_name,
	 .shown = "\"\"",
	 .help = "choose the output format: json or json-pretty; lines of "
		 "key=value if empty"},
	{.name = "uuid-file",
	 .type = OPTION_STRING,
	 .value = &uuid_file,
	 .shown = "\"\"",
	 .help = "read pod UUID from file instead of argument"},
	{.name = "wait",
	 .type = OPTION_CALL,
	 .value = &wait_ns,
	 .shown = "false",
	 .implied = "true",
	 .help = "wait until the pod has exited; a duration limits the time",
	 .parse = parse_wait},
	{.name = "wait-ready",
	 .type = OPTION_CALL,
	 .value = &wait_ready_ns,
	 .shown = "false",
	 .implied = "true",
	 .help = "wait until the pod is ready; a duration limits the time",
	 .parse = parse_wait},
	OPTION_END,
};

static int64_t
monotonic_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * SECOND + now.tv_nsec;
}

static void
nap(int64_t ns)
{
	struct timespec t = {ns / SECOND, ns % SECOND};

	nanosleep(&t, NULL);
}

static bool
has_finished(const struct pod *pod)
{
	return pod->state != POD_EMBRYO && pod->state != POD_PREPARING &&
	       pod->state != POD_PREPARED && pod->state != POD_RUNNING;
}

/* Look again and again, at most `limit_ns` long (negative: for ever). */
static int
wait_until(struct pod *pod, bool (*is_so)(const struct pod *pod),
	   int64_t limit_ns, struct error *e)
{
	int64_t start = monotonic_ns();

	if (limit_ns == 0)
		return 0;
	while (pod_refresh(pod, e) == 0) {
		int64_t ms = pod->state == POD_PREPARED ? PREPARED_MS : POLL_MS;
		int64_t left = limit_ns - (monotonic_ns() - start);

		if (is_so(pod))
			return 0;
		if (limit_ns > 0 && left <= 0)
			return error_set(e, RKT_ERR_BUSY,
					 "context deadline exceeded");
		nap(limit_ns > 0 && left < ms * MS ? left : ms * MS);
	}
	return -1;
}

static int
wait_as_asked(struct pod *pod, struct error *e)
{
	if (wait_until(pod, pod_is_ready, wait_ready_ns, e) < 0)
		return error_prefix(e, "error waiting for pod readiness");
	if (wait_until(pod, has_finished, wait_ns, e) < 0)
		return error_prefix(e, "error waiting for pod to finish");
	return 0;
}

static int
print(const struct pod *pod, enum output_format format, struct error *e)
{
	autofree char *text = NULL;
	auto_json json_t *shown = NULL;

	if (format == FORMAT_TABLE) {
		if (pod_status_text(pod, &text, e) < 0)
			return error_prefix(e, "unable to print status");
		cli_print_text(text);
		return 0;
	}
	if (pod_json(pod, &shown, e) < 0)
		return error_prefix(e, "unable to print status");
	cli_print_json(shown, format == FORMAT_JSON_PRETTY);
	return 0;
}

/* A pod that moves on while it is read may look like half of one. */
static int
print_whole(struct pod *pod, enum output_format format, struct error *e)
{
	for (int i = 1; print(pod, format, e) < 0; i++) {
		if (i == LOOKS_MAX || !pod_has_changed(pod))
			return -1;
		error_clear(e);
		if (pod_refresh(pod, e) < 0)
			return -1;
	}
	return 0;
}

static int
show(struct cli *cli, const char *uuid)
{
	struct error e = ERROR_NONE;
	enum output_format format;
	struct pods *pods;
	struct pod pod;
	int rc;

	if (cli_format_parse(format_name, &format, &e) < 0 ||
	    cli_pods(cli, &pods, &e) < 0)
		return cli_fail(cli, &e);
	if (pod_find(pods, uuid, &pod, &e) < 0) {
		error_prefix(&e, "problem retrieving pod");
		return cli_fail(cli, &e);
	}
	rc = wait_as_asked(&pod, &e);
	if (rc == 0)
		rc = print_whole(&pod, format, &e);
	pod_done(&pod);
	return rc < 0 ? cli_fail(cli, &e) : cli_flush(cli, 0);
}

/* One of several: its name comes first, and an empty line goes before. */
static int
add_chosen(struct pods *pods, const char *uuid, struct strbuf *text,
	   json_t *array, struct error *e)
{
	autofree char *one = NULL;
	struct pod pod;
	json_t *shown = NULL;
	int rc;

	if (pod_open(pods, uuid, &pod, e) < 0)
		return -1;
	if (pod.state == POD_GONE)
		rc = 0;
	else
		rc = array ? pod_json(&pod, &shown, e)
			   : pod_status_text(&pod, &one, e);
	if (shown)
		json_array_append_new(array, shown);
	if (one)
		strbuf_printf(text, "%suuid=%s\n%s", text->len > 0 ? "\n" : "",
			      uuid, one);
	pod_done(&pod);
	return rc;
}

static int
print_chosen(struct cli *cli, const struct strings *uuids, struct pods *pods,
	     enum output_format format)
{
	auto_json json_t *array = format == FORMAT_TABLE ? NULL : json_array();
	auto_strings struct strings problems = {0};
	auto_strbuf struct strbuf text = {0};
	int status;

	for (size_t i = 0; i < uuids->len; i++) {
		struct error e = ERROR_NONE;
		char line[ERROR_TEXT_MAX * 2];

		if (add_chosen(pods, uuids->items[i], &text, array, &e) < 0)
			strings_push(&problems,
				     error_line(&e, line, sizeof(line)));
	}
	if (array)
		cli_print_json(array, format == FORMAT_JSON_PRETTY);
	else if (text.len > 0)
		cli_print_text(text.text);
	status = cli_flush(cli, 0);
	cli_print_problems(&problems, "listing pods");
	return status;
}

/* Without a UUID, every pod that the options leave. */
static int
show_chosen(struct cli *cli)
{
	auto_strings struct strings uuids = {0};
	struct error e = ERROR_NONE;
	enum output_format format;
	struct pods *pods;

	if (cli_format_parse(format_name, &format, &e) < 0 ||
	    pod_query_check(&pod_query_asked, &e) < 0 ||
	    cli_pods(cli, &pods, &e) < 0)
		return cli_fail(cli, &e);
	if (pods_list(pods, PODS_SHOWN, &uuids, &e) < 0) {
		error_prefix(&e, "failed to get pod handles");
		return cli_fail(cli, &e);
	}
	pod_query_apply(&pod_query_asked, pods, &uuids);
	return print_chosen(cli, &uuids, pods, format);
}

static int
run(struct cli *cli, int argc, char **argv)
{
	autofree char *uuid = NULL;
	struct error e = ERROR_NONE;
	int status;

	if (pod_query_asked.filters.len + pod_query_asked.sorts.len > 0) {
		status = argc == 0 && *uuid_file == '\0' ? show_chosen(cli)
							 : cli_usage(cli);
		pod_query_done(&pod_query_asked);
		return status;
	}
	if (argc == 1 && *uuid_file == '\0')
		return show(cli, argv[0]);
	if (argc != 0 || *uuid_file == '\0')
		return cli_usage(cli);
	if (cli_uuid_file_read(uuid_file, &uuid, &e) < 0) {
		cli_print_error(cli, &e);
		return EXIT_BAD_UUID_FILE;
	}
	return show(cli, uuid);
}

const struct verb verb_status = {
	.name = "status",
	.summary = "Check the status of a rkt pod",
	.usage = "[--wait=bool|timeout] [--wait-ready=bool|timeout] "
		 "UUID | --uuid-file FILE",
	.description = "UUID may be a unique prefix. With --filter or --sort "
		       "instead of it, many pods are shown, each with its "
		       "UUID.",
	.options = {options, pod_query_options},
	.run = run,
};
