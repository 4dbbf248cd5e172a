/* What reaches the user: errors on stderr (2.4), results on stdout.
 * SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "core/base/cleanup.h"
#include "core/base/log.h"
#include "core/base/strbuf.h"
#include "core/cli/cli.h"

#define APPC_VERSION "0.8.11"

static void
print_chain(const struct error *e)
{
	char cause[ERROR_TEXT_MAX + 128];
	auto_strbuf struct strbuf b = {0};

	for (int i = e->n_layers - 1; i >= 0; i--) {
		int level = e->n_layers - 1 - i;

		if (level > 0)
			strbuf_printf(&b, "\n%*s\xe2\x94\x94\xe2\x94\x80",
				      level * 2, "");
		strbuf_puts(&b, i > 0 ? e->layers[i]
				      : error_cause(e, cause, sizeof(cause)));
	}
	log_info("%s", b.text ? b.text : "no error");
}

void
cli_print_error(const struct cli *cli, const struct error *e)
{
	char line[2 * ERROR_TEXT_MAX + 128];

	if (cli->is_debug)
		print_chain(e);
	else
		log_info("%s", error_line(e, line, sizeof(line)));
}

void
cli_print_cause(const struct cli *cli, const struct error *e)
{
	char cause[ERROR_TEXT_MAX + 128];

	if (cli->is_debug)
		print_chain(e);
	else
		log_info("%s", error_cause(e, cause, sizeof(cause)));
}

int
cli_fail(const struct cli *cli, const struct error *e)
{
	cli_print_error(cli, e);
	return EXIT_FAILED;
}

int
cli_usage(const struct cli *cli)
{
	help_print(cli->verb, NULL);
	return cli_flush(cli, EXIT_FAILED);
}

int
cli_flush(const struct cli *cli, int status)
{
	struct error e = ERROR_NONE;

	errno = 0;
	if (fflush(stdout) == 0 && !ferror(stdout))
		return status;
	/* When an earlier write failed, errno is no longer its own. */
	if (errno != 0)
		error_errno(&e, errno, "cannot write to standard output");
	else
		error_set(&e, RKT_ERR_SYSTEM,
			  "cannot write to standard output");
	return cli_fail(cli, &e);
}

int
cli_format_parse(const char *s, enum output_format *ret, struct error *e)
{
	if (*s == '\0')
		*ret = FORMAT_TABLE;
	else if (strcmp(s, "json") == 0)
		*ret = FORMAT_JSON;
	else if (strcmp(s, "json-pretty") == 0)
		*ret = FORMAT_JSON_PRETTY;
	else
		return error_set(e, RKT_ERR_INPUT, "Invalid format option: %s",
				 s);
	return 0;
}

void
cli_print_json(const json_t *j, bool pretty)
{
	autofree char *text = NULL;

	if (!j || (json_is_array(j) && json_array_size(j) == 0)) {
		puts("null");
		return;
	}
	text = json_print(j, pretty);
	puts(text);
}

void
cli_print_text(const char *text)
{
	size_t len = strlen(text);

	fputs(text, stdout);
	if (len == 0 || text[len - 1] != '\n')
		putchar('\n');
}

void
cli_print_problems(const struct strings *problems, const char *when)
{
	static const char dashes[] = "----------------------------------------";

	if (problems->len == 0)
		return;
	log_info("%zu error(s) encountered when %s:", problems->len, when);
	log_info("%s", dashes);
	for (size_t i = 0; i < problems->len; i++) {
		log_info("%s", problems->items[i]);
		log_info("%s", dashes);
	}
	log_info("misc:");
	log_info("  rkt's appc version: %s", APPC_VERSION);
	fputc('\n', stderr);
}
