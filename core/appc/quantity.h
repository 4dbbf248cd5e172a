/* Resource quantities: "1.5Gi", "500m", "1e3".
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CORE_APPC_QUANTITY_H
#define CORE_APPC_QUANTITY_H

#include <stdint.h>

#include "core/base/error.h"

/* Exact, in units of 10^-9; |value| <= 2^63-1 units of one. */
struct quantity {
	__int128 nano;
	char text[64]; /* canonical form, as the reference prints it */
};

int quantity_parse(const char *s, struct quantity *ret, struct error *e);
/* Rounded away from zero. */
int64_t quantity_value(const struct quantity *q);
int64_t quantity_milli(const struct quantity *q);

#endif
