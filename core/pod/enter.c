/* A command in a running pod: the last steps before the process becomes it.
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/pod/prepare.h"

#include <fcntl.h>
#include <linux/close_range.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "core/base/alloc.h"
#include "core/base/cleanup.h"
#include "core/pod/internal.h"
#include "core/pod/view.h"

/* Nothing of rkt's, and nothing that its caller forgot, gets into the pod. */
static void
close_on_exec(void)
{
	long n;

	if (syscall(SYS_close_range, STDERR_FILENO + 1, ~0U,
		    CLOSE_RANGE_CLOEXEC) == 0)
		return;
	n = sysconf(_SC_OPEN_MAX);
	for (int fd = STDERR_FILENO + 1; fd < n; fd++)
		fcntl(fd, F_SETFD, FD_CLOEXEC);
}

static int
become(struct plugin *engine, const struct pod_view *view,
       const struct enter_request *r, struct error *e)
{
	struct rkt_stage1_exec exec = {
		.size = sizeof(exec),
		.app = r->app,
		.argv = r->argv,
		.leader_pid = r->leader,
	};
	struct plugin_call call;
	rkt_status status;

	while (r->argv[exec.argc])
		exec.argc++;
	if (pod_plain_state(e) < 0 ||
	    plugin_call_begin(&call, engine, NULL, e) < 0)
		return -1;
	close_on_exec();
	status = plugin_stage1(engine)->enter(&call.call, call.self, &view->pod,
					      &exec);
	if (plugin_call_end(&call, status, e) < 0)
		return -1;
	return error_set(e, RKT_ERR_SYSTEM,
			 "engine \"%s\" returned without running the command",
			 plugin_info(engine)->name);
}

static int
try_enter(struct pod_context *c, const struct pod *pod,
	  const struct enter_request *r, struct error *e)
{
	autofree char *name = NULL;
	struct plugin *engine;
	struct pod_view view;
	int rc;

	if (pod_engine(pod, &name, e) < 0 ||
	    plugin_open(c->plugins, PLUGIN_STAGE1, name, &engine, e) < 0 ||
	    pod_view_load(c, pod, &view, e) < 0)
		return -1;
	rc = become(engine, &view, r, e);
	pod_view_done(&view);
	return rc;
}

/* Whatever failed while the pod came to its end failed because of that. */
int
pod_enter(struct pod_context *c, struct pod *pod, const struct enter_request *r,
	  struct error *e)
{
	struct error ignored = ERROR_NONE;

	if (try_enter(c, pod, r, e) == 0)
		return 0;
	if (pod_refresh(pod, &ignored) < 0 || pod->state == POD_RUNNING)
		return -1;
	error_clear(e);
	return error_set(e, RKT_ERR_NOT_FOUND, "pod %s is not running anymore",
			 pod->uuid);
}
