/* rkt run-prepared: become a pod that prepare has laid out.
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/cli/verbs.h"

#include <fcntl.h>
#include <unistd.h>

#include "core/base/cleanup.h"
#include "core/cli/run-options.h"
#include "core/cli/uuids.h"
#include "core/pod/view.h"

static int
fail_not_prepared(const struct pod *pod, struct error *e)
{
	return error_set(e, RKT_ERR_BUSY, "pod \"%s\" is not prepared",
			 pod->uuid);
}

/* The data directory may have been moved since. */
static int
check_overlay(const struct pod_context *c, const struct pod *pod,
	      struct error *e)
{
	const char *why = NULL;

	if (faccessat(pod->dir_fd, "overlay-prepared", F_OK,
		      AT_SYMLINK_NOFOLLOW) < 0)
		return 0;
	overlay_supported(c->data_dir, &why);
	if (!why)
		return 0;
	error_set(e, RKT_ERR_UNSUPPORTED, "%s", why);
	return error_prefix(e, "unable to run prepared overlay-enabled pod: "
			       "overlay not supported");
}

static int
check(const struct pod_context *c, const struct pod *pod,
      const struct pod_view *view, struct plugin **ret_engine, struct error *e)
{
	autofree char *name = NULL;

	if (run_start()->is_interactive && view->n_apps > 1)
		return error_set(e, RKT_ERR_INPUT,
				 "interactive option only supports pods with "
				 "one app");
	if (pod_engine(pod, &name, e) < 0 ||
	    plugin_open(c->plugins, PLUGIN_STAGE1, name, ret_engine, e) < 0 ||
	    request_check_engine(NULL, run_start(), *ret_engine, e) < 0)
		return -1;
	return check_overlay(c, pod, e);
}

/* Another rkt may have been faster. */
static int
to_run(struct pod *pod, struct error *e)
{
	if (pod_to_run(pod, e) == 0)
		return 0;
	if (e->code == RKT_ERR_BUSY)
		return fail_not_prepared(pod, e);
	return error_prefix(e, "cannot transition to run");
}

static int
run_pod(const struct pod_context *c, struct pod *pod, struct error *e)
{
	struct plugin *engine;
	struct pod_view view;

	if (pod->state != POD_PREPARED)
		return fail_not_prepared(pod, e);
	if (pod_view_load(c, pod, &view, e) < 0)
		return error_prefix(e, "cannot get the pod manifest");
	if (check(c, pod, &view, &engine, e) == 0 && to_run(pod, e) == 0)
		pod_run(pod, &view, run_start(), engine, e);
	pod_view_done(&view);
	return -1;
}

static int
run(struct cli *cli, int argc, char **argv)
{
	struct error e = ERROR_NONE;
	struct pod_context c;
	struct pods *pods;
	struct pod pod;

	if (!uuids_one_given(argc))
		return cli_usage(cli);
	run_start()->insecure = cli->insecure;
	if (cli_pods(cli, &pods, &e) < 0 ||
	    uuids_find_one(pods, argc, argv, &pod, &e) < 0)
		return cli_fail(cli, &e);
	if (cli_pod_context_bare(cli, &c, &e) == 0)
		run_pod(&c, &pod, &e);
	pod_done(&pod);
	return cli_fail(cli, &e);
}

const struct verb verb_run_prepared = {
	.name = "run-prepared",
	.summary = "Run a prepared application pod in rkt",
	.usage = "UUID | --uuid-file FILE",
	.description = "UUID, or a unique prefix of it, is what 'rkt prepare' "
		       "printed.",
	.options = {run_start_options, uuid_options},
	.flags = VERB_ROOT,
	.run = run,
};
