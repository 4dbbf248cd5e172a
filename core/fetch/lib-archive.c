/* libarchive, opened on first use: a table of its functions.
 * SPDX-License-Identifier: Apache-2.0 */
#include "lib-archive.h"

#include <pthread.h>
#include <stdbool.h>

#include "lib-open.h"

int
lib_archive_open(const struct lib_archive **ret, struct error *e)
{
	static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
	static struct lib_archive lib;
	static bool is_open;
	static const struct lib_symbol symbols[] = {
#define X(name) {#name, &lib.name},
		LIB_ARCHIVE_FUNCTIONS(X)
#undef X
	};
	int rc = 0;

	pthread_mutex_lock(&lock);
	if (!is_open)
		rc = lib_open("libarchive.so.13", "read archives", symbols,
			      sizeof(symbols) / sizeof(symbols[0]), e);
	is_open = rc == 0;
	pthread_mutex_unlock(&lock);
	if (rc < 0)
		return -1;
	*ret = &lib;
	return 0;
}
