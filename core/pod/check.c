/* Refusing what an engine would ignore, before anything exists on disk.
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/pod/prepare.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "core/appc/manifest.h"
#include "core/base/alloc.h"
#include "core/base/cleanup.h"
#include "core/base/fd.h"
#include "core/pod/dns.h"

struct need {
	bool is_asked;
	uint64_t cap;
	const char *option;
};

static int
check_needs(const struct need *needs, struct plugin *engine, struct error *e)
{
	uint64_t caps = plugin_stage1(engine)->caps;

	for (; needs->option; needs++)
		if (needs->is_asked && !(caps & needs->cap))
			return error_set(e, RKT_ERR_UNSUPPORTED,
					 "engine \"%s\" does not support %s",
					 plugin_info(engine)->name,
					 needs->option);
	return 0;
}

/* What a mode of a standard stream takes. */
static uint64_t
mode_need(const char *mode)
{
	return mode && (strcmp(mode, "null") == 0 || strcmp(mode, "log") == 0)
		       ? RKT_STAGE1_CAP_LOGS
		       : RKT_STAGE1_CAP_STREAMS;
}

/* The need of an annotation among those of a runtime app. */
static struct need
annotated_mode(const json_t *runtime_app, const char *name, const char *what)
{
	const json_t *list = json_object_get(runtime_app, "annotations");
	const char *mode = appc_list_get(list, name);

	return (struct need){mode != NULL, mode_need(mode), what};
}

static int
check_app(const struct app_request *a, struct plugin *engine, struct error *e)
{
	const struct need needs[] = {
		{a->readonly_rootfs, RKT_STAGE1_CAP_READONLY,
		 "--readonly-rootfs"},
		{a->memory, RKT_STAGE1_CAP_RESOURCES, "--memory"},
		{a->cpu, RKT_STAGE1_CAP_RESOURCES, "--cpu"},
		{a->cpu_shares, RKT_STAGE1_CAP_RESOURCES, "--cpu-shares"},
		{a->oom_score_adj, RKT_STAGE1_CAP_RESOURCES, "--oom-score-adj"},
		{a->caps_retain, RKT_STAGE1_CAP_LINUX_CAPS, "--caps-retain"},
		{a->caps_remove, RKT_STAGE1_CAP_LINUX_CAPS, "--caps-remove"},
		{a->seccomp, RKT_STAGE1_CAP_SECCOMP, "--seccomp"},
		{a->stdin_mode, mode_need(a->stdin_mode), "--stdin"},
		{a->stdout_mode, mode_need(a->stdout_mode), "--stdout"},
		{a->stderr_mode, mode_need(a->stderr_mode), "--stderr"},
		{0},
	};

	return check_needs(needs, engine, e);
}

static int
check_count(size_t n_apps, struct plugin *engine, struct error *e)
{
	if (n_apps < 2 ||
	    (plugin_stage1(engine)->caps & RKT_STAGE1_CAP_MULTI_APP))
		return 0;
	return error_set(e, RKT_ERR_UNSUPPORTED,
			 "%s only supports 1 application per Pod for now",
			 plugin_info(engine)->name);
}

static int
check_manifest_app(const json_t *runtime_app, struct plugin *engine,
		   struct error *e)
{
	const json_t *app = json_object_get(runtime_app, "app");
	const json_t *isolators = json_object_get(app, "isolators");
	uint64_t asked =
		json_array_size(isolators) > 0 ? isolators_need(isolators) : 0;
	const struct need needs[] = {
		{json_is_true(json_object_get(runtime_app, "readOnlyRootFS")),
		 RKT_STAGE1_CAP_READONLY, "readOnlyRootFS"},
		{asked & RKT_STAGE1_CAP_RESOURCES, RKT_STAGE1_CAP_RESOURCES,
		 "resource isolators"},
		{asked & RKT_STAGE1_CAP_LINUX_CAPS, RKT_STAGE1_CAP_LINUX_CAPS,
		 "capability isolators"},
		{asked & RKT_STAGE1_CAP_SECCOMP, RKT_STAGE1_CAP_SECCOMP,
		 "seccomp isolators"},
		{json_array_size(json_object_get(app, "eventHandlers")) > 0,
		 RKT_STAGE1_CAP_HOOKS, "event handlers"},
		annotated_mode(runtime_app, "coreos.com/rkt/stage2/stdin",
			       "this mode of stdin"),
		annotated_mode(runtime_app, "coreos.com/rkt/stage2/stdout",
			       "this mode of stdout"),
		annotated_mode(runtime_app, "coreos.com/rkt/stage2/stderr",
			       "this mode of stderr"),
		{0},
	};

	return check_needs(needs, engine, e);
}

/* A ready manifest asks for what it says, as options would. */
static int
check_manifest(const json_t *manifest, struct plugin *engine, struct error *e)
{
	static const struct need ports[] = {
		{true, RKT_STAGE1_CAP_NETNS, "ports"},
		{0},
	};
	json_t *apps, *app;
	size_t i;

	apps = json_object_get(manifest, "apps");
	if (json_array_size(apps) == 0)
		return error_set(e, RKT_ERR_INPUT,
				 "pod must contain at least one application");
	if (check_count(json_array_size(apps), engine, e) < 0)
		return -1;
	if (json_array_size(json_object_get(manifest, "ports")) > 0 &&
	    check_needs(ports, engine, e) < 0)
		return -1;
	json_array_foreach(apps, i, app)
	{
		if (check_manifest_app(app, engine, e) < 0)
			return -1;
	}
	return 0;
}

static int
check_pod(const struct pod_request *r, struct plugin *engine, struct error *e)
{
	const struct need needs[] = {
		{json_array_size(r->ports) > 0, RKT_STAGE1_CAP_NETNS, "--port"},
		{r->private_users, RKT_STAGE1_CAP_USERNS, "--private-users"},
		{0},
	};

	if (check_count(r->apps.len, engine, e) < 0 ||
	    check_needs(needs, engine, e) < 0)
		return -1;
	for (size_t i = 0; i < r->apps.len; i++)
		if (check_app(&r->apps.items[i], engine, e) < 0)
			return -1;
	return r->pod_manifest ? check_manifest(r->manifest_json, engine, e)
			       : 0;
}

static bool
is_one_of(const char *s, const char *const *words)
{
	for (; *words; words++)
		if (strcmp(s, *words) == 0)
			return true;
	return false;
}

static int
check_start(const struct start_request *s, struct plugin *engine,
	    struct error *e)
{
	static const char *const ipc_modes[] = {"", "auto", "private", "parent",
						NULL};
	/* "host" wins over everything else in the list (15.1). */
	bool is_host_net = strings_has(&s->net, "host");
	bool asks_ipc =
		s->ipc && *s->ipc != '\0' && strcmp(s->ipc, "auto") != 0;
	const struct need needs[] = {
		{s->net_given && !is_host_net, RKT_STAGE1_CAP_NETNS,
		 "--net (other than --net=host)"},
		{s->hostname && *s->hostname != '\0', RKT_STAGE1_CAP_HOSTNAME,
		 "--hostname"},
		{asks_ipc, RKT_STAGE1_CAP_IPC, "--ipc"},
		{s->mds_register, RKT_STAGE1_CAP_MDS, "--mds-register"},
		{0},
	};
	enum dns_mode ignored;

	if (s->ipc && !is_one_of(s->ipc, ipc_modes))
		return error_set(e, RKT_ERR_INPUT, "invalid IPC mode: %s",
				 s->ipc);
	if (check_needs(needs, engine, e) < 0)
		return -1;
	if (dns_mode_parse(s, &ignored, e) < 0 ||
	    hosts_mode_parse(s, &ignored, e) < 0)
		return error_prefix(e, "error with dns flags");
	return 0;
}

static bool
is_mounted(const json_t *mounts, const char *volume)
{
	json_t *mount;
	size_t i;

	json_array_foreach(mounts, i, mount)
	{
		const char *name = json_string_at(mount, "volume");

		if (name && strcmp(name, volume) == 0)
			return true;
	}
	return false;
}

static bool
is_used(const struct pod_request *r, const char *volume)
{
	if (is_mounted(r->mounts, volume))
		return true;
	for (size_t i = 0; i < r->apps.len; i++)
		if (is_mounted(r->apps.items[i].mounts, volume))
			return true;
	return false;
}

/* What is to be mounted has to be there before there is a pod; what nobody
 * mounts may be missing. */
static int
check_sources(const struct pod_request *r, struct error *e)
{
	json_t *volume;
	size_t i;

	json_array_foreach(r->volumes, i, volume)
	{
		const char *name = json_string_at(volume, "name");
		const char *source = json_string_at(volume, "source");

		if (name && source && is_used(r, name) &&
		    access(source, F_OK) < 0 && errno == ENOENT)
			return error_errno(e, ENOENT,
					   "cannot find source '%s' of volume "
					   "\"%s\"",
					   source, name);
	}
	return 0;
}

int
request_check_engine(const struct pod_request *r,
		     const struct start_request *start, struct plugin *engine,
		     struct error *e)
{
	if (r && check_pod(r, engine, e) < 0)
		return -1;
	if (!start)
		return 0;
	if (check_start(start, engine, e) < 0)
		return -1;
	return r ? check_sources(r, e) : 0;
}
