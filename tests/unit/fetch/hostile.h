/* Archives that must be refused, and what is said of them.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_UNIT_FETCH_HOSTILE_H
#define TESTS_UNIT_FETCH_HOSTILE_H

#include "tests/unit/fetch/tar.h"

static const struct {
	const char *name;
	const char *text;
	struct tar_entry entries[5];
} hostile[] = {
	{"dotdot", "member '../x' has '..' in its name", {{"../x", '0', "x"}}},
	{"inner dotdot", "has '..' in its name", {{"a/../../x", '0', "x"}}},
	{"trailing dotdot", "has '..' in its name", {{"a/..", '5'}}},
	{"absolute", "member '/x' has an absolute name", {{"/x", '0', "x"}}},
	{"hard link out",
	 "has '..' in its name",
	 {{"x", '1', "../../etc/passwd"}}},
	{"hard link to nothing",
	 "which does not come before it",
	 {{"x", '1', "etc/passwd"}}},
	{"absolute hard link stays inside",
	 "which does not come before it",
	 {{"x", '1', "/etc/passwd"}}},
	{"hard link by a link out",
	 "which does not come before it",
	 {{"out", '2', "/etc"}, {"x", '1', "out/passwd"}}},
	{"hard link to itself",
	 "is a hard link to itself",
	 {{"x", '0', "x"}, {"x", '1', "./x"}}},
	{"hard link to a directory",
	 "to the directory 'd'",
	 {{"d", '5'}, {"x", '1', "d"}}},
	{"hard link to a whiteout",
	 "which does not come before it",
	 {{".wh.x", '0'}, {"y", '1', "x"}}},
	{"below a file",
	 "lies below 'a', which is not a directory",
	 {{"a", '0', "x"}, {"a/b", '0', "x"}}},
	{"below a dangling link",
	 "which is not a directory",
	 {{"etc", '2', "/nowhere"}, {"etc/x", '0', "x"}}},
	{"below a circle",
	 "which is not a directory",
	 {{"a", '2', "a"}, {"a/x", '0', "x"}}},
	{"root is no directory",
	 "member '.' is not a directory",
	 {{"./", '2', "/etc"}}},
	{"root is a file", "member '.' is not a directory", {{".", '0', "x"}}},
	{"forged whiteout", "is a character device 0:0", {{"x", '3'}}},
	{"unknown type",
	 "is of the unknown type 0x5a",
	 {{"a", '0', "x"}, {"x", 'Z', "x"}}},
	{"volume continuation",
	 "is of the unknown type 0x4d",
	 {{"x", 'M', "x"}}},
	{"bare whiteout", "is a whiteout of nothing", {{"a/.wh.", '0'}}},
	{"whiteout of dot", "is a whiteout of nothing", {{".wh..", '0'}}},
	{"whiteout of dotdot", "is a whiteout of nothing", {{"a/.wh...", '0'}}},
	{"below a whiteout", "lies below a whiteout", {{".wh.x/y", '0', "x"}}},
	{"empty link", "is a link to nothing", {{"x", '2', ""}}},
};

#endif
