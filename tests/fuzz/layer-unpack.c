/* Fuzzes the unpacker: any bytes, into a directory that nothing may leave.
 * SPDX-License-Identifier: Apache-2.0 */
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/cleanup.h"
#include "core/base/fd.h"
#include "core/fetch/unpack.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct memory {
	const uint8_t *bytes;
	size_t len;
};

static int
next(void *data, const uint8_t **ret, size_t *ret_len, struct error *e)
{
	struct memory *m = data;
	size_t n = m->len < 600 ? m->len : 600;

	(void)e;
	*ret = m->bytes;
	*ret_len = n;
	m->bytes += n;
	m->len -= n;
	return 0;
}

static void
unpack(int dir, const uint8_t *data, size_t size, bool is_appc)
{
	struct memory memory = {data, size};
	const struct bytes from = {next, &memory};
	const struct unpack_options options = {
		.archive = "input",
		.has_whiteouts = !is_appc,
		.root = is_appc ? "rootfs" : NULL,
		.manifest = is_appc ? "manifest" : NULL,
		.bytes_max = 1 << 20,
		.members_max = 200,
	};
	struct unpack_result result = {0};
	struct error e = ERROR_NONE;
	autoclose int root = -1;

	if (mkdirat(dir, "root", 0755) < 0)
		abort();
	root = openat(dir, "root", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (unpack_tar(root, &options, &from, &result, &e) < 0 &&
	    e.n_layers == 0)
		abort();
	free(result.manifest);
	free(result.implied);
	error_clear(&e);
	if (tree_remove(dir, "root", &e) < 0)
		abort();
}

/* Beside `root` there is one file: it must stay alone and as it was. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char path[] = "/tmp/fuzz-layer-XXXXXX";
	struct error e = ERROR_NONE;
	autofree char *text = NULL;
	autoclose int dir = -1;

	if (!mkdtemp(path))
		abort();
	dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (file_write(dir, "x", "outside", 7, 0600, &e) < 0)
		abort();
	unpack(dir, data, size, false);
	unpack(dir, data, size, true);
	if (file_read_all(dir, "x", 7, &text, NULL, &e) < 0)
		abort();
	if (unlinkat(dir, "x", 0) < 0 || rmdir(path) < 0)
		abort();
	return 0;
}
