/* A server that says what it was told to say, for faults no real one has.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_UNIT_HTTP_SERVER_H
#define TESTS_UNIT_HTTP_SERVER_H

#include <stddef.h>

/* One exchange.  "%P" in `reply` stands for the server's port. */
struct turn {
	const char *want;  /* a part of the request, or NULL           */
	const char *avoid; /* no part of it, or NULL                   */
	const char *reply; /* status line, headers, body               */
	int closes;        /* end the connection after the reply       */
};

/* Serves `turns` in their order, whatever the connection, on 127.0.0.1.  What
 * is asked beyond them gets no answer. */
struct server;
struct server *server_start(const struct turn *turns, size_t n_turns);
int server_port(const struct server *s);
/* "http://127.0.0.1:PORT" and `path`; owned by the caller. */
char *server_url(const struct server *s, const char *path);
/* Asserts that every turn was taken. */
void server_stop(struct server *s);

#endif
