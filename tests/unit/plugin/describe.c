/* core/cli/plugin-describe: what `rkt plugin show` knows.
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/base/cleanup.h"
#include "core/cli/cmd-plugin.h"
#include "fixture.h"
#include "tests/lib/unit.h"

static char *
text_of(const char *kind_name, const char *name, const char *config)
{
	struct plugin_host *host = fixture_host(config);
	struct error e = ERROR_NONE;
	enum plugin_kind kind;
	struct plugin *p = NULL;
	auto_json json_t *j = NULL;
	char *text;

	fixture_copy(kind_name, name, NULL);
	CU_ASSERT_TRUE_FATAL(plugin_kind_parse(kind_name, &kind));
	CU_ASSERT_EQUAL_FATAL(plugin_open(host, kind, name, &p, &e), 0);
	j = plugin_describe(p);
	text = plugin_describe_text(j);
	plugin_host_free(host);
	return text;
}

static void
an_engine_in_lines(void)
{
	autofree char *text = text_of("stage1", "good", NULL);
	autofree char *want = xasprintf(
		"kind=stage1\nname=good\nversion=1\n"
		"summary=An engine for tests\nfile=%s\nabi=0.2\nneeds=0.0\n"
		"needs-host=0.0\nparallel=false\npriority=0\ncaps=netns\n"
		"op.open=false\nop.close=false\nop.check=false\n"
		"op.prepare=true\nop.run=true\nop.enter=true\nop.stop=false\n"
		"op.gc=true\nop.app_add=false\nop.app_rm=false\n"
		"op.app_start=false\nop.app_stop=false\nattr.colour=blue\n",
		fixture_file("stage1", "good"));

	assert_text(text, want);
}

static void
an_image_format_in_lines(void)
{
	autofree char *text = text_of("image", "multi",
				      "{\"image/multi\":{\"priority\":-3}}");

	assert_contains(text, "\nschemes=multi,multi-archive,tar\n");
	assert_contains(text, "\npriority=-3\n");
	assert_contains(text, "\ncaps=\n");
	assert_contains(text, "\nop.split=true\n");
}

static CU_TestInfo tests[] = {
	{"an_engine_in_lines", an_engine_in_lines},
	{"an_image_format_in_lines", an_image_format_in_lines},
	CU_TEST_INFO_NULL,
};

UNIT_MAIN(tests)
