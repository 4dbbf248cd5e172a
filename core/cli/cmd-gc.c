/* rkt gc: delete what exited pods, and processes that were killed, left.
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/cli/verbs.h"

#include <fcntl.h>
#include <stdio.h>

#include "core/base/cleanup.h"
#include "core/base/log.h"
#include "core/cli/collect.h"
#include "core/cli/format.h"

#define MINUTE (INT64_C(60) * 1000000000)

static int64_t arg_grace = 30 * MINUTE;
static int64_t arg_expire = 24 * 60 * MINUTE;
static bool is_mark_only;

static const struct option own_options[] = {
	{
		.name = "expire-prepared",
		.type = OPTION_CALL,
		.value = &arg_expire,
		.shown = "24h0m0s",
		.help = "duration to wait before expiring prepared pods",
		.parse = option_parse_duration,
	},
	{
		.name = "grace-period",
		.type = OPTION_CALL,
		.value = &arg_grace,
		.shown = "30m0s",
		.help = "duration to wait before discarding inactive pods from "
			"garbage",
		.parse = option_parse_duration,
	},
	{
		.name = "mark-only",
		.type = OPTION_BOOL,
		.value = &is_mark_only,
		.shown = "false",
		.help = "if set to true then the exited/aborted pods will be "
			"moved to the garbage directories without actually "
			"deleting them, this is useful for marking the exit "
			"time of a pod",
	},
	OPTION_END,
};

struct gc {
	struct cli *cli;
	struct pod_context c;
};

/* What is to be done with a pod in the state it was opened in. */
typedef int visit_fn(struct gc *g, struct pod *pod, struct error *e);

/* Every pod in these directories.  Fails only if they cannot be read; what
 * goes wrong with one pod is told.  One that another rkt has moved or deleted
 * meanwhile is no longer ours to speak of. */
static int
each_pod(struct gc *g, unsigned int states, visit_fn *visit, struct error *e)
{
	auto_strings struct strings uuids = {0};

	if (pods_list(g->c.pods, states, &uuids, e) < 0)
		return -1;
	for (size_t i = 0; i < uuids.len; i++) {
		struct error why = ERROR_NONE;
		struct pod pod = {.dir_fd = -1};
		int rc = pod_open(g->c.pods, uuids.items[i], &pod, &why);

		if (rc == 0 && states & 1u << pod.state)
			rc = visit(g, &pod, &why);
		if (rc < 0 && why.code != RKT_ERR_BUSY)
			cli_print_error(g->cli, &why);
		pod_done(&pod);
	}
	return 0;
}

/* ---- marking ----------------------------------------------------------------
 */

static int
mark_exited(struct gc *g, struct pod *pod, struct error *e)
{
	(void)g;
	if (pod_to_exited_garbage(pod, e) < 0)
		return error_prefix(e, "rename error");
	log_info("moving pod \"%s\" to garbage", pod->uuid);
	return 0;
}

static int
mark_aborted(struct gc *g, struct pod *pod, struct error *e)
{
	(void)g;
	if (pod_to_garbage(pod, e) < 0)
		return error_prefix(e, "rename error");
	log_info("moving failed prepare \"%s\" to garbage", pod->uuid);
	return 0;
}

/* The directory's ctime is the time of its last move. */
static bool
is_older(const struct pod *pod, int64_t age_ns)
{
	int64_t since = format_now_ns() - pod_moved_ns(pod);

	return since > age_ns;
}

static int
mark_expired(struct gc *g, struct pod *pod, struct error *e)
{
	(void)g;
	if (!is_older(pod, arg_expire))
		return 0;
	if (pod_to_garbage(pod, e) < 0)
		return error_prefix(e, "rename error");
	log_info("moving expired prepared pod \"%s\" to garbage", pod->uuid);
	return 0;
}

/* ---- deleting ---------------------------------------------------------------
 */

/* Whoever had it locked may have deleted it while we waited. */
static int
delete_pod(struct gc *g, struct pod *pod, struct error *e)
{
	if (pod_lock(pod, e) < 0 || pod_refresh(pod, e) < 0)
		return -1;
	if (pod->state == POD_GONE)
		return 0;
	printf("Garbage collecting pod \"%s\"\n", pod->uuid);
	fflush(stdout);
	return pod_delete(&g->c, pod, e);
}

/* One that is being deleted has been found old enough. */
static int
delete_exited(struct gc *g, struct pod *pod, struct error *e)
{
	char grace[FORMAT_MAX];

	if (pod->state == POD_EXITED_DELETING || is_older(pod, arg_grace))
		return delete_pod(g, pod, e);
	duration_print(arg_grace, grace, sizeof(grace));
	log_info("pod \"%s\" not removed: still within grace period (%s)",
		 pod->uuid, grace);
	return 0;
}

static int
collect_pods(struct gc *g, struct error *e)
{
	static const struct {
		unsigned int states;
		visit_fn *visit;
		const char *failed;
		bool is_mark;
	} steps[] = {
		{1u << POD_EXITED, mark_exited, "failed to rename exited pods",
		 true},
		{1u << POD_EMBRYO | 1u << POD_ABORTED_PREPARE, mark_aborted,
		 "failed to rename aborted pods", true},
		{1u << POD_PREPARED, mark_expired,
		 "failed to rename expired prepared pods", false},
		{1u << POD_EXITED_GARBAGE | 1u << POD_EXITED_DELETING,
		 delete_exited, "failed to empty exitedGarbage", false},
		{1u << POD_GARBAGE | 1u << POD_DELETING, delete_pod,
		 "failed to empty garbage", false},
	};

	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		if (is_mark_only && !steps[i].is_mark)
			break;
		if (each_pod(g, steps[i].states, steps[i].visit, e) < 0)
			return error_prefix(e, "%s", steps[i].failed);
	}
	return 0;
}

/* ---- layers -----------------------------------------------------------------
 */

/* No store, nothing to collect: do not make one. */
static bool
has_store(const struct gc *g)
{
	autofree char *cas = xasprintf("%s/cas", g->c.data_dir);

	return access(cas, F_OK) == 0;
}

static int
collect_trees(struct gc *g, struct error *e)
{
	struct store *store;

	if (is_mark_only || !has_store(g))
		return 0;
	if (cli_store(g->cli, &store, e) < 0)
		return -1;
	return collect_layers(store, g->c.pods, e);
}

static int
run(struct cli *cli, int argc, char **argv)
{
	struct gc g = {.cli = cli};
	struct error e = ERROR_NONE;

	(void)argv;
	if (argc != 0)
		return cli_usage(cli);
	if (cli_pod_context_bare(cli, &g.c, &e) < 0 ||
	    collect_pods(&g, &e) < 0 || collect_trees(&g, &e) < 0) {
		fflush(stdout);
		return cli_fail(cli, &e);
	}
	return cli_flush(cli, 0);
}

const struct verb verb_gc = {
	.name = "gc",
	.summary = "Garbage collect rkt pods no longer in use",
	.usage = "[--grace-period=duration] [--expire-prepared=duration]",
	.description = "This is intended to be run periodically from a timer "
		       "or cron job. Images stay; layers that neither an image "
		       "nor a pod names, and what killed processes left in the "
		       "store, are removed.",
	.options = {own_options},
	.flags = VERB_ROOT,
	.run = run,
};
