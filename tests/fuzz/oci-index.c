/* Fuzzes the choice of an image from an index: whatever is chosen has a digest
 * that is fit for a path.
 * SPDX-License-Identifier: Apache-2.0 */
#include <stdint.h>
#include <stdlib.h>

#include "plugins/image/oci/digest.h"
#include "plugins/image/oci/index.h"
#include "tests/lib/mock-host.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const selectors[] = {NULL, "a", "@0"};
	struct platform wanted;
	struct mock_host host;

	platform_set(&wanted, "linux", "amd64", "v3");
	mock_host_init(&host);
	for (size_t i = 0; i < 3; i++) {
		/* no descriptor: nested indexes cannot be opened */
		struct layout l = {.call = &host.call, .path = "/l", .fd = -1};
		struct selection s;
		json_t *index;

		if (document_decode(&l, "index.json", (const char *)data, size,
				    &index) != RKT_OK)
			break;
		if (index_select(&l, "index.json", index, selectors[i], &wanted,
				 &s) == RKT_OK &&
		    !digest_is_known(s.manifest.digest))
			abort();
		selection_done(&s);
	}
	mock_host_done(&host);
	return 0;
}
