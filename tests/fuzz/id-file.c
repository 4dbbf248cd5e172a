/* Fuzzes the reader of passwd and group files: what it finds, a line of the
 * file says.  The input is the name, a NUL, and the file.
 * SPDX-License-Identifier: Apache-2.0 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "sdk/toolkit/id-file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Does a line begin with the name and a colon? */
static bool
is_there(const uint8_t *text, size_t len, const char *name)
{
	size_t n = strlen(name);
	const uint8_t *end = text + len;

	while (text < end) {
		const uint8_t *next = memchr(text, '\n', (size_t)(end - text));

		if ((size_t)(end - text) > n && memcmp(text, name, n) == 0 &&
		    text[n] == ':')
			return true;
		if (!next)
			break;
		text = next + 1;
	}
	return false;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *nul = size > 0 ? memchr(data, '\0', size) : NULL;
	const uint8_t *text = nul ? nul + 1 : NULL;
	size_t len = nul ? size - (size_t)(text - data) : 0;
	uint32_t id = UINT32_MAX;
	int fd;

	if (!nul)
		return 0;
	fd = memfd_create("passwd", MFD_CLOEXEC);
	if (fd < 0 || write(fd, text, len) != (ssize_t)len)
		abort();
	lseek(fd, 0, SEEK_SET);
	if (rkt_id_find(fd, (const char *)data, &id) &&
	    (id == UINT32_MAX || !is_there(text, len, (const char *)data)))
		abort();
	close(fd);
	return 0;
}
