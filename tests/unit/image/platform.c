/* plugins/image/oci/platform: what runs where, and how well.
 * SPDX-License-Identifier: Apache-2.0 */
#include "plugins/image/oci/platform.h"

#include <stdio.h>
#include <string.h>

#include "tests/lib/unit.h"

static struct platform
parse(const char *text)
{
	char copy[64], *rest;
	struct platform p;

	snprintf(copy, sizeof(copy), "%s", text);
	const char *os = strtok_r(copy, "/", &rest);
	const char *arch = strtok_r(NULL, "/", &rest);

	platform_set(&p, os, arch, strtok_r(NULL, "/", &rest));
	return p;
}

/* In each row, from the most to the least desired. */
static const struct {
	const char *wanted;
	const char *best_first[10];
} vectors[] = {
	{"linux/amd64", {"linux/amd64", "linux/386"}},
	{"linux/amd64/v3",
	 {"linux/amd64/v3", "linux/amd64/v2", "linux/amd64", "linux/386"}},
	{"linux/x86_64/v1", {"linux/amd64/v1", "linux/i686"}},
	{"linux/arm64",
	 {"linux/arm64/v8", "linux/arm/v8", "linux/arm/v7", "linux/arm/v6",
	  "linux/arm/v5"}},
	{"linux/arm64/v9.1",
	 {"linux/arm64/v9.1", "linux/arm64/v9", "linux/arm64/v8.6",
	  "linux/arm64/v8.5", "linux/arm64/v8", "linux/arm/v8", "linux/armhf"}},
	{"linux/arm", {"linux/arm/v7", "linux/armel", "linux/arm/5"}},
	{"linux/arm/v6", {"linux/arm/v6", "linux/arm/v5"}},
	{"linux/riscv64/rva20u64", {"linux/riscv64/rva20u64"}},
	{"macos/arm64", {"darwin/aarch64/8"}},
};

static void
prefers_as_published(void)
{
	for (size_t i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++) {
		struct platform wanted = parse(vectors[i].wanted);
		int last = -1;

		for (int j = 0; j < 10 && vectors[i].best_first[j]; j++) {
			struct platform p = parse(vectors[i].best_first[j]);
			int rank = platform_rank(&wanted, &p);

			if (rank <= last)
				fprintf(stderr, "# %s: %s is %d\n",
					vectors[i].wanted,
					vectors[i].best_first[j], rank);
			CU_ASSERT_TRUE(rank > last);
			CU_ASSERT_TRUE(j > 0 || rank == 0);
			last = rank;
		}
	}
}

static void
refuses_what_does_not_run(void)
{
	static const char *const pairs[][2] = {
		{"linux/amd64", "linux/amd64/v2"},
		{"linux/amd64", "linux/arm64"},
		{"linux/amd64", "windows/amd64"},
		{"linux/386", "linux/amd64"},
		{"linux/arm/v6", "linux/arm/v7"},
		{"linux/arm/v7", "linux/arm/v8"},
		{"linux/arm64", "linux/arm64/v8.1"},
		{"linux/arm64/v9", "linux/arm64/v8.6"},
		{"linux/arm64", "linux/amd64"},
		{"linux/amd64/v3", "linux/amd64/v3.1"},
		{"linux/amd64/v3", "linux/amd64/vx"},
		{"linux/riscv64", "linux/riscv64/rva20u64"},
		{"linux/amd64", "unknown/unknown"},
	};

	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		struct platform wanted = parse(pairs[i][0]);
		struct platform p = parse(pairs[i][1]);

		if (platform_rank(&wanted, &p) >= 0)
			fprintf(stderr, "# %s on %s\n", pairs[i][1],
				pairs[i][0]);
		CU_ASSERT_TRUE(platform_rank(&wanted, &p) < 0);
	}
}

static CU_TestInfo tests[] = {
	{"prefers_as_published", prefers_as_published},
	{"refuses_what_does_not_run", refuses_what_does_not_run},
	CU_TEST_INFO_NULL,
};
UNIT_MAIN(tests)
