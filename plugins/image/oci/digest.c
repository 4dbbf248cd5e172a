/* Content digests: "sha256:<hex>".
 * SPDX-License-Identifier: Apache-2.0 */
#include "digest.h"

#include <stdio.h>
#include <string.h>

#include <openssl/evp.h>

static const struct algorithm {
	const char *name;
	size_t n_digits;
} algorithms[] = {{"sha256", 64}, {"sha512", 128}};

static const struct algorithm *
algorithm_of(const char *s)
{
	const char *colon = strchr(s, ':');

	for (size_t i = 0; colon && i < 2; i++)
		if (strlen(algorithms[i].name) == (size_t)(colon - s) &&
		    strncmp(s, algorithms[i].name, (size_t)(colon - s)) == 0)
			return &algorithms[i];
	return NULL;
}

/* image-spec, descriptor.md: components of [a-z0-9]+ joined by one of [+._-],
 * a colon, and at least one of [a-zA-Z0-9=_-]. */
bool
digest_is_valid(const char *s)
{
	static const char small[] = "abcdefghijklmnopqrstuvwxyz0123456789";
	size_t n;

	do {
		n = strspn(s, small);
		if (n == 0)
			return false;
		s += n;
	} while (*s != '\0' && strchr("+._-", *s) && s++);
	if (*s++ != ':')
		return false;
	n = strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789"
		      "ABCDEFGHIJKLMNOPQRSTUVWXYZ=_-");
	return n > 0 && s[n] == '\0';
}

bool
digest_is_known(const char *s)
{
	const struct algorithm *a = algorithm_of(s);
	const char *digits = a ? s + strlen(a->name) + 1 : NULL;

	return a && strlen(digits) == a->n_digits &&
	       strspn(digits, "0123456789abcdef") == a->n_digits;
}

int
digest_of(const char *like, const void *data, size_t len,
	  char ret[DIGEST_TEXT_MAX])
{
	const struct algorithm *a = algorithm_of(like);
	const EVP_MD *md = a ? EVP_get_digestbyname(a->name) : NULL;
	unsigned char sum[EVP_MAX_MD_SIZE];
	unsigned int n;
	int at;

	if (!md || !EVP_Digest(data, len, sum, &n, md, NULL))
		return -1;
	at = snprintf(ret, DIGEST_TEXT_MAX, "%s:", a->name);
	for (unsigned int i = 0; i < n; i++)
		at += snprintf(ret + at, DIGEST_TEXT_MAX - (size_t)at, "%02x",
			       sum[i]);
	return 0;
}
