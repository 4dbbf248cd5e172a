/* Asking a running pod to end (chapter 3.6).
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/pod/prepare.h"

#include <errno.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "core/base/alloc.h"
#include "core/base/cleanup.h"
#include "core/pod/view.h"

static int
send_signal(pid_t pid, int signal_number)
{
	autoclose int fd = (int)syscall(SYS_pidfd_open, pid, 0);

	if (fd < 0)
		return errno == ENOSYS ? kill(pid, signal_number) : -1;
	return (int)syscall(SYS_pidfd_send_signal, fd, signal_number, NULL, 0);
}

/* For engines that leave it to us: the process in `pid` or `ppid`. */
static int
signal_leader(const struct pod *pod, bool force, struct error *e)
{
	int pid = pod_pid(pod);

	if (pid <= 1)
		return error_set(e, RKT_ERR_NOT_FOUND,
				 "pod \"%s\" has no process id yet", pod->uuid);
	if (send_signal(pid, force ? SIGKILL : SIGTERM) < 0 && errno != ESRCH)
		return error_errno(e, errno, "signal process %d", pid);
	return 0;
}

static int
call_engine(struct pod_context *c, struct pod *pod, struct plugin *engine,
	    bool force, struct error *e)
{
	struct plugin_call call;
	struct pod_view view;
	rkt_status status;

	if (plugin_call_begin(&call, engine, NULL, e) < 0)
		return -1;
	pod_view_load_lenient(c, pod, &view);
	status = plugin_stage1(engine)->stop(&call.call, call.self, &view.pod,
					     force);
	pod_view_done(&view);
	return plugin_call_end(&call, status, e);
}

int
pod_stop(struct pod_context *c, struct pod *pod, bool force, struct error *e)
{
	autofree char *name = NULL;
	struct plugin *engine;

	if (pod->state != POD_RUNNING)
		return error_set(e, RKT_ERR_BUSY, "pod \"%s\" is not running",
				 pod->uuid);
	if (pod_engine(pod, &name, e) < 0 ||
	    plugin_open(c->plugins, PLUGIN_STAGE1, name, &engine, e) < 0)
		return -1;
	if (!plugin_stage1(engine)->stop)
		return signal_leader(pod, force, e);
	return call_engine(c, pod, engine, force, e);
}
