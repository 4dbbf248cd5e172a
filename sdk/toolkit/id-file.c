/* Names and numbers in the passwd and group files of an image.
 * SPDX-License-Identifier: Apache-2.0
 *
 * The file is the image's: its lines are of any length and content, and it may
 * be as large as a sparse file can be.  Memory and time are bounded. */
#include "id-file.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FILE_MAX    (16u << 20)
#define HEAD_MAX    1024 /* of a line; its first three fields fit in */
#define LINE_FIELDS 3

/* The start of the line that is being read. */
struct head {
	char text[HEAD_MAX + 1];
	size_t len;
};

bool
rkt_id_parse(const char *text, uint32_t *ret)
{
	char *end;
	unsigned long long id;

	if (*text < '0' || *text > '9')
		return false;
	errno = 0;
	id = strtoull(text, &end, 10);
	if (errno != 0 || *end != '\0' || id >= UINT32_MAX)
		return false;
	*ret = (uint32_t)id;
	return true;
}

static bool
match(struct head *head, const char *name, uint32_t *ret)
{
	char *rest = head->text;
	char *fields[LINE_FIELDS];

	head->text[head->len] = '\0';
	for (size_t i = 0; i < LINE_FIELDS; i++) {
		fields[i] = strsep(&rest, ":");
		if (!fields[i])
			return false;
	}
	/* A number that was cut off is not the number. */
	if (!rest && head->len == HEAD_MAX)
		return false;
	return strcmp(fields[0], name) == 0 && rkt_id_parse(fields[2], ret);
}

static void
keep(struct head *head, const char *text, size_t len)
{
	if (len > HEAD_MAX - head->len)
		len = HEAD_MAX - head->len;
	memcpy(head->text + head->len, text, len);
	head->len += len;
}

/* True once a line of the piece is the one. */
static bool
take_piece(struct head *head, const char *text, size_t len, const char *name,
	   uint32_t *ret)
{
	while (len > 0) {
		const char *end = memchr(text, '\n', len);
		size_t n = end ? (size_t)(end - text) : len;

		keep(head, text, n);
		if (!end)
			return false;
		if (match(head, name, ret))
			return true;
		head->len = 0;
		text += n + 1;
		len -= n + 1;
	}
	return false;
}

bool
rkt_id_find(int fd, const char *name, uint32_t *ret)
{
	struct head head = {.len = 0};
	char piece[4096];
	size_t total = 0;
	ssize_t n;

	if (*name == '\0')
		return false;
	while (total < FILE_MAX) {
		n = read(fd, piece, sizeof(piece));
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			break;
		if (take_piece(&head, piece, (size_t)n, name, ret))
			return true;
		total += (size_t)n;
	}
	return match(&head, name, ret);
}
