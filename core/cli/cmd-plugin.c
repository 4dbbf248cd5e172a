/* The verbs `plugin list`, `plugin show` and `plugin path`.
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/cli/cmd-plugin.h"

#include <stdio.h>
#include <string.h>

#include "core/base/alloc.h"
#include "core/base/cleanup.h"
#include "core/base/log.h"
#include "core/cli/cli.h"
#include "core/cli/table.h"
#include "core/cli/verbs.h"

static const char *arg_format = "";
static bool arg_no_legend;

#define OPTION_FORMAT                                                          \
	{                                                                      \
		.name = "format", .type = OPTION_STRING, .value = &arg_format, \
		.shown = "\"\"",                                               \
		.help = "print as \"json\" or \"json-pretty\" instead",        \
	}

/* ---- plugin list --------------------------------------------------------- */

/* One plugin as `list` shows it; the reason it is not usable goes to standard
 * error, and into the JSON. */
static json_t *
list_entry(struct plugin_host *host, enum plugin_kind kind, const char *name)
{
	autofree char *abi = NULL;
	struct error e = ERROR_NONE;
	struct plugin *p = NULL;
	char line[2 * ERROR_TEXT_MAX];
	json_t *j = json_pack("{s:s, s:s}", "kind", plugin_kind_name(kind),
			      "name", name);

	if (plugin_is_disabled(host, kind, name)) {
		json_object_set_new(j, "status", json_string("disabled"));
		return j;
	}
	if (plugin_open(host, kind, name, &p, &e) < 0) {
		error_line(&e, line, sizeof(line));
		log_warn("%s", line);
		json_object_set_new(j, "status", json_string("broken"));
		json_object_set_new(j, "error", json_string(line));
		return j;
	}
	abi = plugin_abi_text(p);
	json_object_set_new(j, "version", json_string(plugin_info(p)->version));
	json_object_set_new(j, "abi", json_string(abi));
	json_object_set_new(j, "status", json_string("ok"));
	json_object_set_new(j, "summary", json_string(plugin_info(p)->summary));
	return j;
}

static int
list_all(struct plugin_host *host, json_t *list, struct error *e)
{
	for (int kind = 0; kind < PLUGIN_KINDS; kind++) {
		auto_strings struct strings names = {0};

		if (plugin_names(host, (enum plugin_kind)kind, &names, e) < 0)
			return -1;
		for (size_t i = 0; i < names.len; i++)
			json_array_append_new(
				list, list_entry(host, (enum plugin_kind)kind,
						 names.items[i]));
	}
	return 0;
}

static char *
list_table(const json_t *list)
{
	static const char *const columns[] = {"kind", "name",   "version",
					      "abi",  "status", "summary"};
	static const char *const legend[] = {"KIND", "NAME",   "VERSION",
					     "ABI",  "STATUS", "SUMMARY"};
	struct table t = {0};

	for (size_t c = 0; c < 6 && !arg_no_legend; c++)
		table_cell(&t, legend[c]);
	if (!arg_no_legend)
		table_end_line(&t);
	for (size_t i = 0; i < json_array_size(list); i++) {
		for (size_t c = 0; c < 6; c++)
			table_cell(&t, json_string_at(json_array_get(list, i),
						      columns[c]));
		table_end_line(&t);
	}
	return table_take(&t);
}

/* How to print, by --format: 0, or -1 for a format that there is not. */
static int
check_format(bool *ret_json, bool *ret_pretty, struct error *e)
{
	*ret_pretty = strcmp(arg_format, "json-pretty") == 0;
	*ret_json = *ret_pretty || strcmp(arg_format, "json") == 0;
	if (!*ret_json && *arg_format)
		return error_set(e, RKT_ERR_INPUT, "Invalid format option: %s",
				 arg_format);
	return 0;
}

static int
run_list(struct cli *cli, int argc, char **argv)
{
	auto_json json_t *list = json_array();
	struct error e = ERROR_NONE;
	struct plugin_host *host;
	autofree char *text = NULL;
	bool is_json, is_pretty;

	(void)argv;
	if (argc != 0)
		return cli_usage(cli);
	if (check_format(&is_json, &is_pretty, &e) < 0 ||
	    cli_plugins(cli, &host, &e) < 0 || list_all(host, list, &e) < 0)
		return cli_fail(cli, &e);
	if (is_json) {
		text = json_print(list, is_pretty);
		puts(text);
	} else {
		text = list_table(list);
		fputs(text, stdout);
	}
	return cli_flush(cli, 0);
}

static const struct option list_options[] = {
	OPTION_FORMAT,
	{
		.name = "no-legend",
		.type = OPTION_BOOL,
		.value = &arg_no_legend,
		.shown = "false",
		.help = "suppress the line of headings",
	},
	OPTION_END,
};

const struct verb verb_plugin_list = {
	.name = "plugin list",
	.summary = "List plugins and what is wrong with them",
	.usage = "[--format=FORMAT] [--no-legend]",
	.options = {list_options},
	.run = run_list,
};

/* ---- plugin show, plugin path -------------------------------------------- */

static int
parse_kind(const char *word, enum plugin_kind *ret, struct error *e)
{
	if (plugin_kind_parse(word, ret))
		return 0;
	return error_set(e, RKT_ERR_INPUT,
			 "'%s' is not a kind of plugin: image, stage1, net",
			 word);
}

static int
run_show(struct cli *cli, int argc, char **argv)
{
	auto_json json_t *j = NULL;
	struct error e = ERROR_NONE;
	struct plugin_host *host;
	autofree char *text = NULL;
	bool is_json, is_pretty;
	enum plugin_kind kind;
	struct plugin *p;

	if (argc != 2)
		return cli_usage(cli);
	if (check_format(&is_json, &is_pretty, &e) < 0 ||
	    parse_kind(argv[0], &kind, &e) < 0 ||
	    cli_plugins(cli, &host, &e) < 0 ||
	    plugin_open(host, kind, argv[1], &p, &e) < 0)
		return cli_fail(cli, &e);
	j = plugin_describe(p);
	text = is_json ? json_print(j, is_pretty) : plugin_describe_text(j);
	printf("%s%s", text, is_json ? "\n" : "");
	return cli_flush(cli, 0);
}

static const struct option show_options[] = {
	OPTION_FORMAT,
	OPTION_END,
};

const struct verb verb_plugin_show = {
	.name = "plugin show",
	.summary = "Show what a plugin says of itself",
	.usage = "[--format=FORMAT] KIND NAME",
	.options = {show_options},
	.run = run_show,
};

static int
run_path(struct cli *cli, int argc, char **argv)
{
	struct error e = ERROR_NONE;
	struct plugin_host *host;
	autofree char *file = NULL;
	enum plugin_kind kind;

	if (argc != 0 && argc != 2)
		return cli_usage(cli);
	if (cli_plugins(cli, &host, &e) < 0)
		return cli_fail(cli, &e);
	if (argc == 2 && (parse_kind(argv[0], &kind, &e) < 0 ||
			  plugin_path(host, kind, argv[1], &file, &e) < 0))
		return cli_fail(cli, &e);
	puts(file ? file : plugin_host_dir(host));
	return cli_flush(cli, 0);
}

const struct verb verb_plugin_path = {
	.name = "plugin path",
	.summary = "Print the plugin directory, or the file of a plugin",
	.usage = "[KIND NAME]",
	.run = run_path,
};
