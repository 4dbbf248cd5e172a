/* rkt version: what this build is.
 * SPDX-License-Identifier: Apache-2.0 */
#include <config.h>

#include <stdio.h>

#include "core/cli/verbs.h"

#if defined(__x86_64__)
#define ARCH "amd64"
#elif defined(__aarch64__)
#define ARCH "aarch64"
#else
#define ARCH "unknown"
#endif

#if defined(__clang__)
#define COMPILER "clang " __clang_version__
#else
#define COMPILER "gcc " __VERSION__
#endif

static int
run(struct cli *cli, int argc, char **argv)
{
	(void)argv;
	if (argc > 0)
		return cli_usage(cli);
	printf("rkt Version: %s\n"
	       "appc Version: 0.8.11\n"
	       "C Compiler: %s\n"
	       "OS/Arch: linux/%s\n"
	       "Features: -TPM -SDJOURNAL\n",
	       VERSION_FULL, COMPILER, ARCH);
	return cli_flush(cli, 0);
}

const struct verb verb_version = {
	.name = "version",
	.summary = "Print the version and exit",
	.usage = "",
	.run = run,
};
