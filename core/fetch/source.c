/* A local file or directory that may hold an image.
 * SPDX-License-Identifier: Apache-2.0 */
#include "source.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "blob-reader.h"
#include "core/appc/types.h"
#include "core/base/cleanup.h"
#include "core/base/fd.h"
#include "unpack.h"

#define HEAD_SIZE ((size_t)64 << 10)
/* What may be read of a file to get that: nothing comes out of bzip2 before a
 * block of 900 kB is complete, and the worst do not get smaller by it. */
#define INFLATE_MAX ((uint64_t)2 << 20)

int
open_error(struct error *e, int err, const char *path)
{
	autofree char *why = xstrdup(strerror(err));

	why[0] = (char)tolower((unsigned char)why[0]);
	return error_set(e, err == ENOENT ? RKT_ERR_NOT_FOUND : RKT_ERR_SYSTEM,
			 "open %.380s: %s", path, why);
}

static int
absolute_path(const char *path, char **ret, struct error *e)
{
	autofree char *cwd = NULL;

	if (path[0] == '/') {
		*ret = xstrdup(path);
		return 0;
	}
	cwd = getcwd(NULL, 0);
	if (!cwd)
		return error_errno(e, errno, "find the working directory");
	while (strncmp(path, "./", 2) == 0)
		path += 2;
	*ret = xasprintf("%s/%s", cwd, path);
	return 0;
}

int
source_open(const char *path, struct source *ret, struct error *e)
{
	autofree char *full = NULL;
	autoclose int fd = -1;
	struct stat st;

	if (absolute_path(path, &full, e) < 0)
		return -1;
	/* Not to wait for the other end of a pipe. */
	fd = open(full, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0)
		return open_error(e, errno, full);
	if (fstat(fd, &st) < 0)
		return error_errno(e, errno, "look at %s", full);
	if (!S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode))
		return error_set(e, RKT_ERR_INPUT,
				 "'%s' is neither a file nor a directory",
				 full);
	ret->path = steal(full);
	ret->fd = steal_fd(&fd);
	ret->is_directory = S_ISDIR(st.st_mode);
	ret->size = ret->is_directory ? 0 : (uint64_t)st.st_size;
	ret->compression = COMPRESSION_NONE;
	return 0;
}

void
source_done(struct source *s)
{
	free(s->path);
	s->path = NULL;
	if (s->fd >= 0)
		close(s->fd);
	s->fd = -1;
}

static int
reader_next(void *data, const uint8_t **ret, size_t *ret_len, struct error *e)
{
	return blob_reader_next(data, ret, ret_len, e);
}

/* As much as the beginning of the file gives; that it ends too early there is
 * no error. */
static size_t
inflate_head(const struct source *s, enum compression c, uint8_t *plain)
{
	struct blob_reader reader = {
		.name = s->path,
		.fd = s->fd,
		.blob_fd = -1,
		.size = s->size < INFLATE_MAX ? s->size : INFLATE_MAX,
	};
	const struct bytes from = {reader_next, &reader};
	struct error ignored = ERROR_NONE;
	struct inflate *inflate;
	const uint8_t *piece;
	size_t at = 0, len;

	if (inflate_open(c, s->path, &from, &inflate, &ignored) < 0) {
		blob_reader_done(&reader);
		return 0;
	}
	while (at < HEAD_SIZE &&
	       inflate_next(inflate, &piece, &len, &ignored) == 0 && len > 0) {
		if (len > HEAD_SIZE - at)
			len = HEAD_SIZE - at;
		memcpy(plain + at, piece, len);
		at += len;
	}
	blob_reader_done(&reader);
	inflate_free(inflate);
	return at;
}

static int
read_head(const struct source *s, uint8_t *raw, size_t *ret_len,
	  struct error *e)
{
	size_t len = 0;

	while (len < HEAD_SIZE) {
		ssize_t n =
			pread(s->fd, raw + len, HEAD_SIZE - len, (off_t)len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return error_errno(e, errno, "read %s", s->path);
		if (n == 0)
			break;
		len += (size_t)n;
	}
	*ret_len = len;
	return 0;
}

int
source_probe(struct fetch *f, const struct source *s, struct plugin **ret,
	     struct error *e)
{
	struct rkt_image_head head = {
		.size = sizeof(head),
		.is_directory = s->is_directory,
		.compression = "none",
		.dir_fd = s->is_directory ? s->fd : -1,
	};
	autofree uint8_t *raw = xmalloc(HEAD_SIZE);
	autofree uint8_t *plain = NULL;
	size_t len = 0;

	if (!s->is_directory) {
		enum compression c;

		if (read_head(s, raw, &len, e) < 0)
			return -1;
		c = compression_of(raw, len);
		head.compression = compression_name(c);
		head.raw = head.plain = raw;
		head.raw_len = head.plain_len = len;
		if (c != COMPRESSION_NONE) {
			plain = xmalloc(HEAD_SIZE);
			head.plain = plain;
			head.plain_len = inflate_head(s, c, plain);
		}
	}
	if (plugin_for_head(f->plugins, &head, ret, e) < 0)
		return -1;
	if (!*ret)
		return error_set(e, RKT_ERR_UNSUPPORTED,
				 "'%s': unknown image format", s->path);
	return 0;
}

static int
copy_plain(struct blob_reader *reader, enum compression c, int to, uint64_t max,
	   struct error *e)
{
	const struct bytes from = {reader_next, reader};
	struct inflate *inflate;
	const uint8_t *bytes;
	uint64_t done = 0;
	size_t len;
	int rc;

	if (inflate_open(c, reader->name, &from, &inflate, e) < 0)
		return -1;
	while ((rc = inflate_next(inflate, &bytes, &len, e)) == 0 && len > 0) {
		done += len;
		if (done > max) {
			rc = error_set(e, RKT_ERR_INPUT,
				       "%s: unpacks to more than %llu bytes",
				       reader->name, (unsigned long long)max);
			break;
		}
		rc = fd_write_all(to, "temporary file", bytes, len, e);
		if (rc < 0) {
			error_prefix(e, "cannot expand %s", reader->name);
			break;
		}
	}
	inflate_free(inflate);
	return rc;
}

int
source_expand(struct fetch *f, struct source *s, struct error *e)
{
	struct blob_reader reader = {
		.name = s->path,
		.fd = s->fd,
		.blob_fd = -1,
		.size = UINT64_MAX,
	};
	autoclose int fd = -1;
	int rc;

	if (s->is_directory)
		return 0;
	rc = blob_reader_sniff(&reader, &s->compression, e);
	if (rc == 0 && s->compression != COMPRESSION_NONE) {
		fd = openat(store_cas_fd(f->store), "tmp",
			    O_RDWR | O_TMPFILE | O_CLOEXEC, 0600);
		if (fd < 0)
			rc = error_errno(e, errno, "cannot expand %s", s->path);
		else
			rc = copy_plain(&reader, s->compression, fd,
					unpack_bytes_max(s->size), e);
	}
	blob_reader_done(&reader);
	if (rc == 0 && fd >= 0) {
		close(s->fd);
		s->fd = steal_fd(&fd);
		s->compression = COMPRESSION_NONE;
	}
	return rc;
}

static int
on_emit(void *data, const char *key, const char *bytes, size_t len,
	struct error *e)
{
	return plan_add(data, key, bytes, len, e);
}

int
source_resolve(struct plugin *plugin, const struct source *s, const char *ref,
	       const char *selector, struct plan *plan, struct error *e)
{
	const struct plugin_callbacks callbacks = {.emit = on_emit,
						   .data = plan};
	struct rkt_image_source source = {
		.size = sizeof(source),
		.ref = ref,
		.path = s->path,
		.selector = selector,
		.compression = compression_name(s->compression),
		.os = "linux",
		.arch = "amd64",
		.variant = "",
		.fd = s->fd,
	};
	struct plugin_call call;
	rkt_status status;

	appc_arch_to_go("linux", appc_host_arch(), &source.arch,
			&source.variant);
	if (plugin_call_begin(&call, plugin, &callbacks, e) < 0)
		return -1;
	status = plugin_image(plugin)->resolve(&call.call, &source);
	if (plugin_call_end(&call, status, e) < 0)
		return -1;
	return plan_check(plan, e);
}
