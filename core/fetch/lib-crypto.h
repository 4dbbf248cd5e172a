/* libcrypto, opened on first use: a table of its functions.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CORE_FETCH_LIB_CRYPTO_H
#define CORE_FETCH_LIB_CRYPTO_H

#include <openssl/evp.h>

#include "core/base/error.h"

#define LIB_CRYPTO_FUNCTIONS(X)                                                \
	X(EVP_MD_CTX_new)                                                      \
	X(EVP_MD_CTX_free)                                                     \
	X(EVP_DigestInit_ex)                                                   \
	X(EVP_DigestUpdate)                                                    \
	X(EVP_DigestFinal_ex)                                                  \
	X(EVP_sha256)                                                          \
	X(EVP_sha512)

struct lib_crypto {
#define X(name) __typeof__(name) *name;
	LIB_CRYPTO_FUNCTIONS(X)
#undef X
};

/* The table, the same for every caller, for the life of the process. */
int lib_crypto_open(const struct lib_crypto **ret, struct error *e);

#endif
