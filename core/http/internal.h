/* What the parts of core/http share.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CORE_HTTP_INTERNAL_H
#define CORE_HTTP_INTERNAL_H

#include <pthread.h>
#include <time.h>

#include "core/base/vec.h"
#include "http.h"
#include "transfer.h"
#include "url.h"

/* A token as a registry's token server gave it. */
struct token {
	char *key; /* origin of the registry, a space, the scope asked for */
	char *authorization;
	time_t expires; /* by the monotonic clock */
};
VEC(tokens, struct token);

struct site_entry {
	char *host;
	struct http_site site;
};
VEC(sites, struct site_entry *);

struct http {
	struct http_options options;
	const struct lib_curl *curl;

	pthread_mutex_t lock; /* of what follows */
	struct handle *idle;
	struct tokens tokens;
	struct sites sites;
};

/* Borrowed for the life of `h`. */
int site_find(struct http *h, const char *host, const struct http_site **ret,
	      struct error *e);
int credential_find(struct http *h, const char *host, const char *path,
		    struct http_credential *ret, struct error *e);

struct handle *handle_take(struct http *h);
void handle_give(struct http *h, struct handle *handle, bool is_clean);

/* "Basic dXNlcjpwYXNz" */
char *authorization_basic(const struct http_credential *c);

/* The cached header for requests of `scope` to `origin`, owned; or NULL. */
char *token_cached(struct http *h, const char *origin, const char *scope);
/* Answer the challenges of a 401 from `url`: *ret_authorization, owned; NULL
 * when there is nothing to answer with. */
int challenge_answer(struct http *h, const struct url *url,
		     const struct http_request *request, const char *header,
		     char **ret_authorization, struct error *e);

/* Redirects, credentials and tries over again, up to a response that is the
 * caller's to judge.  `offset` stands for the request's own. */
int request_send(struct http *h, const struct http_request *request,
		 uint64_t offset, const char *if_range,
		 struct transfer *ret, struct error *e);
/* End a transfer, and keep its connection if it may serve again. */
void request_end(struct http *h, struct transfer *t);

/* Wait before try number `n`, from 1 on, for as long as the server wants, if
 * it says so; false: it has been tried often enough. */
bool retry_wait(const struct http *h, unsigned int n,
		const struct http_response *response);
bool status_may_pass(int status);

#endif
