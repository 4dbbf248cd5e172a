/* Pods as rows of list and lines of status.
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/cli/pod-text.h"

#include <stdio.h>
#include <string.h>

#include "core/appc/manifest.h"
#include "core/base/cleanup.h"
#include "core/cli/format.h"
#include "core/cli/pod-json.h"

#define UUID_SHOWN     8
#define IMAGE_ID_SHOWN 19 /* "sha512-" + 12 */

/* The cells that only the first row of a pod has. */
struct pod_cells {
	char uuid[UUID_TEXT_LEN + 1];
	const char *state;
	char created[FORMAT_MAX];
	char started[FORMAT_MAX];
	char *networks;
	bool is_full;
};

void
pod_rows_legend(struct table *t, bool is_full)
{
	static const char *const titles[] = {
		"UUID",  "APP",     "IMAGE NAME", "IMAGE ID",
		"STATE", "CREATED", "STARTED",    "NETWORKS"};

	for (size_t i = 0; i < sizeof(titles) / sizeof(titles[0]); i++)
		if (i != 3 || is_full)
			table_cell(t, titles[i]);
	table_end_line(t);
}

static void
add_problem(struct strings *problems, const char *before, const struct error *e)
{
	char cause[ERROR_TEXT_MAX + 128];
	autofree char *text =
		xasprintf("%s%s", before, error_cause(e, cause, sizeof(cause)));

	strings_push(problems, text);
}

static void
show_time(int64_t when_ns, int64_t now_ns, bool is_full, char *buf)
{
	if (is_full)
		format_time(when_ns, buf, FORMAT_MAX);
	else
		format_age(when_ns, now_ns, buf, FORMAT_MAX);
}

static void
fill_pod_cells(const struct pod *pod, bool is_full, int64_t now_ns,
	       struct pod_cells *c, struct strings *problems)
{
	struct error e = ERROR_NONE;
	int64_t created = 0;
	int64_t started = pod_started_ns(pod);

	snprintf(c->uuid, sizeof(c->uuid), "%.*s",
		 is_full ? UUID_TEXT_LEN : UUID_SHOWN, pod->uuid);
	c->is_full = is_full;
	c->state = pod_state_name(pod->state);
	if (pod_creation_time(pod, &created, &e) < 0)
		add_problem(problems, "", &e);
	show_time(created, now_ns, is_full, c->created);
	c->started[0] = '\0';
	if (started != 0)
		show_time(started, now_ns, is_full, c->started);
	c->networks = pod_networks_text(pod);
}

static void
add_row(struct table *t, const struct pod_cells *c, bool is_first,
	const char *app, const char *image, const char *id)
{
	table_cell(t, is_first ? c->uuid : "");
	table_cell(t, app);
	table_cell(t, image);
	if (c->is_full)
		table_cell(t, id);
	table_cell(t, is_first ? c->state : "");
	table_cell(t, is_first ? c->created : "");
	table_cell(t, is_first ? c->started : "");
	table_cell(t, is_first ? c->networks : "");
	table_end_line(t);
}

/* "example.com/redis:3.0", or "--"; owned. */
static char *
image_name(const struct pod *pod, const char *app, struct strings *problems)
{
	auto_json json_t *image = NULL;
	struct error e = ERROR_NONE;
	const char *name, *version;

	if (pod_image_manifest_read(pod, app, &image, &e) < 0) {
		autofree char *before =
			xasprintf("pod %s ImageManifest could not be loaded: ",
				  pod->uuid);

		add_problem(problems, before, &e);
		return xstrdup("--");
	}
	name = json_string_at(image, "name");
	version = appc_list_get(json_object_get(image, "labels"), "version");
	return xasprintf("%s%s%s", name, version ? ":" : "",
			 version ? version : "");
}

static void
add_app(struct table *t, const struct pod *pod, const struct pod_cells *c,
	const json_t *app, bool is_first, struct strings *problems)
{
	const char *name = json_string_at(app, "name");
	const char *id = json_string_at(json_object_get(app, "image"), "id");
	autofree char *image = image_name(pod, name, problems);
	char shown[IMAGE_ID_SHOWN + 1];

	snprintf(shown, sizeof(shown), "%s", id ? id : "");
	add_row(t, c, is_first, name, image, shown);
}

/* NULL if it has none, or none that can be read. */
static json_t *
read_manifest(const struct pod *pod, struct strings *problems)
{
	struct error e = ERROR_NONE;
	json_t *manifest;

	if (!pod_has_manifest(pod))
		return NULL;
	if (pod_manifest_read_lenient(pod, &manifest, &e) < 0) {
		autofree char *before = xasprintf(
			"Unable to read pod %s manifest:\n  ", pod->uuid);

		add_problem(problems, before, &e);
		return NULL;
	}
	return manifest;
}

void
pod_rows_add(struct table *t, const struct pod *pod, bool is_full,
	     int64_t now_ns, struct strings *problems)
{
	auto_json json_t *manifest = read_manifest(pod, problems);
	json_t *apps = json_object_get(manifest, "apps");
	struct pod_cells cells;
	json_t *app;
	size_t i;

	fill_pod_cells(pod, is_full, now_ns, &cells, problems);
	json_array_foreach(apps, i, app)
		add_app(t, pod, &cells, app, i == 0, problems);
	if (json_array_size(apps) == 0)
		add_row(t, &cells, true, "-", "-", "-");
	free(cells.networks);
}

static void
add_time(struct strbuf *b, const char *key, int64_t when_ns)
{
	char text[FORMAT_MAX];

	format_time(when_ns, text, sizeof(text));
	strbuf_printf(b, "%s=%s\n", key, text);
}

/* Nothing for a pod whose manifest is broken. */
static void
add_exit_codes(struct strbuf *b, const struct pod *pod)
{
	auto_strings struct strings ignored = {0};
	auto_json json_t *manifest = read_manifest(pod, &ignored);
	json_t *app;
	size_t i;

	json_array_foreach(json_object_get(manifest, "apps"), i, app)
	{
		const char *name = json_string_at(app, "name");
		int code;

		if (pod_exit_status(pod, name, &code))
			strbuf_printf(b, "app-%s=%d\n", name, code);
	}
}

static bool
has_run(enum pod_state state)
{
	return state == POD_RUNNING || state == POD_EXITED ||
	       state == POD_EXITED_GARBAGE || state == POD_EXITED_DELETING ||
	       state == POD_DELETING;
}

int
pod_status_text(const struct pod *pod, char **ret, struct error *e)
{
	enum pod_state state = pod->state;
	int64_t started = pod_started_ns(pod);
	struct strbuf b = {0};
	int64_t created;
	int pid;

	if (pod_creation_time(pod, &created, e) < 0)
		return -1;
	strbuf_printf(&b, "state=%s\n", pod_state_name(state));
	add_time(&b, "created", created);
	if (started != 0)
		add_time(&b, "started", started);
	if (state == POD_RUNNING || state == POD_EXITED) {
		autofree char *networks = pod_networks_text(pod);

		strbuf_printf(&b, "networks=%s\n", networks);
	}
	if (has_run(state)) {
		pid = pod_pid(pod);
		if (pid >= 0)
			strbuf_printf(&b, "pid=%d\n", pid);
		strbuf_printf(&b, "exited=%s\n",
			      state == POD_EXITED || state == POD_EXITED_GARBAGE
				      ? "true"
				      : "false");
		if (state != POD_RUNNING)
			add_exit_codes(&b, pod);
	}
	*ret = strbuf_take(&b);
	return 0;
}
