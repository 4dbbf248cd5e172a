/* Bodies piece by piece, going on after a break.
 * SPDX-License-Identifier: Apache-2.0 */
#include "internal.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/cleanup.h"
#include "core/base/log.h"

/* A break after less than this counts as one of the same trouble. */
#define PROGRESS_MIN ((uint64_t)1 << 20)

struct http_stream {
	struct http *http;
	struct http_request request; /* its texts are owned */
	char *etag;                  /* a strong one, or NULL */
	struct transfer transfer;
	uint64_t at;   /* position in the whole of the next byte to give  */
	uint64_t skip; /* bytes that come again and are not given         */
	uint64_t broke_at;
	unsigned int n_breaks;
	bool is_ended;
};

/* ---- where the body begins -------------------------------------------------
 */

/* "bytes 100-199/200": the first number; UINT64_MAX if it is no such thing. */
static uint64_t
range_start(const char *header)
{
	unsigned long long start;

	if (!header || sscanf(header, "bytes %llu-", &start) != 1)
		return UINT64_MAX;
	return start;
}

/* A server that knows no ranges sends all from the beginning. */
static int
check_begin(struct http_stream *s, uint64_t wanted, struct error *e)
{
	const struct http_response *r = &s->transfer.response;
	uint64_t start = 0;

	if (r->status == 206)
		start = range_start(http_header(r, "content-range"));
	if (start > wanted)
		return error_set(e, RKT_ERR_INPUT,
				 "%.200s: the server sends another part than "
				 "the one it was asked for",
				 r->url);
	s->skip = wanted - start;
	return 0;
}

static int
check_length(struct http_stream *s, struct error *e)
{
	const struct http_response *r = &s->transfer.response;
	const char *text = http_header(r, "content-length");
	uint64_t len = text ? strtoull(text, NULL, 10) : 0;

	if (!text || s->request.size == 0 ||
	    len + s->at - s->skip == s->request.size)
		return 0;
	return error_set(e, RKT_ERR_UNTRUSTED,
			 "%.200s: has %llu bytes, not the announced %llu",
			 r->url, (unsigned long long)(len + s->at - s->skip),
			 (unsigned long long)s->request.size);
}

static bool
has_body(const struct http_stream *s)
{
	int status = s->transfer.response.status;

	return status == 200 || status == 206;
}

static void
keep_etag(struct http_stream *s)
{
	const char *etag = http_header(&s->transfer.response, "etag");

	free(s->etag);
	s->etag = etag && etag[0] == '"' ? xstrdup(etag) : NULL;
}

/* ---- breaks ----------------------------------------------------------------
 */

/* Without a size or a strong ETag nobody can tell whether it is the same. */
static bool
can_go_on(const struct http_stream *s)
{
	return s->transfer.is_passing && (s->request.size > 0 || s->etag);
}

static int
go_on(struct http_stream *s, struct error *e)
{
	struct error why = *e;

	if (!can_go_on(s))
		return -1;
	s->n_breaks = s->at - s->broke_at >= PROGRESS_MIN ? 1 : s->n_breaks + 1;
	s->broke_at = s->at;
	if (!retry_wait(s->http, s->n_breaks, NULL))
		return -1;
	log_debug("http", "going on at byte %llu of %s",
		  (unsigned long long)s->at, s->request.url);
	request_end(s->http, &s->transfer);
	error_clear(e);
	if (request_send(s->http, &s->request, s->at, s->etag, &s->transfer,
			 e) < 0)
		return -1;
	if (has_body(s))
		return check_begin(s, s->at, e);
	*e = why;
	return -1;
}

/* ---- pieces ----------------------------------------------------------------
 */

static int
check_end(struct http_stream *s, struct error *e)
{
	s->is_ended = true;
	if (s->request.size == 0 || s->at == s->request.size)
		return 0;
	return error_set(e, RKT_ERR_UNTRUSTED,
			 "%.200s: ends after %llu of %llu bytes",
			 s->request.url, (unsigned long long)s->at,
			 (unsigned long long)s->request.size);
}

static int
next_piece(struct http_stream *s, const uint8_t **ret, size_t *ret_len,
	   struct error *e)
{
	while (transfer_next(&s->transfer, ret, ret_len, e) < 0)
		if (go_on(s, e) < 0)
			return -1;
	return 0;
}

int
http_stream_next(struct http_stream *s, const uint8_t **ret, size_t *ret_len,
		 struct error *e)
{
	const uint8_t *piece = NULL;
	size_t len = 0, skipped = 0;

	*ret_len = 0;
	if (s->is_ended)
		return 0;
	do {
		if (next_piece(s, &piece, &len, e) < 0)
			return -1;
		skipped = len < s->skip ? len : (size_t)s->skip;
		s->skip -= skipped;
	} while (len > 0 && skipped == len);
	if (len == 0)
		return check_end(s, e);
	s->at += len - skipped;
	if (s->request.size > 0 && s->at > s->request.size)
		return error_set(e, RKT_ERR_UNTRUSTED,
				 "%.200s: sends more than the announced %llu "
				 "bytes",
				 s->request.url,
				 (unsigned long long)s->request.size);
	*ret = piece + skipped;
	*ret_len = len - skipped;
	return 0;
}

/* ---- the stream ------------------------------------------------------------
 */

static char *
dup_or_null(const char *s)
{
	return s ? xstrdup(s) : NULL;
}

static void
keep_request(struct http_stream *s, const struct http_request *r)
{
	size_t n = 0;
	char **headers;

	s->request = *r;
	s->request.url = xstrdup(r->url);
	s->request.subject = dup_or_null(r->subject);
	s->request.scope = dup_or_null(r->scope);
	s->request.if_range = dup_or_null(r->if_range);
	while (r->headers && r->headers[n])
		n++;
	headers = xcalloc(n + 1, sizeof(*headers));
	for (size_t i = 0; i < n; i++)
		headers[i] = xstrdup(r->headers[i]);
	s->request.headers = (const char *const *)headers;
}

static void
drop_request(struct http_stream *s)
{
	char **headers = (char **)(uintptr_t)s->request.headers;

	for (size_t i = 0; headers[i]; i++)
		free(headers[i]);
	free(headers);
	free((char *)(uintptr_t)s->request.url);
	free((char *)(uintptr_t)s->request.subject);
	free((char *)(uintptr_t)s->request.scope);
	free((char *)(uintptr_t)s->request.if_range);
}

int
http_stream_open(struct http *h, const struct http_request *request,
		 struct http_stream **ret, struct error *e)
{
	struct http_stream *s = xcalloc(1, sizeof(*s));

	s->http = h;
	keep_request(s, request);
	s->at = s->broke_at = request->offset;
	if (request_send(h, &s->request, s->at, s->request.if_range,
			 &s->transfer, e) < 0)
		goto failed;
	keep_etag(s);
	if (has_body(s) &&
	    (check_begin(s, s->at, e) < 0 || check_length(s, e) < 0))
		goto failed;
	s->transfer.response.offset = s->at;
	*ret = s;
	return 0;

	/* One way out for what is half made. */
failed:
	http_stream_close(s);
	return -1;
}

const struct http_response *
http_stream_response(const struct http_stream *s)
{
	return &s->transfer.response;
}

void
http_stream_close(struct http_stream *s)
{
	if (!s)
		return;
	request_end(s->http, &s->transfer);
	drop_request(s);
	free(s->etag);
	free(s);
}
