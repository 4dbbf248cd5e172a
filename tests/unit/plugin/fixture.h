/* A plugin directory of the test's own, filled with plugins good and bad.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_UNIT_PLUGIN_FIXTURE_H
#define TESTS_UNIT_PLUGIN_FIXTURE_H

#include "core/plugin/host.h"

/* Copy rkt-KIND-NAME.so there; `as` is the NAME it gets, or NULL. */
void fixture_copy(const char *kind, const char *name, const char *as);
/* The path of rkt-KIND-NAME.so there; static storage. */
const char *fixture_file(const char *kind, const char *name);

/* A host over that directory, with a configuration in JSON or NULL. */
struct plugin_host *fixture_host(const char *config);

/* The line a user would read. */
const char *fixture_line(const struct error *e);

#endif
