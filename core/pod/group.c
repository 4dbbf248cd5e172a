/* The group "rkt", whose members may look into the overlay of a pod.
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/pod/group.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/alloc.h"
#include "core/base/cleanup.h"
#include "core/base/fd.h"
#include "core/base/log.h"

#define GROUP_NAME     "rkt"
#define GROUP_FILE     "/etc/group"
#define GROUP_FILE_MAX ((size_t)16 << 20)

/* "name:password:gid:members", as far as the gid. */
static bool
parse_line(const char *line, const char *name, gid_t *ret)
{
	size_t len = strlen(name);
	const char *colon;
	unsigned long gid;
	char *end;

	if (strncmp(line, name, len) != 0 || line[len] != ':')
		return false;
	colon = line + len + 1;
	colon += strcspn(colon, ":\n");
	if (*colon != ':' || colon[1] < '0' || colon[1] > '9')
		return false;
	errno = 0;
	gid = strtoul(colon + 1, &end, 10);
	if (errno != 0 || *end != ':' || gid >= (gid_t)-1)
		return false;
	*ret = (gid_t)gid;
	return true;
}

bool
group_parse(const char *text, const char *name, gid_t *ret)
{
	const char *line = text;

	while (line) {
		if (parse_line(line, name, ret))
			return true;
		line = strchr(line, '\n');
		line = line ? line + 1 : NULL;
	}
	return false;
}

/* The file itself: a name service would be loaded for one lookup, and what it
 * knows may need a network that is not up yet. */
static bool
find_group(gid_t *ret)
{
	struct error ignored = ERROR_NONE;
	autofree char *text = NULL;

	return file_read_all(AT_FDCWD, GROUP_FILE, GROUP_FILE_MAX, &text, NULL,
			     &ignored) == 0 &&
	       group_parse(text, GROUP_NAME, ret);
}

/* "overlay/<tree>" of "overlay/<tree>/upper/<app>"; owned. */
static char *
overlay_of(const char *upper)
{
	const char *end = strchr(upper, '/');

	end = end ? strchr(end + 1, '/') : NULL;
	return end ? xstrndup(upper, (size_t)(end - upper)) : xstrdup(upper);
}

int
group_take_overlay(const struct pod_view *view, struct error *e)
{
	gid_t gid;

	if (!find_group(&gid)) {
		log_warn("group \"%s\" not found, will use default gid when "
			 "rendering images",
			 GROUP_NAME);
		return 0;
	}
	for (size_t i = 0; i < view->n_apps; i++) {
		const char *upper = view->apps[i].upper;
		autofree char *dir = upper ? overlay_of(upper) : NULL;

		if (dir && fchownat(view->pod.dir_fd, dir, (uid_t)-1, gid,
				    AT_SYMLINK_NOFOLLOW) < 0)
			return error_errno(e, errno, "change group of %s", dir);
	}
	return 0;
}
