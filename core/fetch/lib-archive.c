/* libarchive, opened on first use: a table of its functions.
 * SPDX-License-Identifier: Apache-2.0 */
#include "lib-archive.h"

#include <stdbool.h>

#include "core/base/lib-open.h"

int
lib_archive_open(const struct lib_archive **ret, struct error *e)
{
	static struct lib_archive lib;
	static bool is_open;
	static const struct lib_symbol symbols[] = {
#define X(name) {#name, &lib.name},
		LIB_ARCHIVE_FUNCTIONS(X)
#undef X
	};

	if (lib_open("libarchive.so.13", "read archives", symbols,
		     sizeof(symbols) / sizeof(symbols[0]), &is_open, e) < 0)
		return -1;
	*ret = &lib;
	return 0;
}
