/* The options that every verb takes (2.2), and the object they fill in.
 * SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "core/base/cleanup.h"
#include "core/base/log.h"
#include "core/cli/cli.h"

static struct cli instance = {
	.roots = {.system = "/usr/lib/rkt", .local = "/etc/rkt"},
};

static const char *ignored;

static const char *const insecure_words[] = {
	"none",    "image",        "tls",         "http",    "pubkey",
	"ondisk",  "capabilities", "paths",       "seccomp", "all-fetch",
	"all-run", "all",          "plugin-path", NULL,
};

#define FETCH_BITS                                                             \
	(INSECURE_IMAGE | INSECURE_TLS | INSECURE_HTTP | INSECURE_PUBKEY)
#define RUN_BITS (INSECURE_CAPABILITIES | INSECURE_PATHS | INSECURE_SECCOMP)

static const unsigned int insecure_bits[] = {
	0,
	INSECURE_IMAGE,
	INSECURE_TLS,
	INSECURE_HTTP,
	INSECURE_PUBKEY,
	INSECURE_ONDISK,
	INSECURE_CAPABILITIES,
	INSECURE_PATHS,
	INSECURE_SECCOMP,
	FETCH_BITS,
	RUN_BITS,
	FETCH_BITS | RUN_BITS | INSECURE_ONDISK,
	INSECURE_PLUGIN_PATH,
};

static struct option_words insecure = {.known = insecure_words};

static int
parse_insecure(const struct option *option, const char *value, struct error *e)
{
	struct option for_words = {.value = &insecure};

	if (option_parse_words(&for_words, value, e) < 0)
		return -1;
	*(unsigned int *)option->value = 0;
	for (size_t i = 0; i < insecure.len; i++)
		*(unsigned int *)option->value |=
			insecure_bits[insecure.chosen[i]];
	return 0;
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
