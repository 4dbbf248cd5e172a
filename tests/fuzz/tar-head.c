/* Fuzzes the walk over tar headers: every step moves on, and reads within the
 * file only.
 * SPDX-License-Identifier: Apache-2.0 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "plugins/image/common/tar.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct tar_memory memory = {data, size};
	struct tar_member member;
	struct tar_walk walk;
	uint64_t before = 0;

	tar_walk_memory(&walk, &memory);
	while (tar_walk_next(&walk, &member) == TAR_MEMBER) {
		if (walk.offset <= before ||
		    memchr(member.name, '\0', sizeof(member.name)) == NULL)
			abort();
		before = walk.offset;
	}
	return 0;
}
