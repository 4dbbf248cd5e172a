/* What the apps of a pod wrote, in the order in which they wrote it.
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/pod/logs.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/inotify.h>

#include "core/appc/types.h"
#include "core/base/alloc.h"
#include "core/base/cleanup.h"
#include "core/base/fd.h"

#define POLL_MS 100

struct log {
	char *app;
	struct log_file *file;
	struct log_record next;
	bool has_next;
};
VEC(log_list, struct log);

struct logs {
	int dir; /* -1: not there yet */
	struct log_list all;
	uint64_t skipped; /* records before the last ones asked for */
};

static void
logs_done(struct logs *l)
{
	for (size_t i = 0; i < l->all.len; i++) {
		log_file_close(l->all.items[i].file);
		free(l->all.items[i].app);
	}
	free(l->all.items);
	if (l->dir >= 0)
		close(l->dir);
}

static int
open_one(struct logs *l, const char *app, struct error *e)
{
	autofree char *name = xasprintf("%s.log", app);
	struct log log = {0};

	if (log_file_open(l->dir, name, &log.file, e) < 0)
		return -1;
	if (!log.file)
		return 0;
	log.app = xstrdup(app);
	vec_push(&l->all, log);
	return 0;
}

static int
open_named(struct logs *l, const struct pod *pod, const char *only,
	   struct error *e)
{
	auto_json json_t *manifest = NULL;
	bool is_known = !only;
	json_t *app;
	size_t i;

	if (pod_manifest_read_lenient(pod, &manifest, e) < 0)
		return -1;
	json_array_foreach(json_object_get(manifest, "apps"), i, app)
	{
		const char *name = json_string_at(app, "name");

		if (!name || !acname_is_valid(name) ||
		    (only && strcmp(only, name) != 0))
			continue;
		is_known = true;
		if (l->dir >= 0 && open_one(l, name, e) < 0)
			return -1;
	}
	if (!is_known)
		return error_set(e, RKT_ERR_NOT_FOUND,
				 "app %s is not present in pod", only);
	return 0;
}

static int
open_all(struct logs *l, const struct pod *pod, const char *only,
	 struct error *e)
{
	if (pod->dir_fd < 0)
		return 0;
	if (l->dir < 0)
		l->dir = open_beneath(pod->dir_fd, "logs",
				      O_RDONLY | O_DIRECTORY, 0);
	if (l->dir < 0 && errno != ENOENT)
		return error_errno(e, errno, "open logs of pod %s", pod->uuid);
	return open_named(l, pod, only, e);
}

/* Until something is written, but not long: the end of the pod shows in no
 * directory. */
static void
nap(int watch)
{
	struct pollfd p = {.fd = watch, .events = POLLIN};
	char events[4096];

	if (poll(&p, 1, POLL_MS) > 0)
		while (read(watch, events, sizeof(events)) > 0)
			;
}

static int
start_watch(int dir)
{
	autofree char *path = xasprintf("/proc/self/fd/%d", dir);
	autoclose int fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);

	if (fd < 0 || inotify_add_watch(fd, path,
					IN_MODIFY | IN_CREATE | IN_MOVED_TO |
						IN_CLOSE_WRITE) < 0)
		return -1;
	return steal_fd(&fd);
}

/* A log that will be made is there before the app is. */
static bool
may_get_logs(const struct pod *pod)
{
	return pod->state <= POD_RUNNING && pod->state != POD_ABORTED_PREPARE &&
	       !pod_is_ready(pod);
}

static int
wait_for_logs(struct logs *l, struct pod *pod, const struct logs_request *r,
	      struct error *e)
{
	bool is_last = false;

	for (;;) {
		if (open_all(l, pod, r->app, e) < 0)
			return -1;
		if (l->all.len > 0)
			return 0;
		if (is_last || !r->is_followed)
			break;
		nap(-1);
		if (pod_refresh(pod, e) < 0)
			return -1;
		is_last = !may_get_logs(pod);
	}
	return error_set(e, RKT_ERR_NOT_FOUND,
			 r->app ? "app %s has no log"
				: "pod \"%s\" has no logs",
			 r->app ? r->app : pod->uuid);
}

static int
seek_all(struct logs *l, uint64_t lines, struct error *e)
{
	uint64_t total = 0;

	for (size_t i = 0; i < l->all.len; i++) {
		uint64_t n;

		if (log_file_seek(l->all.items[i].file, lines, &n, e) < 0)
			return -1;
		total += n;
	}
	l->skipped = total > lines ? total - lines : 0;
	return 0;
}

/* The oldest of all next records; *ret NULL: there is none now. */
static int
find_oldest(struct logs *l, struct log **ret, struct error *e)
{
	*ret = NULL;
	for (size_t i = 0; i < l->all.len; i++) {
		struct log *log = &l->all.items[i];

		if (!log->has_next &&
		    log_file_peek(log->file, &log->next, &log->has_next, e) < 0)
			return -1;
		if (log->has_next &&
		    (!*ret || log->next.when_ns < (*ret)->next.when_ns))
			*ret = log;
	}
	return 0;
}

/* *ret_goes_on false: whoever gets the records wants no more. */
static int
print_all(struct logs *l, const struct logs_request *r, bool *ret_goes_on,
	  struct error *e)
{
	struct log *log;

	*ret_goes_on = true;
	while (*ret_goes_on) {
		if (find_oldest(l, &log, e) < 0)
			return -1;
		if (!log)
			break;
		if (l->skipped > 0)
			l->skipped--;
		else if (log->next.when_ns >= r->since_ns)
			*ret_goes_on =
				r->record(r->data,
					  l->all.len > 1 ? log->app : NULL,
					  &log->next) == 0;
		log_file_take(log->file);
		log->has_next = false;
	}
	return 0;
}

static bool
is_written(const struct logs *l)
{
	for (size_t i = 0; i < l->all.len; i++)
		if (log_file_is_open(l->all.items[i].file))
			return true;
	return false;
}

/* The last records come after the pod's end, and before the end of who writes
 * them: one more look, then. */
static int
follow(struct logs *l, struct pod *pod, const struct logs_request *r,
       struct error *e)
{
	autoclose int watch = start_watch(l->dir);
	bool goes_on, is_last = false;

	for (;;) {
		if (print_all(l, r, &goes_on, e) < 0)
			return -1;
		if (is_last || !goes_on)
			return 0;
		nap(watch);
		if (pod->state <= POD_RUNNING && pod_refresh(pod, e) < 0)
			return -1;
		is_last = (pod->state > POD_RUNNING ||
			   pod->state == POD_ABORTED_PREPARE) &&
			  !is_written(l);
	}
}

int
pod_logs(struct pod *pod, const struct logs_request *r, struct error *e)
{
	struct logs l = {.dir = -1};
	bool goes_on;
	int rc = wait_for_logs(&l, pod, r, e);

	if (rc == 0 && r->lines >= 0)
		rc = seek_all(&l, (uint64_t)r->lines, e);
	if (rc == 0)
		rc = r->is_followed ? follow(&l, pod, r, e)
				    : print_all(&l, r, &goes_on, e);
	logs_done(&l);
	return rc;
}
