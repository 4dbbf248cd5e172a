/* Getting documents and blobs by HTTP and HTTPS.
 * SPDX-License-Identifier: Apache-2.0
 *
 * libcurl moves the bytes; redirects, credentials, retries and resuming are
 * decided here, for their rules are rkt's.  Source: RFC 9110, the OCI
 * distribution specification, the token authentication of docker registries. */
#ifndef CORE_HTTP_HTTP_H
#define CORE_HTTP_HTTP_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/json.h"

/* Who the user is to a server.  All owned; zero: nobody. */
enum http_credential_kind {
	HTTP_CREDENTIAL_NONE,
	HTTP_CREDENTIAL_BASIC,    /* user, secret: a password              */
	HTTP_CREDENTIAL_BEARER,   /* secret: sent as it is                 */
	HTTP_CREDENTIAL_IDENTITY, /* secret: an OAuth2 refresh token       */
	HTTP_CREDENTIAL_AWS,      /* user: key ID, secret, region or NULL  */
};
struct http_credential {
	enum http_credential_kind kind;
	char *user, *secret, *region;
};
void http_credential_done(struct http_credential *c);

/* What the configuration says of one server.  All owned. */
struct http_site {
	bool any_certificate;  /* do not check the server's                  */
	bool plain_allowed;    /* http:// may carry what https:// should     */
	char *authorities;     /* PEM, on top of those of the system, or NULL */
	char *certificate;     /* path of the client's own, with `key`       */
	char *key;
};
void http_site_done(struct http_site *s);

/* Where http looks things up; `host` is "example.com" or "example.com:5000" as
 * in the URL, `path` what the request is about ("library/busybox"), or "".
 * Either function may be NULL. */
struct http_directory {
	int (*credential)(void *data, const char *host, const char *path,
			  struct http_credential *ret, struct error *e);
	int (*site)(void *data, const char *host, struct http_site *ret,
		    struct error *e);
	void *data;
};

struct http_options {
	bool any_certificate; /* of every server: --insecure-options=tls  */
	bool plain_allowed;   /* to every server: --insecure-options=http */
	struct http_directory directory;
	unsigned int retry_ms; /* before the first try again; 0: 2000     */
};

/* Connections, tokens, what was looked up.  Any thread may use it; nothing is
 * opened before the first request. */
struct http *http_new(const struct http_options *options);
void http_free(struct http *h);

enum http_auth {
	HTTP_AUTH_NONE,
	HTTP_AUTH_SENT,  /* with the first request, by https only        */
	HTTP_AUTH_ASKED, /* after the server's challenge, as registries do */
};

struct http_request {
	const char *url;
	const char *const *headers; /* "Accept: text/html"..., NULL; or NULL  */
	enum http_auth auth;
	const char *subject; /* path for the directory; NULL: ""              */
	const char *scope;   /* "repository:NAME:pull" for tokens, or NULL    */
	uint64_t offset;     /* first byte wanted; > 0 needs `size`           */
	uint64_t size;       /* of the whole, where it is known; else 0       */
	const char *if_range; /* ETag that the bytes before `offset` had, or NULL */
};

struct http_response {
	int status;
	char *url;       /* after redirects                                  */
	json_t *headers; /* name in lower case -> value, the last one's      */
	uint64_t offset; /* where the body begins in the whole               */
	char *body;      /* http_get() only; ended by NUL                    */
	size_t body_len;
};
/* NULL if the response lacks it; `name` in lower case. */
const char *http_header(const struct http_response *r, const char *name);
void http_response_done(struct http_response *r);

/* A whole document of at most `max` bytes.  Any status is success: the caller
 * knows which are good.  Tries again by itself what may pass: 429, 502 to 504,
 * connections that break. */
int http_get(struct http *h, const struct http_request *request, size_t max,
	     struct http_response *ret, struct error *e);

/* A body piece by piece.  Open returns when the status is known; with 200 or
 * 206 next() yields the bytes from response->offset on, going on by itself
 * after a break where the server can.  More or less than `size` bytes in the
 * whole is an error.  A stream belongs to one thread at a time. */
struct http_stream;
int http_stream_open(struct http *h, const struct http_request *request,
		     struct http_stream **ret, struct error *e);
const struct http_response *http_stream_response(const struct http_stream *s);
/* The next piece, valid until the next call; *ret_len 0 at the end. */
int http_stream_next(struct http_stream *s, const uint8_t **ret,
		     size_t *ret_len, struct error *e);
void http_stream_close(struct http_stream *s);

#endif
