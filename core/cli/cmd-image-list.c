/* rkt image list: what is in the store.
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/cli/verbs.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "core/base/cleanup.h"
#include "core/cli/format.h"
#include "core/cli/image-rows.h"

static const char *arg_format = "";
static struct image_rows rows = {
	.fields = {image_field_words, {0, 1, 2, 3, 4}, 5},
	.sort = {image_sort_words, {1}, 1},
};

static int
parse_order(const struct option *option, const char *value, struct error *e)
{
	bool is_descending = strcasecmp(value, "desc") == 0;

	if (!is_descending && strcasecmp(value, "asc") != 0)
		return error_set(e, RKT_ERR_INPUT, "wrong sort order");
	*(bool *)option->value = is_descending;
	return 0;
}

static const struct option own_options[] = {
	{
		.name = "fields",
		.type = OPTION_CALL,
		.value = &rows.fields,
		.shown = "id,name,size,importtime,lastused",
		.help = "comma-separated list of fields to display, in that "
			"order",
		.parse = option_parse_words,
	},
	{
		.name = "format",
		.type = OPTION_STRING,
		.value = &arg_format,
		.shown = "\"\"",
		.help = "choose the output format, allowed format includes "
			"'json', 'json-pretty'",
	},
	{
		.name = "full",
		.type = OPTION_BOOL,
		.value = &rows.is_full,
		.shown = "false",
		.help = "print whole IDs, exact sizes and exact times",
	},
	{
		.name = "no-legend",
		.type = OPTION_BOOL,
		.value = &rows.no_legend,
		.shown = "false",
		.help = "suppress a legend with the list",
	},
	{
		.name = "order",
		.type = OPTION_CALL,
		.value = &rows.is_descending,
		.shown = "asc",
		.help = "the direction to sort in: asc or desc",
		.parse = parse_order,
	},
	{
		.name = "sort",
		.type = OPTION_CALL,
		.value = &rows.sort,
		.shown = "importtime",
		.help = "comma-separated list of what to sort by: name, "
			"importtime, lastused, size",
		.parse = option_parse_words,
	},
	OPTION_END,
};

static void
print_images(struct images *images, enum output_format format)
{
	autofree char *text = NULL;
	auto_json json_t *json = NULL;

	rows.now_ns = format_now_ns();
	image_rows_sort(&rows, images);
	if (format == FORMAT_TABLE) {
		text = image_rows_table(&rows, images);
		cli_print_text(text);
	} else {
		json = image_rows_json(images);
		cli_print_json(json, format == FORMAT_JSON_PRETTY);
	}
}

static int
run(struct cli *cli, int argc, char **argv)
{
	auto_strings struct strings problems = {0};
	struct images images = {0};
	enum output_format format = FORMAT_TABLE;
	struct error e = ERROR_NONE;
	struct store *store;

	(void)argv;
	if (argc != 0)
		return cli_usage(cli);
	if (cli_format_parse(arg_format, &format, &e) < 0 ||
	    cli_store(cli, &store, &e) < 0 ||
	    store_image_list(store, &images, &problems, &e) < 0)
		return cli_fail(cli, &e);
	cli_print_problems(&problems, "listing images");
	print_images(&images, format);
	images_done(&images);
	return cli_flush(cli, 0);
}

const struct verb verb_image_list = {
	.name = "image list",
	.summary = "List images in the local store",
	.usage = "",
	.options = {own_options},
	.run = run,
};
