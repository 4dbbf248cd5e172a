/* core/cli/print: errors as people see them, results, a full disk.
 * SPDX-License-Identifier: Apache-2.0 */
#include <fcntl.h>
#include <stdio_ext.h>
#include <string.h>

#include "core/base/cleanup.h"
#include "core/base/log.h"
#include "core/cli/cli.h"
#include "tests/lib/unit.h"
#include "tests/unit/cli/capture.h"

static struct error
nested(int layers)
{
	struct error e = ERROR_NONE;

	error_set(&e, RKT_ERR_INPUT, "cause");
	if (layers > 1)
		error_prefix(&e, "middle");
	if (layers > 2)
		error_prefix(&e, "outermost");
	return e;
}

static char *
printed(void (*print)(const struct cli *cli, const struct error *e),
	bool is_debug, const struct error *e)
{
	struct cli cli = {.is_debug = is_debug};
	struct capture c = capture_begin(stderr);

	log_set_prefix("verb");
	print(&cli, e);
	return capture_end(&c);
}

static void
errors(void)
{
	static const struct {
		void (*print)(const struct cli *cli, const struct error *e);
		int layers;
		bool is_debug;
		const char *want;
	} cases[] = {
		{cli_print_error, 1, false, "verb: cause\n"},
		{cli_print_error, 2, false, "verb: middle: cause\n"},
		{cli_print_error, 3, false, "verb: outermost: cause\n"},
		{cli_print_cause, 3, false, "verb: cause\n"},
		{cli_print_error, 1, true, "verb: cause\n"},
		{cli_print_error, 2, true,
		 "verb: middle\n  \xe2\x94\x94\xe2\x94\x80"
		 "cause\n"},
		{cli_print_error, 3, true,
		 "verb: outermost\n  \xe2\x94\x94\xe2\x94\x80"
		 "middle\n    \xe2\x94\x94\xe2\x94\x80"
		 "cause\n"},
		{cli_print_cause, 3, true,
		 "verb: outermost\n  \xe2\x94\x94\xe2\x94\x80"
		 "middle\n    \xe2\x94\x94\xe2\x94\x80"
		 "cause\n"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct error e = nested(cases[i].layers);
		autofree char *got =
			printed(cases[i].print, cases[i].is_debug, &e);

		assert_text(got, cases[i].want);
	}
}

static void
errors_of_the_system(void)
{
	struct error e = ERROR_NONE;
	autofree char *got = NULL;

	error_errno(&e, ENOENT, "open /x");
	error_prefix(&e, "cannot look");
	got = printed(cli_print_error, false, &e);
	assert_text(got, "verb: cannot look: open /x: "
			 "No such file or directory\n");
}

static void
formats(void)
{
	static const struct {
		const char *text;
		int want; /* -1: refused */
	} cases[] = {
		{"", FORMAT_TABLE},
		{"json", FORMAT_JSON},
		{"json-pretty", FORMAT_JSON_PRETTY},
		{"JSON", -1},
		{"yaml", -1},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct error e = ERROR_NONE;
		enum output_format got = FORMAT_TABLE;
		autofree char *message =
			xasprintf("Invalid format option: %s", cases[i].text);

		if (cli_format_parse(cases[i].text, &got, &e) < 0) {
			CU_ASSERT_EQUAL(cases[i].want, -1);
			assert_text(e.layers[0], message);
			continue;
		}
		CU_ASSERT_EQUAL((int)got, cases[i].want);
	}
}

static void
documents(void)
{
	static const struct {
		const char *json; /* NULL: none */
		bool is_pretty;
		const char *want;
	} cases[] = {
		{NULL, false, "null\n"},
		{"[]", false, "null\n"},
		{"[]", true, "null\n"},
		{"{}", false, "{}\n"},
		{"{\"b\":\"<&>\",\"a\":[1,{\"c\":null}]}", false,
		 "{\"b\":\"\\u003c\\u0026\\u003e\",\"a\":[1,{\"c\":null}]}\n"},
		{"{\"b\":1,\"a\":[1,{\"c\":true}]}", true,
		 "{\n\t\"b\": 1,\n\t\"a\": [\n\t\t1,\n\t\t{\n"
		 "\t\t\t\"c\": true\n\t\t}\n\t]\n}\n"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		auto_json json_t *j =
			cases[i].json ? json_loads(cases[i].json, 0, NULL)
				      : NULL;
		struct capture c = capture_begin(stdout);
		autofree char *got = NULL;

		cli_print_json(j, cases[i].is_pretty);
		got = capture_end(&c);
		assert_text(got, cases[i].want);
	}
}

static void
texts_end_with_one_newline(void)
{
	struct capture c = capture_begin(stdout);
	autofree char *got = NULL;

	cli_print_text("");
	cli_print_text("a");
	cli_print_text("b\n");
	got = capture_end(&c);
	assert_text(got, "\na\nb\n");
}

static void
problems(void)
{
	auto_strings struct strings list = {0};
	struct capture c = capture_begin(stderr);
	autofree char *got = NULL;

	log_set_prefix("list");
	cli_print_problems(&list, "listing pods");
	strings_push(&list, "first");
	strings_push(&list, "second:\n  more");
	cli_print_problems(&list, "listing pods");
	got = capture_end(&c);
	assert_text(got, "list: 2 error(s) encountered when listing pods:\n"
			 "list: ----------------------------------------\n"
			 "list: first\n"
			 "list: ----------------------------------------\n"
			 "list: second:\n  more\n"
			 "list: ----------------------------------------\n"
			 "list: misc:\n"
			 "list:   rkt's appc version: 0.8.11\n"
			 "\n");
}

/* Text of `len` bytes that goes nowhere; what cli_flush makes of it. */
static int
flush_full_disk(size_t len, char **ret_told)
{
	struct cli cli = {0};
	struct capture c = capture_begin(stderr);
	int full = open("/dev/full", O_WRONLY | O_CLOEXEC);
	int saved;
	int status;

	fflush(stdout);
	saved = dup(STDOUT_FILENO);
	dup2(full, STDOUT_FILENO);
	for (size_t i = 0; i < len; i++)
		putchar('x');
	status = cli_flush(&cli, 0);
	__fpurge(stdout);
	clearerr(stdout);
	dup2(saved, STDOUT_FILENO);
	close(saved);
	close(full);
	*ret_told = capture_end(&c);
	return status;
}

static void
a_full_disk_is_told(void)
{
	static const size_t sizes[] = {1, 100000};

	for (size_t i = 0; i < 2; i++) {
		autofree char *told = NULL;

		log_set_prefix("verb");
		CU_ASSERT_EQUAL(flush_full_disk(sizes[i], &told), EXIT_FAILED);
		assert_contains(told, "verb: cannot write to standard output");
	}
}

static void
success_keeps_its_status(void)
{
	struct cli cli = {0};
	struct capture c = capture_begin(stdout);

	CU_ASSERT_EQUAL(cli_flush(&cli, 0), 0);
	CU_ASSERT_EQUAL(cli_flush(&cli, 2), 2);
	free(capture_end(&c));
}

static CU_TestInfo tests[] = {
	{"errors", errors},
	{"errors_of_the_system", errors_of_the_system},
	{"formats", formats},
	{"documents", documents},
	{"texts_end_with_one_newline", texts_end_with_one_newline},
	{"problems", problems},
	{"a_full_disk_is_told", a_full_disk_is_told},
	{"success_keeps_its_status", success_keeps_its_status},
	CU_TEST_INFO_NULL,
};

UNIT_MAIN(tests)
