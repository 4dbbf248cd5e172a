/* rkt run: fetch, prepare, become the pod.
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/cli/verbs.h"

#include <fcntl.h>
#include <string.h>

#include "core/base/cleanup.h"
#include "core/base/fd.h"
#include "core/cli/run-options.h"
#include "core/cli/run-steps.h"
#include "core/pod/view.h"

static int
set_uuid_file(const struct option *option, const char *path, struct error *e)
{
	struct pod_request *r = run_target();

	(void)option;
	(void)e;
	free(r->uuid_file_save);
	r->uuid_file_save = xstrdup(path);
	return 0;
}

static const struct option own_options[] = {
	{
		.name = "uuid-file-save",
		.type = OPTION_CALL,
		.shown = "\"\"",
		.help = "write out the pod's UUID to this file",
		.parse = set_uuid_file,
	},
	OPTION_END,
};

static bool
net_is(const char *name)
{
	const struct strings *net = &run_start()->net;

	return net->len == 1 && strcmp(net->items[0], name) == 0;
}

/* What does not go together, in the order in which rkt 1.30 told it. */
static int
check_flags(enum pull_policy policy, struct error *e)
{
	const struct pod_request *r = run_target();
	const struct start_request *start = run_start();

	if (run_check_users(e) < 0)
		return -1;
	if (r->ports && net_is("none"))
		return error_set(e, RKT_ERR_INPUT,
				 "--port flag does not work with 'none' "
				 "networking");
	if (r->ports && net_is("host"))
		return error_set(e, RKT_ERR_INPUT,
				 "--port flag does not work with 'host' "
				 "networking");
	if (start->mds_register && net_is("none"))
		return error_set(e, RKT_ERR_INPUT,
				 "--mds-register flag does not work with "
				 "--net=none. Please use 'host', 'default' or "
				 "an equivalent network");
	if (run_check_manifest(policy, e) < 0)
		return -1;
	if (start->is_interactive && r->apps.len > 1)
		return error_set(e, RKT_ERR_INPUT,
				 "interactive option only supports one image");
	return run_check_given(e);
}

static const struct option *const option_tables[] = {global_options,
						     run_pod_options,
						     run_start_options,
						     run_engine_options,
						     own_options,
						     run_app_options,
						     NULL};

static int
parse(int argc, char **argv, enum pull_policy *ret_policy, struct error *e)
{
	if (run_args_parse(option_tables, true, argc, argv, e) < 0 ||
	    run_mounts_check(run_target(), e) < 0)
		return error_prefix(e, "error parsing app image arguments");
	if (pull_choice_resolve(run_pull(), ret_policy, e) < 0)
		return -1;
	return check_flags(*ret_policy, e);
}

static int
save_uuid(const struct pod *pod, struct error *e)
{
	const char *path = run_target()->uuid_file_save;

	if (path && file_write(AT_FDCWD, path, pod->uuid, strlen(pod->uuid),
			       0644, e) < 0)
		return error_prefix(e, "error saving pod UUID to file");
	return 0;
}

/* From here on there is a pod directory; what fails takes it away again. */
static int
prepare_pod(struct pod_context *c, struct plugin *engine, struct pod *pod,
	    struct pod_view *ret, struct error *e)
{
	if (save_uuid(pod, e) < 0) {
		pod_discard(pod);
		return -1;
	}
	if (pod_prepare(c, pod, run_target(), engine, ret, e) < 0)
		return -1;
	if (pod_to_run(pod, e) == 0)
		return 0;
	pod_view_done(ret);
	return error_prefix(e, "unable to transition to run");
}

static int
start_pod(struct pod_context *c, struct plugin *engine, struct error *e)
{
	struct pod_view view;
	struct pod pod;

	if (pod_create(c->pods, &pod, e) < 0)
		return error_prefix(e, "error creating new pod");
	if (prepare_pod(c, engine, &pod, &view, e) == 0) {
		pod_run(&pod, &view, run_start(), engine, e);
		pod_view_done(&view);
	}
	pod_done(&pod);
	return -1;
}

/* A ready manifest may hold more apps than options showed. */
static int
check_manifest(struct plugin *engine, struct error *e)
{
	const json_t *manifest = run_target()->manifest_json;

	if (run_start()->is_interactive &&
	    json_array_size(json_object_get(manifest, "apps")) > 1)
		return error_set(e, RKT_ERR_INPUT,
				 "interactive option only supports pods with "
				 "one app");
	return request_check_engine(run_target(), run_start(), engine, e);
}

static int
run(struct cli *cli, int argc, char **argv)
{
	enum pull_policy policy = PULL_NEW;
	struct error e = ERROR_NONE;
	struct pod_context c;
	struct plugin *engine;

	if (parse(argc, argv, &policy, &e) < 0)
		return cli_fail(cli, &e);
	cli_options_done(cli);
	run_start()->insecure = cli->insecure;
	if (run_open(cli, &c, &engine, &e) < 0 ||
	    run_find_images(cli, &c, policy, &e) < 0 ||
	    pod_request_load(run_target(), &e) < 0 ||
	    check_manifest(engine, &e) < 0)
		return cli_fail(cli, &e);
	start_pod(&c, engine, &e);
	return cli_fail(cli, &e);
}

const struct verb verb_run = {
	.name = "run",
	.summary = "Run image(s) in a pod in rkt",
	.usage = "[--volume=name,kind=host,...] [--mount "
		 "volume=VOL,target=PATH] IMAGE [-- image-args...[---]]...",
	.description =
		"IMAGE should be a string referencing an image: a hash, a "
		"local "
		"file, a layout or archive (oci:DIR:TAG), or a name.\n\n"
		"The \"--\" flag separates an image from the arguments of its "
		"app, which end at \"---\", where another image may follow.",
	.options = {run_pod_options, run_start_options, run_engine_options,
		    own_options, run_app_options},
	.flags = VERB_ROOT | VERB_STOP_AT_WORD,
	.run = run,
};
