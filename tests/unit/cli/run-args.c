/* core/cli/run-args: the grammar of images and what follows them.
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/cli/run-args.h"

#include <string.h>

#include "core/base/cleanup.h"
#include "core/base/strbuf.h"
#include "core/cli/run-options.h"
#include "tests/lib/unit.h"

static const struct option *const tables[] = {
	run_pod_options, run_start_options, run_app_options, NULL};

/* Words are separated by one space; "''" is the empty word. */
static int
parse(const char *line, bool takes_app_args, struct error *e)
{
	autofree char *copy = xstrdup(line);
	char *words[32], *rest = copy;
	int n = 0;

	while (rest && *line)
		words[n++] = strsep(&rest, " ");
	for (int i = 0; i < n; i++)
		if (strcmp(words[i], "''") == 0)
			words[i] = words[i] + 2;
	pod_request_done(run_target());
	start_request_done(run_start());
	return run_args_parse(tables, takes_app_args, n, words, e);
}

/* "a.aci[-x,-y]{exec=/x} b.aci[]" */
static char *
shown(void)
{
	const struct app_requests *apps = &run_target()->apps;
	struct strbuf b = {0};

	for (size_t i = 0; i < apps->len; i++) {
		const struct app_request *a = &apps->items[i];

		strbuf_printf(&b, "%s%s[", i > 0 ? " " : "", a->image);
		for (size_t k = 0; k < a->args.len; k++)
			strbuf_printf(&b, "%s%s", k > 0 ? "," : "",
				      a->args.items[k]);
		strbuf_putc(&b, ']');
		if (a->exec)
			strbuf_printf(&b, "{exec=%s}", a->exec);
		if (a->user)
			strbuf_printf(&b, "{user=%s}", a->user);
		if (a->mounts)
			strbuf_printf(&b, "{mounts=%zu}",
				      json_array_size(a->mounts));
	}
	return strbuf_take(&b);
}

static void
accepts(void)
{
	static const struct {
		const char *line, *want;
	} cases[] = {
		{"a.aci -- -x --- b.aci", "a.aci[-x] b.aci[]"},
		{"a.aci --- b.aci", "a.aci[] b.aci[]"},
		{"a.aci --exec /x -- -v", "a.aci[-v]{exec=/x}"},
		{"a.aci --exec=/x -- -- -v", "a.aci[--,-v]{exec=/x}"},
		{"a.aci --user=1 b.aci --user=2",
		 "a.aci[]{user=1} b.aci[]{user=2}"},
		{"a.aci --user=1 --user=2", "a.aci[]{user=2}"},
		{"'' a.aci '' b.aci", "a.aci[] b.aci[]"},
		{"a.aci -- ''", "a.aci[]"},
		{"a.aci --net host", "a.aci[] host[]"},
		{"a.aci --mount volume=v,target=/m b.aci",
		 "a.aci[]{mounts=1} b.aci[]"},
		{"a.aci -- -- --- b.aci -- y", "a.aci[--] b.aci[y]"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct error e = ERROR_NONE;
		autofree char *got = NULL;

		if (parse(cases[i].line, true, &e) < 0)
			fprintf(stderr, "# %s: %s\n", cases[i].line,
				e.layers[0]);
		CU_ASSERT_EQUAL(e.n_layers, 0);
		got = shown();
		assert_text(got, cases[i].want);
	}
}

static void
refuses(void)
{
	static const struct {
		const char *line, *part;
		bool takes_app_args;
	} cases[] = {
		{"'' -- x", "an image is required before any app arguments",
		 true},
		{"a.aci -- -- --- --",
		 "only one set of app arguments allowed per image", true},
		{"--exec /x a.aci", "--exec must follow an image", true},
		{"a.aci --readonly-rootfs b.aci", "invalid syntax", true},
		{"a.aci --exec /x --exec /y", "--exec", true},
		{"a.aci -- x", "app arguments unsupported", false},
		{"a.aci --exec -- -v", "may not be \"--\"", true},
		{"a.aci --name Bad_Name", "is not an ACName", true},
		{"a.aci --mount volume=v,target=/m,x=1",
		 "unknown mount parameter \"x\"", true},
		{"a.aci --no-such", "unknown flag: --no-such", true},
		{"a.aci --memory=16m", "too low", true},
		{"a.aci --cpu-shares=1", "not between", true},
		{"a.aci --set-env=A=1 --set-env=A=2", "key \"A\" already set",
		 true},
		{"a.aci --set-env=A", "must be specified as key=value", true},
		{"a.aci -- \xff", "is not valid UTF-8", true},
		{"a.aci --user=\xff", "is not valid UTF-8", true},
		{"a.aci --net=a,a", "duplicate", true},
		{"a.aci --net=a,,b", "empty network name", true},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct error e = ERROR_NONE;
		char line[2048];

		CU_ASSERT_EQUAL(
			parse(cases[i].line, cases[i].takes_app_args, &e), -1);
		assert_contains(error_line(&e, line, sizeof(line)),
				cases[i].part);
	}
}

static void
mounts_before_images_are_for_all(void)
{
	struct error e = ERROR_NONE;

	CU_ASSERT_EQUAL(parse("--mount volume=v,target=/m a.aci b.aci --volume "
			      "v,kind=empty",
			      true, &e),
			0);
	CU_ASSERT_EQUAL(json_array_size(run_target()->mounts), 1);
	CU_ASSERT_PTR_NULL(run_target()->apps.items[0].mounts);
	CU_ASSERT_EQUAL(run_mounts_check(run_target(), &e), 0);
}

static void
mounts_without_volume_dangle(void)
{
	struct error e = ERROR_NONE;

	CU_ASSERT_EQUAL(parse("a.aci --mount volume=v,target=/m", true, &e), 0);
	CU_ASSERT_EQUAL(run_mounts_check(run_target(), &e), -1);
	assert_text(e.layers[0],
		    "dangling mount point \"/m\": volume \"v\" not found");
}

static CU_TestInfo tests[] = {
	{"accepts", accepts},
	{"refuses", refuses},
	{"mounts_before_images_are_for_all", mounts_before_images_are_for_all},
	{"mounts_without_volume_dangle", mounts_without_volume_dangle},
	CU_TEST_INFO_NULL,
};

UNIT_MAIN(tests)
