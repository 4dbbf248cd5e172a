/* Fuzzes image names: what is parsed can be written and parsed again.
 * SPDX-License-Identifier: Apache-2.0 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/appc/image-name.h"
#include "core/appc/types.h"
#include "core/base/alloc.h"
#include "core/base/cleanup.h"
#include "core/base/strbuf.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	autofree char *text = xstrndup((const char *)data, size);
	autofree char *printed = NULL;
	struct image_name name = {0}, again = {0};
	struct error e = ERROR_NONE;
	struct strbuf b = {0};
	json_t *label;
	size_t i;

	if (image_name_parse(text, &name, &e) < 0)
		return 0;
	strbuf_puts(&b, name.name);
	json_array_foreach(name.labels, i, label)
		strbuf_printf(&b, ",%s=%s", json_string_at(label, "name"),
			      json_string_at(label, "value"));
	printed = strbuf_take(&b);
	if (!acidentifier_is_valid(name.name) ||
	    image_name_parse(printed, &again, &e) < 0 ||
	    strcmp(name.name, again.name) != 0 ||
	    !json_equal(name.labels, again.labels))
		abort();
	image_name_done(&again);
	image_name_done(&name);
	return 0;
}
