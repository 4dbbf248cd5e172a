/* core/http: redirects, credentials, tries over again.
 * SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "core/base/alloc.h"
#include "core/base/cleanup.h"
#include "core/http/http.h"
#include "server.h"
#include "tests/lib/unit.h"

#define N(turns) (sizeof(turns) / sizeof((turns)[0]))
#define OK(body_len, body)                                                     \
	"HTTP/1.1 200 OK\r\nContent-Length: " body_len "\r\n\r\n" body
#define UNAUTHORIZED(challenge)                                                \
	"HTTP/1.1 401 No\r\nWWW-Authenticate: " challenge                      \
	"\r\nContent-Length: 0\r\n\r\n"
#define BUSY "HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n"

static int
find_user(void *data, const char *host, const char *path,
	  struct http_credential *ret, struct error *e)
{
	(void)host;
	(void)path;
	(void)e;
	*ret = *(struct http_credential *)data;
	ret->user = ret->user ? xstrdup(ret->user) : NULL;
	ret->secret = ret->secret ? xstrdup(ret->secret) : NULL;
	return 0;
}

static char user_name[] = "u", user_password[] = "p", user_token[] = "idt";
static struct http_credential nobody = {0};
static struct http_credential user = {HTTP_CREDENTIAL_BASIC, user_name,
				      user_password, NULL};
static struct http_credential identity = {HTTP_CREDENTIAL_IDENTITY, NULL,
					  user_token, NULL};

struct result {
	int rc, status;
	char *body;
	struct error e;
};

static void
get_as(struct http_credential *who, const struct turn *turns, size_t n,
       size_t max, struct result *r)
{
	const struct http_options options = {
		.directory = {.credential = find_user, .data = who},
		.retry_ms = 1,
	};
	struct http *h = http_new(&options);
	struct server *s = server_start(turns, n);
	autofree char *url = server_url(s, "/a");
	struct http_request request = {.url = url,
				       .auth = HTTP_AUTH_ASKED,
				       .scope = "repository:x:pull"};
	struct http_response response = {0};

	memset(r, 0, sizeof(*r));
	r->rc = http_get(h, &request, max, &response, &r->e);
	r->status = response.status;
	r->body = response.body ? xstrdup(response.body) : NULL;
	http_response_done(&response);
	server_stop(s);
	http_free(h);
}

static void
expect(struct http_credential *who, const struct turn *turns, size_t n,
       int status, const char *body)
{
	struct result r;

	get_as(who, turns, n, 100, &r);
	CU_ASSERT_EQUAL(r.rc, 0);
	CU_ASSERT_EQUAL(r.status, status);
	assert_text(r.body ? r.body : "", body);
	free(r.body);
}

static void
expect_error(struct http_credential *who, const struct turn *turns, size_t n,
	     size_t max, const char *text)
{
	struct result r;
	char line[ERROR_TEXT_MAX * 2];

	get_as(who, turns, n, max, &r);
	CU_ASSERT_EQUAL(r.rc, -1);
	assert_contains(error_line(&r.e, line, sizeof(line)), text);
	free(r.body);
}

static void
gets_a_document(void)
{
	static const struct turn turns[] = {
		{"Accept-Encoding: identity", "Authorization", OK("5", "hello"),
		 0},
	};

	expect(&nobody, turns, N(turns), 200, "hello");
}

static void
follows_redirects(void)
{
	static const struct turn turns[] = {
		{"GET /a ", NULL,
		 "HTTP/1.1 302 x\r\nLocation: b/c\r\nContent-Length: 1\r\n\r\n"
		 "x",
		 0},
		{"GET /b/c ", NULL,
		 "HTTP/1.1 307 x\r\nLocation: /d?e\r\nContent-Length: 0\r\n"
		 "\r\n",
		 1},
		{"GET /d?e ", NULL, OK("2", "ok"), 0},
	};

	expect(&nobody, turns, N(turns), 200, "ok");
}

static void
follows_ten_redirects_and_no_more(void)
{
	struct turn turns[11];

	for (size_t i = 0; i < N(turns); i++)
		turns[i] = (struct turn){NULL, NULL,
					 "HTTP/1.1 301 x\r\nLocation: /a\r\n"
					 "Content-Length: 0\r\n\r\n",
					 0};
	expect_error(&nobody, turns, N(turns), 100, "too many redirects");
}

static void
redirect_to_what_is_no_http_is_refused(void)
{
	static const struct turn turns[] = {
		{NULL, NULL,
		 "HTTP/1.1 302 x\r\nLocation: file:///etc/passwd\r\n"
		 "Content-Length: 0\r\n\r\n",
		 0},
	};

	expect_error(&nobody, turns, N(turns), 100,
		     "is not an http or https URL");
}

static void
answers_for_a_password(void)
{
	static const struct turn turns[] = {
		{"GET /a ", "Authorization", UNAUTHORIZED("Basic realm=\"x\""),
		 0},
		{"Authorization: Basic dTpw\r\n", NULL, OK("2", "ok"), 0},
	};

	expect(&user, turns, N(turns), 200, "ok");
}

/* The password goes to the registry and nowhere else. */
static void
password_stays_at_home(void)
{
	static const struct turn turns[] = {
		{"GET /a ", "Authorization", UNAUTHORIZED("Basic realm=\"x\""),
		 0},
		{"Authorization: Basic dTpw\r\n", NULL,
		 "HTTP/1.1 307 x\r\nLocation: http://localhost:%P/blob\r\n"
		 "Content-Length: 0\r\n\r\n",
		 1},
		{"GET /blob ", "Authorization", OK("2", "ok"), 0},
	};

	expect(&user, turns, N(turns), 200, "ok");
}

static void
wrong_password_is_tried_once(void)
{
	static const struct turn turns[] = {
		{NULL, NULL, UNAUTHORIZED("Basic realm=\"x\""), 0},
		{NULL, NULL, UNAUTHORIZED("Basic realm=\"x\""), 0},
	};

	expect(&user, turns, N(turns), 401, "");
}

static void
fetches_a_token(void)
{
	static const struct turn turns[] = {
		{"GET /a ", "Authorization",
		 UNAUTHORIZED("Bearer realm=\"http://127.0.0.1:%P/token?k=1\","
			      "service=\"a b\","
			      "scope=\"repository:x:pull,push\""),
		 1},
		{"GET /token?k=1&service=a%20b&scope=repository%3Ax%3Apull%2C"
		 "push&scope=repository%3Ax%3Apull&account=u ",
		 NULL, OK("36", "{\"access_token\":\"t1\",\"expires_in\":1}"),
		 1},
		{"Authorization: Bearer t1\r\n", NULL, OK("2", "ok"), 0},
	};

	expect(&user, turns, N(turns), 200, "ok");
}

static void
identity_is_posted(void)
{
	static const struct turn turns[] = {
		{NULL, NULL,
		 UNAUTHORIZED("Bearer realm=\"http://127.0.0.1:%P/t\","
			      "service=\"s\""),
		 1},
		{"grant_type=refresh_token&service=s&client_id=rkt&"
		 "scope=repository%3Ax%3Apull&refresh_token=idt",
		 "GET /t", OK("14", "{\"token\":\"t2\"}"), 1},
		{"Authorization: Bearer t2\r\n", NULL, OK("2", "ok"), 0},
	};

	expect(&identity, turns, N(turns), 200, "ok");
}

static void
token_server_without_a_token_is_told(void)
{
	static const struct {
		const char *reply, *why;
	} cases[] = {
		{OK("13", "<html></html>"), "something that holds no token"},
		{OK("2", "{}"), "something that holds no token"},
		{OK("16", "{\"token\":\"a\\nb\"}"),
		 "something that holds no token"},
		{"HTTP/1.1 403 x\r\nContent-Length: 0\r\n\r\n",
		 "bad HTTP status code: 403"},
	};

	for (size_t i = 0; i < N(cases); i++) {
		const struct turn turns[] = {
			{NULL, NULL,
			 UNAUTHORIZED("Bearer realm=\"http://127.0.0.1:%P/t\""),
			 1},
			{NULL, NULL, cases[i].reply, 1},
		};

		expect_error(&nobody, turns, N(turns), 100, cases[i].why);
	}
}

static void
tries_again_what_may_pass(void)
{
	static const struct turn turns[] = {
		{NULL, NULL, BUSY, 0},
		{NULL, NULL,
		 "HTTP/1.1 429 Slow\r\nRetry-After: 0\r\n"
		 "Content-Length: 0\r\n\r\n",
		 0},
		{NULL, NULL, "", 1},
		{NULL, NULL, OK("10", "sh"), 1},
		{NULL, NULL, OK("2", "ok"), 0},
	};

	expect(&nobody, turns, N(turns), 200, "ok");
}

static void
gives_up_after_five_tries(void)
{
	static const struct turn turns[] = {
		{NULL, NULL, BUSY, 0}, {NULL, NULL, BUSY, 0},
		{NULL, NULL, BUSY, 0}, {NULL, NULL, BUSY, 0},
		{NULL, NULL, BUSY, 0},
	};

	expect(&nobody, turns, N(turns), 503, "");
}

static void
does_not_wait_for_hours(void)
{
	static const struct turn turns[] = {
		{NULL, NULL,
		 "HTTP/1.1 429 Slow\r\nRetry-After: 3600\r\n"
		 "Content-Length: 0\r\n\r\n",
		 0},
	};

	expect(&nobody, turns, N(turns), 429, "");
}

static void
documents_are_bounded(void)
{
	static const struct turn turns[] = {
		{NULL, NULL, OK("6", "123456"), 0},
	};

	expect_error(&nobody, turns, N(turns), 5,
		     "the document is larger than 5 bytes");
}

static CU_TestInfo tests[] = {
	{"gets_a_document", gets_a_document},
	{"follows_redirects", follows_redirects},
	{"follows_ten_redirects_and_no_more",
	 follows_ten_redirects_and_no_more},
	{"redirect_to_what_is_no_http_is_refused",
	 redirect_to_what_is_no_http_is_refused},
	{"answers_for_a_password", answers_for_a_password},
	{"password_stays_at_home", password_stays_at_home},
	{"wrong_password_is_tried_once", wrong_password_is_tried_once},
	{"fetches_a_token", fetches_a_token},
	{"identity_is_posted", identity_is_posted},
	{"token_server_without_a_token_is_told",
	 token_server_without_a_token_is_told},
	{"tries_again_what_may_pass", tries_again_what_may_pass},
	{"gives_up_after_five_tries", gives_up_after_five_tries},
	{"does_not_wait_for_hours", does_not_wait_for_hours},
	{"documents_are_bounded", documents_are_bounded},
	CU_TEST_INFO_NULL,
};

UNIT_MAIN(tests)
