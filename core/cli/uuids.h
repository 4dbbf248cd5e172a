/* Verbs that take `UUID | --uuid-file FILE`, or several UUIDs.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CORE_CLI_UUIDS_H
#define CORE_CLI_UUIDS_H

#include "core/cli/cli.h"

extern const struct option uuid_options[];

/* Words or a file, not both and not neither?  Otherwise: cli_usage(). */
bool uuids_given(int argc);

/* One word or a file?  Otherwise: cli_usage(). */
bool uuids_one_given(int argc);
/* The pod they name. */
int uuids_find_one(struct pods *pods, int argc, char **argv, struct pod *ret,
		   struct error *e);

/* What to do with one pod; prints what goes wrong, and then returns -1. */
typedef int uuid_visit(struct cli *cli, struct pod_context *c, struct pod *pod);

/* Find and visit every one.  Returns how many could not be found or failed,
 * which has been told; -1 when the file cannot be read, told as well. */
int uuids_visit(struct cli *cli, struct pod_context *c, int argc, char **argv,
		uuid_visit *visit);

#endif
