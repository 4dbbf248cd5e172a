/* The pod-level options of `run`, `prepare` and `run-prepared`.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CORE_CLI_RUN_OPTIONS_H
#define CORE_CLI_RUN_OPTIONS_H

#include "core/cli/cli.h"
#include "core/cli/run-args.h"

/* Fill run_target(), the choice of engine and the pull policy. */
extern const struct option run_pod_options[];
/* --stage1-...: feeds run_engine_name(). */
extern const struct option run_engine_options[];
/* Fill run_start(). */
extern const struct option run_start_options[];
/* --pull-policy and its older spellings. */
struct pull_choice {
	const char *policy; /* as typed */
	bool store_only;
	bool no_store;
};
struct pull_choice *run_pull(void);
/* The three options of a choice, and the policy it starts with. */
#define PULL_OPTIONS(choice_, policy_)                                         \
	{.name = "pull-policy",                                                \
	 .type = OPTION_STRING,                                                \
	 .value = &(choice_).policy,                                           \
	 .shown = "\"" policy_ "\"",                                           \
	 .help = "when to pull an image: new, never or update"},               \
	{.name = "store-only",                                                 \
	 .type = OPTION_BOOL,                                                  \
	 .value = &(choice_).store_only,                                       \
	 .help = "use only available images in the store",                     \
	 .deprecated = "please use --pull-policy=never"},                      \
	{.name = "no-store",                                                   \
	 .type = OPTION_BOOL,                                                  \
	 .value = &(choice_).no_store,                                         \
	 .help = "fetch images, ignoring the local store",                     \
	 .deprecated = "please use --pull-policy=update"}
int pull_choice_resolve(const struct pull_choice *c, enum pull_policy *ret,
			struct error *e);

struct start_request *run_start(void);

/* The engine that --stage1-..., the configuration or the build names. */
int run_engine_name(const struct config *config, char **ret, struct error *e);

#endif
