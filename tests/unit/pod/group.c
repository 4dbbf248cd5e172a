/* core/pod/group: one name in the text of /etc/group.
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/pod/group.h"

#include "tests/unit/pod/common.h"

#define NONE ((gid_t)-1)

static void
reads_group_files(void)
{
	static const struct {
		const char *text;
		gid_t want;
	} cases[] = {
		{"rkt:x:42:", 42},
		{"root:x:0:\nrkt:x:42:a,b\n", 42},
		{"rkt::0:\n", 0},
		{"rkt:x:7:\nrkt:x:8:\n", 7},
		{"rkt:x:4294967294:\n", 4294967294},
		{"", NONE},
		{"rkt", NONE},
		{"rkt:x\n9:1:\n", NONE},
		{"rkt:x:\n", NONE},
		{"rkt:x:42\n", NONE},
		{"rkt:x:-1:\n", NONE},
		{"rkt:x: 1:\n", NONE},
		{"rkt:x:4294967295:\n", NONE},
		{"rkt:x:18446744073709551616:\n", NONE},
		{"rkt-admin:x:42:\n", NONE},
		{"xrkt:x:42:\n", NONE},
		{"rkts:42:7:\n", NONE},
		{"admin:x:42:rkt:x:1:\n", NONE},
		{"rkt:x:bad:\nrkt:x:9:\n", 9},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		gid_t gid = NONE;
		bool is_there = group_parse(cases[i].text, "rkt", &gid);

		CU_ASSERT_EQUAL(is_there, cases[i].want != NONE);
		CU_ASSERT_EQUAL(gid, cases[i].want);
	}
}

static CU_TestInfo tests[] = {
	{"reads_group_files", reads_group_files},
	CU_TEST_INFO_NULL,
};

UNIT_MAIN(tests)
