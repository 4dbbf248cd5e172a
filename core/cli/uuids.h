/* Verbs that take `UUID | --uuid-file FILE`, or several UUIDs.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CORE_CLI_UUIDS_H
#define CORE_CLI_UUIDS_H

#include "core/cli/cli.h"

extern const struct option uuid_options[];

/* One word or a file?  Otherwise: cli_usage(). */
bool uuids_one_given(int argc);
/* The pod they name. */
int uuids_find_one(struct pods *pods, int argc, char **argv, struct pod *ret,
		   struct error *e);

/* What to do with one pod; prints what goes wrong, and then returns -1. */
typedef int uuid_visit(struct cli *cli, struct pod_context *c, struct pod *pod);

/* The last line, when not all went well: `n_failed` pods could not be found or
 * failed, which has been told; -1: the file could not be read, told as well. */
typedef void uuid_summary(int n_failed);

/* The verb: find and visit every pod.  Returns its exit status; `file_status`
 * if the file cannot be read. */
int uuids_run(struct cli *cli, int argc, char **argv, uuid_visit *visit,
	      uuid_summary *tell, int file_status);

#endif
