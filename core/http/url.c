/* URLs taken apart by libcurl's own parser.
 * SPDX-License-Identifier: Apache-2.0 */
#include "url.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/alloc.h"
#include "core/base/cleanup.h"
#include "lib-curl.h"

static char *
part(const struct lib_curl *curl, CURLU *u, CURLUPart what, unsigned int flags)
{
	char *text = NULL;
	char *copy;

	if (curl->curl_url_get(u, what, &text, flags) != CURLUE_OK)
		return NULL;
	copy = xstrdup(text);
	curl->curl_free(text);
	return copy;
}

static int
take_apart(const struct lib_curl *curl, CURLU *u, const char *text,
	   struct url *ret, struct error *e)
{
	autofree char *user = part(curl, u, CURLUPART_USER, 0);
	autofree char *host = part(curl, u, CURLUPART_HOST, 0);
	autofree char *written = part(curl, u, CURLUPART_PORT, 0);
	autofree char *port = part(curl, u, CURLUPART_PORT, CURLU_DEFAULT_PORT);
	autofree char *scheme = part(curl, u, CURLUPART_SCHEME, 0);
	autofree char *whole = part(curl, u, CURLUPART_URL, 0);

	if (!host || !port || !scheme || !whole ||
	    (strcmp(scheme, "http") != 0 && strcmp(scheme, "https") != 0))
		return error_set(e, RKT_ERR_INPUT,
				 "\"%.300s\" is not an http or https URL",
				 text);
	if (user)
		return error_set(e, RKT_ERR_INPUT,
				 "\"%.300s\": a user name in a URL is not "
				 "allowed",
				 text);
	ret->origin = xasprintf("%s://%s:%s", scheme, host, port);
	ret->host = written ? xasprintf("%s:%s", host, written) : xstrdup(host);
	ret->scheme = steal(scheme);
	ret->text = steal(whole);
	return 0;
}

static int
parse(const char *base, const char *text, struct url *ret, struct error *e)
{
	const struct lib_curl *curl;
	CURLUcode rc = CURLUE_OK;
	CURLU *u;
	int result;

	if (lib_curl_open(&curl, e) < 0)
		return -1;
	u = curl->curl_url();
	if (base)
		rc = curl->curl_url_set(u, CURLUPART_URL, base, 0);
	if (rc == CURLUE_OK)
		rc = curl->curl_url_set(u, CURLUPART_URL, text,
					base ? CURLU_URLENCODE : 0);
	if (rc == CURLUE_OK)
		result = take_apart(curl, u, text, ret, e);
	else
		result = error_set(e, RKT_ERR_INPUT, "\"%.300s\": %s", text,
				   curl->curl_url_strerror(rc));
	curl->curl_url_cleanup(u);
	return result;
}

int
url_parse(const char *text, struct url *ret, struct error *e)
{
	return parse(NULL, text, ret, e);
}

int
url_resolve(const char *base, const char *reference, struct url *ret,
	    struct error *e)
{
	return parse(base, reference, ret, e);
}

bool
url_is_https(const struct url *u)
{
	return strcmp(u->scheme, "https") == 0;
}

void
url_done(struct url *u)
{
	free(u->text);
	free(u->scheme);
	free(u->host);
	free(u->origin);
	*u = (struct url){0};
}
