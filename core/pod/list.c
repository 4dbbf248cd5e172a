/* Which pods there are, and which one a prefix means.
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/pod/internal.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/alloc.h"
#include "core/base/cleanup.h"

/* Chapter 10.4: embryos and garbage are not for people. */
#define FINDABLE                                                               \
	(1u << DIR_PREPARE | 1u << DIR_PREPARED | 1u << DIR_RUN |              \
	 1u << DIR_EXITED_GARBAGE)

static int
by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Sorted, and without the second sight of a pod that moved meanwhile. */
static void
sort_unique(struct strings *v)
{
	size_t kept = 0;

	if (v->len < 2)
		return;
	qsort(v->items, v->len, sizeof(*v->items), by_text);
	for (size_t i = 1; i < v->len; i++) {
		if (strcmp(v->items[kept], v->items[i]) == 0)
			free(v->items[i]);
		else
			v->items[++kept] = v->items[i];
	}
	v->len = kept + 1;
}

static int
read_dir(const struct pods *p, enum pod_dir which, const char *prefix,
	 struct strings *ret, struct error *e)
{
	size_t prefix_len = strlen(prefix);
	autodir DIR *dir = NULL;
	struct dirent *entry;
	int fd = openat(p->fd, pod_dir_names[which],
			O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0 && errno == ENOENT)
		return 0;
	dir = fd < 0 ? NULL : fdopendir(fd);
	if (!dir) {
		error_errno(e, errno, "open %s/%s", p->dir,
			    pod_dir_names[which]);
		if (fd >= 0)
			close(fd);
		return -1;
	}
	while ((void)(errno = 0), (entry = readdir(dir)) != NULL)
		if (strncmp(entry->d_name, prefix, prefix_len) == 0 &&
		    uuid_is_canonical(entry->d_name))
			strings_push(ret, entry->d_name);
	if (errno != 0)
		return error_errno(e, errno, "read %s/%s", p->dir,
				   pod_dir_names[which]);
	return 0;
}

static int
read_dirs(const struct pods *p, unsigned int dirs, const char *prefix,
	  struct strings *ret, struct error *e)
{
	struct strings found = {0};

	for (enum pod_dir i = 0; p->fd >= 0 && i < POD_DIRS; i++) {
		if ((dirs & 1u << i) && read_dir(p, i, prefix, &found, e) < 0) {
			strings_done(&found);
			return -1;
		}
	}
	sort_unique(&found);
	*ret = found;
	return 0;
}

int
pods_list(struct pods *p, unsigned int states, struct strings *ret,
	  struct error *e)
{
	unsigned int dirs = 0;

	for (enum pod_state s = 0; s < POD_GONE; s++)
		if (states & 1u << s)
			dirs |= 1u << pod_state_dir(s);
	return read_dirs(p, dirs, "", ret, e);
}

static int
no_match(const char *prefix, struct error *e)
{
	autofree char *text = quoted(prefix);

	return error_set(e, RKT_ERR_NOT_FOUND, "no matches found for %s", text);
}

static int
open_found(struct pods *p, const char *uuid, const char *prefix,
	   struct pod *ret, struct error *e)
{
	struct pod pod;

	if (pod_open(p, uuid, &pod, e) < 0)
		return -1;
	if (pod.state == POD_GONE ||
	    !(FINDABLE & 1u << pod_state_dir(pod.state))) {
		pod_done(&pod);
		return no_match(prefix, e);
	}
	*ret = pod;
	return 0;
}

int
pod_find(struct pods *p, const char *prefix, struct pod *ret, struct error *e)
{
	auto_strings struct strings found = {0};
	autofree char *lower = xstrdup(prefix);

	for (char *c = lower; *c != '\0'; c++)
		*c = (char)tolower((unsigned char)*c);
	if (*lower == '\0')
		return error_set(e, RKT_ERR_INPUT, "UUID cannot be empty");
	if (uuid_is_canonical(lower))
		return open_found(p, lower, lower, ret, e);
	if (read_dirs(p, FINDABLE, lower, &found, e) < 0)
		return -1;
	if (found.len == 0)
		return no_match(lower, e);
	if (found.len > 1)
		return error_set(e, RKT_ERR_INPUT,
				 "ambiguous uuid, %zu matches", found.len);
	return open_found(p, found.items[0], lower, ret, e);
}
