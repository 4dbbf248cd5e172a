/* What a test writes to standard output or error, as a text.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_UNIT_CLI_CAPTURE_H
#define TESTS_UNIT_CLI_CAPTURE_H

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "core/base/alloc.h"

struct capture {
	FILE *stream;
	int saved;
	int file;
};

static inline struct capture
capture_begin(FILE *stream)
{
	struct capture c = {.stream = stream};

	fflush(stream);
	c.file = memfd_create("capture", MFD_CLOEXEC);
	c.saved = fcntl(fileno(stream), F_DUPFD_CLOEXEC, 3);
	if (c.file < 0 || c.saved < 0 || dup2(c.file, fileno(stream)) < 0)
		abort();
	return c;
}

/* Owned. */
static inline char *
capture_end(struct capture *c)
{
	off_t len;
	char *text;

	fflush(c->stream);
	dup2(c->saved, fileno(c->stream));
	close(c->saved);
	len = lseek(c->file, 0, SEEK_END);
	text = xcalloc((size_t)len + 1, 1);
	if (pread(c->file, text, (size_t)len, 0) != len)
		abort();
	close(c->file);
	return text;
}

#endif
