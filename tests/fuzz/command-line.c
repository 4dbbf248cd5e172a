/* Fuzzes the words of `rkt run`, one a line: they parse or give a message.
 * SPDX-License-Identifier: Apache-2.0 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/cleanup.h"
#include "core/base/vec.h"
#include "core/cli/run-options.h"

#define WORDS_MAX 64

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A fuzzer has no business with the files of the machine. */
static int
reads_a_file(const char *word)
{
	return strncmp(word, "--set-env-file", 14) == 0;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct option *const tables[] = {
		run_pod_options, run_start_options, run_app_options, NULL};
	autofree char *text = xstrndup((const char *)data, size);
	auto_strings struct strings words = {0};
	struct error e = ERROR_NONE;
	char *rest = text;
	int result;

	while (rest && words.len < WORDS_MAX) {
		const char *word = strsep(&rest, "\n");

		if (reads_a_file(word))
			return 0;
		strings_push(&words, word);
	}
	result = run_args_parse(tables, true, (int)words.len, words.items, &e);
	if (result == 0)
		result = run_mounts_check(run_target(), &e);
	if ((result < 0) != (e.n_layers > 0) ||
	    run_target()->apps.len > words.len)
		abort();
	pod_request_done(run_target());
	start_request_done(run_start());
	return 0;
}
