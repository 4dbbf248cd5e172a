/* Reading the log that an engine writes of one app.
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/pod/log-file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "core/base/alloc.h"
#include "core/base/cleanup.h"
#include "core/base/fd.h"

/* Longer lines than engines write are cut here. */
#define BUFFER_SIZE ((size_t)128 << 10)

struct log_file {
	int dir; /* borrowed */
	char *name;
	int fd;
	int64_t end; /* offset behind what is in the buffer */
	size_t from, len;
	size_t next; /* length of the record that was looked at, or 0 */
	char buffer[BUFFER_SIZE];
};

/* "2026-11-22T08:21:46.380885715Z": its length, 0 if it is none. */
static size_t
parse_time(const char *s, int64_t *ret_ns)
{
	struct tm tm = {0};
	int n = 0, frac = 0;
	long ns = 0;
	char z = '\0';

	if (sscanf(s, "%4d-%2d-%2dT%2d:%2d:%2d%n", &tm.tm_year, &tm.tm_mon,
		   &tm.tm_mday, &tm.tm_hour, &tm.tm_min, &tm.tm_sec, &n) != 6)
		return 0;
	if (sscanf(s + n, ".%9ld%nZ%c", &ns, &frac, &z) != 2 || z != ' ')
		return 0;
	for (int i = frac; i < 10; i++)
		ns *= 10;
	tm.tm_year -= 1900;
	tm.tm_mon--;
	*ret_ns = (int64_t)timegm(&tm) * 1000000000 + ns;
	return (size_t)(n + frac + 1);
}

void
log_record_parse(const char *line, size_t len, struct log_record *ret)
{
	struct log_record r = {.is_whole = true, .text = line, .len = len};
	char head[48] = "";
	char name[8], tag;
	size_t n;
	int rest = 0;

	memcpy(head, line, len < sizeof(head) - 1 ? len : sizeof(head) - 1);
	n = parse_time(head, &r.when_ns);
	if (n == 0 ||
	    sscanf(head + n, " %7[a-z] %c%n", name, &tag, &rest) != 2 ||
	    (tag != 'F' && tag != 'P') || head[n + (size_t)rest] != ' ') {
		r.when_ns = 0;
	} else {
		n += (size_t)rest + 1;
		r.is_stderr = strcmp(name, "stderr") == 0;
		r.is_whole = tag == 'F';
		r.text = line + n;
		r.len = len - n;
	}
	*ret = r;
}

static int
open_file(int dir_fd, const char *name)
{
	return open_beneath(dir_fd, name,
			    O_RDONLY | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC, 0);
}

int
log_file_open(int dir_fd, const char *name, struct log_file **ret,
	      struct error *e)
{
	int fd = open_file(dir_fd, name);
	struct log_file *f;

	*ret = NULL;
	if (fd < 0 && errno == ENOENT)
		return 0;
	if (fd < 0)
		return error_errno(e, errno, "open log '%s'", name);
	f = xcalloc(1, sizeof(*f));
	f->dir = dir_fd;
	f->name = xstrdup(name);
	f->fd = fd;
	*ret = f;
	return 0;
}

void
log_file_close(struct log_file *f)
{
	if (!f)
		return;
	close(f->fd);
	free(f->name);
	free(f);
}

static int
set_position(struct log_file *f, int64_t offset, struct error *e)
{
	if (lseek(f->fd, offset, SEEK_SET) < 0)
		return error_errno(e, errno, "seek in log '%s'", f->name);
	f->end = offset;
	f->from = f->len = f->next = 0;
	return 0;
}

/* How many lines end in the block at `offset`, at most `n`; where the one
 * begins that makes it too many. */
static uint64_t
count_back(const char *block, size_t len, uint64_t n, size_t *ret_from)
{
	uint64_t found = 0;

	for (size_t i = len; i > 0; i--) {
		if (block[i - 1] != '\n')
			continue;
		if (found == n) {
			*ret_from = i;
			return found + 1;
		}
		found++;
	}
	return found;
}

int
log_file_seek(struct log_file *f, uint64_t n, uint64_t *ret_n, struct error *e)
{
	struct stat st;
	uint64_t found = 0;
	int64_t offset;

	if (fstat(f->fd, &st) < 0)
		return error_errno(e, errno, "look at log '%s'", f->name);
	for (offset = st.st_size; offset > 0;) {
		size_t len = offset > (int64_t)BUFFER_SIZE ? BUFFER_SIZE
							   : (size_t)offset;
		size_t from = 0;

		if (pread(f->fd, f->buffer, len, offset - (int64_t)len) !=
		    (ssize_t)len)
			break;
		found += count_back(f->buffer, len, n - found, &from);
		offset -= (int64_t)(len - from);
		if (found > n)
			break;
	}
	*ret_n = found < n ? found : n;
	return set_position(f, offset, e);
}

/* Has the file been moved away, or emptied? */
static int
renew(struct log_file *f, bool *ret_is_new, struct error *e)
{
	autoclose int fd = -1;
	struct stat own, named;

	*ret_is_new = false;
	if (fstat(f->fd, &own) < 0)
		return error_errno(e, errno, "look at log '%s'", f->name);
	if (own.st_size < f->end) {
		*ret_is_new = true;
		return set_position(f, 0, e);
	}
	fd = open_file(f->dir, f->name);
	if (fd < 0 || fstat(fd, &named) < 0 ||
	    (own.st_ino == named.st_ino && own.st_dev == named.st_dev))
		return 0;
	close(f->fd);
	f->fd = steal_fd(&fd);
	*ret_is_new = true;
	return set_position(f, 0, e);
}

static int
fill(struct log_file *f, bool *ret_got, struct error *e)
{
	bool is_new = false;
	ssize_t n;

	memmove(f->buffer, f->buffer + f->from, f->len - f->from);
	f->len -= f->from;
	f->from = 0;
	do {
		n = read(f->fd, f->buffer + f->len, BUFFER_SIZE - f->len);
		if (n < 0)
			return error_errno(e, errno, "read log '%s'", f->name);
		if (n == 0 && renew(f, &is_new, e) < 0)
			return -1;
	} while (n == 0 && is_new);
	f->len += (size_t)n;
	f->end += n;
	*ret_got = n > 0;
	return 0;
}

int
log_file_peek(struct log_file *f, struct log_record *ret, bool *ret_found,
	      struct error *e)
{
	const char *line, *end;
	bool got = true;

	for (;;) {
		line = f->buffer + f->from;
		end = memchr(line, '\n', f->len - f->from);
		if (end || f->len - f->from == BUFFER_SIZE || !got)
			break;
		if (fill(f, &got, e) < 0)
			return -1;
	}
	*ret_found = end || f->len - f->from == BUFFER_SIZE;
	if (!*ret_found)
		return 0;
	f->next = end ? (size_t)(end - line) + 1 : BUFFER_SIZE;
	log_record_parse(line, end ? f->next - 1 : f->next, ret);
	return 0;
}

void
log_file_take(struct log_file *f)
{
	f->from += f->next;
	f->next = 0;
}

bool
log_file_is_open(const struct log_file *f)
{
	if (flock(f->fd, LOCK_SH | LOCK_NB) < 0)
		return errno == EWOULDBLOCK;
	flock(f->fd, LOCK_UN);
	return false;
}
