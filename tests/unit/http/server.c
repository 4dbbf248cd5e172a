/* A server that says what it was told to say, for faults no real one has.
 * SPDX-License-Identifier: Apache-2.0 */
#include "server.h"

#include <arpa/inet.h>
#include <pthread.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>

#include "core/base/alloc.h"
#include "core/base/cleanup.h"
#include "core/base/strbuf.h"
#include "tests/lib/unit.h"

struct server {
	const struct turn *turns;
	size_t n_turns, taken;
	int listener, port;
	pthread_t thread;
	char wrong[512]; /* the first thing that was not as wanted */
};

static size_t
body_length(const char *request)
{
	const char *at = strcasestr(request, "content-length:");

	return at ? strtoul(at + strlen("content-length:"), NULL, 10) : 0;
}

/* A whole request; NULL at the end of the connection. */
static char *
read_request(int fd)
{
	auto_strbuf struct strbuf b = {0};
	const char *end = NULL;
	char c[4096];

	while (!end ||
	       b.len < (size_t)(end - b.text) + 4 + body_length(b.text)) {
		ssize_t n = read(fd, c, sizeof(c));

		if (n <= 0)
			return NULL;
		strbuf_add(&b, c, (size_t)n);
		end = strstr(b.text, "\r\n\r\n");
	}
	return strbuf_take(&b);
}

static void
write_reply(const struct server *s, int fd, const char *reply)
{
	auto_strbuf struct strbuf b = {0};
	const char *mark;

	while ((mark = strstr(reply, "%P"))) {
		strbuf_add(&b, reply, (size_t)(mark - reply));
		strbuf_printf(&b, "%d", s->port);
		reply = mark + 2;
	}
	strbuf_puts(&b, reply);
	for (size_t at = 0; at < b.len;) {
		ssize_t n = send(fd, b.text + at, b.len - at, MSG_NOSIGNAL);

		if (n < 0)
			return;
		at += (size_t)n;
	}
}

static void
check(struct server *s, const struct turn *turn, const char *request)
{
	if (s->wrong[0] != '\0')
		return;
	if (turn->want && !strcasestr(request, turn->want))
		snprintf(s->wrong, sizeof(s->wrong), "no '%s' in: %s",
			 turn->want, request);
	if (turn->avoid && strcasestr(request, turn->avoid))
		snprintf(s->wrong, sizeof(s->wrong), "'%s' in: %s", turn->avoid,
			 request);
}

static void
serve(struct server *s, int fd)
{
	while (s->taken < s->n_turns) {
		autofree char *request = read_request(fd);
		const struct turn *turn = &s->turns[s->taken];

		if (!request)
			return;
		s->taken++;
		check(s, turn, request);
		write_reply(s, fd, turn->reply);
		if (turn->closes)
			return;
	}
}

static void *
server_thread(void *data)
{
	struct server *s = data;

	while (s->taken < s->n_turns) {
		autoclose int fd = accept(s->listener, NULL, NULL);

		if (fd < 0)
			break;
		serve(s, fd);
	}
	return NULL;
}

struct server *
server_start(const struct turn *turns, size_t n_turns)
{
	struct server *s = xcalloc(1, sizeof(*s));
	struct sockaddr_in at = {.sin_family = AF_INET,
				 .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t len = sizeof(at);

	s->turns = turns;
	s->n_turns = n_turns;
	s->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	CU_ASSERT_EQUAL_FATAL(
		bind(s->listener, (struct sockaddr *)&at, sizeof(at)), 0);
	CU_ASSERT_EQUAL_FATAL(listen(s->listener, 8), 0);
	getsockname(s->listener, (struct sockaddr *)&at, &len);
	s->port = ntohs(at.sin_port);
	CU_ASSERT_EQUAL_FATAL(
		pthread_create(&s->thread, NULL, server_thread, s), 0);
	return s;
}

int
server_port(const struct server *s)
{
	return s->port;
}

char *
server_url(const struct server *s, const char *path)
{
	return xasprintf("http://127.0.0.1:%d%s", s->port, path);
}

void
server_stop(struct server *s)
{
	shutdown(s->listener, SHUT_RDWR);
	pthread_join(s->thread, NULL);
	close(s->listener);
	assert_text(s->wrong, "");
	CU_ASSERT_EQUAL(s->taken, s->n_turns);
	free(s);
}
