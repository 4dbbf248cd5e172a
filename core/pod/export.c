/* The root of an app that has ended, as an appc image.
 * SPDX-License-Identifier: Apache-2.0
 *
 * An overlay is read as the layers it was made of and what it has written, not
 * mounted again: nothing is left behind when rkt is killed. */
#include "core/pod/export.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>

#include "core/base/alloc.h"
#include "core/base/cleanup.h"
#include "core/base/fd.h"
#include "core/fetch/progress.h"
#include "core/pod/mounts.h"
#include "core/pod/view.h"
#include "core/render/aci.h"

static int
write_file(struct aci *aci, const char *path, bool overwrite, struct error *e)
{
	const struct output_options options = {
		.overwrite = overwrite,
		.is_gzip = true,
		.exists = "target file exists (try --overwrite)",
	};
	struct output *o;
	int rc;

	if (output_open(path, &options, &o, e) < 0)
		return error_prefix(e, "error building aci");
	aci->progress = progress_new("exporting", 0);
	rc = aci_write(o, aci, e);
	progress_free(aci->progress);
	if (rc == 0)
		rc = output_commit(o, e);
	output_free(o);
	return rc < 0 ? error_prefix(e, "error building aci") : 0;
}

static int
open_dir(const struct pod *pod, const char *path, int *ret_fd, struct error *e)
{
	*ret_fd = open_beneath(pod->dir_fd, path, O_RDONLY | O_DIRECTORY, 0);
	return *ret_fd < 0 ? error_errno(e, errno, "open directory %s", path)
			   : 0;
}

/* A root of its own: what somebody mounts in it is not the app's. */
static int
export_root(const struct pod *pod, const struct app_view *app, const char *path,
	    bool overwrite, struct error *e)
{
	autoclose int fd = -1;
	autofree char *root = NULL;
	const char *layers[2] = {NULL};
	struct aci aci = {app->manifest, -1, layers, NULL};
	bool has_mounts;

	if (open_dir(pod, app->rootfs, &fd, e) < 0 ||
	    mounts_find(fd, &has_mounts, e) < 0)
		return -1;
	if (has_mounts)
		return error_set(e, RKT_ERR_BUSY,
				 "pod has remaining mountpoints. Only pods "
				 "using overlayfs or with no mountpoints can "
				 "be exported");
	layers[0] = root = xasprintf("/proc/self/fd/%d/.", fd);
	return write_file(&aci, path, overwrite, e);
}

static int
export_overlay(const struct pod *pod, const struct app_view *app,
	       const char *path, bool overwrite, struct error *e)
{
	autoclose int fd = -1;
	struct aci aci = {app->manifest, -1, app->layer_list, NULL};

	if (open_dir(pod, app->upper, &fd, e) < 0)
		return -1;
	aci.upper_fd = fd;
	return write_file(&aci, path, overwrite, e);
}

/* Shared: whoever looks at the pod still sees that it has ended. */
static int
lock_ended(struct pod *pod, struct error *e)
{
	bool is_locked = false;

	if ((pod->state == POD_EXITED || pod->state == POD_EXITED_GARBAGE) &&
	    lock_try(pod->dir_fd, false, pod->uuid, &is_locked, e) < 0)
		return -1;
	return is_locked ? 0
			 : error_set(e, RKT_ERR_BUSY,
				     "pod is not exited. Only exited pods can "
				     "be exported");
}

static int
export_view(const struct pod *pod, const struct pod_view *view, const char *app,
	    const char *path, bool overwrite, struct error *e)
{
	for (size_t i = 0; i < view->n_apps; i++) {
		const struct app_view *v = &view->apps[i];

		if (strcmp(v->name, app) == 0)
			return v->upper ? export_overlay(pod, v, path,
							 overwrite, e)
					: export_root(pod, v, path, overwrite,
						      e);
	}
	return error_set(e, RKT_ERR_NOT_FOUND, "app %s is not present in pod",
			 app);
}

int
pod_export(const struct pod_context *c, struct pod *pod, const char *app,
	   const char *path, bool overwrite, struct error *e)
{
	struct pod_view view;
	int rc;

	if (lock_ended(pod, e) < 0)
		return -1;
	rc = pod_view_load(c, pod, &view, e);
	if (rc == 0) {
		rc = export_view(pod, &view, app, path, overwrite, e);
		pod_view_done(&view);
	}
	flock(pod->dir_fd, LOCK_UN);
	return rc;
}
