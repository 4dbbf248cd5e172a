/* Which trees of the store the pods are made of.
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/pod/internal.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "core/base/alloc.h"
#include "core/base/cleanup.h"
#include "core/base/fd.h"

#define TREES_SIZE_MAX ((size_t)1 << 20)

static void
add_lines(char *text, struct strings *ret)
{
	char *line;

	while ((line = strsep(&text, "\n")) != NULL)
		if (*line != '\0' && !strings_has(ret, line))
			strings_push(ret, line);
}

/* Nothing there: the app was copied, or its pod is being deleted. */
static int
add_app(int info_fd, const char *app, struct strings *ret, struct error *e)
{
	autofree char *path = xasprintf("%s/treeStoreID", app);
	autofree char *text = NULL;
	autoclose int fd =
		open_beneath(info_fd, path, O_RDONLY | O_NONBLOCK, 0);

	if (fd < 0 && (errno == ENOENT || errno == ENOTDIR))
		return 0;
	if (fd < 0)
		return error_errno(e, errno, "open %s", path);
	if (fd_read_all(fd, path, TREES_SIZE_MAX, &text, NULL, e) < 0)
		return -1;
	add_lines(text, ret);
	return 0;
}

static int
add_pod(const struct pod *pod, struct strings *ret, struct error *e)
{
	autodir DIR *dir = NULL;
	struct dirent *entry;
	int fd = open_beneath(pod->dir_fd, "appsinfo", O_RDONLY | O_DIRECTORY,
			      0);

	if (fd < 0 && errno == ENOENT)
		return 0;
	dir = fd < 0 ? NULL : fdopendir(fd);
	if (!dir) {
		error_errno(e, errno, "open appsinfo");
		if (fd >= 0)
			close(fd);
		return -1;
	}
	while ((void)(errno = 0), (entry = readdir(dir)) != NULL)
		if (entry->d_name[0] != '.' &&
		    add_app(fd, entry->d_name, ret, e) < 0)
			return -1;
	return errno == 0 ? 0 : error_errno(e, errno, "read appsinfo");
}

static int
add_by_uuid(struct pods *p, const char *uuid, struct strings *ret,
	    struct error *e)
{
	struct pod pod;
	int rc = 0;

	if (pod_open(p, uuid, &pod, e) < 0)
		return -1;
	if (pod.state != POD_GONE)
		rc = add_pod(&pod, ret, e);
	if (rc < 0)
		error_prefix(e, "cannot read what pod \"%s\" is made of", uuid);
	pod_done(&pod);
	return rc;
}

int
pods_trees_in_use(struct pods *p, struct strings *ret, struct error *e)
{
	auto_strings struct strings uuids = {0};

	/* While the caller waited for the lock, the first pod may have come. */
	if (pods_find(p, e) < 0 || pods_list(p, ~0u, &uuids, e) < 0)
		return -1;
	for (size_t i = 0; i < uuids.len; i++)
		if (add_by_uuid(p, uuids.items[i], ret, e) < 0)
			return -1;
	return 0;
}

/* ---- one tree ---------------------------------------------------------------
 */

static int
fail_in_use(const struct pod *pod, struct error *e)
{
	return error_set(e, RKT_ERR_BUSY,
			 "pod \"%s\" is running on it, stop the pod first",
			 pod->uuid);
}

/* One that has ended does not begin again. */
static int
hold_pod(struct pod *pod, struct pods_held *held, struct error *e)
{
	bool is_locked = false;

	if (pod->state == POD_RUNNING || pod->state == POD_PREPARING)
		return fail_in_use(pod, e);
	if (pod->state != POD_PREPARED)
		return 0;
	if (lock_try(pod->dir_fd, true, pod->uuid, &is_locked, e) < 0)
		return -1;
	if (!is_locked)
		return fail_in_use(pod, e);
	vec_push(held, steal_fd(&pod->dir_fd));
	return 0;
}

static int
hold_by_uuid(struct pods *p, const char *uuid, const char *tree,
	     struct pods_held *held, struct error *e)
{
	auto_strings struct strings trees = {0};
	struct pod pod;
	int rc;

	if (pod_open(p, uuid, &pod, e) < 0)
		return -1;
	rc = pod.state == POD_GONE ? 0 : add_pod(&pod, &trees, e);
	if (rc == 0 && strings_has(&trees, tree))
		rc = hold_pod(&pod, held, e);
	pod_done(&pod);
	return rc;
}

int
pods_hold_tree(struct pods *p, const char *tree, struct pods_held *held,
	       struct error *e)
{
	const unsigned int states =
		1u << POD_PREPARING | 1u << POD_PREPARED | 1u << POD_RUNNING;
	auto_strings struct strings uuids = {0};

	if (pods_list(p, states, &uuids, e) < 0)
		return -1;
	for (size_t i = 0; i < uuids.len; i++)
		if (hold_by_uuid(p, uuids.items[i], tree, held, e) < 0)
			return -1;
	return 0;
}

void
pods_held_done(struct pods_held *held)
{
	for (size_t i = 0; i < held->len; i++)
		close(held->items[i]);
	vec_done(held);
}
