/* libcrypto, opened on first use: a table of its functions.
 * SPDX-License-Identifier: Apache-2.0 */
#include "lib-crypto.h"

#include <pthread.h>
#include <stdbool.h>

#include "lib-open.h"

int
lib_crypto_open(const struct lib_crypto **ret, struct error *e)
{
	static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
	static struct lib_crypto lib;
	static bool is_open;
	static const struct lib_symbol symbols[] = {
#define X(name) {#name, &lib.name},
		LIB_CRYPTO_FUNCTIONS(X)
#undef X
	};
	int rc = 0;

	pthread_mutex_lock(&lock);
	if (!is_open)
		rc = lib_open("libcrypto.so.3", "check digests", symbols,
			      sizeof(symbols) / sizeof(symbols[0]), e);
	is_open = rc == 0;
	pthread_mutex_unlock(&lock);
	if (rc < 0)
		return -1;
	*ret = &lib;
	return 0;
}
