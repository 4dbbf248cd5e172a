/* How times, sizes and quoted names look.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CORE_CLI_FORMAT_H
#define CORE_CLI_FORMAT_H

#include <stddef.h>
#include <stdint.h>

#define FORMAT_MAX 64 /* enough for each of the buffers below */

int64_t format_now_ns(void);

/* "2 minutes ago", "3 days from now", "now"; 0 is "a long while ago". */
void format_age(int64_t when_ns, int64_t now_ns, char *buf, size_t size);

/* "2026-11-22 08:22:07.166 +0000 UTC" in local time; 0 is Go's zero time. */
void format_time(int64_t when_ns, char *buf, size_t size);

/* "9.5MiB", "12KiB", "7B" */
void format_size(uint64_t bytes, char *buf, size_t size);

/* Go's %q; owned. */
char *format_quoted(const char *s);

#endif
