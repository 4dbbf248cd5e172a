/* Is one tree what another one is?
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CORE_RENDER_COMPARE_H
#define CORE_RENDER_COMPARE_H

#include "core/base/error.h"
#include "core/base/vec.h"

struct progress;

/* Type, mode, owner, time of change, attributes, targets of links, hard links,
 * device numbers and content of everything.  Not: labels of SELinux, and the
 * time of whiteouts and of the directories in `implied` (sorted), which is
 * nobody's.
 * *ret_difference: the first one as text to print, owned; NULL if there is
 * none.  `progress` may be NULL. */
int trees_compare(int want_fd, int have_fd, const struct strings *implied,
		  struct progress *progress, char **ret_difference,
		  struct error *e);

#endif
