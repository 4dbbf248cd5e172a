#!/bin/sh
# Every source begins with what it is for and its licence; no // comments, no
# notes to self.
# SPDX-License-Identifier: Apache-2.0
set -eu
cd "${1:-.}"
status=0
for file in $(find core sdk plugins tests -name '*.[ch]' | sort); do
	head -n 1 "$file" | grep -q '^/\* .' || {
		echo "$file: first line does not say what it is for" >&2
		status=1
	}
	head -n 30 "$file" | grep -q 'SPDX-License-Identifier: Apache-2.0' || {
		echo "$file: no SPDX line" >&2
		status=1
	}
done
if grep -rnE '^[^"]*(^|[[:space:];{}])//' --include='*.[ch]' core sdk plugins tests >&2; then
	echo "comments are /* */" >&2
	status=1
fi
if grep -rnwE 'TODO|FIXME|XXX' --include='*.[ch]' --include='*.sh' --include='*.bats' \
	core sdk plugins tests --exclude-dir=lint >&2; then
	echo "an open end belongs into an issue" >&2
	status=1
fi
exit $status
