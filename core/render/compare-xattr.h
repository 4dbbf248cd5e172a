/* Extended attributes of one name in two directories.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CORE_RENDER_COMPARE_XATTR_H
#define CORE_RENDER_COMPARE_XATTR_H

#include "core/base/error.h"

/* *ret_difference: static text, or NULL.  Labels of SELinux do not count.
 * Links are not followed. */
int xattrs_compare(int want_fd, int have_fd, const char *name,
		   const char **ret_difference, struct error *e);

#endif
