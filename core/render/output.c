/* A file that appears whole or not at all.
 * SPDX-License-Identifier: Apache-2.0
 *
 * Where the file system can, it has no name before it is complete, so that
 * not even SIGKILL leaves anything. */
#include "core/render/output.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/alloc.h"
#include "core/base/cleanup.h"
#include "core/base/fault.h"
#include "core/base/fd.h"
#include "core/fetch/ring.h"
#include "core/render/deflate.h"

struct output {
	struct output_options options;
	char *path;
	const char *base; /* in `path` */
	char *temporary;  /* in the directory; NULL: has no name */
	int dir_fd, fd;

	struct ring *ring;
	uint8_t *filling; /* buffer of the ring, or NULL */
	size_t filled;
	pthread_t writer;
	bool is_running;
	int write_rc;
	struct error write_error;
};

/* ---- the writing thread -----------------------------------------------------
 */

static int
write_all(struct output *o, struct deflate *d, struct error *e)
{
	const uint8_t *bytes;
	ptrdiff_t len;

	while ((len = ring_reader_next(o->ring, &bytes)) > 0) {
		int rc =
			d ? deflate_write(d, bytes, (size_t)len, e)
			  : fd_write_all(o->fd, o->path, bytes, (size_t)len, e);

		if (rc < 0)
			return -1;
	}
	if (len < 0)
		return error_set(e, RKT_ERR_CANCELLED, "'%s' is not complete",
				 o->path);
	return d ? deflate_finish(d, e) : 0;
}

static void *
writer_thread(void *data)
{
	struct output *o = data;
	struct deflate *d = NULL;

	if (o->options.is_gzip)
		o->write_rc = deflate_open(o->fd, o->path, &d, &o->write_error);
	if (o->write_rc == 0)
		o->write_rc = write_all(o, d, &o->write_error);
	deflate_free(d);
	ring_reader_end(o->ring);
	return NULL;
}

static void
stop_writer(struct output *o, bool is_whole)
{
	if (!o->is_running)
		return;
	if (o->filled > 0 && is_whole)
		ring_writer_give(o->ring, o->filled);
	o->filling = NULL;
	o->filled = 0;
	ring_writer_end(o->ring, is_whole);
	pthread_join(o->writer, NULL);
	o->is_running = false;
}

/* ---- the file ---------------------------------------------------------------
 */

static int
exists(const struct output *o, struct error *e)
{
	return error_set(e, RKT_ERR_INPUT, "%s", o->options.exists);
}

static int
open_parent(struct output *o, struct error *e)
{
	const char *slash = strrchr(o->path, '/');
	autofree char *dir =
		!slash ? xstrdup(".")
		: slash == o->path
			? xstrdup("/")
			: xstrndup(o->path, (size_t)(slash - o->path));
	struct stat st;

	o->base = slash ? slash + 1 : o->path;
	if (*o->base == '\0')
		return error_errno(e, EISDIR, "create '%s'", o->path);
	o->dir_fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (o->dir_fd < 0)
		return error_errno(e, errno, "open directory %s", dir);
	if (fstatat(o->dir_fd, o->base, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return 0;
	if (!o->options.overwrite)
		return exists(o, e);
	return S_ISDIR(st.st_mode)
		       ? error_errno(e, EISDIR, "create '%s'", o->path)
		       : 0;
}

static char *
temporary_name(void)
{
	static unsigned int serial;

	return xasprintf(".tmp-%d-%u", (int)getpid(),
			 __atomic_fetch_add(&serial, 1, __ATOMIC_RELAXED));
}

static int
open_file(struct output *o, struct error *e)
{
	o->fd = openat(o->dir_fd, ".", O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600);
	if (o->fd < 0 &&
	    (errno == EOPNOTSUPP || errno == EISDIR || errno == EINVAL)) {
		o->temporary = temporary_name();
		o->fd = openat(o->dir_fd, o->temporary,
			       O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW |
				       O_CLOEXEC,
			       0600);
		if (o->fd < 0)
			free(steal(o->temporary));
	}
	return o->fd < 0 ? error_errno(e, errno, "create '%s'", o->path) : 0;
}

int
output_open(const char *path, const struct output_options *options,
	    struct output **ret, struct error *e)
{
	struct output *o = xcalloc(1, sizeof(*o));
	int err;

	o->options = *options;
	o->path = xstrdup(path);
	o->dir_fd = o->fd = -1;
	if (open_parent(o, e) < 0 || open_file(o, e) < 0) {
		output_free(o);
		return -1;
	}
	o->ring = ring_new();
	err = pthread_create(&o->writer, NULL, writer_thread, o);
	if (err != 0) {
		output_free(o);
		return error_errno(e, err, "cannot start a thread");
	}
	o->is_running = true;
	*ret = o;
	return 0;
}

static int
write_failed(struct output *o, struct error *e)
{
	stop_writer(o, false);
	*e = o->write_error;
	return -1;
}

int
output_write(struct output *o, const void *data, size_t len, struct error *e)
{
	const uint8_t *bytes = data;

	while (len > 0) {
		size_t n = RING_BUFFER_SIZE - o->filled;

		if (!o->filling)
			o->filling = ring_writer_take(o->ring);
		if (!o->filling)
			return write_failed(o, e);
		if (n > len)
			n = len;
		memcpy(o->filling + o->filled, bytes, n);
		o->filled += n;
		bytes += n;
		len -= n;
		if (o->filled == RING_BUFFER_SIZE) {
			ring_writer_give(o->ring, o->filled);
			o->filling = NULL;
			o->filled = 0;
		}
	}
	return 0;
}

/* ---- the name ---------------------------------------------------------------
 */

/* A file without a name gets one that is free. */
static int
link_as(struct output *o, const char *name)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/self/fd/%d", o->fd);
	return fault(linkat, linkat(AT_FDCWD, path, o->dir_fd, name,
				    AT_SYMLINK_FOLLOW));
}

static int
link_or_tell(struct output *o, const char *name, struct error *e)
{
	if (link_as(o, name) == 0)
		return 0;
	return errno == EEXIST ? exists(o, e)
			       : error_errno(e, errno, "create '%s'", o->path);
}

static int
give_name(struct output *o, struct error *e)
{
	if (!o->temporary && !o->options.overwrite)
		return link_or_tell(o, o->base, e);
	if (!o->temporary) {
		autofree char *name = temporary_name();

		if (link_or_tell(o, name, e) < 0)
			return -1;
		o->temporary = steal(name);
	}
	if (fault(renameat2,
		  renameat2(o->dir_fd, o->temporary, o->dir_fd, o->base,
			    o->options.overwrite ? 0 : RENAME_NOREPLACE)) < 0)
		return errno == EEXIST
			       ? exists(o, e)
			       : error_errno(e, errno, "create '%s'", o->path);
	free(steal(o->temporary));
	return 0;
}

int
output_commit(struct output *o, struct error *e)
{
	stop_writer(o, true);
	if (o->write_rc < 0) {
		*e = o->write_error;
		return -1;
	}
	if (fchmod(o->fd, 0644) < 0 || fault(fsync, fsync(o->fd)) < 0)
		return error_errno(e, errno, "write '%s'", o->path);
	return give_name(o, e);
}

void
output_free(struct output *o)
{
	if (!o)
		return;
	stop_writer(o, false);
	if (o->temporary)
		unlinkat(o->dir_fd, o->temporary, 0);
	cleanup_fd(&o->fd);
	cleanup_fd(&o->dir_fd);
	ring_free(o->ring);
	free(o->temporary);
	free(o->path);
	free(o);
}
