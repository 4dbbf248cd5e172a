/* rkt prepare: fetch and lay out a pod that run-prepared starts later.
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/cli/verbs.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "core/base/cleanup.h"
#include "core/cli/run-options.h"
#include "core/cli/run-steps.h"

static bool is_quiet;

static const struct option own_options[] = {
	{
		.name = "quiet",
		.type = OPTION_BOOL,
		.value = &is_quiet,
		.shown = "false",
		.help = "suppress superfluous output on stdout, print only the "
			"UUID on success",
	},
	OPTION_END,
};

static const struct option *const option_tables[] = {
	global_options, run_pod_options, run_engine_options,
	own_options,    run_app_options, NULL};

/* Once for the options before the first image, which rkt 1.30 judged before it
 * read the rest, and once for all. */
static int
check_early(enum pull_policy *ret_policy, struct error *e)
{
	if (pull_choice_resolve(run_pull(), ret_policy, e) < 0)
		return -1;
	return run_check_users(e);
}

static int
parse(int argc, char **argv, enum pull_policy *ret_policy, struct error *e)
{
	if (check_early(ret_policy, e) < 0)
		return -1;
	if (run_args_parse(option_tables, true, argc, argv, e) < 0 ||
	    run_mounts_check(run_target(), e) < 0)
		return error_prefix(e, "error parsing app image arguments");
	if (check_early(ret_policy, e) < 0 ||
	    run_check_manifest(*ret_policy, e) < 0)
		return -1;
	return run_check_given(e);
}

static int
prepare_pod(struct pod_context *c, struct plugin *engine, struct pod *pod,
	    struct error *e)
{
	if (pod_prepare(c, pod, run_target(), engine, NULL, e) < 0)
		return -1;
	if (pod_to_prepared(pod, e) == 0)
		return 0;
	pod_discard(pod);
	return -1;
}

static int
prepare(struct cli *cli, enum pull_policy policy, char **ret_uuid,
	struct error *e)
{
	struct pod_context c;
	struct plugin *engine;
	struct pod pod;
	int rc;

	if (run_open(cli, &c, &engine, e) < 0)
		return -1;
	if (run_find_images(cli, &c, policy, e) < 0)
		return error_prefix(e, "error finding images");
	if (pod_request_load(run_target(), e) < 0 ||
	    request_check_engine(run_target(), NULL, engine, e) < 0)
		return -1;
	if (pod_create(c.pods, &pod, e) < 0)
		return error_prefix(e, "error creating new pod");
	rc = prepare_pod(&c, engine, &pod, e);
	if (rc == 0)
		*ret_uuid = xstrdup(pod.uuid);
	pod_done(&pod);
	return rc;
}

/* What plugins and programs they start may print; the descriptor to give back
 * to restore(). */
static int
silence(int *ret_saved, struct error *e)
{
	autoclose int null = open("/dev/null", O_WRONLY | O_CLOEXEC);
	autoclose int saved = -1;

	if (null < 0)
		return error_errno(e, errno, "unable to open /dev/null");
	saved = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
	if (saved < 0 || dup2(null, STDOUT_FILENO) < 0)
		return error_errno(e, errno, "redirect standard output");
	*ret_saved = steal_fd(&saved);
	return 0;
}

static int
restore(int saved, struct error *e)
{
	autoclose int fd = saved;

	fflush(stdout);
	if (fd >= 0 && dup2(fd, STDOUT_FILENO) < 0)
		return error_errno(e, errno, "restore standard output");
	return 0;
}

static int
run(struct cli *cli, int argc, char **argv)
{
	enum pull_policy policy = PULL_NEW;
	autofree char *uuid = NULL;
	struct error e = ERROR_NONE;
	int saved = -1;
	int rc;

	if (parse(argc, argv, &policy, &e) < 0)
		return cli_fail(cli, &e);
	cli_options_done(cli);
	if (is_quiet && silence(&saved, &e) < 0)
		return cli_fail(cli, &e);
	rc = prepare(cli, policy, &uuid, &e);
	if (rc < 0)
		cli_print_error(cli, &e);
	if (restore(saved, &e) < 0)
		return cli_fail(cli, &e);
	if (rc < 0)
		return EXIT_FAILED;
	puts(uuid);
	return cli_flush(cli, 0);
}

const struct verb verb_prepare = {
	.name = "prepare",
	.summary = "Prepare to run image(s) in a pod in rkt",
	.usage = "[--volume=name,kind=host,...] [--mount "
		 "volume=VOL,target=PATH] IMAGE [-- image-args...[---]]...",
	.description =
		"IMAGE should be a string referencing an image: a hash, a "
		"local "
		"file, a layout or archive (oci:DIR:TAG), or a name.\n\n"
		"Prints the UUID of the pod, which 'rkt run-prepared' starts.",
	.options = {run_pod_options, run_engine_options, own_options,
		    run_app_options},
	.flags = VERB_ROOT | VERB_STOP_AT_WORD,
	.run = run,
};
