/* Reading the log that an engine writes of one app.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CORE_POD_LOG_FILE_H
#define CORE_POD_LOG_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/error.h"

/* One record; `text` lives until the next call. */
struct log_record {
	int64_t when_ns; /* 0: the line is no record, and is text as a whole */
	bool is_stderr;
	bool is_whole; /* else the line goes on in the next record */
	const char *text;
	size_t len;
};

/* Without its newline. */
void log_record_parse(const char *line, size_t len, struct log_record *ret);

struct log_file;

/* `dir_fd` stays the caller's, and open.  *ret NULL: there is none. */
int log_file_open(int dir_fd, const char *name, struct log_file **ret,
		  struct error *e);
void log_file_close(struct log_file *f);

/* Go on at the last `n` records; how many there are of them. */
int log_file_seek(struct log_file *f, uint64_t n, uint64_t *ret_n,
		  struct error *e);

/* The next record, which stays the next one until it is taken.  *ret_found
 * false: there is none (yet).  A file that was replaced or emptied meanwhile is
 * begun anew once it is read to its end. */
int log_file_peek(struct log_file *f, struct log_record *ret, bool *ret_found,
		  struct error *e);
void log_file_take(struct log_file *f);

/* Is somebody writing it? */
bool log_file_is_open(const struct log_file *f);

#endif
