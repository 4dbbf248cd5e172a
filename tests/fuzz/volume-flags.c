/* Fuzzes --volume and --mount: what they take is a volume or a mount that a
 * manifest takes as well, unchanged.
 * SPDX-License-Identifier: Apache-2.0 */
#include <stdint.h>
#include <stdlib.h>

#include "core/appc/manifest.h"
#include "core/base/alloc.h"
#include "core/base/cleanup.h"
#include "core/cli/values.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A mount may still lack what only the manifest wants. */
static void
check(const char *text,
      int (*parse)(const char *s, json_t **ret, struct error *e),
      int (*normalise)(const json_t *value, json_t **ret, struct error *e),
      bool may_lack)
{
	auto_json json_t *value = NULL;
	auto_json json_t *again = NULL;
	struct error e = ERROR_NONE;

	if (parse(text, &value, &e) < 0)
		return;
	if (normalise(value, &again, &e) < 0) {
		if (!may_lack)
			abort();
	} else if (!json_equal(value, again)) {
		abort();
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	autofree char *text = xstrndup((const char *)data, size);

	check(text, value_volume, volume_check, false);
	check(text, value_mount, mount_check, true);
	return 0;
}
