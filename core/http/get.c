/* Small documents, whole.
 * SPDX-License-Identifier: Apache-2.0 */
#include "internal.h"

#include <stdlib.h>

#include "core/base/cleanup.h"

static int
take_body(struct transfer *t, size_t max, struct strbuf *body, struct error *e)
{
	const uint8_t *piece;
	size_t len;

	do {
		if (transfer_next(t, &piece, &len, e) < 0)
			return -1;
		if (body->len + len > max)
			return error_set(e, RKT_ERR_INPUT,
					 "%.200s: the document is larger than "
					 "%zu bytes",
					 t->response.url, max);
		strbuf_add(body, piece, len);
	} while (len > 0);
	return 0;
}

int
http_get(struct http *h, const struct http_request *request, size_t max,
	 struct http_response *ret, struct error *e)
{
	auto_strbuf struct strbuf body = {0};
	struct transfer t;
	int rc;

	for (unsigned int n = 1;; n++) {
		if (request_send(h, request, 0, NULL, &t, e) < 0)
			return -1;
		rc = take_body(&t, max, &body, e);
		if (rc == 0 || !t.is_passing || !retry_wait(h, n, NULL))
			break;
		request_end(h, &t);
		strbuf_done(&body);
		error_clear(e);
	}
	if (rc == 0) {
		*ret = t.response;
		t.response = (struct http_response){0};
		ret->body_len = body.len;
		ret->body = strbuf_take(&body);
	}
	request_end(h, &t);
	return rc;
}
