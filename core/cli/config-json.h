/* The configuration in the form of the files it came from.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CORE_CLI_CONFIG_JSON_H
#define CORE_CLI_CONFIG_JSON_H

#include "core/config/config.h"

/* {"stage0": [entry ...]}, one entry for each domain and registry, sorted, then
 * paths and stage1 (4.5), then the plugins that something is said of; new
 * reference. */
json_t *config_json(const struct config *config);

#endif
