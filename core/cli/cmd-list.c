/* rkt list: the pods there are.
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/cli/verbs.h"

#include "core/base/cleanup.h"
#include "core/cli/format.h"
#include "core/cli/pod-json.h"
#include "core/cli/pod-query.h"
#include "core/cli/pod-text.h"

/* How often a pod may move on while it is read. */
#define LOOKS_MAX 16

static bool is_full;
static bool has_no_legend;
static const char *format_name = "";

static const struct option options[] = {
	{.name = "format",
	 .type = OPTION_STRING,
	 .value = &format_name,
	 .shown = "\"\"",
	 .help = "choose the output format: json or json-pretty; a table "
		 "if empty"},
	{.name = "full",
	 .type = OPTION_BOOL,
	 .value = &is_full,
	 .shown = "false",
	 .help = "use long output format"},
	{.name = "no-legend",
	 .type = OPTION_BOOL,
	 .value = &has_no_legend,
	 .shown = "false",
	 .help = "suppress a legend with the list"},
	OPTION_END,
};

/* Where the pods go, one by one. */
struct listing {
	struct table table;
	json_t *array; /* NULL: the table */
	int64_t now_ns;
	struct strings problems;
};

static void
add_problem(struct listing *l, const struct error *e)
{
	char cause[ERROR_TEXT_MAX + 128];

	strings_push(&l->problems, error_cause(e, cause, sizeof(cause)));
}

static void
add_pod(struct listing *l, const struct pod *pod)
{
	struct error e = ERROR_NONE;
	json_t *shown;

	if (!l->array)
		pod_rows_add(&l->table, pod, is_full, l->now_ns, &l->problems);
	else if (pod_json(pod, &shown, &e) < 0)
		add_problem(l, &e);
	else
		json_array_append_new(l->array, shown);
}

/* How much of the listing was there. */
struct mark {
	size_t text, shown, problems;
};

static struct mark
mark(const struct listing *l)
{
	return (struct mark){l->table.text.len, json_array_size(l->array),
			     l->problems.len};
}

static void
drop_problems(struct listing *l, size_t kept)
{
	while (l->problems.len > kept)
		free(l->problems.items[--l->problems.len]);
}

static void
go_back(struct listing *l, const struct mark *m)
{
	l->table.text.len = m->text;
	if (l->table.text.text)
		l->table.text.text[m->text] = '\0';
	while (json_array_size(l->array) > m->shown)
		json_array_remove(l->array, m->shown);
	drop_problems(l, m->problems);
}

/* What was read of a pod that moved on meanwhile may be half of it: look again.
 * It may have gone to the garbage; and of one that is being deleted parts are
 * missing, which is nobody's problem. */
static int
add_whole_pod(struct listing *l, struct pod *pod, struct error *e)
{
	const struct mark start = mark(l);

	for (int i = 1; PODS_SHOWN & 1u << pod->state; i++) {
		add_pod(l, pod);
		if (pod->state == POD_EXITED_DELETING)
			drop_problems(l, start.problems);
		if (i == LOOKS_MAX || !pod_has_changed(pod))
			break;
		go_back(l, &start);
		if (pod_refresh(pod, e) < 0)
			return -1;
	}
	return 0;
}

static int
add_pods(struct cli *cli, struct listing *l, struct error *e)
{
	auto_strings struct strings uuids = {0};
	struct pods *pods;

	if (cli_pods(cli, &pods, e) < 0)
		return -1;
	if (pods_list(pods, PODS_SHOWN, &uuids, e) < 0)
		return error_prefix(e, "failed to get pod handles");
	pod_query_apply(&pod_query_asked, pods, &uuids);
	for (size_t i = 0; i < uuids.len; i++) {
		struct error of_pod = ERROR_NONE;
		struct pod pod;

		if (pod_open(pods, uuids.items[i], &pod, &of_pod) < 0) {
			add_problem(l, &of_pod);
			continue;
		}
		if (add_whole_pod(l, &pod, &of_pod) < 0)
			add_problem(l, &of_pod);
		pod_done(&pod);
	}
	return 0;
}

static void
listing_done(struct listing *l)
{
	free(table_take(&l->table));
	json_decref(l->array);
	strings_done(&l->problems);
	pod_query_done(&pod_query_asked);
}

static int
run(struct cli *cli, int argc, char **argv)
{
	struct listing l = {.now_ns = format_now_ns()};
	struct error e = ERROR_NONE;
	enum output_format format;
	int status;

	(void)argc;
	(void)argv;
	if (cli_format_parse(format_name, &format, &e) < 0 ||
	    pod_query_check(&pod_query_asked, &e) < 0)
		return cli_fail(cli, &e);
	if (format != FORMAT_TABLE)
		l.array = json_array();
	else if (!has_no_legend)
		pod_rows_legend(&l.table, is_full);
	if (add_pods(cli, &l, &e) < 0) {
		listing_done(&l);
		return cli_fail(cli, &e);
	}
	if (l.array) {
		cli_print_json(l.array, format == FORMAT_JSON_PRETTY);
	} else {
		autofree char *text = table_take(&l.table);

		cli_print_text(text);
	}
	status = cli_flush(cli, 0);
	cli_print_problems(&l.problems, "listing pods");
	listing_done(&l);
	return status;
}

const struct verb verb_list = {
	.name = "list",
	.summary = "List pods",
	.usage = "",
	.description = "Pods that were collected as garbage are not shown.",
	.options = {options, pod_query_options},
	.run = run,
};
