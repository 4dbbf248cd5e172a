/* What the `plugin` verbs share.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CORE_CLI_CMD_PLUGIN_H
#define CORE_CLI_CMD_PLUGIN_H

#include "core/base/json.h"
#include "core/plugin/host.h"

/* All that is known of an open plugin; a new reference. */
json_t *plugin_describe(const struct plugin *p);

/* The description as lines of key=value: lists joined by ",", members of
 * objects as "op.run=true".  Owned by the caller. */
char *plugin_describe_text(const json_t *description);

/* "0.1"; owned by the caller. */
char *plugin_abi_text(const struct plugin *p);

#endif
