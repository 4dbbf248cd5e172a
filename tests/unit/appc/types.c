/* core/appc: names, versions, UUIDs and platforms.
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/appc/types.h"

#include <string.h>

#include "core/base/cleanup.h"
#include "tests/lib/unit.h"

static void
names(void)
{
	static const struct {
		const char *text;
		bool is_name;
		bool is_identifier;
	} cases[] = {
		{"a", true, true},     {"a-b9", true, true},
		{"a--b", true, true},  {"a_b", false, true},
		{"a//b", false, true}, {"example.com/a~1.0_b", false, true},
		{"", false, false},    {"-a", false, false},
		{"a-", false, false},  {"A", false, false},
		{"a b", false, false}, {"a\xc3\xa9z", false, false},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		CU_ASSERT_EQUAL(acname_is_valid(cases[i].text),
				cases[i].is_name);
		CU_ASSERT_EQUAL(acidentifier_is_valid(cases[i].text),
				cases[i].is_identifier);
	}
}

static void
sanitizing(void)
{
	static const struct {
		const char *text;
		const char *name;
		const char *identifier;
	} cases[] = {
		{"/var/tmp", "var-tmp", "var/tmp"},
		{"Redis_3", "redis-3", "redis_3"},
		{"--a b--", "a-b", "a_b"},
		{"a", "a", "a"},
		{"/", NULL, NULL},
		{"", NULL, NULL},
		{"+++", NULL, NULL},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		autofree char *name = acname_sanitize(cases[i].text);
		autofree char *identifier =
			acidentifier_sanitize(cases[i].text);

		assert_text(name, cases[i].name);
		assert_text(identifier, cases[i].identifier);
	}
}

static void
hashes_and_versions(void)
{
	CU_ASSERT(achash_is_valid("sha512-00ff"));
	CU_ASSERT(!achash_is_valid("sha512-"));
	CU_ASSERT(!achash_is_valid("sha512"));
	CU_ASSERT(!achash_is_valid("sha256-00"));
	CU_ASSERT(!achash_is_valid("sha512-00-11"));

	CU_ASSERT(semver_is_valid("0.8.11"));
	CU_ASSERT(semver_is_valid("1.30.0+git-dirty"));
	CU_ASSERT(semver_is_valid("1.0.0-rc.1+x"));
	CU_ASSERT(semver_is_valid("0.0.0-a"));
	CU_ASSERT(!semver_is_valid("0.0.0"));
	CU_ASSERT(!semver_is_valid("1.0"));
	CU_ASSERT(!semver_is_valid("1.0.0.0"));
	CU_ASSERT(!semver_is_valid("v1.0.0"));
	CU_ASSERT(!semver_is_valid("1.0.0-"));
	CU_ASSERT(!semver_is_valid("1.0.0+"));
	CU_ASSERT(!semver_is_valid("1.0.9999999999999999999"));
	CU_ASSERT(!semver_is_valid(""));
}

static void
uuids(void)
{
	static const char canonical[] = "6e1b2c9a-0f57-4a53-9c3e-2f1a0b7d4e11";
	struct error e = ERROR_NONE;
	char one[UUID_TEXT_LEN + 1], two[UUID_TEXT_LEN + 1];

	CU_ASSERT(uuid_parse("6E1B2C9A0F574A539C3E2F1A0B7D4E11", one));
	assert_text(one, canonical);
	CU_ASSERT(uuid_parse("6-e1b2c9a0f574a539c3e2f1a0b7d4e1-1", one));
	assert_text(one, canonical);
	CU_ASSERT(!uuid_parse("6e1b2c9a0f574a539c3e2f1a0b7d4e1", one));
	CU_ASSERT(!uuid_parse("6e1b2c9a0f574a539c3e2f1a0b7d4e111", one));
	CU_ASSERT(!uuid_parse("6e1b2c9a0f574a539c3e2f1a0b7d4e1g", one));
	CU_ASSERT(!uuid_parse("00000000-0000-0000-0000-000000000000", one));
	CU_ASSERT(!uuid_parse("", one));
	CU_ASSERT(uuid_is_canonical(canonical));
	CU_ASSERT(!uuid_is_canonical("6e1b2c9a0f574a539c3e2f1a0b7d4e11"));
	CU_ASSERT(!uuid_is_canonical("6E1B2C9A-0F57-4A53-9C3E-2F1A0B7D4E11"));

	CU_ASSERT_EQUAL(uuid_generate(one, &e), 0);
	CU_ASSERT_EQUAL(uuid_generate(two, &e), 0);
	CU_ASSERT(uuid_is_canonical(one));
	CU_ASSERT_EQUAL(one[14], '4');
	CU_ASSERT(strchr("89ab", one[19]) != NULL);
	CU_ASSERT(strcmp(one, two) != 0);
}

static void
platforms_and_back(void)
{
	static const struct {
		const char *os, *arch, *variant, *want;
	} cases[] = {
		{"linux", "amd64", "", "amd64"},
		{"linux", "386", "", "i386"},
		{"linux", "arm64", "v8", "aarch64"},
		{"linux", "arm", "", "armv6l"},
		{"linux", "arm", "6", "armv6l"},
		{"linux", "arm", "v7", "armv7l"},
		{"linux", "s390x", "", "s390x"},
		{"freebsd", "arm", "7", "arm"},
		{"darwin", "amd64", NULL, "x86_64"},
		{"linux", "arm", "5", NULL},
		{"linux", "riscv64", "", NULL},
		{"plan9", "amd64", "", NULL},
	};
	const char *arch = NULL, *variant = NULL;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_text(appc_arch_from_go(cases[i].os, cases[i].arch,
					      cases[i].variant),
			    cases[i].want);
	CU_ASSERT(appc_arch_to_go("linux", "armv7l", &arch, &variant));
	assert_text(arch, "arm");
	assert_text(variant, "7");
	CU_ASSERT(!appc_arch_to_go("linux", "armv7b", &arch, &variant));
	CU_ASSERT(appc_arch_to_go("linux", appc_host_arch(), &arch, &variant));
}

static void
what_can_run(void)
{
	struct error e = ERROR_NONE;

	CU_ASSERT_EQUAL(platform_check_runnable("linux", "aarch64_be", &e), 0);
	CU_ASSERT_EQUAL(platform_check_runnable("freebsd", "amd64", &e), -1);
	assert_text(e.layers[0], "bad os \"freebsd\" (must be one of: "
				 "[linux])");
	error_clear(&e);
	CU_ASSERT_EQUAL(platform_check_runnable("linux", "s390x", &e), -1);
	assert_text(e.layers[0],
		    "bad arch \"s390x\" for linux (must be one of: [amd64 i386 "
		    "aarch64 aarch64_be armv6l armv7l armv7b ppc64le])");
}

static CU_TestInfo tests[] = {
	{"names", names},
	{"sanitizing", sanitizing},
	{"hashes_and_versions", hashes_and_versions},
	{"uuids", uuids},
	{"platforms_and_back", platforms_and_back},
	{"what_can_run", what_can_run},
	CU_TEST_INFO_NULL,
};

UNIT_MAIN(tests)
