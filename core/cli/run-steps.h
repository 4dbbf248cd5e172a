/* What `run` and `prepare` do alike with what was asked for.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CORE_CLI_RUN_STEPS_H
#define CORE_CLI_RUN_STEPS_H

#include "core/cli/cli.h"

/* Checks of run_target(), apart because the two verbs order them their own
 * way: --private-users and the kernel; what does not go with --pod-manifest;
 * neither that nor an image. */
int run_check_users(struct error *e);
int run_check_manifest(enum pull_policy policy, struct error *e);
int run_check_given(struct error *e);

/* Store, configuration, engine. */
int run_open(struct cli *cli, struct pod_context *ret, struct plugin **ret_engine,
	     struct error *e);

/* Fetch, and note the key of, the image of every app. */
int run_find_images(const struct cli *cli, const struct pod_context *c,
		    enum pull_policy policy, struct error *e);

#endif
