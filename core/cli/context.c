/* What the verbs work on, opened when first asked for.
 * SPDX-License-Identifier: Apache-2.0 */
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/cleanup.h"
#include "core/base/fd.h"
#include "core/cli/cli.h"

#define DATA_DIR      "/var/lib/rkt"
#define UUID_FILE_MAX 4096

int
cli_config(struct cli *cli, struct config **ret, struct error *e)
{
	struct config *config;

	if (!cli->config) {
		config = xcalloc(1, sizeof(*config));
		if (config_load(&cli->roots, config, e) < 0) {
			free(config);
			return error_prefix(e, "cannot get configuration");
		}
		cli->config = config;
	}
	*ret = cli->config;
	return 0;
}

int
cli_data_dir(struct cli *cli, const char **ret, struct error *e)
{
	const char *dir = cli->dir;
	struct config *config;

	if (!cli->data_dir) {
		if (!dir) {
			if (cli_config(cli, &config, e) < 0)
				return -1;
			dir = config->data && *config->data ? config->data
							    : DATA_DIR;
		}
		cli->data_dir = realpath(dir, NULL);
		if (!cli->data_dir && errno != ENOENT)
			return error_errno(e, errno,
					   "cannot resolve data directory '%s'",
					   dir);
		if (!cli->data_dir)
			cli->data_dir = xstrdup(dir);
	}
	*ret = cli->data_dir;
	return 0;
}

int
cli_store(struct cli *cli, struct store **ret, struct error *e)
{
	const char *dir;

	if (!cli->store && (cli_data_dir(cli, &dir, e) < 0 ||
			    store_open(dir, &cli->store, e) < 0))
		return -1;
	*ret = cli->store;
	return 0;
}

int
cli_pods(struct cli *cli, struct pods **ret, struct error *e)
{
	const char *dir;

	if (!cli->pods && (cli_data_dir(cli, &dir, e) < 0 ||
			   pods_open(dir, &cli->pods, e) < 0))
		return -1;
	*ret = cli->pods;
	return 0;
}

int
cli_plugins(struct cli *cli, struct plugin_host **ret, struct error *e)
{
	struct plugin_host_options options = {0};
	struct config *config;

	if (!cli->plugins) {
		if (cli_config(cli, &config, e) < 0 ||
		    cli_data_dir(cli, &options.data_dir, e) < 0)
			return -1;
		options.allow_plugin_path =
			cli->insecure & INSECURE_PLUGIN_PATH;
		options.config = config->plugins;
		options.config_dir = cli->roots.local;
		cli->plugins = plugin_host_new(&options);
	}
	*ret = cli->plugins;
	return 0;
}

int
cli_pod_context_bare(struct cli *cli, struct pod_context *ret, struct error *e)
{
	struct pod_context c = {0};

	if (cli_data_dir(cli, &c.data_dir, e) < 0 ||
	    cli_plugins(cli, &c.plugins, e) < 0 ||
	    cli_pods(cli, &c.pods, e) < 0)
		return -1;
	*ret = c;
	return 0;
}

int
cli_pod_context(struct cli *cli, struct pod_context *ret, struct error *e)
{
	struct store *store;

	if (cli_store(cli, &store, e) < 0 ||
	    cli_pod_context_bare(cli, ret, e) < 0)
		return -1;
	ret->store = store;
	return 0;
}

int
cli_uuid_file_read(const char *uuid_file, char **ret, struct error *e)
{
	autofree char *text = NULL;
	char *from;
	size_t len;

	if (file_read_all(AT_FDCWD, uuid_file, UUID_FILE_MAX, &text, &len, e) <
	    0)
		return error_prefix(e, "unable to resolve UUID from file");
	from = text + strspn(text, " \t\r\n\v\f");
	len = strlen(from);
	while (len > 0 && isspace((unsigned char)from[len - 1]))
		len--;
	*ret = xstrndup(from, len);
	return 0;
}
