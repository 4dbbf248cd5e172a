/* The platforms that appc knows.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CORE_APPC_PLATFORM_H
#define CORE_APPC_PLATFORM_H

#include "core/base/error.h"

/* The table of the manifest schema, wider than what can be run; `arch` NULL:
 * any. */
int platform_check(const char *os, const char *arch, struct error *e);

#endif
