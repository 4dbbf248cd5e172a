/* Fuzzes the conversion of image configurations: it succeeds, or fails once.
 * SPDX-License-Identifier: Apache-2.0 */
#include <stdint.h>
#include <stdlib.h>

#include "plugins/image/oci/config.h"
#include "plugins/image/oci/document.h"
#include "tests/lib/mock-host.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct mock_host host;
	struct layout l = {.call = &host.call, .path = "/l", .fd = -1};
	struct config_origin origin = {.original = "oci:/l",
				       .manifest_digest = "sha256:m",
				       .config_digest = "sha256:c",
				       .os = "linux",
				       .arch = "amd64"};
	json_t *config = NULL, *manifest = NULL;

	mock_host_init(&host);
	if (document_decode(&l, "config", (const char *)data, size, &config) ==
	    RKT_OK) {
		const char *name = string_at(config, "author");
		rkt_status status = name_image(&l, name, &origin.label);

		if (status == RKT_OK)
			status = config_convert(&l, config, &origin, &manifest);
		if ((status == RKT_OK) != (manifest != NULL) ||
		    host.n_failures != (status != RKT_OK))
			abort();
	}
	json_decref(manifest);
	json_decref(config);
	mock_host_done(&host);
	return 0;
}
