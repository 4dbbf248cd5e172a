/* One exchange with a server: a request, its status, the body piece by piece.
 * SPDX-License-Identifier: Apache-2.0 */
#include <config.h>

#include "transfer.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/base/alloc.h"
#include "core/base/cleanup.h"

#define BUFFERED_MAX       ((size_t)1 << 20)
#define RECEIVE_SIZE       (256L << 10)
#define CONNECT_SECONDS    30L
#define SILENCE_SECONDS    60L
#define POLL_MS            1000
#define HEADERS_MAX        200u
#define STATUS_IS_FINAL(s) ((s) >= 200)
#define AWS_REGION_DEFAULT "us-east-1"

/* ---- handles ---------------------------------------------------------------
 */

struct handle *
handle_new(const struct lib_curl *curl)
{
	struct handle *handle = xcalloc(1, sizeof(*handle));

	handle->easy = curl->curl_easy_init();
	handle->multi = curl->curl_multi_init();
	if (!handle->easy || !handle->multi)
		abort();
	return handle;
}

void
handle_free(const struct lib_curl *curl, struct handle *handle)
{
	if (!handle)
		return;
	curl->curl_easy_cleanup(handle->easy);
	curl->curl_multi_cleanup(handle->multi);
	free(handle);
}

/* ---- what libcurl calls ----------------------------------------------------
 */

static void
begin_response(struct transfer *t, const char *line, size_t len)
{
	const char *space = memchr(line, ' ', len);

	/* Informational and proxy responses come before the one that counts. */
	json_decref(t->response.headers);
	t->response.headers = json_object();
	t->response.status = space ? atoi(space + 1) : 0;
}

static void
add_header(struct transfer *t, const char *line, size_t len)
{
	const char *colon = memchr(line, ':', len);
	autofree char *name = NULL;
	json_t *value;

	if (!colon || json_object_size(t->response.headers) >= HEADERS_MAX)
		return;
	name = xstrndup(line, (size_t)(colon - line));
	for (char *c = name; *c; c++)
		*c = (char)tolower((unsigned char)*c);
	len -= (size_t)(colon + 1 - line);
	for (colon++; len > 0 && isspace((unsigned char)*colon); len--)
		colon++;
	while (len > 0 && isspace((unsigned char)colon[len - 1]))
		len--;
	/* Several challenges may come in several headers (RFC 9110, 5.3). */
	if (strcmp(name, "www-authenticate") == 0 &&
	    json_object_get(t->response.headers, name)) {
		value = json_sprintf("%s, %.*s",
				     json_string_at(t->response.headers, name),
				     (int)len, colon);
	} else {
		value = json_stringn(colon, len);
	}
	if (value)
		json_object_set_new(t->response.headers, name, value);
}

static size_t
on_header(char *line, size_t size, size_t n, void *data)
{
	struct transfer *t = data;
	size_t len = size * n;

	if (len >= 5 && strncmp(line, "HTTP/", 5) == 0)
		begin_response(t, line, len);
	else
		add_header(t, line, len);
	return len;
}

static size_t
on_body(char *bytes, size_t size, size_t n, void *data)
{
	struct transfer *t = data;
	size_t len = size * n;

	if (t->body.len >= BUFFERED_MAX) {
		t->is_paused = true;
		return CURL_WRITEFUNC_PAUSE;
	}
	strbuf_add(&t->body, bytes, len);
	return len;
}

/* ---- what libcurl is told --------------------------------------------------
 */

static void
add_line(struct transfer *t, const char *line)
{
	t->list = t->curl->curl_slist_append(t->list, line);
	if (!t->list)
		abort();
}

static void
set_headers(struct transfer *t, const struct exchange *x)
{
	for (size_t i = 0; x->headers && x->headers[i]; i++)
		add_line(t, x->headers[i]);
	/* The digest is of the bytes as they lie on the server. */
	add_line(t, "Accept-Encoding: identity");
	if (x->authorization) {
		autofree char *line =
			xasprintf("Authorization: %s", x->authorization);
		add_line(t, line);
	}
	if (x->offset > 0 && x->if_range) {
		autofree char *line = xasprintf("If-Range: %s", x->if_range);
		add_line(t, line);
	}
	t->curl->curl_easy_setopt(t->handle->easy, CURLOPT_HTTPHEADER, t->list);
}

static void
set_site(struct transfer *t, const struct http_site *site)
{
	const struct lib_curl *curl = t->curl;
	CURL *easy = t->handle->easy;

	if (site->any_certificate) {
		curl->curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 0L);
		curl->curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 0L);
	}
	if (site->authorities) {
		struct curl_blob blob = {site->authorities,
					 strlen(site->authorities),
					 CURL_BLOB_COPY};

		curl->curl_easy_setopt(easy, CURLOPT_CAINFO_BLOB, &blob);
		curl->curl_easy_setopt(easy, CURLOPT_CAPATH, "/etc/ssl/certs");
	}
	if (site->certificate) {
		curl->curl_easy_setopt(easy, CURLOPT_SSLCERT,
				       site->certificate);
		curl->curl_easy_setopt(easy, CURLOPT_SSLKEY, site->key);
	}
}

static void
set_aws(struct transfer *t, const struct http_credential *c)
{
	const struct lib_curl *curl = t->curl;
	CURL *easy = t->handle->easy;
	autofree char *provider = xasprintf(
		"aws:amz:%s:s3", c->region ? c->region : AWS_REGION_DEFAULT);

	curl->curl_easy_setopt(easy, CURLOPT_AWS_SIGV4, provider);
	curl->curl_easy_setopt(easy, CURLOPT_USERNAME, c->user);
	curl->curl_easy_setopt(easy, CURLOPT_PASSWORD, c->secret);
}

static void
set_limits(struct transfer *t)
{
	const struct lib_curl *curl = t->curl;
	CURL *easy = t->handle->easy;

	curl->curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
	curl->curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT, CONNECT_SECONDS);
	curl->curl_easy_setopt(easy, CURLOPT_LOW_SPEED_LIMIT, 1L);
	curl->curl_easy_setopt(easy, CURLOPT_LOW_SPEED_TIME, SILENCE_SECONDS);
	curl->curl_easy_setopt(easy, CURLOPT_BUFFERSIZE, RECEIVE_SIZE);
	curl->curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
	curl->curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
	curl->curl_easy_setopt(easy, CURLOPT_USERAGENT, "rkt/" VERSION_FULL);
}

static void
set_all(struct transfer *t, const struct exchange *x)
{
	const struct lib_curl *curl = t->curl;
	CURL *easy = t->handle->easy;

	set_limits(t);
	set_headers(t, x);
	set_site(t, x->site);
	if (x->aws)
		set_aws(t, x->aws);
	if (x->form)
		curl->curl_easy_setopt(easy, CURLOPT_COPYPOSTFIELDS, x->form);
	if (x->offset > 0) {
		autofree char *range =
			xasprintf("%llu-", (unsigned long long)x->offset);

		curl->curl_easy_setopt(easy, CURLOPT_RANGE, range);
	}
	curl->curl_easy_setopt(easy, CURLOPT_URL, x->url);
	curl->curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, t->why);
	curl->curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header);
	curl->curl_easy_setopt(easy, CURLOPT_HEADERDATA, t);
	curl->curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
	curl->curl_easy_setopt(easy, CURLOPT_WRITEDATA, t);
}

/* ---- the exchange ----------------------------------------------------------
 */

static bool
may_pass(CURLcode code)
{
	switch (code) {
	case CURLE_COULDNT_CONNECT:
	case CURLE_OPERATION_TIMEDOUT:
	case CURLE_GOT_NOTHING:
	case CURLE_SEND_ERROR:
	case CURLE_RECV_ERROR:
	case CURLE_PARTIAL_FILE:
	case CURLE_HTTP2:
	case CURLE_HTTP2_STREAM:
		return true;
	default:
		return false;
	}
}

/* What came before the failure is given first: it need not come again. */
static int
check_result(struct transfer *t, struct error *e)
{
	CURLcode code = t->result;
	const char *why =
		t->why[0] != '\0' ? t->why : t->curl->curl_easy_strerror(code);

	if (code == CURLE_OK || t->body.len > 0)
		return 0;
	t->is_passing = may_pass(code);
	return error_set(e, RKT_ERR_SYSTEM, "%.200s: %.250s", t->response.url,
			 why);
}

/* Let libcurl work until something came, or until all is over. */
static int
step(struct transfer *t, struct error *e)
{
	const struct lib_curl *curl = t->curl;
	int n_running = 0, n_left;
	CURLMcode rc;
	CURLMsg *message;

	if (t->is_paused) {
		t->is_paused = false;
		curl->curl_easy_pause(t->handle->easy, CURLPAUSE_CONT);
	}
	rc = curl->curl_multi_perform(t->handle->multi, &n_running);
	while (rc == CURLM_OK && (message = curl->curl_multi_info_read(
					  t->handle->multi, &n_left))) {
		if (message->msg != CURLMSG_DONE)
			continue;
		t->is_over = true;
		t->result = message->data.result;
	}
	if (rc == CURLM_OK && !t->is_over && t->body.len == 0)
		rc = curl->curl_multi_poll(t->handle->multi, NULL, 0, POLL_MS,
					   NULL);
	if (rc != CURLM_OK)
		return error_set(e, RKT_ERR_SYSTEM, "%.200s: %s",
				 t->response.url,
				 curl->curl_multi_strerror(rc));
	return 0;
}

int
transfer_begin(struct transfer *t, const struct lib_curl *curl,
	       struct handle *handle, const struct exchange *x, struct error *e)
{
	*t = (struct transfer){.curl = curl, .handle = handle};
	t->response.url = xstrdup(x->url);
	t->response.headers = json_object();
	set_all(t, x);
	curl->curl_multi_add_handle(handle->multi, handle->easy);
	/* The body's first piece, or the end, says that the headers are done.
	 */
	while (!t->is_over && t->body.len == 0)
		if (step(t, e) < 0)
			return -1;
	return check_result(t, e);
}

int
transfer_next(struct transfer *t, const uint8_t **ret, size_t *ret_len,
	      struct error *e)
{
	if (t->is_given)
		t->body.len = 0;
	t->is_given = false;
	while (t->body.len == 0 && !t->is_over)
		if (step(t, e) < 0)
			return -1;
	if (check_result(t, e) < 0)
		return -1;
	t->is_given = true;
	*ret = (const uint8_t *)t->body.text;
	*ret_len = t->body.len;
	return 0;
}

void
transfer_end(struct transfer *t, bool *ret_clean)
{
	*ret_clean = t->is_over && t->result == CURLE_OK;
	if (!t->handle)
		return;
	t->curl->curl_multi_remove_handle(t->handle->multi, t->handle->easy);
	t->curl->curl_easy_reset(t->handle->easy);
	t->curl->curl_slist_free_all(t->list);
	strbuf_done(&t->body);
	http_response_done(&t->response);
	t->handle = NULL;
	t->list = NULL;
}
