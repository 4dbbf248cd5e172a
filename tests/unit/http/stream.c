/* core/http: bodies that break off, and go on.
 * SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "core/base/alloc.h"
#include "core/base/cleanup.h"
#include "core/base/strbuf.h"
#include "core/http/http.h"
#include "server.h"
#include "tests/lib/unit.h"

#define N(turns) (sizeof(turns) / sizeof((turns)[0]))

struct wish {
	uint64_t offset, size;
	const char *if_range;
};

static int
stream(const struct turn *turns, size_t n, const struct wish *wish,
       char **ret_body, struct error *e)
{
	const struct http_options options = {.retry_ms = 1};
	struct http *h = http_new(&options);
	struct server *s = server_start(turns, n);
	autofree char *url = server_url(s, "/blob");
	struct http_request request = {.url = url,
				       .offset = wish->offset,
				       .size = wish->size,
				       .if_range = wish->if_range};
	auto_strbuf struct strbuf body = {0};
	struct http_stream *stream = NULL;
	const uint8_t *piece;
	size_t len = 1;
	int rc = http_stream_open(h, &request, &stream, e);

	while (rc == 0 && len > 0) {
		rc = http_stream_next(stream, &piece, &len, e);
		if (rc == 0)
			strbuf_add(&body, piece, len);
	}
	http_stream_close(stream);
	server_stop(s);
	http_free(h);
	*ret_body = strbuf_take(&body);
	return rc;
}

static void
expect(const struct turn *turns, size_t n, const struct wish *wish,
       const char *want)
{
	struct error e = ERROR_NONE;
	autofree char *body = NULL;

	CU_ASSERT_EQUAL(stream(turns, n, wish, &body, &e), 0);
	CU_ASSERT_EQUAL(e.n_layers, 0);
	assert_text(body, want);
}

static void
expect_error(const struct turn *turns, size_t n, const struct wish *wish,
	     const char *why)
{
	struct error e = ERROR_NONE;
	autofree char *body = NULL;
	char line[ERROR_TEXT_MAX * 2];

	CU_ASSERT_EQUAL(stream(turns, n, wish, &body, &e), -1);
	assert_contains(error_line(&e, line, sizeof(line)), why);
}

static void
goes_on_after_a_break(void)
{
	static const struct turn turns[] = {
		{NULL, "Range",
		 "HTTP/1.1 200 OK\r\nETag: \"e\"\r\nContent-Length: 10\r\n\r\n"
		 "0123",
		 1},
		{"Range: bytes=4-\r\n", NULL,
		 "HTTP/1.1 206 x\r\nContent-Range: bytes 4-9/10\r\n"
		 "Content-Length: 6\r\n\r\n456",
		 1},
		{"If-Range: \"e\"\r\n", NULL,
		 "HTTP/1.1 206 x\r\nContent-Range: bytes 7-9/10\r\n"
		 "Content-Length: 3\r\n\r\n789",
		 0},
	};

	expect(turns, N(turns), &(struct wish){.size = 10}, "0123456789");
}

static void
server_without_ranges_is_skipped_forward(void)
{
	static const struct turn turns[] = {
		{NULL, NULL, "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n0123",
		 1},
		{"Range: bytes=4-\r\n", NULL,
		 "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n012345", 0},
	};

	expect(turns, N(turns), &(struct wish){.size = 6}, "012345");
}

static void
begins_in_the_middle(void)
{
	static const struct turn ranges[] = {
		{"Range: bytes=3-\r\n", NULL,
		 "HTTP/1.1 206 x\r\nContent-Range: bytes 3-5/6\r\n"
		 "Content-Length: 3\r\n\r\n345",
		 0},
	};
	static const struct turn none[] = {
		{"If-Range: \"x\"\r\n", NULL,
		 "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n012345", 0},
	};

	expect(ranges, N(ranges), &(struct wish){.offset = 3, .size = 6},
	       "345");
	expect(none, N(none),
	       &(struct wish){.offset = 3, .size = 6, .if_range = "\"x\""},
	       "345");
}

static void
wrong_part_is_refused(void)
{
	static const struct turn turns[] = {
		{NULL, NULL,
		 "HTTP/1.1 206 x\r\nContent-Range: bytes 4-5/6\r\n"
		 "Content-Length: 2\r\n\r\n45",
		 1},
	};

	expect_error(turns, N(turns), &(struct wish){.offset = 3, .size = 6},
		     "another part");
}

static void
size_must_be_as_announced(void)
{
	static const struct {
		const char *reply, *why;
	} cases[] = {
		{"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n01234",
		 "has 5 bytes, not the announced 6"},
		{"HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\n0123456",
		 "has 7 bytes, not the announced 6"},
		{"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
		 "7\r\n0123456\r\n0\r\n\r\n",
		 "sends more than the announced 6 bytes"},
		{"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n012",
		 "ends after 3 of 6 bytes"},
	};

	for (size_t i = 0; i < N(cases); i++) {
		const struct turn turns[] = {{NULL, NULL, cases[i].reply, 1}};

		expect_error(turns, 1, &(struct wish){.size = 6}, cases[i].why);
	}
}

static void
gives_up_when_nothing_comes(void)
{
	static const struct turn once = {
		NULL, NULL, "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n", 1};
	struct turn turns[5];

	for (size_t i = 0; i < N(turns); i++)
		turns[i] = once;
	expect_error(turns, N(turns), &(struct wish){.size = 6},
		     "with 6 bytes remaining to read");
}

static void
unknown_content_is_not_resumed(void)
{
	static const struct turn turns[] = {
		{NULL, NULL,
		 "HTTP/1.1 200 OK\r\nETag: W/\"e\"\r\nContent-Length: 6\r\n"
		 "\r\n012",
		 1},
	};

	expect_error(turns, N(turns), &(struct wish){0},
		     "with 3 bytes remaining to read");
}

static CU_TestInfo tests[] = {
	{"goes_on_after_a_break", goes_on_after_a_break},
	{"server_without_ranges_is_skipped_forward",
	 server_without_ranges_is_skipped_forward},
	{"begins_in_the_middle", begins_in_the_middle},
	{"wrong_part_is_refused", wrong_part_is_refused},
	{"size_must_be_as_announced", size_must_be_as_announced},
	{"gives_up_when_nothing_comes", gives_up_when_nothing_comes},
	{"unknown_content_is_not_resumed", unknown_content_is_not_resumed},
	CU_TEST_INFO_NULL,
};

UNIT_MAIN(tests)
