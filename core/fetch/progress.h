/* One line that says how far a long piece of work is.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CORE_FETCH_PROGRESS_H
#define CORE_FETCH_PROGRESS_H

#include <stddef.h>
#include <stdint.h>

/* Shows nothing in the first second, nor when standard error is no terminal.
 * `what` is borrowed; `total` 0: unknown.  One thread at a time adds. */
struct progress;
struct progress *progress_new(const char *what, uint64_t total);
void progress_add(struct progress *p, uint64_t bytes);
void progress_free(struct progress *p); /* takes the line away */

/* "unpacking x: 12.3 MB of 45.6 MB, 9.1 MB/s, 4 s left". */
void progress_format(char *to, size_t size, const char *what, uint64_t done,
		     uint64_t total, double seconds);

#endif
