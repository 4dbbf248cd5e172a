/* Fuzzes pod manifests: a normal form is its own normal form.
 * SPDX-License-Identifier: Apache-2.0 */
#include <stdint.h>
#include <stdlib.h>

#include "core/appc/manifest.h"
#include "core/base/cleanup.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data;
	struct error e = ERROR_NONE;
	auto_json json_t *manifest = NULL;
	auto_json json_t *again = NULL;
	auto_json json_t *lenient = NULL;

	if (pod_manifest_parse_lenient(text, size, "input", &lenient, &e) < 0)
		error_clear(&e);
	if (pod_manifest_parse(text, size, "input", &manifest, &e) < 0)
		return 0;
	if (!lenient || !json_object_get(manifest, "apps") ||
	    pod_manifest_normalise(manifest, "output", &again, &e) < 0 ||
	    !json_equal(manifest, again))
		abort();
	return 0;
}
