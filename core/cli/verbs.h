/* Every verb there is; one cmd-*.c defines each.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CORE_CLI_VERBS_H
#define CORE_CLI_VERBS_H

#include "core/cli/cli.h"

extern const struct verb verb_cat_manifest;
extern const struct verb verb_completion;
extern const struct verb verb_config;
extern const struct verb verb_enter;
extern const struct verb verb_export;
extern const struct verb verb_fetch;
extern const struct verb verb_gc;
extern const struct verb verb_help;
extern const struct verb verb_image_cat_manifest;
extern const struct verb verb_image_export;
extern const struct verb verb_image_extract;
extern const struct verb verb_image_fetch;
extern const struct verb verb_image_gc;
extern const struct verb verb_image_list;
extern const struct verb verb_image_render;
extern const struct verb verb_image_rm;
extern const struct verb verb_image_verify;
extern const struct verb verb_list;
extern const struct verb verb_logs;
extern const struct verb verb_plugin_list;
extern const struct verb verb_plugin_path;
extern const struct verb verb_plugin_show;
extern const struct verb verb_prepare;
extern const struct verb verb_rm;
extern const struct verb verb_run;
extern const struct verb verb_run_prepared;
extern const struct verb verb_status;
extern const struct verb verb_stop;
extern const struct verb verb_version;

#endif
