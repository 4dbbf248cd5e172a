#!/bin/sh
# No file over 500 lines, no function over 60.
# SPDX-License-Identifier: Apache-2.0
set -eu
cd "${1:-.}"
find core sdk plugins tests -name '*.[ch]' | sort | xargs awk '
	FNR == 1 { in_function = 0 }
	FNR == 501 { print FILENAME ": more than 500 lines"; bad = 1 }
	/^{/ { in_function = FNR }
	/^}/ {
		if (in_function && FNR - in_function - 1 > 60) {
			print FILENAME ":" in_function ": function of " \
				FNR - in_function - 1 " lines"
			bad = 1
		}
		in_function = 0
	}
	END { exit bad }' >&2
