/* Fuzzes quantities: the canonical text has the value of what it stands for,
 * and settles: a binary quantity that only a plain number can say is read as a
 * decimal one the next time.
 * SPDX-License-Identifier: Apache-2.0 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/appc/quantity.h"
#include "core/base/alloc.h"
#include "core/base/cleanup.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	autofree char *text = xstrndup((const char *)data, size);
	struct error e = ERROR_NONE;
	struct quantity q, again, third;

	if (quantity_parse(text, &q, &e) < 0)
		return 0;
	if (quantity_parse(q.text, &again, &e) < 0 ||
	    quantity_parse(again.text, &third, &e) < 0 ||
	    strcmp(again.text, third.text) != 0 ||
	    quantity_value(&q) != quantity_value(&again))
		abort();
	return 0;
}
