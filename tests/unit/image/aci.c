/* plugins/image/aci: an archive is described to the host, or refused.
 * SPDX-License-Identifier: Apache-2.0 */
#include "plugins/image/aci/aci.h"

#include <stdio.h>
#include <string.h>

#include "tests/lib/mock-host.h"
#include "tests/lib/unit.h"

static const struct rkt_image_source plain = {
	.size = sizeof(plain),
	.ref = "./box.aci",
	.path = "/l/box.aci",
	.compression = "none",
	.os = "linux",
	.arch = "amd64",
	.variant = "",
};

static void
one_layer_with_its_manifest(void)
{
	static const char *const kinds[] = {"none", "gzip", "bzip2", "xz",
					    "zstd"};

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		struct rkt_image_source source = plain;
		struct mock_host host;
		char compression[40];

		source.compression = kinds[i];
		snprintf(compression, sizeof(compression),
			 "\"compression\":\"%s\"", kinds[i]);
		mock_host_init(&host);
		CU_ASSERT_EQUAL(aci_resolve(&host.call, &source), RKT_OK);
		CU_ASSERT_EQUAL(host.n_failures, 0);
		CU_ASSERT_EQUAL_FATAL(host.n_emitted, 2);
		assert_text(host.emitted[0].key, "origin");
		assert_text(host.emitted[0].data, "{\"format\":\"aci\"}");
		assert_text(host.emitted[1].key, "layer");
		assert_contains(host.emitted[1].data, compression);
		assert_contains(host.emitted[1].data,
				"\"whiteouts\":\"none\",\"root\":\"rootfs\","
				"\"manifest\":\"manifest\"");
		/* Neither is known before the whole archive is read. */
		CU_ASSERT_PTR_NULL(strstr(host.emitted[1].data, "digest"));
		CU_ASSERT_PTR_NULL(strstr(host.emitted[1].data, "diffId"));
		mock_host_done(&host);
	}
}

static void
what_is_no_file(void)
{
	static const struct {
		int fd;
		const char *selector, *failure;
	} cases[] = {
		{-1, NULL, "'./box.aci' names no file"},
		{0, "v1",
		 "'/l/box.aci' holds one image, which has no tag 'v1'"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct rkt_image_source source = plain;
		struct mock_host host;

		source.fd = cases[i].fd;
		source.selector = cases[i].selector;
		mock_host_init(&host);
		CU_ASSERT_EQUAL(aci_resolve(&host.call, &source),
				RKT_ERR_INPUT);
		CU_ASSERT_EQUAL(host.n_failures, 1);
		CU_ASSERT_EQUAL(host.n_emitted, 0);
		assert_text(host.failure, cases[i].failure);
		mock_host_done(&host);
	}
}

/* An emit that the host refuses is the end of it. */
static void
a_host_that_has_enough(void)
{
	struct mock_host host;

	mock_host_init(&host);
	host.emit_max = 1;
	CU_ASSERT_NOT_EQUAL(aci_resolve(&host.call, &plain), RKT_OK);
	CU_ASSERT_EQUAL(host.n_emitted, 1);
	mock_host_done(&host);
}

/* A newer host may say more, as long as it says nothing with it. */
static void
structure_of_a_newer_host(void)
{
	struct {
		struct rkt_image_source source;
		char more[16];
	} newer;

	for (int i = 0; i < 2; i++) {
		struct mock_host host;

		memset(&newer, 0, sizeof(newer));
		newer.source = plain;
		newer.source.size = sizeof(newer);
		newer.more[3] = (char)i;
		mock_host_init(&host);
		CU_ASSERT_EQUAL(aci_resolve(&host.call, &newer.source),
				i ? RKT_ERR_TOO_NEW : RKT_OK);
		CU_ASSERT_EQUAL(host.n_emitted, i ? 0 : 2);
		mock_host_done(&host);
	}
}

static CU_TestInfo tests[] = {
	{"one_layer_with_its_manifest", one_layer_with_its_manifest},
	{"what_is_no_file", what_is_no_file},
	{"a_host_that_has_enough", a_host_that_has_enough},
	{"structure_of_a_newer_host", structure_of_a_newer_host},
	CU_TEST_INFO_NULL,
};
UNIT_MAIN(tests)
