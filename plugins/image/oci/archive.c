/* Where the files of a layout begin in a tar archive.
 * SPDX-License-Identifier: Apache-2.0 */
#include "archive.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "plugins/image/common/tar.h"

struct member {
	char *name;
	struct place place;
	size_t order; /* in the archive */
};

struct archive {
	size_t n, size;
	struct member *members; /* sorted by name, then by order */
};

static int
read_file(void *data, uint64_t offset, void *to, size_t len)
{
	const int *fd = data;
	size_t done = 0;

	if (offset > (uint64_t)INT64_MAX - len)
		return -1;
	while (done < len) {
		ssize_t n = pread(*fd, (char *)to + done, len - done,
				  (off_t)(offset + done));

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return -1;
		done += (size_t)n;
	}
	return 0;
}

static int
compare(const void *a, const void *b)
{
	const struct member *left = a, *right = b;
	int order = strcmp(left->name, right->name);

	return order != 0 ? order
			  : (left->order > right->order) -
				    (left->order < right->order);
}

static int
add(struct archive *a, const struct tar_member *member)
{
	struct member *m;

	if (a->n == a->size) {
		size_t size = a->size ? a->size * 2 : 32;

		m = reallocarray(a->members, size, sizeof(*m));
		if (!m)
			return -1;
		a->members = m;
		a->size = size;
	}
	m = &a->members[a->n];
	*m = (struct member){
		.name = strdup(member->name),
		.place = {.offset = member->offset, .size = member->size},
		.order = a->n,
	};
	if (!m->name)
		return -1;
	a->n++;
	return 0;
}

static rkt_status
list(struct archive *a, const struct layout *l, uint64_t file_size)
{
	int fd = l->fd;
	struct tar_walk walk = {.read = read_file, .data = &fd};
	struct tar_member member;
	enum tar_result result;

	while ((result = tar_walk_next(&walk, &member)) == TAR_MEMBER) {
		if (member.type != '0')
			continue;
		if (member.size > file_size ||
		    member.offset > file_size - member.size)
			return layout_fail(l, RKT_ERR_INPUT, 0,
					   "archive ends within member '%s'",
					   member.name);
		if (a->n == ARCHIVE_MEMBERS_MAX)
			return layout_fail(l, RKT_ERR_INPUT, 0,
					   "archive has more than %u members",
					   ARCHIVE_MEMBERS_MAX);
		if (add(a, &member) < 0)
			return layout_fail(l, RKT_ERR_SYSTEM, ENOMEM,
					   "cannot list the archive");
	}
	if (result == TAR_CUT)
		return layout_fail(l, RKT_ERR_INPUT, 0, "archive is truncated");
	if (result == TAR_MALFORMED)
		return layout_fail(l, RKT_ERR_INPUT, 0,
				   "not a tar archive, or a damaged one");
	return RKT_OK;
}

rkt_status
archive_open(struct archive **ret, const struct layout *l)
{
	struct archive *a = calloc(1, sizeof(*a));
	rkt_status status;
	struct stat st;

	if (!a || fstat(l->fd, &st) < 0) {
		free(a);
		return layout_fail(l, RKT_ERR_SYSTEM, errno,
				   "cannot list the archive");
	}
	status = list(a, l, (uint64_t)st.st_size);
	if (status != RKT_OK) {
		archive_close(a);
		return status;
	}
	if (a->n > 0)
		qsort(a->members, a->n, sizeof(*a->members), compare);
	*ret = a;
	return RKT_OK;
}

void
archive_close(struct archive *a)
{
	for (size_t i = 0; a && i < a->n; i++)
		free(a->members[i].name);
	free(a ? a->members : NULL);
	free(a);
}

bool
archive_find(const struct archive *a, const char *name, struct place *ret)
{
	size_t low = 0, high = a->n;

	/* the last member that does not sort behind `name` */
	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (strcmp(a->members[middle].name, name) <= 0)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == 0 || strcmp(a->members[low - 1].name, name) != 0)
		return false;
	*ret = a->members[low - 1].place;
	return true;
}
