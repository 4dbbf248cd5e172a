/* One pod after the other, by words or by file.
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/cli/uuids.h"

#include "core/base/cleanup.h"

static const char *uuid_file = "";

const struct option uuid_options[] = {
	{
		.name = "uuid-file",
		.type = OPTION_STRING,
		.value = &uuid_file,
		.shown = "\"\"",
		.help = "read pod UUID from file instead of argument",
	},
	OPTION_END,
};

/* Words or a file, not both and not neither? */
static bool
is_given(int argc)
{
	return (argc > 0) != (*uuid_file != '\0');
}

bool
uuids_one_given(int argc)
{
	return argc <= 1 && is_given(argc);
}

int
uuids_find_one(struct pods *pods, int argc, char **argv, struct pod *ret,
	       struct error *e)
{
	autofree char *from_file = NULL;

	if (argc == 0 && cli_uuid_file_read(uuid_file, &from_file, e) < 0)
		return -1;
	if (pod_find(pods, argc == 0 ? from_file : argv[0], ret, e) < 0)
		return error_prefix(e, "problem retrieving pod");
	return 0;
}

static int
visit_one(struct cli *cli, struct pod_context *c, const char *uuid,
	  uuid_visit *visit)
{
	struct error e = ERROR_NONE;
	struct pod pod;
	int rc;

	if (pod_find(c->pods, uuid, &pod, &e) < 0) {
		error_prefix(&e, "cannot get pod");
		cli_print_error(cli, &e);
		return -1;
	}
	rc = visit(cli, c, &pod);
	pod_done(&pod);
	return rc;
}

/* How many failed; -1: the file cannot be read. */
static int
visit_all(struct cli *cli, struct pod_context *c, int argc, char **argv,
	  uuid_visit *visit)
{
	autofree char *from_file = NULL;
	struct error e = ERROR_NONE;
	int n_failed = 0;

	if (argc == 0) {
		if (cli_uuid_file_read(uuid_file, &from_file, &e) < 0) {
			cli_print_error(cli, &e);
			return -1;
		}
		return visit_one(cli, c, from_file, visit) < 0;
	}
	for (int i = 0; i < argc; i++)
		if (visit_one(cli, c, argv[i], visit) < 0)
			n_failed++;
	return n_failed;
}

int
uuids_run(struct cli *cli, int argc, char **argv, uuid_visit *visit,
	  uuid_summary *tell, int file_status)
{
	struct error e = ERROR_NONE;
	struct pod_context c;
	int n_failed;

	if (!is_given(argc))
		return cli_usage(cli);
	if (cli_pod_context_bare(cli, &c, &e) < 0)
		return cli_fail(cli, &e);
	n_failed = visit_all(cli, &c, argc, argv, visit);
	if (n_failed == 0)
		return cli_flush(cli, 0);
	tell(n_failed);
	return cli_flush(cli, n_failed < 0 ? file_status : EXIT_FAILED);
}
