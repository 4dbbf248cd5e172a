/* The process that writes an app's log.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef SDK_TOOLKIT_LOG_WRITER_H
#define SDK_TOOLKIT_LOG_WRITER_H

#define RKT_LOGS_DIR "logs"

struct rkt_log_target {
	int from[2]; /* read ends of stdout, stderr; -1: not logged */
	int dir;     /* where `name` is made anew when it was moved away */
	int file;
	const char *name;
};

/* Locked exclusively for as long as it is open; -1 with errno. */
int rkt_log_file_open(int dir_fd, const char *name);

/* Returns when the writer holds nothing but the four descriptors; -1 with
 * errno. */
int rkt_log_writer_start(const struct rkt_log_target *target);

#endif
