/* Opening the store and laying out its directories.
 * SPDX-License-Identifier: Apache-2.0 */
#include "store.h"

#include <fcntl.h>
#include <grp.h>
#include <string.h>
#include <sys/stat.h>

#include "core/base/cleanup.h"
#include "core/base/fd.h"
#include "internal.h"

/* Chapter 9.1.  Parents come first. */
static const struct {
	const char *path;
	mode_t mode;
} layout[] = {
	{"locks", 02750},
	{"cas", 02750},
	{"cas/blob", 02750},
	{"cas/imageManifest", 02750},
	{"cas/image", 02750},
	{"cas/imagelocks", 02750},
	{"cas/tmp", 02750},
	{"cas/tree", 02700},
	{"cas/treestorelocks", 02700},
	{"cas/stack", 02700},
};

/* Only where there is a group to write there. */
static const char incoming[] = "cas/incoming";

static const mode_t incoming_mode = 02770;

/* mkdir cannot set the setgid bit and heeds the umask, which belongs to the
 * whole process; so the mode is put right afterwards.  An existing directory
 * keeps its own. */
static int
make_dir(int dir_fd, const char *path, mode_t mode, gid_t group,
	 struct error *e)
{
	autoclose int fd = -1;

	if (mkdirat(dir_fd, path, mode & 0770) < 0) {
		if (errno == EEXIST)
			return 0;
		return error_errno(e, errno, "create directory %s", path);
	}
	fd = openat(dir_fd, path,
		    O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return error_errno(e, errno, "open directory %s", path);
	if (group != (gid_t)-1 && fchown(fd, (uid_t)-1, group) < 0)
		return error_errno(e, errno, "chown %s", path);
	if (fchmod(fd, mode) < 0)
		return error_errno(e, errno, "chmod %s", path);
	return 0;
}

/* Members of this group may read, and fetch. */
static gid_t
group_of_store(void)
{
	const struct group *group = geteuid() == 0 ? getgrnam("rkt") : NULL;

	return group ? group->gr_gid : (gid_t)-1;
}

static int
open_data_dir(const char *path, int *ret_fd, struct error *e)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return error_errno(e, errno, "open %s", path);
	*ret_fd = fd;
	return 0;
}

static int
make_data_dir(const char *path, gid_t group, int *ret_fd, struct error *e)
{
	const char *slash = strrchr(path, '/');

	if (slash && slash > path) {
		autofree char *parent = xstrndup(path, (size_t)(slash - path));

		if (dir_make_all(AT_FDCWD, parent, 0755, e) < 0)
			return -1;
	}
	if (make_dir(AT_FDCWD, path, 02750, group, e) < 0)
		return -1;
	return open_data_dir(path, ret_fd, e);
}

static int
make_prepare_lock(int dir_fd, struct error *e)
{
	const char *path = "locks/prepareLock";
	autoclose int fd =
		openat(dir_fd, path,
		       O_RDONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0640);

	if (fd < 0 || fchmod(fd, 0640) < 0)
		return error_errno(e, errno, "create %s", path);
	return 0;
}

static int
make_layout(struct store *s, struct error *e)
{
	gid_t group = group_of_store();
	autoclose int fd = -1;

	if (make_data_dir(s->data_dir, group, &fd, e) < 0)
		return -1;
	for (size_t i = 0; i < sizeof(layout) / sizeof(layout[0]); i++)
		if (make_dir(fd, layout[i].path, layout[i].mode, group, e) < 0)
			return -1;
	if (group == (gid_t)-1)
		return 0;
	/* Members cannot make the file, only lock it. */
	return make_dir(fd, incoming, incoming_mode, group, e) < 0 ||
			       make_prepare_lock(fd, e) < 0
		       ? -1
		       : 0;
}

int
store_layout_make(struct store *s, struct error *e)
{
	int rc = 0;

	pthread_mutex_lock(&s->mutex);
	if (!s->has_layout && !store_is_incoming(s))
		rc = make_layout(s, e);
	s->has_layout = rc == 0;
	pthread_mutex_unlock(&s->mutex);
	return rc;
}

/* All that root believes lies below. */
static int
check_owner(const struct store *s, struct error *e)
{
	struct stat st;

	if (fstat(s->cas_fd, &st) < 0)
		return error_errno(e, errno, "look at %s", s->cas_path);
	if (st.st_uid == 0 && !(st.st_mode & 022))
		return 0;
	return error_set(e, RKT_ERR_UNTRUSTED,
			 "others than root may write in '%.300s'", s->cas_path);
}

static int
open_cas(struct store *s, struct error *e)
{
	const int flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC;

	s->cas_fd = open(s->cas_path, flags);
	if (s->cas_fd < 0 && errno == ENOENT) {
		if (store_layout_make(s, e) < 0)
			return -1;
		s->cas_fd = open(s->cas_path, flags);
	}
	if (s->cas_fd < 0)
		return error_errno(e, errno, "open %s", s->cas_path);
	s->write_fd = s->cas_fd;
	if (geteuid() == 0 ? check_owner(s, e) < 0
			   : store_incoming_choose(s, e) < 0)
		return -1;
	return lock_wait(s->cas_fd, false, s->cas_path, e);
}

static char *
absolute(const char *path)
{
	autofree char *cwd = NULL;
	size_t len = strlen(path);

	while (len > 1 && path[len - 1] == '/')
		len--;
	if (path[0] == '/')
		return xstrndup(path, len);
	cwd = getcwd(NULL, 0);
	return xasprintf("%s/%.*s", cwd ? cwd : ".", (int)len, path);
}

int
store_open(const char *data_dir, struct store **ret, struct error *e)
{
	struct store *s = xcalloc(1, sizeof(*s));

	s->cas_fd = s->write_fd = s->import_lock = -1;
	s->incoming_fd = -2;
	pthread_mutex_init(&s->mutex, NULL);
	s->data_dir = absolute(data_dir);
	s->cas_path = xasprintf("%s/cas", s->data_dir);
	if (open_cas(s, e) < 0) {
		store_close(s);
		return error_prefix(e, "cannot open store");
	}
	*ret = s;
	return 0;
}

void
store_close(struct store *s)
{
	if (!s)
		return;
	store_import_end(s);
	cleanup_fd(&s->cas_fd);
	if (s->incoming_fd >= 0)
		close(s->incoming_fd);
	pthread_mutex_destroy(&s->mutex);
	free(s->data_dir);
	free(s->cas_path);
	free(s);
}

int
store_cas_fd(const struct store *s)
{
	return s->cas_fd;
}

const char *
store_cas_path(const struct store *s)
{
	return s->cas_path;
}
