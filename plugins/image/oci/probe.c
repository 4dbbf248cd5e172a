/* How sure the plugin is that a file or a directory is an image layout.
 * SPDX-License-Identifier: Apache-2.0 */
#include "oci.h"

#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "plugins/image/common/tar.h"
#include "sdk/toolkit/open.h"

#define BID_MARKED 80 /* the oci-layout file is there */
#define BID_SHAPED 60 /* what is there, a layout has as well */

static uint32_t
bid_on_directory(int dir_fd)
{
	int fd = rkt_open_beneath(dir_fd, "oci-layout", O_PATH, 0);

	if (fd < 0)
		return 0;
	close(fd);
	return BID_MARKED;
}

static bool
is_of_layout(const char *name)
{
	return strcmp(name, "index.json") == 0 || strcmp(name, "blobs") == 0 ||
	       strncmp(name, "blobs/", 6) == 0;
}

/* Tools write the blobs first, so that the marker may be beyond the head; but
 * `docker save` writes archives that are a layout besides. */
static uint32_t
bid_on_archive(const struct rkt_image_head *head)
{
	struct tar_memory memory = {head->plain, head->plain_len};
	struct tar_member member;
	struct tar_walk walk;
	uint32_t bid = 0;

	tar_walk_memory(&walk, &memory);
	while (tar_walk_next(&walk, &member) == TAR_MEMBER) {
		if (strcmp(member.name, "oci-layout") == 0)
			return BID_MARKED;
		if (strcmp(member.name, ".") == 0 || member.name[0] == '\0')
			continue;
		if (!is_of_layout(member.name))
			return bid;
		bid = BID_SHAPED;
	}
	return bid;
}

uint32_t
oci_probe(const struct rkt_image_head *request)
{
	struct rkt_image_head head;

	if (!rkt_take(&head, sizeof(head), request))
		return 0;
	return head.is_directory ? bid_on_directory(head.dir_fd)
				 : bid_on_archive(&head);
}
