/* What the tests of manifests share: documents with one thing changed.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_UNIT_APPC_COMMON_H
#define TESTS_UNIT_APPC_COMMON_H

#include <string.h>

#include "core/appc/manifest.h"
#include "core/base/alloc.h"
#include "core/base/cleanup.h"
#include "tests/lib/unit.h"

struct document_case {
	const char *text; /* what is put into the document           */
	const char *want; /* of its normal form, or of the message   */
	int result;
};

/* Parse `head` + the case's text + `tail`; compare, or search the cause. */
static inline void
check_document(int (*parse)(const char *text, size_t len, const char *name,
			    json_t **ret, struct error *e),
	       const char *head, const char *tail,
	       const struct document_case *c)
{
	struct error e = ERROR_NONE;
	auto_json json_t *j = NULL;
	autofree char *text = xasprintf("%s%s%s", head, c->text, tail);
	autofree char *want = xasprintf("%s%s%s", head, c->want, tail);
	autofree char *printed = NULL;

	CU_ASSERT_EQUAL(parse(text, strlen(text), "file", &j, &e), c->result);
	if (c->result < 0) {
		CU_ASSERT_EQUAL(e.code, RKT_ERR_INPUT);
		assert_text(e.layers[0], c->want);
		CU_ASSERT_PTR_NULL(j);
		return;
	}
	CU_ASSERT_EQUAL(e.n_layers, 0);
	printed = j ? json_print(j, false) : NULL;
	assert_text(printed, want);
}
#define check_documents(parse, head, tail, cases)                              \
	for (size_t i = 0; i < sizeof(cases) / sizeof((cases)[0]); i++)        \
	check_document(parse, head, tail, &(cases)[i])

#endif
