/* Answers to a registry's challenge: passwords, and tokens of token servers.
 * SPDX-License-Identifier: Apache-2.0
 *
 * https://distribution.github.io/distribution/spec/auth/token/ and oauth/ */
#include "internal.h"

#include <stdlib.h>
#include <string.h>

#include "challenge.h"
#include "core/base/cleanup.h"
#include "core/base/log.h"

#define TOKEN_ANSWER_MAX   ((size_t)1 << 20)
#define TOKEN_LIFE_DEFAULT 60
#define TOKEN_LIFE_MAX     86400
#define CLIENT_ID          "rkt"

char *
authorization_basic(const struct http_credential *c)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				     "abcdefghijklmnopqrstuvwxyz0123456789+/";
	autofree char *plain = xasprintf("%s:%s", c->user, c->secret);
	auto_strbuf struct strbuf b = {0};
	size_t len = strlen(plain);

	strbuf_puts(&b, "Basic ");
	for (size_t i = 0; i < len; i += 3) {
		size_t n = len - i < 3 ? len - i : 3;
		uint32_t bits = 0;

		for (size_t j = 0; j < 3; j++)
			bits = bits << 8 |
			       (j < n ? (unsigned char)plain[i + j] : 0u);
		for (size_t j = 0; j < 4; j++)
			strbuf_putc(&b,
				    j <= n ? digits[bits >> (18 - 6 * j) & 63]
					   : '=');
	}
	explicit_bzero(plain, len);
	return strbuf_take(&b);
}

/* ---- tokens once got -------------------------------------------------------
 */

static time_t
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec;
}

static struct token *
token_find(struct http *h, const char *key)
{
	for (size_t i = 0; i < h->tokens.len; i++)
		if (strcmp(h->tokens.items[i].key, key) == 0)
			return &h->tokens.items[i];
	return NULL;
}

char *
token_cached(struct http *h, const char *origin, const char *scope)
{
	autofree char *key = xasprintf("%s %s", origin, scope ? scope : "");
	const struct token *token;
	char *found = NULL;

	pthread_mutex_lock(&h->lock);
	token = token_find(h, key);
	if (token && token->expires > now())
		found = xstrdup(token->authorization);
	pthread_mutex_unlock(&h->lock);
	return found;
}

static void
token_keep(struct http *h, const char *origin, const char *scope,
	   const char *authorization, time_t life)
{
	autofree char *key = xasprintf("%s %s", origin, scope ? scope : "");
	struct token *token;

	pthread_mutex_lock(&h->lock);
	token = token_find(h, key);
	if (!token) {
		vec_push(&h->tokens, ((struct token){.key = steal(key)}));
		token = &h->tokens.items[h->tokens.len - 1];
	}
	free(token->authorization);
	token->authorization = xstrdup(authorization);
	token->expires = now() + life;
	pthread_mutex_unlock(&h->lock);
}

/* ---- asking the token server -----------------------------------------------
 */

static void
add_field(const struct lib_curl *curl, struct strbuf *b, const char *name,
	  const char *value)
{
	char *text;

	if (!value || *value == '\0')
		return;
	text = curl->curl_easy_escape(NULL, value, (int)strlen(value));
	if (!text)
		abort();
	strbuf_printf(b, "%s%s=%s", b->len > 0 ? "&" : "", name, text);
	curl->curl_free(text);
}

/* One scope a field: the challenge's, and the caller's where it differs. */
static void
add_scopes(const struct lib_curl *curl, struct strbuf *b,
	   const json_t *challenge, const char *scope)
{
	const char *asked = json_string_at(challenge, "scope");

	add_field(curl, b, "scope", asked);
	if (scope && (!asked || strcmp(asked, scope) != 0))
		add_field(curl, b, "scope", scope);
}

static int
send_for_token(struct http *h, const struct exchange *x, char **ret_body,
	       int *ret_status, struct error *e)
{
	struct transfer t;
	auto_strbuf struct strbuf body = {0};
	const uint8_t *piece;
	size_t len = 1;
	int rc = transfer_begin(&t, h->curl, handle_take(h), x, e);

	while (rc == 0 && len > 0) {
		rc = transfer_next(&t, &piece, &len, e);
		if (rc == 0 && body.len + len > TOKEN_ANSWER_MAX)
			rc = error_set(e, RKT_ERR_INPUT,
				       "the token server's answer is larger "
				       "than 1 MiB");
		if (rc == 0)
			strbuf_add(&body, piece, len);
	}
	if (rc == 0) {
		*ret_status = t.response.status;
		*ret_body = strbuf_take(&body);
	}
	request_end(h, &t);
	return rc;
}

/* The older way, a GET with a password. */
static int
token_get(struct http *h, const char *realm, const json_t *challenge,
	  const char *scope, const struct http_credential *c,
	  const struct http_site *site, char **ret_body, int *ret_status,
	  struct error *e)
{
	auto_strbuf struct strbuf query = {0};
	autofree char *url = NULL;
	autofree char *authorization = NULL;
	struct exchange x = {.site = site};

	add_field(h->curl, &query, "service",
		  json_string_at(challenge, "service"));
	add_scopes(h->curl, &query, challenge, scope);
	if (c->kind == HTTP_CREDENTIAL_BASIC) {
		add_field(h->curl, &query, "account", c->user);
		authorization = authorization_basic(c);
	}
	url = xasprintf("%s%c%s", realm, strchr(realm, '?') ? '&' : '?',
			query.text ? query.text : "");
	x.url = url;
	x.authorization = authorization;
	return send_for_token(h, &x, ret_body, ret_status, e);
}

/* The newer one, a POST with what is called an identity token. */
static int
token_post(struct http *h, const char *realm, const json_t *challenge,
	   const char *scope, const struct http_credential *c,
	   const struct http_site *site, char **ret_body, int *ret_status,
	   struct error *e)
{
	auto_strbuf struct strbuf form = {0};
	const char *asked = json_string_at(challenge, "scope");
	struct exchange x = {.url = realm, .site = site};

	add_field(h->curl, &form, "grant_type", "refresh_token");
	add_field(h->curl, &form, "service",
		  json_string_at(challenge, "service"));
	add_field(h->curl, &form, "client_id", CLIENT_ID);
	add_field(h->curl, &form, "scope", asked ? asked : scope);
	add_field(h->curl, &form, "refresh_token", c->secret);
	x.form = form.text;
	return send_for_token(h, &x, ret_body, ret_status, e);
}

static int
token_read(const char *body, const char *realm, char **ret_authorization,
	   time_t *ret_life, struct error *e)
{
	auto_json json_t *answer = NULL;
	struct error why = ERROR_NONE;
	const char *token = NULL;
	json_int_t life;

	if (json_parse(body, strlen(body), realm, &answer, &why) == 0) {
		token = json_string_at(answer, "token");
		if (!token || *token == '\0')
			token = json_string_at(answer, "access_token");
	}
	if (!token || *token == '\0' || strpbrk(token, "\r\n"))
		return error_set(e, RKT_ERR_INPUT,
				 "the token server at '%.200s' answered "
				 "something that holds no token",
				 realm);
	life = json_integer_value(json_object_get(answer, "expires_in"));
	*ret_life = life < TOKEN_LIFE_DEFAULT ? TOKEN_LIFE_DEFAULT
		    : life > TOKEN_LIFE_MAX   ? TOKEN_LIFE_MAX
					      : (time_t)life;
	*ret_authorization = xasprintf("Bearer %s", token);
	return 0;
}

/* A token server may be reached in the clear only where its registry may. */
static int
realm_check(struct http *h, const struct url *registry, const char *realm,
	    const struct http_site **ret_site, struct error *e)
{
	const struct http_site *registry_site;
	struct url url = {0};
	int rc;

	if (!realm || url_parse(realm, &url, e) < 0)
		return error_set(e, RKT_ERR_INPUT,
				 "'%.200s' asks for a token of no server",
				 registry->host);
	rc = site_find(h, registry->host, &registry_site, e);
	if (rc == 0 && !url_is_https(&url) && url_is_https(registry) &&
	    !registry_site->plain_allowed)
		rc = error_set(e, RKT_ERR_UNTRUSTED,
			       "'%.200s' wants its password sent to '%.200s' "
			       "without encryption",
			       registry->host, realm);
	if (rc == 0)
		rc = site_find(h, url.host, ret_site, e);
	url_done(&url);
	return rc;
}

static int
answer_bearer(struct http *h, const struct url *registry,
	      const struct http_request *request, const json_t *challenge,
	      const struct http_credential *c, char **ret, struct error *e)
{
	const char *realm = json_string_at(challenge, "realm");
	const struct http_site *site = NULL;
	autofree char *body = NULL;
	time_t life;
	int status = 0;
	int rc = realm_check(h, registry, realm, &site, e);

	if (rc < 0)
		return -1;
	if (c->kind == HTTP_CREDENTIAL_IDENTITY)
		rc = token_post(h, realm, challenge, request->scope, c, site,
				&body, &status, e);
	else
		rc = token_get(h, realm, challenge, request->scope, c, site,
			       &body, &status, e);
	if (rc < 0)
		return error_prefix(e, "asking for a token");
	if (status != 200)
		return error_set(e, RKT_ERR_UNTRUSTED,
				 "the token server at '%.200s' refuses: bad "
				 "HTTP status code: %d",
				 realm, status);
	if (token_read(body, realm, ret, &life, e) < 0)
		return -1;
	log_debug("http", "got a token for %s", registry->host);
	token_keep(h, registry->origin, request->scope, *ret, life);
	return 0;
}

int
challenge_answer(struct http *h, const struct url *url,
		 const struct http_request *request, const char *header,
		 char **ret_authorization, struct error *e)
{
	auto_json json_t *challenges = challenges_parse(header);
	const json_t *bearer = challenge_find(challenges, "bearer");
	const json_t *basic = challenge_find(challenges, "basic");
	struct http_credential c = {0};
	int rc = 0;

	if (credential_find(h, url->host, request->subject, &c, e) < 0)
		return -1;
	if (c.kind == HTTP_CREDENTIAL_BEARER) {
		*ret_authorization = xasprintf("Bearer %s", c.secret);
	} else if (bearer) {
		rc = answer_bearer(h, url, request, bearer, &c,
				   ret_authorization, e);
	} else if (basic && c.kind == HTTP_CREDENTIAL_BASIC) {
		*ret_authorization = authorization_basic(&c);
		token_keep(h, url->origin, request->scope, *ret_authorization,
			   TOKEN_LIFE_MAX);
	}
	http_credential_done(&c);
	return rc;
}
