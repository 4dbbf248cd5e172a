/* Fill a pod directory so that its engine can run it (chapter 11.1).
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/pod/prepare.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/appc/manifest.h"
#include "core/base/alloc.h"
#include "core/base/cleanup.h"
#include "core/base/fd.h"
#include "core/base/log.h"
#include "core/base/strbuf.h"
#include "core/pod/internal.h"
#include "core/pod/layout.h"
#include "core/pod/view.h"

static void
add_name(struct strbuf *names, const char *name)
{
	strbuf_printf(names, "%s%s", names->len ? ", " : "", name);
}

static void
add_isolators(struct strbuf *names, const json_t *app, uint64_t caps)
{
	json_t *isolator;
	size_t i;

	json_array_foreach(json_object_get(app, "isolators"), i, isolator)
	{
		auto_json json_t *one = json_array();
		const char *name = json_string_at(isolator, "name");

		json_array_append(one, isolator);
		if (name && (isolators_need(one) & ~caps))
			add_name(names, name);
	}
}

static void
add_handlers(struct strbuf *names, const json_t *app, uint64_t caps)
{
	json_t *handler;
	size_t i;

	if (caps & RKT_STAGE1_CAP_HOOKS)
		return;
	json_array_foreach(json_object_get(app, "eventHandlers"), i, handler)
	{
		const char *name = json_string_at(handler, "name");

		add_name(names, name ? name : "");
	}
}

/* What the image wants and nobody asked for on the command line is not worth
 * a refusal; one line each says that it does nothing. */
static void
warn_ignored(const struct pod_plan *plan, size_t i, struct plugin *engine)
{
	static const struct {
		const char *what;
		void (*add)(struct strbuf *names, const json_t *app,
			    uint64_t caps);
	} kinds[] = {
		{"isolators", add_isolators},
		{"event handlers", add_handlers},
	};
	const struct app_plan *a = &plan->apps.items[i];
	const json_t *app = json_object_get(
		json_array_get(json_object_get(plan->manifest, "apps"), i),
		"app");

	if (!app)
		app = json_object_get(a->image_json, "app");
	for (size_t k = 0; k < sizeof(kinds) / sizeof(kinds[0]); k++) {
		auto_strbuf struct strbuf names = {0};

		kinds[k].add(&names, app, plugin_stage1(engine)->caps);
		if (names.len > 0)
			log_warn("engine \"%s\" does not support %s of image "
				 "\"%s\", ignoring: %s",
				 plugin_info(engine)->name, kinds[k].what,
				 a->image.name, names.text);
	}
}

static bool
decide_overlay(const struct pod_context *c, const struct pod_request *r,
	       struct plugin *engine)
{
	const char *why = NULL;

	if (r->no_overlay ||
	    !(plugin_stage1(engine)->caps & RKT_STAGE1_CAP_OVERLAY))
		return false;
	overlay_supported(c->data_dir, &why);
	if (why)
		log_warn("disabling overlay support: \"%s\"", why);
	return why == NULL;
}

static int
engine_prepare(const struct pod_view *view, struct plugin *engine,
	       struct error *e)
{
	struct plugin_call call;
	rkt_status status;

	if (plugin_call_begin(&call, engine, NULL, e) < 0)
		return -1;
	status = plugin_stage1(engine)->prepare(&call.call, call.self,
						&view->pod);
	return plugin_call_end(&call, status, e);
}

/* What the plan says, on disk. */
static int
lay_out(const struct pod_context *c, int fd, const struct pod_plan *plan,
	bool use_overlay, struct plugin *engine, struct error *e)
{
	if (layout_dirs(fd, e) < 0)
		return -1;
	for (size_t i = 0; i < plan->apps.len; i++) {
		warn_ignored(plan, i, engine);
		if (layout_app(c->store, fd, &plan->apps.items[i], use_overlay,
			       e) < 0)
			return -1;
	}
	return layout_pod(fd, plan, plugin_info(engine)->name, use_overlay, e);
}

static int
fill(const struct pod_context *c, const struct pod *pod,
     const struct pod_request *r, struct plugin *engine, struct pod_view *ret,
     struct error *e)
{
	bool use_overlay = decide_overlay(c, r, engine);
	struct pod_plan plan = {0};
	struct pod_view view;

	if (r->private_users && use_overlay)
		return error_set(e, RKT_ERR_UNSUPPORTED,
				 "cannot use both overlay and user namespace: "
				 "not implemented yet. (Try --no-overlay)");
	if (pod_plan_build(c->store, r, &plan, e) < 0)
		return -1;
	if (lay_out(c, pod->dir_fd, &plan, use_overlay, engine, e) < 0) {
		pod_plan_done(&plan);
		return -1;
	}
	pod_view_of_plan(c, pod, &plan, use_overlay, &view);
	pod_plan_done(&plan);
	if (engine_prepare(&view, engine, e) < 0) {
		pod_view_done(&view);
		return -1;
	}
	*ret = view;
	return 0;
}

static int
prepare(const struct pod_context *c, const struct pod *pod,
	const struct pod_request *r, struct plugin *engine,
	struct pod_view *ret, struct error *e)
{
	autoclose int lock = -1;

	if (store_prepare_lock(c->store, false, &lock, e) < 0)
		return error_prefix(e, "cannot get shared prepare lock");
	if (fill(c, pod, r, engine, ret, e) < 0)
		return error_prefix(e, "error setting up stage0");
	return 0;
}

int
pod_prepare(struct pod_context *c, struct pod *pod, const struct pod_request *r,
	    struct plugin *engine, struct pod_view *ret, struct error *e)
{
	mode_t mask = umask(022);
	struct pod_view view;
	int rc = prepare(c, pod, r, engine, &view, e);

	umask(mask);
	if (rc < 0)
		pod_discard(pod);
	else if (ret)
		*ret = view;
	else
		pod_view_done(&view);
	return rc;
}
