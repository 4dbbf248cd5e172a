/* What the files in a pod directory tell (chapters 10.5 and 10.6).
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/pod/internal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/appc/manifest.h"
#include "core/base/alloc.h"
#include "core/base/cleanup.h"
#include "core/base/fd.h"

#define SMALL_FILE_MAX  64
#define ENGINE_NAME_MAX 64

static int64_t
to_ns(const struct timespec *t)
{
	return (int64_t)t->tv_sec * 1000000000 + t->tv_nsec;
}

/* mtime of the first of two files that is there; 0: neither. */
static int64_t
mtime_of(const struct pod *pod, const char *name, const char *otherwise)
{
	struct stat st;

	if (pod->dir_fd < 0)
		return 0;
	if (fstatat(pod->dir_fd, name, &st, AT_SYMLINK_NOFOLLOW) < 0 &&
	    fstatat(pod->dir_fd, otherwise, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return 0;
	return to_ns(&st.st_mtim);
}

int64_t
pod_created_ns(const struct pod *pod)
{
	if (pod->state < POD_PREPARED)
		return 0;
	return mtime_of(pod, "pod-created", "pod");
}

int64_t
pod_started_ns(const struct pod *pod)
{
	if (pod->state < POD_RUNNING)
		return 0;
	return mtime_of(pod, "pid", "ppid");
}

int64_t
pod_moved_ns(const struct pod *pod)
{
	struct stat st;

	if (pod->dir_fd < 0 || fstat(pod->dir_fd, &st) < 0)
		return 0;
	return to_ns(&st.st_ctim);
}

int64_t
pod_gc_marked_ns(const struct pod *pod)
{
	if (pod->state < POD_EXITED_GARBAGE || pod->state == POD_GONE)
		return 0;
	return pod_moved_ns(pod);
}

/* A file that holds one decimal number and perhaps a newline. */
static bool
read_number(int dir_fd, const char *path, long max, long *ret)
{
	struct error ignored;
	autofree char *text = NULL;
	autoclose int fd = open_beneath(dir_fd, path, O_RDONLY | O_NONBLOCK, 0);
	char *end;
	long n;

	if (fd < 0 ||
	    fd_read_all(fd, path, SMALL_FILE_MAX, &text, NULL, &ignored) < 0)
		return false;
	errno = 0;
	n = strtol(text, &end, 10);
	if (end == text || errno != 0 || n < 0 || n > max)
		return false;
	*ret = n;
	return *end == '\0' || strcmp(end, "\n") == 0;
}

bool
pod_pid_in(const struct pod *pod, const char *file, int *ret)
{
	long n;

	if (pod->dir_fd < 0 || !read_number(pod->dir_fd, file, INT32_MAX, &n))
		return false;
	*ret = (int)n;
	return true;
}

int
pod_pid(const struct pod *pod)
{
	int pid;

	if (pod_pid_in(pod, "pid", &pid) || pod_pid_in(pod, "ppid", &pid))
		return pid;
	return -1;
}

bool
pod_exit_status(const struct pod *pod, const char *app, int *ret)
{
	autofree char *path = NULL;
	long n;

	if (pod->dir_fd < 0 || !acname_is_valid(app))
		return false;
	path = xasprintf("stage1/rootfs/rkt/status/%s", app);
	if (!read_number(pod->dir_fd, path, INT32_MAX, &n))
		return false;
	*ret = (int)n;
	return true;
}

bool
pod_is_ready(const struct pod *pod)
{
	static const char ready[] = "ready";
	char target[sizeof(ready)];
	autoclose int dir = -1;
	ssize_t n;

	if (pod->dir_fd < 0)
		return false;
	dir = open_beneath(pod->dir_fd, "stage1/rootfs/rkt",
			   O_PATH | O_DIRECTORY, 0);
	if (dir < 0)
		return false;
	n = readlinkat(dir, "supervisor-status", target, sizeof(target));
	return n == (ssize_t)strlen(ready) &&
	       memcmp(target, ready, (size_t)n) == 0;
}

json_t *
pod_networks(const struct pod *pod)
{
	struct error ignored;
	json_t *list;

	if (pod->dir_fd < 0 ||
	    json_parse_file(pod->dir_fd, "net-info.json", &list, &ignored) < 0)
		return NULL;
	if (!json_is_array(list)) {
		json_decref(list);
		return NULL;
	}
	return list;
}

int
pod_engine(const struct pod *pod, char **ret, struct error *e)
{
	char name[ENGINE_NAME_MAX + 1];
	ssize_t n = readlinkat(pod->dir_fd, "flavor", name, sizeof(name));

	if (n < 0)
		return error_errno(e, errno, "read link flavor of pod %s",
				   pod->uuid);
	if (n == (ssize_t)sizeof(name))
		return error_set(e, RKT_ERR_INPUT,
				 "link flavor of pod %s is too long",
				 pod->uuid);
	*ret = xstrndup(name, (size_t)n);
	return 0;
}

/* ---- manifests ----------------------------------------------------------- */

typedef int parse_manifest(const char *text, size_t len, const char *name,
			   json_t **ret, struct error *e);

void
manifest_memo_done(struct manifest_memo *memo)
{
	free(memo->text);
	json_decref(memo->parsed);
}

/* The text becomes the memo's. */
static void
remember(struct manifest_memo *memo, char *text, size_t len, json_t *parsed)
{
	manifest_memo_done(memo);
	*memo = (struct manifest_memo){text, len, json_incref(parsed)};
}

static int
read_manifest(const struct pod *pod, const char *path, parse_manifest *parse,
	      struct manifest_memo *memo, json_t **ret, struct error *e)
{
	autofree char *text = NULL;
	autofree char *dir = NULL;
	autofree char *name = NULL;
	size_t len;

	dir = pod_path(pod);
	name = xasprintf("%s/%s", dir, path);
	autoclose int fd = pod->dir_fd < 0
				   ? -1
				   : open_beneath(pod->dir_fd, path,
						  O_RDONLY | O_NONBLOCK, 0);
	if (fd < 0)
		return error_errno(e, pod->dir_fd < 0 ? ENOENT : errno,
				   "open %s", name);
	if (fd_read_all(fd, name, JSON_SIZE_MAX, &text, &len, e) < 0)
		return -1;
	if (memo && memo->parsed && len == memo->len &&
	    memcmp(text, memo->text, len) == 0) {
		*ret = json_incref(memo->parsed);
		return 0;
	}
	if (parse(text, len, name, ret, e) < 0)
		return -1;
	if (memo)
		remember(memo, steal(text), len, *ret);
	return 0;
}

int
pod_manifest_read(const struct pod *pod, json_t **ret, struct error *e)
{
	return read_manifest(pod, "pod", pod_manifest_parse, NULL, ret, e);
}

int
pod_manifest_read_lenient(const struct pod *pod, json_t **ret, struct error *e)
{
	return read_manifest(pod, "pod", pod_manifest_parse_lenient,
			     &pod->pods->pod_memo, ret, e);
}

int
pod_image_manifest_read(const struct pod *pod, const char *app, json_t **ret,
			struct error *e)
{
	autofree char *path = NULL;

	if (!acname_is_valid(app))
		return error_set(e, RKT_ERR_INPUT, "'%s' is not a valid name",
				 app);
	path = xasprintf("appsinfo/%s/manifest", app);
	return read_manifest(pod, path, image_manifest_parse_lenient,
			     &pod->pods->image_memo, ret, e);
}
