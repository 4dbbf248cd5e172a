/* Diagnostics by topic; never the way an error reaches the user.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CORE_BASE_LOG_H
#define CORE_BASE_LOG_H

#include <stdbool.h>

#include <rkt/plugin.h>

/* Every line on standard error starts with this word and ": ".  The command
 * line sets it to the leaf name of the verb; fetch code uses "image". */
void log_set_prefix(const char *prefix); /* borrowed for good */
const char *log_prefix(void);

/* --debug switches every topic on; RKT_DEBUG=store,pod only some.  A topic is
 * the name of the folder under core/, or "KIND/NAME" for a plugin. */
void log_set_debug(bool on);
bool log_is_debug(const char *topic);

/* Free when the topic is off.  No trailing newline. */
void log_debug(const char *topic, const char *fmt, ...) RKT_PRINTF(2, 3);

/* Only for what the program then ignores; the text says so. */
void log_warn(const char *fmt, ...) RKT_PRINTF(1, 2);

/* One line of progress or result meant for people, on standard error. */
void log_info(const char *fmt, ...) RKT_PRINTF(1, 2);

/* One line under another prefix than the verb's ("image", "stage1/fly"). */
void log_as(const char *prefix, const char *fmt, ...) RKT_PRINTF(2, 3);

#endif
