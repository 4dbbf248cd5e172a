/* The table of verbs: a new verb is one line here and one in verbs.h.
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/cli/verbs.h"

#include <string.h>

const struct verb *const verbs[] = {
	&verb_cat_manifest,
	&verb_completion,
	&verb_config,
	&verb_enter,
	&verb_export,
	&verb_fetch,
	&verb_gc,
	&verb_help,
	&verb_image_cat_manifest,
	&verb_image_export,
	&verb_image_extract,
	&verb_image_fetch,
	&verb_image_gc,
	&verb_image_list,
	&verb_image_render,
	&verb_image_rm,
	&verb_image_verify,
	&verb_list,
	&verb_logs,
	&verb_plugin_list,
	&verb_plugin_show,
	&verb_plugin_path,
	&verb_prepare,
	&verb_rm,
	&verb_run,
	&verb_run_prepared,
	&verb_status,
	&verb_stop,
	&verb_version,
	NULL,
};

const struct verb_group verb_groups[] = {
	{"image", "Operate on images in the local store"},
	{"plugin", "Show what rkt can load"},
	{NULL, NULL},
};

const char *
verb_leaf(const struct verb *verb)
{
	const char *space = strrchr(verb->name, ' ');

	return space ? space + 1 : verb->name;
}
