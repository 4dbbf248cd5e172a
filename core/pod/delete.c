/* Deleting a pod (chapter 10.7): again and again if need be.
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/pod/prepare.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>

#include "core/base/alloc.h"
#include "core/base/cleanup.h"
#include "core/base/fd.h"
#include "core/base/log.h"
#include "core/pod/internal.h"
#include "core/pod/mounts.h"
#include "core/pod/view.h"

/* Big things first; manifest and engine stay known until they are gone. */
static const char *const first[] = {
	"stage1", "overlay", "sharedVolumes", "appsinfo", "net", NULL,
};

static int
call_gc(struct pod_context *c, struct pod *pod, struct plugin *engine,
	struct error *e)
{
	struct plugin_call call;
	struct pod_view view;
	rkt_status status;

	if (plugin_call_begin(&call, engine, NULL, e) < 0)
		return -1;
	pod_view_load_lenient(c, pod, &view);
	status = plugin_stage1(engine)->gc(&call.call, call.self, &view.pod);
	pod_view_done(&view);
	return plugin_call_end(&call, status, e);
}

/* What the engine cannot clean must not keep the pod for ever: say so and go
 * on. */
static void
engine_gc(struct pod_context *c, struct pod *pod)
{
	struct error e = ERROR_NONE;
	char line[2 * ERROR_TEXT_MAX];
	autofree char *name = NULL;
	struct plugin *engine;

	if (pod_engine(pod, &name, &e) < 0 && e.err == ENOENT)
		return; /* a delete was cut off behind this step */
	if (!name ||
	    plugin_open(c->plugins, PLUGIN_STAGE1, name, &engine, &e) < 0) {
		log_warn("skipping stage1 GC: %s",
			 error_line(&e, line, sizeof(line)));
		return;
	}
	if (call_gc(c, pod, engine, &e) < 0)
		log_warn("problem performing stage1 GC on \"%s\": %s",
			 pod->uuid, error_line(&e, line, sizeof(line)));
}

static int
remove_files(struct pod *pod, struct error *e)
{
	autofree char *name =
		pod_relative(pod_state_dir(pod->state), pod->uuid);

	for (const char *const *part = first; *part; part++)
		if (tree_remove(pod->dir_fd, *part, e) < 0)
			return error_prefix(
				e, "unable to remove pod rootfs \"%s\"",
				pod->uuid);
	if (tree_remove(pod->pods->fd, name, e) < 0)
		return error_prefix(e, "unable to remove pod \"%s\"",
				    pod->uuid);
	return 0;
}

static int
delete_locked(struct pod_context *c, struct pod *pod, struct error *e)
{
	enum pod_dir dir = pod_locate(pod);

	pod->state = pod_dir_state(dir, true);
	if (dir == POD_DIRS)
		return 0;
	if (dir != DIR_EXITED_GARBAGE && dir != DIR_GARBAGE)
		return error_set(e, RKT_ERR_BUSY, "pod %s is %s", pod->uuid,
				 pod_state_name(pod->state));
	if (dir == DIR_EXITED_GARBAGE)
		engine_gc(c, pod);
	if (mounts_remove(pod->dir_fd, e) < 0)
		return error_prefix(e,
				    "GC of leftover mounts for pod \"%s\" "
				    "failed",
				    pod->uuid);
	if (remove_files(pod, e) < 0)
		return -1;
	pod->state = POD_GONE;
	return 0;
}

int
pod_delete(struct pod_context *c, struct pod *pod, struct error *e)
{
	int rc;

	if (pod->state == POD_GONE)
		return 0;
	if (pod_state_dir(pod->state) != DIR_EXITED_GARBAGE &&
	    pod_state_dir(pod->state) != DIR_GARBAGE)
		return error_set(e, RKT_ERR_BUSY, "pod %s is %s", pod->uuid,
				 pod_state_name(pod->state));
	/* A second collector waits here, and then finds nothing. */
	if (pod_lock(pod, e) < 0)
		return -1;
	rc = delete_locked(c, pod, e);
	flock(pod->dir_fd, LOCK_UN);
	pod->is_locked = false;
	return rc;
}
