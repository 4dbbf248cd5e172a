/* One exchange with a server: a request, its status, the body piece by piece.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CORE_HTTP_TRANSFER_H
#define CORE_HTTP_TRANSFER_H

#include "core/base/strbuf.h"
#include "http.h"
#include "lib-curl.h"

/* A handle of libcurl with its connections; taken from a pool. */
struct handle {
	CURL *easy;
	CURLM *multi;
	struct handle *next;
};
struct handle *handle_new(const struct lib_curl *curl);
void handle_free(const struct lib_curl *curl, struct handle *handle);

/* What goes over the wire; all borrowed. */
struct exchange {
	const char *url;
	const char *const *headers;
	const char *authorization;         /* value of the header, or NULL    */
	const struct http_credential *aws; /* to sign with, or NULL           */
	const struct http_site *site;
	const char *form;                  /* POST this instead of GET        */
	uint64_t offset;                   /* > 0: Range                      */
	const char *if_range;
};

struct transfer {
	const struct lib_curl *curl;
	struct handle *handle;
	struct curl_slist *list;
	struct http_response response;
	struct strbuf body; /* came, and not yet taken */
	bool is_given;      /* `body` was lent by the last next() */
	bool is_paused, is_over;
	CURLcode result;    /* when it is over */
	bool is_passing;    /* the failure may not come again */
	char why[CURL_ERROR_SIZE];
};

/* Up to the end of the headers.  On failure `is_passing` is set, and the
 * transfer is to be ended as well. */
int transfer_begin(struct transfer *t, const struct lib_curl *curl,
		   struct handle *handle, const struct exchange *x,
		   struct error *e);
int transfer_next(struct transfer *t, const uint8_t **ret, size_t *ret_len,
		  struct error *e);
/* Leaves the handle to the caller: *ret_clean says whether it may serve
 * again. */
void transfer_end(struct transfer *t, bool *ret_clean);

#endif
