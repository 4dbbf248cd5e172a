/* Digests: their names and how they are computed.
 * SPDX-License-Identifier: Apache-2.0 */
#include "digest.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/alloc.h"
#include "lib-crypto.h"

struct digest {
	const struct lib_crypto *lib;
	enum digest_alg alg;
	EVP_MD_CTX *ctx;
	bool is_broken;
};

static const struct {
	const char *name;
	size_t hex_len;
} algs[] = {
	[DIGEST_NONE] = {"none", 0},
	[DIGEST_SHA256] = {"sha256", 64},
	[DIGEST_SHA512] = {"sha512", 128},
};

const char *
digest_alg_name(enum digest_alg alg)
{
	return algs[alg].name;
}

int
digest_parse(const char *s, enum digest_alg *ret, struct error *e)
{
	for (enum digest_alg a = DIGEST_SHA256; a <= DIGEST_SHA512; a++) {
		size_t len = strlen(algs[a].name);

		if (strncmp(s, algs[a].name, len) != 0 || s[len] != ':')
			continue;
		s += len + 1;
		if (strlen(s) != algs[a].hex_len ||
		    strspn(s, "0123456789abcdef") != algs[a].hex_len)
			return error_set(e, RKT_ERR_INPUT,
					 "malformed digest '%s:%.140s'",
					 algs[a].name, s);
		*ret = a;
		return 0;
	}
	return error_set(e, RKT_ERR_UNSUPPORTED,
			 "cannot verify digest '%.140s': only sha256 and "
			 "sha512 are known",
			 s);
}

char *
digest_store_name(const char *text)
{
	char *name = xstrdup(text);
	char *colon = strchr(name, ':');

	if (colon)
		*colon = '-';
	return name;
}

int
digest_new(enum digest_alg alg, struct digest **ret, struct error *e)
{
	const struct lib_crypto *lib;
	struct digest *d;

	if (lib_crypto_open(&lib, e) < 0)
		return -1;
	d = xcalloc(1, sizeof(*d));
	d->lib = lib;
	d->alg = alg;
	d->ctx = lib->EVP_MD_CTX_new();
	if (!d->ctx ||
	    !lib->EVP_DigestInit_ex(d->ctx,
				    alg == DIGEST_SHA512 ? lib->EVP_sha512()
							 : lib->EVP_sha256(),
				    NULL)) {
		digest_free(d);
		return error_set(e, RKT_ERR_SYSTEM,
				 "libcrypto does not compute %s",
				 algs[alg].name);
	}
	*ret = d;
	return 0;
}

void
digest_add(struct digest *d, const void *data, size_t len)
{
	if (!d->lib->EVP_DigestUpdate(d->ctx, data, len))
		d->is_broken = true;
}

int
digest_finish(struct digest *d, char *to, size_t size, struct error *e)
{
	unsigned char bytes[EVP_MAX_MD_SIZE];
	unsigned int len = 0;
	size_t at;

	if (d->is_broken || !d->lib->EVP_DigestFinal_ex(d->ctx, bytes, &len))
		return error_set(e, RKT_ERR_SYSTEM, "libcrypto failed at %s",
				 algs[d->alg].name);
	at = (size_t)snprintf(to, size, "%s:", algs[d->alg].name);
	for (unsigned int i = 0; i < len && at + 2 < size; i++, at += 2)
		snprintf(to + at, size - at, "%02x", bytes[i]);
	return 0;
}

void
digest_free(struct digest *d)
{
	if (!d)
		return;
	d->lib->EVP_MD_CTX_free(d->ctx);
	free(d);
}
