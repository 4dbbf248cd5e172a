/* libcurl, opened on first use: a table of its functions.
 * SPDX-License-Identifier: Apache-2.0 */
#include "lib-curl.h"

#include <stdbool.h>

#include "core/base/lib-open.h"

/* Since 7.84 the first handle prepares the library, whatever thread makes it. */
int
lib_curl_open(const struct lib_curl **ret, struct error *e)
{
	static struct lib_curl lib;
	static bool is_open;
	static const struct lib_symbol symbols[] = {
#define X(name) {#name, &lib.name},
		LIB_CURL_FUNCTIONS(X)
#undef X
	};

	if (lib_open("libcurl.so.4", "speak HTTP", symbols,
		     sizeof(symbols) / sizeof(symbols[0]), &is_open, e) < 0)
		return -1;
	*ret = &lib;
	return 0;
}
