/* Owners and extended attributes of members.
 * SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/xattr.h>

#include "core/base/cleanup.h"
#include "core/base/log.h"
#include "unpack-internal.h"

static bool
begins(const char *s, const char *prefix)
{
	return strncmp(s, prefix, strlen(prefix)) == 0;
}

/* The marks of overlayfs would hide or redirect files of other layers; labels
 * and ACLs of the machine that made the image mean nothing here. */
static bool
is_wanted(const struct unpack *u, mode_t type, const char *name)
{
	if (begins(name, "trusted.overlay.") || begins(name, "user.overlay.") ||
	    strcmp(name, "security.selinux") == 0 ||
	    strcmp(name, "system.nfs4_acl") == 0)
		return false;
	if (!u->is_root)
		return begins(name, "user.");
	if (!u->options->root)
		return true;
	return S_ISREG(type) &&
	       (begins(name, "security.capability") || begins(name, "user."));
}

void
xattrs_read(struct unpack *u, struct member *m)
{
	const char *name;
	const void *value;
	size_t len;

	if (u->lib->archive_entry_xattr_reset(u->entry) == 0)
		return;
	while (u->lib->archive_entry_xattr_next(u->entry, &name, &value,
						&len) == ARCHIVE_OK) {
		struct xattr x = {.len = len};

		if (!name || !is_wanted(u, m->type, name))
			continue;
		x.name = xstrdup(name);
		x.value = xmemdup(len > 0 ? value : "", len > 0 ? len : 1);
		vec_push(&m->xattrs, x);
	}
}

void
xattrs_done(struct xattrs *list)
{
	for (size_t i = 0; i < list->len; i++) {
		free(list->items[i].name);
		free(list->items[i].value);
	}
	vec_done(list);
}

/* A file system without attributes, or a kind of file that has none of the
 * user's. */
static int
set_failed(struct unpack *u, const char *path, const struct xattr *x,
	   struct error *e)
{
	autofree char *what = NULL;

	if (errno == EOPNOTSUPP ||
	    (errno == EPERM && begins(x->name, "user."))) {
		if (!u->has_warned)
			log_warn("%s: '%s' cannot have the attribute %s here, "
				 "ignoring",
				 u->options->archive, path, x->name);
		u->has_warned = true;
		return 0;
	}
	what = xasprintf("set attribute %.200s of", x->name);
	return member_errno(u, path, e, errno, what);
}

int
xattrs_set_fd(struct unpack *u, int fd, const char *path,
	      const struct xattrs *list, struct error *e)
{
	for (size_t i = 0; i < list->len; i++) {
		const struct xattr *x = &list->items[i];

		if (fsetxattr(fd, x->name, x->value, x->len, 0) < 0 &&
		    set_failed(u, path, x, e) < 0)
			return -1;
	}
	return 0;
}

/* For what cannot be opened without side effects: links and devices. */
int
xattrs_set_at(struct unpack *u, int parent, const struct member *m,
	      struct error *e)
{
	autofree char *name = NULL;

	if (m->xattrs.len == 0)
		return 0;
	name = xasprintf("/proc/self/fd/%d/%s", parent, m->base);
	for (size_t i = 0; i < m->xattrs.len; i++) {
		const struct xattr *x = &m->xattrs.items[i];

		if (lsetxattr(name, x->name, x->value, x->len, 0) < 0 &&
		    set_failed(u, m->path, x, e) < 0)
			return -1;
	}
	return 0;
}

/* What we create is ours already, as no directory is setgid while we work. */
bool
owner_differs(const struct unpack *u, uid_t uid, gid_t gid)
{
	return u->is_root && (uid != u->euid || gid != u->egid);
}
