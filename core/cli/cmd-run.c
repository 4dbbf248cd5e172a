/* rkt run: fetch, prepare, become the pod.
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/cli/verbs.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "core/base/cleanup.h"
#include "core/base/fd.h"
#include "core/base/log.h"
#include "core/cli/run-options.h"

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

	if (r->private_users && access("/proc/self/uid_map", F_OK) < 0)
		return error_set(e, RKT_ERR_UNSUPPORTED,
				 "--private-users is not supported, kernel "
				 "compiled without user namespace support");
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
	if (r->pod_manifest &&
	    (r->apps.len > 0 || r->volumes || r->mounts || r->ports ||
	     policy != PULL_NEW || r->inherit_env || r->set_env ||
	     r->set_env_file))
		return error_set(e, RKT_ERR_INPUT,
				 "conflicting flags set with --pod-manifest "
				 "(see --help)");
	if (start->is_interactive && r->apps.len > 1)
		return error_set(e, RKT_ERR_INPUT,
				 "interactive option only supports one image");
	if (r->apps.len == 0 && !r->pod_manifest)
		return error_set(e, RKT_ERR_INPUT,
				 "must provide at least one image or specify "
				 "the pod manifest");
	return 0;
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
find_images(struct cli *cli, struct pod_context *c, enum pull_policy policy,
	    struct error *e)
{
	struct fetch fetch = {
		.store = c->store,
		.plugins = c->plugins,
		.policy = policy,
		.insecure = cli->insecure,
		.hashes = true,
	};

	struct app_requests *apps = &run_target()->apps;

	for (size_t i = 0; i < apps->len; i++) {
		struct app_request *app = &apps->items[i];

		if (fetch_image(&fetch, app->image, app->signature,
				&app->image_key, e) < 0)
			return -1;
	}
	return 0;
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

static int
to_run(struct pod *pod, struct error *e)
{
	if (pod_to_run(pod, e) < 0)
		return error_prefix(e, "unable to transition to run");
	return 0;
}

/* From here on there is a pod directory; what fails before pod_to_run() leaves
 * an aborted prepare, which gc collects. */
static int
start_pod(struct pod_context *c, struct plugin *engine, struct error *e)
{
	struct pod pod;

	if (pod_create(c->pods, &pod, e) < 0)
		return error_prefix(e, "error creating new pod");
	if (save_uuid(&pod, e) == 0) {
		if (pod_prepare(c, &pod, run_target(), engine, e) == 0 &&
		    to_run(&pod, e) == 0)
			pod_run(c, &pod, run_start(), engine, e);
	}
	pod_done(&pod);
	return -1;
}

static int
run(struct cli *cli, int argc, char **argv)
{
	enum pull_policy policy = PULL_NEW;
	struct error e = ERROR_NONE;
	struct pod_context c;
	struct config *config;
	struct plugin *engine;
	autofree char *name = NULL;

	if (parse(argc, argv, &policy, &e) < 0)
		return cli_fail(cli, &e);
	cli_options_done(cli);
	run_start()->insecure = cli->insecure;
	if (cli_config(cli, &config, &e) < 0 ||
	    cli_pod_context(cli, &c, &e) < 0 ||
	    run_engine_name(config, &name, &e) < 0 ||
	    plugin_open(c.plugins, PLUGIN_STAGE1, name, &engine, &e) < 0 ||
	    find_images(cli, &c, policy, &e) < 0 ||
	    request_check_engine(run_target(), run_start(), engine, &e) < 0)
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
