/* core/plugin/choose: schemes and bids.
 * SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "fixture.h"
#include "tests/lib/unit.h"

static const uint8_t bytes[] = "some file";
static const struct rkt_image_head head = {
	.size = sizeof(head),
	.raw = bytes,
	.raw_len = sizeof(bytes),
	.compression = "none",
	.dir_fd = -1,
};

static const char *
name_or_null(const struct plugin *p)
{
	return p ? plugin_info(p)->name : NULL;
}

static void
expect_scheme(struct plugin_host *host, const char *scheme, const char *want)
{
	struct error e = ERROR_NONE;
	struct plugin *p = NULL;

	CU_ASSERT_EQUAL(plugin_for_scheme(host, scheme, &p, &e), 0);
	assert_text(name_or_null(p), want);
}

static void
schemes_find_their_plugin(void)
{
	struct plugin_host *host = fixture_host(NULL);

	fixture_copy("image", "multi", NULL);
	fixture_copy("image", "multi2", NULL);
	expect_scheme(host, "multi", "multi");
	expect_scheme(host, "multi-archive", "multi");
	expect_scheme(host, "tar", "multi");
	expect_scheme(host, "elsewhere", "multi2");
	/* There is a file of that name, but it does not know the scheme. */
	expect_scheme(host, "multi2", NULL);
	expect_scheme(host, "unknown", NULL);
	expect_scheme(host, "../../etc", NULL);
	expect_scheme(host, "", NULL);
	plugin_host_free(host);
}

static void
a_broken_plugin_of_that_name_is_an_error(void)
{
	struct plugin_host *host = fixture_host(NULL);
	struct error e = ERROR_NONE;
	struct plugin *p = NULL;

	fixture_copy("image", "nosplit", NULL);
	CU_ASSERT_EQUAL(plugin_for_scheme(host, "nosplit", &p, &e), -1);
	assert_contains(fixture_line(&e),
			"lists schemes but lacks the operation 'split'");
	plugin_host_free(host);
}

static void
a_malformed_scheme_list_is_refused(void)
{
	struct plugin_host *host = fixture_host(NULL);
	struct error e = ERROR_NONE;
	struct plugin *p = NULL;

	fixture_copy("image", "badscheme", NULL);
	CU_ASSERT_EQUAL(plugin_open(host, PLUGIN_IMAGE, "badscheme", &p, &e),
			-1);
	assert_contains(fixture_line(&e), "lists a malformed scheme");
	plugin_host_free(host);
}

static void
expect_head(const char *config, const char *want)
{
	struct plugin_host *host = fixture_host(config);
	struct error e = ERROR_NONE;
	struct plugin *p = NULL;

	CU_ASSERT_EQUAL(plugin_for_head(host, &head, &p, &e), 0);
	assert_text(name_or_null(p), want);
	plugin_host_free(host);
}

static void
the_highest_bid_wins(void)
{
	expect_head(NULL, NULL);
	fixture_copy("image", "multi", NULL);
	expect_head(NULL, "multi");
	fixture_copy("image", "surer", NULL);
	expect_head(NULL, "surer");
	/* Equal bids: by name, unless the configuration has a say. */
	fixture_copy("image", "sure", NULL);
	expect_head(NULL, "sure");
	expect_head("{\"image/surer\":{\"priority\":1}}", "surer");
	expect_head("{\"image/sure\":{\"priority\":-1}}", "surer");
	expect_head("{\"image/sure\":{\"disabled\":true}}", "surer");
	/* Priority does not make up for a lower bid. */
	expect_head("{\"image/multi\":{\"priority\":9}}", "sure");
	/* Impossible bids and broken plugins are left out. */
	fixture_copy("image", "overbid", NULL);
	fixture_copy("image", "broken", NULL);
	expect_head(NULL, "sure");
}

static CU_TestInfo tests[] = {
	{"schemes_find_their_plugin", schemes_find_their_plugin},
	{"a_broken_plugin_of_that_name_is_an_error",
	 a_broken_plugin_of_that_name_is_an_error},
	{"a_malformed_scheme_list_is_refused",
	 a_malformed_scheme_list_is_refused},
	{"the_highest_bid_wins", the_highest_bid_wins},
	CU_TEST_INFO_NULL,
};

UNIT_MAIN(tests)
