/* Which app of a pod a verb is about.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CORE_CLI_APP_CHOICE_H
#define CORE_CLI_APP_CHOICE_H

#include "core/base/json.h"

/* The one of that name, or with "" the only one; lists them on standard error
 * when there are several.  *ret is borrowed from `apps`. */
int app_choose(const json_t *apps, const char *app_name, const char **ret,
	       struct error *e);

#endif
