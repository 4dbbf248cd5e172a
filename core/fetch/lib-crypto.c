/* libcrypto, opened on first use: a table of its functions.
 * SPDX-License-Identifier: Apache-2.0 */
#include "lib-crypto.h"

#include <stdbool.h>

#include "core/base/lib-open.h"

int
lib_crypto_open(const struct lib_crypto **ret, struct error *e)
{
	static struct lib_crypto lib;
	static bool is_open;
	static const struct lib_symbol symbols[] = {
#define X(name) {#name, &lib.name},
		LIB_CRYPTO_FUNCTIONS(X)
#undef X
	};

	if (lib_open("libcrypto.so.3", "check digests", symbols,
		     sizeof(symbols) / sizeof(symbols[0]), &is_open, e) < 0)
		return -1;
	*ret = &lib;
	return 0;
}
