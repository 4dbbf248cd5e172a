/* One request with all its detours: redirects, challenges, tries over again.
 * SPDX-License-Identifier: Apache-2.0 */
#include "internal.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/cleanup.h"
#include "core/base/log.h"

#define REDIRECTS_MAX   10
#define TRIES_MAX       5
#define RETRY_MS        2000u
#define RETRY_MS_MAX    60000u
#define RETRY_AFTER_MAX 120L

/* ---- waiting ---------------------------------------------------------------
 */

bool
status_may_pass(int status)
{
	return status == 429 || (status >= 502 && status <= 504);
}

/* Seconds, or the date when it is worth to try again; -1: not said. */
static long
retry_after(const struct http *h, const struct http_response *response)
{
	const char *text =
		response ? http_header(response, "retry-after") : NULL;
	char *end;
	long seconds;
	time_t date;

	if (!text)
		return -1;
	seconds = strtol(text, &end, 10);
	if (end != text && *end == '\0')
		return seconds < 0 ? -1 : seconds;
	date = h->curl->curl_getdate(text, NULL);
	if (date == (time_t)-1)
		return -1;
	date -= time(NULL);
	return date < 0 ? 0 : (long)date;
}

bool
retry_wait(const struct http *h, unsigned int n,
	   const struct http_response *response)
{
	long wanted = retry_after(h, response);
	uint64_t ms = h->options.retry_ms ? h->options.retry_ms : RETRY_MS;
	struct timespec t;

	if (n >= TRIES_MAX || wanted > RETRY_AFTER_MAX)
		return false;
	ms <<= n - 1;
	if (ms > RETRY_MS_MAX)
		ms = RETRY_MS_MAX;
	if (wanted >= 0)
		ms = (uint64_t)wanted * 1000;
	log_debug("http", "trying again in %llu ms", (unsigned long long)ms);
	t = (struct timespec){.tv_sec = (time_t)(ms / 1000),
			      .tv_nsec = (long)(ms % 1000) * 1000000};
	while (nanosleep(&t, &t) < 0)
		;
	return true;
}

/* ---- the way to one response -----------------------------------------------
 */

struct way {
	struct http *http;
	const struct http_request *request;
	uint64_t offset;
	const char *if_range;
	struct url first, here;
	char *authorization; /* for the first origin only */
	struct http_credential credential;
	int n_redirects;
	bool is_answered; /* the challenge */
};

static void
way_done(struct way *w)
{
	url_done(&w->first);
	url_done(&w->here);
	free(w->authorization);
	http_credential_done(&w->credential);
}

/* Unasked, credentials go by https only. */
static int
way_credentials(struct way *w, struct error *e)
{
	const struct http_request *r = w->request;

	if (r->auth == HTTP_AUTH_ASKED)
		w->authorization =
			token_cached(w->http, w->first.origin, r->scope);
	if (r->auth != HTTP_AUTH_SENT || !url_is_https(&w->first))
		return 0;
	if (credential_find(w->http, w->first.host, r->subject, &w->credential,
			    e) < 0)
		return -1;
	if (w->credential.kind == HTTP_CREDENTIAL_BASIC)
		w->authorization = authorization_basic(&w->credential);
	else if (w->credential.kind == HTTP_CREDENTIAL_BEARER)
		w->authorization = xasprintf("Bearer %s", w->credential.secret);
	return 0;
}

static bool
is_home(const struct way *w)
{
	return strcmp(w->first.origin, w->here.origin) == 0;
}

static int
way_step(struct way *w, struct transfer *t, struct error *e)
{
	const struct http_credential *c = &w->credential;
	struct exchange x = {
		.url = w->here.text,
		.headers = w->request->headers,
		.offset = w->offset,
		.if_range = w->if_range,
	};

	if (site_find(w->http, w->here.host, &x.site, e) < 0)
		return -1;
	if (is_home(w)) {
		x.authorization = w->authorization;
		x.aws = c->kind == HTTP_CREDENTIAL_AWS ? c : NULL;
	}
	log_debug("http", "GET %s", w->here.text);
	return transfer_begin(t, w->http->curl, handle_take(w->http), &x, e);
}

static bool
is_redirect(const struct http_response *r)
{
	int s = r->status;

	return (s == 301 || s == 302 || s == 303 || s == 307 || s == 308) &&
	       http_header(r, "location");
}

static int
way_redirect(struct way *w, const struct http_response *r, struct error *e)
{
	const struct http_site *site;
	struct url next = {0};

	if (++w->n_redirects > REDIRECTS_MAX)
		return error_set(e, RKT_ERR_INPUT, "too many redirects");
	if (url_resolve(w->here.text, http_header(r, "location"), &next, e) < 0)
		return error_prefix(e, "redirected from %.200s", w->here.text);
	if (site_find(w->http, next.host, &site, e) < 0) {
		url_done(&next);
		return -1;
	}
	if (url_is_https(&w->here) && !url_is_https(&next) &&
	    !site->plain_allowed) {
		url_done(&next);
		return error_set(e, RKT_ERR_UNTRUSTED,
				 "'%.200s' redirects to a connection without "
				 "encryption",
				 w->here.text);
	}
	url_done(&w->here);
	w->here = next;
	return 0;
}

static int
way_answer(struct way *w, const struct http_response *r, bool *ret_again,
	   struct error *e)
{
	const char *header = http_header(r, "www-authenticate");
	char *authorization = NULL;

	*ret_again = false;
	if (r->status != 401 || w->request->auth != HTTP_AUTH_ASKED ||
	    w->is_answered || !is_home(w) || !header)
		return 0;
	if (challenge_answer(w->http, &w->here, w->request, header,
			     &authorization, e) < 0)
		return -1;
	free(w->authorization);
	w->authorization = authorization;
	w->is_answered = true;
	*ret_again = authorization != NULL;
	return 0;
}

/* *ret_again: this response is only a sign on the way. */
static int
way_go_on(struct way *w, const struct http_response *r, bool *ret_again,
	  struct error *e)
{
	if (!is_redirect(r))
		return way_answer(w, r, ret_again, e);
	*ret_again = true;
	return way_redirect(w, r, e);
}

static int
way_go(struct way *w, struct transfer *t, struct error *e)
{
	bool again = true;

	while (again) {
		if (way_step(w, t, e) < 0)
			return -1;
		if (way_go_on(w, &t->response, &again, e) < 0)
			return -1;
		if (again)
			request_end(w->http, t);
	}
	return 0;
}

/* ---- the request -----------------------------------------------------------
 */

void
request_end(struct http *h, struct transfer *t)
{
	struct handle *handle = t->handle;
	bool is_clean;

	if (!handle)
		return;
	transfer_end(t, &is_clean);
	handle_give(h, handle, is_clean);
}

static int
send_once(struct http *h, const struct http_request *request, uint64_t offset,
	  const char *if_range, struct transfer *ret, struct error *e)
{
	struct way w = {.http = h,
			.request = request,
			.offset = offset,
			.if_range = if_range};
	int rc = url_parse(request->url, &w.first, e);

	*ret = (struct transfer){0};
	if (rc == 0)
		rc = url_parse(request->url, &w.here, e);
	if (rc == 0)
		rc = way_credentials(&w, e);
	if (rc == 0)
		rc = way_go(&w, ret, e);
	way_done(&w);
	return rc;
}

int
request_send(struct http *h, const struct http_request *request,
	     uint64_t offset, const char *if_range, struct transfer *ret,
	     struct error *e)
{
	if (!h->curl && lib_curl_open(&h->curl, e) < 0)
		return -1;
	for (unsigned int n = 1;; n++) {
		int rc = send_once(h, request, offset, if_range, ret, e);
		bool may_pass = rc < 0 ? ret->is_passing
				       : status_may_pass(ret->response.status);

		if (!may_pass && rc == 0)
			return 0;
		if (!may_pass ||
		    !retry_wait(h, n, rc == 0 ? &ret->response : NULL)) {
			if (rc < 0)
				request_end(h, ret);
			return rc;
		}
		request_end(h, ret);
		error_clear(e);
	}
}
