#!/bin/sh
# Every header compiles alone.
# SPDX-License-Identifier: Apache-2.0
set -eu
cd "${1:-.}"
status=0
# Whatever was configured.
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
: >"$work/config.h"
for header in $(find core sdk plugins tests/lib -name '*.h' | sort); do
	${CC:-cc} -std=gnu11 -D_GNU_SOURCE -Wall -Wextra -Werror \
		-Wno-unused-function -I. -I"$work" -Isdk/include -fsyntax-only \
		-x c "$header" || status=1
done
exit $status
