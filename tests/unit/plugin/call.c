/* core/plugin/call: what plugins are lent, and what becomes of their outcome.
 * SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "core/base/cleanup.h"
#include "core/base/log.h"
#include "fixture.h"
#include "tests/lib/unit.h"

static struct plugin *
open_engine(struct plugin_host *host, const char *name)
{
	struct error e = ERROR_NONE;
	struct plugin *p = NULL;

	fixture_copy("stage1", name, NULL);
	CU_ASSERT_EQUAL_FATAL(plugin_open(host, PLUGIN_STAGE1, name, &p, &e),
			      0);
	return p;
}

static void
begin(struct plugin_call *c, struct plugin *p,
      const struct plugin_callbacks *callbacks)
{
	struct error e = ERROR_NONE;

	CU_ASSERT_EQUAL_FATAL(plugin_call_begin(c, p, callbacks, &e), 0);
}

static const struct rkt_stage1_pod pod = {.size = sizeof(pod), .uuid = "uuid"};

static void
a_failure_arrives_unchanged(void)
{
	struct plugin_host *host = fixture_host(NULL);
	struct plugin *p = open_engine(host, "good");
	struct rkt_stage1_run request = {.size = sizeof(request)};
	struct error e = ERROR_NONE;
	struct plugin_call c;

	begin(&c, p, NULL);
	CU_ASSERT_EQUAL(plugin_call_end(&c,
					plugin_stage1(p)->run(&c.call, c.self,
							      &pod, &request),
					&e),
			-1);
	CU_ASSERT_EQUAL(e.code, RKT_ERR_SYSTEM);
	CU_ASSERT_EQUAL(e.n_layers, 1);
	assert_text(fixture_line(&e),
		    "cannot run it: No such file or directory");
	plugin_host_free(host);
}

/* An engine built before a field was added must not ignore it. */
static void
an_unknown_tail_is_refused_unless_zero(void)
{
	struct plugin_host *host = fixture_host(NULL);
	struct plugin *p = open_engine(host, "good");
	struct {
		struct rkt_stage1_run known;
		uint64_t newer;
	} request = {.known.size = sizeof(request)};
	struct error e = ERROR_NONE;
	struct plugin_call c;

	begin(&c, p, NULL);
	plugin_call_end(
		&c,
		plugin_stage1(p)->run(&c.call, c.self, &pod, &request.known),
		&e);
	CU_ASSERT_EQUAL(e.code, RKT_ERR_SYSTEM);

	request.newer = 1;
	begin(&c, p, NULL);
	plugin_call_end(
		&c,
		plugin_stage1(p)->run(&c.call, c.self, &pod, &request.known),
		&e);
	CU_ASSERT_EQUAL(e.code, RKT_ERR_TOO_NEW);
	assert_text(fixture_line(&e),
		    "request uses fields newer than this plugin");
	plugin_host_free(host);
}

static void
take_zero_fills_and_refuses(void)
{
	struct {
		uint32_t size, a, b, c;
	} request = {.size = 8, .a = 1, .b = 2, .c = 3}, mine;

	memset(&mine, 0xff, sizeof(mine));
	CU_ASSERT_EQUAL(rkt_take(&mine, sizeof(mine), &request), 1);
	CU_ASSERT_EQUAL(mine.a, 1);
	CU_ASSERT_EQUAL(mine.b, 0);
	CU_ASSERT_EQUAL(mine.c, 0);
	request.size = 16;
	CU_ASSERT_EQUAL(rkt_take(&mine, 12, &request), 0);
	request.c = 0;
	CU_ASSERT_EQUAL(rkt_take(&mine, 12, &request), 1);
	CU_ASSERT_EQUAL(mine.b, 2);
}

static void
odd_outcomes_get_a_text(void)
{
	const struct {
		rkt_status status, code;
		const char *text;
	} cases[] = {
		{RKT_ERR_NOT_FOUND, RKT_ERR_NOT_FOUND,
		 "plugin 'stage1/good' failed without saying why (status -3)"},
		{17, RKT_ERR_SYSTEM,
		 "plugin 'stage1/good' returned the unknown status 17"},
		{-99, RKT_ERR_SYSTEM,
		 "plugin 'stage1/good' returned the unknown status -99"},
		{RKT_ERR_CANCELLED, RKT_ERR_CANCELLED, "cancelled"},
	};
	struct plugin_host *host = fixture_host(NULL);
	struct plugin *p = open_engine(host, "good");
	struct plugin_call c;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct error e = ERROR_NONE;

		begin(&c, p, NULL);
		CU_ASSERT_EQUAL(plugin_call_end(&c, cases[i].status, &e), -1);
		CU_ASSERT_EQUAL(e.code, cases[i].code);
		assert_text(fixture_line(&e), cases[i].text);
	}
	plugin_host_free(host);
}

static void
success_after_a_failure_is_a_failure(void)
{
	struct plugin_host *host = fixture_host(NULL);
	struct plugin *p = open_engine(host, "good");
	struct error e = ERROR_NONE;
	struct plugin_call c;

	begin(&c, p, NULL);
	CU_ASSERT_EQUAL(
		plugin_call_end(&c, plugin_stage1(p)->gc(&c.call, c.self, &pod),
				&e),
		-1);
	assert_text(fixture_line(&e),
		    "plugin 'stage1/good' reported success and a failure: "
		    "changed its mind");
	plugin_host_free(host);
}

/* fail() with RKT_OK, or a code of its own making, still fails. */
static void
fail_never_returns_success(void)
{
	const rkt_status codes[] = {RKT_OK, 5, -99};
	struct plugin_host *host = fixture_host(NULL);
	struct plugin *p = open_engine(host, "good");
	struct plugin_call c;

	for (size_t i = 0; i < 3; i++) {
		struct error e = ERROR_NONE;
		rkt_status status;

		begin(&c, p, NULL);
		status = c.call.host->fail(&c.call, codes[i], 0, "a\nb\033[2J");
		CU_ASSERT_EQUAL(status, RKT_ERR_SYSTEM);
		CU_ASSERT_EQUAL(plugin_call_end(&c, status, &e), -1);
		CU_ASSERT_EQUAL(e.code, RKT_ERR_SYSTEM);
		assert_text(fixture_line(&e), "a b [2J");
	}
	plugin_host_free(host);
}

/* ---- emit ---------------------------------------------------------------- */

static int
keep(void *data, const char *key, const char *bytes, size_t len,
     struct error *e)
{
	snprintf(data, 64, "%s=%.*s", key, (int)len, bytes);
	(void)e;
	return 0;
}

static int
refuse(void *data, const char *key, const char *bytes, size_t len,
       struct error *e)
{
	(void)bytes;
	(void)len;
	++*(int *)data;
	return error_set(e, RKT_ERR_UNTRUSTED, "'%s' is no good", key);
}

static void
emitted_results_arrive(void)
{
	char got[64] = "";
	struct plugin_callbacks callbacks = {.emit = keep, .data = got};
	struct plugin_host *host = fixture_host(NULL);
	struct plugin *p = open_engine(host, "good");
	struct error e = ERROR_NONE;
	struct plugin_call c;

	begin(&c, p, &callbacks);
	CU_ASSERT_EQUAL(plugin_call_end(&c,
					plugin_stage1(p)->prepare(&c.call,
								  c.self, &pod),
					&e),
			0);
	assert_text(got, "uuid=uuid");
	plugin_host_free(host);
}

static void
a_refused_result_is_the_cause(void)
{
	int n = 0;
	struct plugin_callbacks callbacks = {.emit = refuse, .data = &n};
	struct plugin_host *host = fixture_host(NULL);
	struct plugin *p = open_engine(host, "good");
	struct error e = ERROR_NONE;
	struct plugin_call c;

	/* Even if the plugin does not care, and not by its own words. */
	begin(&c, p, &callbacks);
	CU_ASSERT_EQUAL(c.call.host->emit(&c.call, "layer", "x", 1),
			RKT_ERR_UNTRUSTED);
	CU_ASSERT_EQUAL(c.call.host->emit(&c.call, "layer", "x", 1),
			RKT_ERR_UNTRUSTED);
	CU_ASSERT_EQUAL(n, 1);
	CU_ASSERT_EQUAL(plugin_call_end(&c, RKT_OK, &e), -1);
	CU_ASSERT_EQUAL(e.code, RKT_ERR_UNTRUSTED);
	assert_text(fixture_line(&e), "'layer' is no good");

	begin(&c, p, &callbacks);
	c.call.host->emit(&c.call, "layer", "x", 1);
	c.call.host->fail(&c.call, RKT_ERR_INPUT, 0, "cannot tell");
	CU_ASSERT_EQUAL(plugin_call_end(&c, RKT_ERR_INPUT, &e), -1);
	CU_ASSERT_EQUAL(e.code, RKT_ERR_UNTRUSTED);
	assert_text(fixture_line(&e), "cannot tell: 'layer' is no good");
	plugin_host_free(host);
}

/* ---- the other services -------------------------------------------------- */

static int
stop_at_three(void *data, uint64_t done, uint64_t total)
{
	(void)data;
	(void)total;
	return done >= 3 ? -1 : 0;
}

static void
progress_can_cancel(void)
{
	struct plugin_callbacks callbacks = {.progress = stop_at_three};
	struct plugin_host *host = fixture_host(NULL);
	struct plugin *p = open_engine(host, "good");
	struct error e = ERROR_NONE;
	struct plugin_call c;

	begin(&c, p, &callbacks);
	CU_ASSERT_EQUAL(c.call.host->progress(&c.call, 2, 0), RKT_OK);
	CU_ASSERT_EQUAL(c.call.host->progress(&c.call, 3, 0),
			RKT_ERR_CANCELLED);
	CU_ASSERT_EQUAL(plugin_call_end(&c, RKT_ERR_CANCELLED, &e), -1);
	assert_text(fixture_line(&e), "cancelled");
	plugin_host_free(host);
}

static void
scratch_is_zero_and_can_fail(void)
{
	struct plugin_host *host = fixture_host(NULL);
	struct plugin *p = open_engine(host, "good");
	struct error e = ERROR_NONE;
	struct plugin_call c;
	unsigned char *bytes;

	begin(&c, p, NULL);
	bytes = c.call.host->scratch(&c.call, 4096);
	CU_ASSERT_PTR_NOT_NULL_FATAL(bytes);
	CU_ASSERT_EQUAL((uintptr_t)bytes % 16, 0);
	for (size_t i = 0; i < 4096; i++)
		CU_ASSERT_EQUAL(bytes[i], 0);
	CU_ASSERT_PTR_NOT_NULL(c.call.host->scratch(&c.call, 0));
	CU_ASSERT_PTR_NULL(c.call.host->scratch(&c.call, SIZE_MAX));
	CU_ASSERT_PTR_NULL(c.call.host->scratch(&c.call, SIZE_MAX / 2));
	CU_ASSERT_EQUAL(plugin_call_end(&c, RKT_OK, &e), 0);
	plugin_host_free(host);
}

static void
configuration_paths_and_services(void)
{
	const struct {
		uint32_t size, answer;
	} table = {.size = sizeof(table), .answer = 42};
	struct plugin_host *host = fixture_host(
		"{\"stage1/good\":{\"config\":{\"text\":\"a\",\"number\":5,"
		"\"yes\":true,\"list\":[1,2],\"nothing\":null}},"
		"\"stage1/other\":{\"config\":{\"secret\":\"x\"}}}");
	struct plugin *p = open_engine(host, "good");
	const struct rkt_host *h;
	struct error e = ERROR_NONE;
	struct plugin_call c;

	plugin_host_add_service(host, "rkt.test.v1", &table);
	begin(&c, p, NULL);
	h = c.call.host;
	assert_text(h->conf(&c.call, "text"), "a");
	assert_text(h->conf(&c.call, "number"), "5");
	assert_text(h->conf(&c.call, "yes"), "true");
	assert_text(h->conf(&c.call, "list"), "[1,2]");
	CU_ASSERT_PTR_NULL(h->conf(&c.call, "nothing"));
	CU_ASSERT_PTR_NULL(h->conf(&c.call, "secret"));
	assert_text(h->path(&c.call, RKT_PATH_CONFIG), "/etc/rkt");
	assert_text(h->path(&c.call, RKT_PATH_DATA), "/var/lib/rkt");
	assert_text(h->path(&c.call, RKT_PATH_RUN), "/run/rkt");
	assert_text(h->path(&c.call, RKT_PATH_LIBEXEC), LIBEXEC_DIR);
	CU_ASSERT_PTR_NULL(h->path(&c.call, 99));
	CU_ASSERT_PTR_EQUAL(h->service(&c.call, "rkt.test.v1", 8), &table);
	CU_ASSERT_PTR_NULL(h->service(&c.call, "rkt.test.v1", 12));
	CU_ASSERT_PTR_NULL(h->service(&c.call, "rkt.test.v2", 4));
	CU_ASSERT_EQUAL(plugin_call_end(&c, RKT_OK, &e), 0);
	plugin_host_free(host);
}

/* What the plugin writes carries its name, on one line, and debug only if
 * somebody asked. */
static void
log_lines_carry_the_plugins_name(void)
{
	struct plugin_host *host = fixture_host(NULL);
	struct plugin *p = open_engine(host, "good");
	struct error e = ERROR_NONE;
	struct plugin_call c;
	char got[256] = "";
	FILE *old = stderr;

	begin(&c, p, NULL);
	stderr = fmemopen(got, sizeof(got), "w");
	plugin_stage1(p)->prepare(&c.call, c.self, &pod);
	c.call.host->log(&c.call, RKT_LOG_DEBUG, "unseen");
	setenv("RKT_DEBUG", "stage1/good", 1);
	c.call.host->log(&c.call, RKT_LOG_DEBUG, "seen");
	fclose(stderr);
	stderr = old;
	assert_text(got, "stage1/good: preparing uuid\nstage1/good: seen\n");
	CU_ASSERT_EQUAL(plugin_call_end(&c, RKT_OK, &e), 0);
	plugin_host_free(host);
}

static void
an_engine_opens_on_first_use_and_closes_at_the_end(void)
{
	struct plugin_host *host = fixture_host(NULL);
	struct plugin *p = open_engine(host, "opens");
	struct error e = ERROR_NONE;
	struct plugin_call c;
	int *self;

	begin(&c, p, NULL);
	self = c.self;
	CU_ASSERT_PTR_NOT_NULL_FATAL(self);
	CU_ASSERT_EQUAL(*self, 43);
	CU_ASSERT_EQUAL(plugin_call_end(&c, RKT_OK, &e), 0);
	begin(&c, p, NULL);
	CU_ASSERT_PTR_EQUAL(c.self, self);
	CU_ASSERT_EQUAL(*self, 43);
	CU_ASSERT_EQUAL(plugin_call_end(&c, RKT_OK, &e), 0);
	plugin_host_free(host);
}

static void
an_engine_may_refuse_to_open(void)
{
	struct plugin_host *host = fixture_host(
		"{\"stage1/opens\":{\"config\":{\"greeting\":\"no\"}}}");
	struct plugin *p = open_engine(host, "opens");
	struct error e = ERROR_NONE;
	struct plugin_call c;

	CU_ASSERT_EQUAL(plugin_call_begin(&c, p, NULL, &e), -1);
	CU_ASSERT_EQUAL(e.code, RKT_ERR_UNSUPPORTED);
	assert_text(fixture_line(&e), "no engine today");
	plugin_host_free(host);
}

static CU_TestInfo tests[] = {
	{"a_failure_arrives_unchanged", a_failure_arrives_unchanged},
	{"an_unknown_tail_is_refused_unless_zero",
	 an_unknown_tail_is_refused_unless_zero},
	{"take_zero_fills_and_refuses", take_zero_fills_and_refuses},
	{"odd_outcomes_get_a_text", odd_outcomes_get_a_text},
	{"success_after_a_failure_is_a_failure",
	 success_after_a_failure_is_a_failure},
	{"fail_never_returns_success", fail_never_returns_success},
	{"emitted_results_arrive", emitted_results_arrive},
	{"a_refused_result_is_the_cause", a_refused_result_is_the_cause},
	{"progress_can_cancel", progress_can_cancel},
	{"scratch_is_zero_and_can_fail", scratch_is_zero_and_can_fail},
	{"configuration_paths_and_services", configuration_paths_and_services},
	{"log_lines_carry_the_plugins_name", log_lines_carry_the_plugins_name},
	{"an_engine_opens_on_first_use_and_closes_at_the_end",
	 an_engine_opens_on_first_use_and_closes_at_the_end},
	{"an_engine_may_refuse_to_open", an_engine_may_refuse_to_open},
	CU_TEST_INFO_NULL,
};

UNIT_MAIN(tests)
