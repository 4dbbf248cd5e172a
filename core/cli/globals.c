/* The options that every verb takes (2.2), and the object they fill in.
 * SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "core/base/cleanup.h"
#include "core/base/log.h"
#include "core/cli/cli.h"
#include "core/cli/values.h"

static struct cli instance = {
	.roots = {.system = "/usr/lib/rkt", .local = "/etc/rkt"},
};

static const char *ignored;

static int
parse_insecure(const struct option *option, const char *value, struct error *e)
{
	return value_insecure(value, option->value, e);
}

/* Made absolute at once; lives as long as the process. */
static int
parse_dir(const struct option *option, const char *value, struct error *e)
{
	autofree char *here = NULL;

	if (*value == '\0')
		return error_set(e, RKT_ERR_INPUT,
				 "\"\" is not a valid directory");
	if (*value == '/') {
		*(const char **)option->value = value;
		return 0;
	}
	here = getcwd(NULL, 0);
	if (!here)
		return error_errno(e, errno, "getwd");
	*(const char **)option->value = xasprintf("%s/%s", here, value);
	return 0;
}

const struct option global_options[] = {
	{.name = "cpuprofile",
	 .type = OPTION_STRING,
	 .value = &ignored,
	 .shown = "\"\"",
	 .help = "write CPU profile to the file (accepted, ignored)",
	 .flags = OPTION_HIDDEN},
	{.name = "debug",
	 .type = OPTION_BOOL,
	 .value = &instance.is_debug,
	 .shown = "false",
	 .help = "print out more debug information to stderr"},
	{.name = "dir",
	 .type = OPTION_CALL,
	 .value = &instance.dir,
	 .shown = "/var/lib/rkt",
	 .help = "rkt data directory",
	 .parse = parse_dir},
	{.name = "insecure-options",
	 .type = OPTION_CALL,
	 .value = &instance.insecure,
	 .shown = "none",
	 .help = "comma-separated list of security features to disable",
	 .parse = parse_insecure},
	{.name = "local-config",
	 .type = OPTION_CALL,
	 .value = &instance.roots.local,
	 .shown = "/etc/rkt",
	 .help = "local configuration directory",
	 .parse = parse_dir},
	{.name = "memprofile",
	 .type = OPTION_STRING,
	 .value = &ignored,
	 .shown = "\"\"",
	 .help = "write memory profile to the file (accepted, ignored)",
	 .flags = OPTION_HIDDEN},
	{.name = "system-config",
	 .type = OPTION_CALL,
	 .value = &instance.roots.system,
	 .shown = "/usr/lib/rkt",
	 .help = "system configuration directory",
	 .parse = parse_dir},
	{.name = "trust-keys-from-https",
	 .type = OPTION_BOOL,
	 .value = &instance.trust_keys_from_https,
	 .shown = "false",
	 .help = "automatically trust gpg keys fetched from https"},
	{.name = "user-config",
	 .type = OPTION_CALL,
	 .value = &instance.roots.user,
	 .shown = "",
	 .help = "user configuration directory",
	 .parse = parse_dir},
	OPTION_END,
};

struct cli *
cli_instance(void)
{
	return &instance;
}

void
cli_options_done(struct cli *cli)
{
	if (cli->is_debug)
		log_set_debug(true);
}
