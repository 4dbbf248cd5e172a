/* Fuzzes the JSON reader and printer: what is printed parses, and prints
 * the same again.
 * SPDX-License-Identifier: Apache-2.0 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/cleanup.h"
#include "core/base/json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct error e = ERROR_NONE;
	auto_json json_t *j = NULL;
	auto_json json_t *again = NULL;
	autofree char *text = NULL;
	autofree char *text_again = NULL;

	if (json_parse((const char *)data, size, "input", &j, &e) < 0)
		return 0;
	text = json_print(j, size % 2 == 0);
	if (json_parse(text, strlen(text), "output", &again, &e) < 0)
		abort();
	text_again = json_print(again, size % 2 == 0);
	if (strcmp(text, text_again) != 0)
		abort();
	return 0;
}
