/* The last steps before the process becomes the pod.
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/pod/prepare.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/alloc.h"
#include "core/base/cleanup.h"
#include "core/base/fd.h"
#include "core/base/log.h"
#include "core/fetch/fetch.h"
#include "core/pod/dns.h"
#include "core/pod/group.h"
#include "core/pod/internal.h"
#include "core/pod/view.h"

#define RESOLV_CONF "stage1/rootfs/etc/rkt-resolv.conf"
#define HOSTS       "stage1/rootfs/etc/rkt-hosts"

struct name_files {
	char *hostname;
	char *resolv_conf;
	char *hosts;
};

static void
name_files_done(struct name_files *f)
{
	free(f->hostname);
	free(f->resolv_conf);
	free(f->hosts);
}

/* Write a generated file; its absolute path, as engines are told it. */
static int
write_file(const struct pod_view *view, const char *path, const char *text,
	   char **ret_path, struct error *e)
{
	int fd = view->pod.dir_fd;

	if (dir_make_all(fd, "stage1/rootfs/etc", 0755, e) < 0 ||
	    file_write(fd, path, text, strlen(text), 0644, e) < 0)
		return -1;
	*ret_path = xasprintf("%s/%s", view->dir, path);
	return 0;
}

static int
write_resolv_conf(const struct start_request *r, const struct pod_view *view,
		  struct name_files *ret, struct error *e)
{
	autofree char *text = NULL;
	enum dns_mode mode;

	if (dns_mode_parse(r, &mode, e) < 0)
		return -1;
	if (mode == DNS_HOST)
		ret->resolv_conf = xstrdup("/etc/resolv.conf");
	if (mode != DNS_STAGE0)
		return 0;
	text = dns_text(r);
	return write_file(view, RESOLV_CONF, text, &ret->resolv_conf, e);
}

static int
write_hosts(const struct start_request *r, const struct pod_view *view,
	    struct name_files *ret, struct error *e)
{
	autofree char *text = NULL;
	enum dns_mode mode;

	if (hosts_mode_parse(r, &mode, e) < 0)
		return -1;
	if (mode == DNS_HOST)
		ret->hosts = xstrdup("/etc/hosts");
	if (mode != DNS_STAGE0)
		return 0;
	text = hosts_text(r, ret->hostname);
	return write_file(view, HOSTS, text, &ret->hosts, e);
}

static int
make_name_files(const struct start_request *r, const struct pod_view *view,
		struct name_files *ret, struct error *e)
{
	ret->hostname = r->hostname && *r->hostname != '\0'
				? xstrdup(r->hostname)
				: xasprintf("rkt-%s", view->pod.uuid);
	if (write_resolv_conf(r, view, ret, e) < 0 ||
	    write_hosts(r, view, ret, e) < 0)
		return error_prefix(e, "error with dns flags");
	return 0;
}

static uint32_t
run_flags(const struct start_request *r)
{
	uint32_t flags = 0;

	if (r->is_interactive)
		flags |= RKT_STAGE1_RUN_INTERACTIVE;
	if (r->insecure & INSECURE_CAPABILITIES)
		flags |= RKT_STAGE1_RUN_NO_CAPS;
	if (r->insecure & INSECURE_PATHS)
		flags |= RKT_STAGE1_RUN_NO_PATHS;
	if (r->insecure & INSECURE_SECCOMP)
		flags |= RKT_STAGE1_RUN_NO_SECCOMP;
	if (log_is_debug("pod"))
		flags |= RKT_STAGE1_RUN_DEBUG;
	return flags;
}

static uint32_t
ipc_mode(const char *word)
{
	if (word && strcmp(word, "private") == 0)
		return RKT_STAGE1_IPC_PRIVATE;
	if (word && strcmp(word, "parent") == 0)
		return RKT_STAGE1_IPC_PARENT;
	return RKT_STAGE1_IPC_AUTO;
}

int
pod_plain_state(struct error *e)
{
	sigset_t none;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	signal(SIGPIPE, SIG_DFL);
	umask(022);
	if (chdir("/") < 0)
		return error_errno(e, errno, "change directory to /");
	return 0;
}

static int
become(struct plugin *engine, const struct pod_view *view,
       const struct start_request *r, const struct name_files *files,
       struct error *e)
{
	const struct rkt_stage1_run run = {
		.size = sizeof(run),
		.flags = run_flags(r),
		.hostname = r->hostname && *r->hostname != '\0' ? r->hostname
								: NULL,
		.resolv_conf = files->resolv_conf,
		.hosts = files->hosts,
		.ipc_mode = ipc_mode(r->ipc),
		.lock_fd = view->pod.dir_fd,
	};
	struct plugin_call call;
	rkt_status status;

	if (pod_plain_state(e) < 0 ||
	    plugin_call_begin(&call, engine, NULL, e) < 0)
		return -1;
	status = plugin_stage1(engine)->run(&call.call, call.self, &view->pod,
					    &run);
	if (plugin_call_end(&call, status, e) < 0)
		return -1;
	return error_set(e, RKT_ERR_SYSTEM,
			 "engine \"%s\" returned without running the pod",
			 plugin_info(engine)->name);
}

int
pod_run(const struct pod *pod, struct pod_view *view,
	const struct start_request *start, struct plugin *engine,
	struct error *e)
{
	struct name_files files = {0};
	int rc;

	if (view->n_apps == 0)
		return error_set(e, RKT_ERR_INPUT,
				 "pod must contain at least one application");
	pod_view_moved(view, pod);
	rc = group_take_overlay(view, e);
	if (rc == 0)
		rc = make_name_files(start, view, &files, e);
	if (rc == 0)
		rc = become(engine, view, start, &files, e);
	name_files_done(&files);
	return rc;
}
