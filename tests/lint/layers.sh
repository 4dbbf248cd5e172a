#!/bin/sh
# Who may include whom: reads the #include lines and insists on the layers of
# doc/architecture.md.
# SPDX-License-Identifier: Apache-2.0
set -eu
cd "${1:-.}"

# folder: folders of core/ it may include (its own is always allowed)
allowed='
core/base/
core/appc/ base
core/config/ base appc
core/store/ base appc
core/http/ base config
core/trust/ base appc config http
core/plugin/ base appc
core/net/ plugin store appc config base
core/fetch/ plugin store appc config trust http base
core/render/ fetch store appc base
core/pod/ plugin store appc config net fetch render base
core/cli/ pod render fetch store trust config plugin net appc base
'
status=0
report() {
	echo "$1" >&2
	status=1
}

for file in $(find core -name '*.[ch]' | sort); do
	folder=$(dirname "$file")/
	may=$(printf '%s\n' "$allowed" | awk -v f="$folder" '$1 == f { $1 = ""; print; exit }')
	printf '%s\n' "$allowed" | grep -q "^$folder" ||
		report "$file: folder is not in the table of $0"
	for to in $(sed -n 's|^#include "core/\([a-z0-9]*\)/.*|\1|p' "$file" | sort -u); do
		[ "core/$to/" = "$folder" ] && continue
		case " $may " in
		*" $to "*) ;;
		*) report "$file: core/$(basename "$folder") may not include core/$to" ;;
		esac
	done
	! grep -nE '^#include [<"](plugins|sdk/toolkit|tests)/' "$file" >&2 ||
		report "$file: the core includes neither plugins nor the toolkit"
done
for file in $(find sdk plugins -name '*.[ch]' | sort); do
	! grep -nE '^#include [<"](\.\./)*(core|tests)/' "$file" >&2 ||
		report "$file: plugins and SDK never include the core"
	! grep -n '^#include <config.h>' "$file" >&2 ||
		report "$file: build options stay out of plugins and SDK"
done
for file in $(find plugins -name '*.[ch]' | sort); do
	kind=$(echo "$file" | cut -d/ -f2)
	own=$(dirname "$file")
	for to in $(sed -n 's|^#include "\(plugins/[^"]*\)/[^/"]*"|\1|p' "$file" | sort -u); do
		case $to in
		"$own" | "plugins/$kind/common") ;;
		*) report "$file: may not include $to" ;;
		esac
	done
done
exit $status
