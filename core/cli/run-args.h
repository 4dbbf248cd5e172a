/* The words of `rkt run` and `rkt fetch`: images, and what follows each.
 * SPDX-License-Identifier: Apache-2.0
 *
 * IMAGE [options of the image] [-- ARGUMENT... [---]] [IMAGE ...] */
#ifndef CORE_CLI_RUN_ARGS_H
#define CORE_CLI_RUN_ARGS_H

#include "core/cli/option.h"
#include "core/pod/request.h"

/* Where parsed values go: one request per process, as an option table is
 * static. */
struct pod_request *run_target(void);

/* Options that must follow an image, but for --mount, which before any image
 * is for all apps: those of `run` and `prepare`, and the one that fetch has. */
extern const struct option run_app_options[];
extern const struct option fetch_app_options[];

/* Scan the words from the first positional on.  `tables` are the options that
 * may stand between images (run_app_options among them). */
int run_args_parse(const struct option *const *tables, bool takes_app_args,
		   int argc, char *const *argv, struct error *e);

/* Every mount names a volume that is there. */
int run_mounts_check(const struct pod_request *request, struct error *e);

#endif
