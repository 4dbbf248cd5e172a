/* What `run` and `prepare` do alike with what was asked for.
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/cli/run-steps.h"

#include <unistd.h>

#include "core/base/cleanup.h"
#include "core/cli/run-options.h"

int
run_check_users(struct error *e)
{
	if (!run_target()->private_users ||
	    access("/proc/self/uid_map", F_OK) == 0)
		return 0;
	return error_set(e, RKT_ERR_UNSUPPORTED,
			 "--private-users is not supported, kernel compiled "
			 "without user namespace support");
}

int
run_check_manifest(enum pull_policy policy, struct error *e)
{
	const struct pod_request *r = run_target();

	if (!r->pod_manifest)
		return 0;
	if (r->apps.len == 0 && !r->volumes && !r->mounts && !r->ports &&
	    policy == PULL_NEW && !r->inherit_env && !r->set_env &&
	    !r->set_env_file)
		return 0;
	return error_set(e, RKT_ERR_INPUT,
			 "conflicting flags set with --pod-manifest (see "
			 "--help)");
}

int
run_check_given(struct error *e)
{
	if (run_target()->apps.len > 0 || run_target()->pod_manifest)
		return 0;
	return error_set(e, RKT_ERR_INPUT,
			 "must provide at least one image or specify the pod "
			 "manifest");
}

int
run_open(struct cli *cli, struct pod_context *ret, struct plugin **ret_engine,
	 struct error *e)
{
	autofree char *name = NULL;
	struct config *config;

	if (cli_pod_context(cli, ret, e) < 0 ||
	    cli_config(cli, &config, e) < 0 ||
	    run_engine_name(config, &name, e) < 0)
		return -1;
	return plugin_open(ret->plugins, PLUGIN_STAGE1, name, ret_engine, e);
}

int
run_find_images(const struct cli *cli, const struct pod_context *c,
		enum pull_policy policy, struct error *e)
{
	struct app_requests *apps = &run_target()->apps;
	struct fetch fetch = {
		.store = c->store,
		.plugins = c->plugins,
		.policy = policy,
		.insecure = cli->insecure,
		.hashes = true,
	};

	for (size_t i = 0; i < apps->len; i++) {
		struct app_request *app = &apps->items[i];

		if (fetch_image(&fetch, app->image, app->signature,
				&app->image_key, e) < 0)
			return -1;
	}
	return 0;
}
