/* The verbs; one cmd-*.c defines each.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CORE_CLI_VERBS_H
#define CORE_CLI_VERBS_H

#include "core/cli/cli.h"

extern const struct verb verb_run;
extern const struct verb verb_fetch;
extern const struct verb verb_image_fetch;

#endif
