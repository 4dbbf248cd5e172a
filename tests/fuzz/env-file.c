/* Fuzzes --set-env-file: no name is empty or has a line of its own.
 * SPDX-License-Identifier: Apache-2.0 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "core/base/alloc.h"
#include "core/base/cleanup.h"
#include "core/cli/values.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	auto_json json_t *env = json_object();
	autoclose int fd = memfd_create("env", MFD_CLOEXEC);
	autofree char *path = xasprintf("/proc/self/fd/%d", fd);
	struct error e = ERROR_NONE;
	const char *name;
	json_t *value;

	if (fd < 0 || write(fd, data, size) != (ssize_t)size)
		abort();
	value_env_file(path, env, &e);
	json_object_foreach(env, name, value)
	{
		const char *text = json_string_value(value);

		if (*name == '\0' || strpbrk(name, "=\n") || !text ||
		    strchr(text, '\n'))
			abort();
	}
	return 0;
}
