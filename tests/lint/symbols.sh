#!/bin/sh
# A plugin exports its entry point and nothing else; the program needs neither
# libarchive nor libcrypto nor libcurl to start.
# SPDX-License-Identifier: Apache-2.0
#
#	symbols.sh BUILDDIR
set -eu
status=0
for plugin in $(find "$1/plugins" -path '*/.libs/rkt-*.so' | sort); do
	kind=$(basename "$plugin" | cut -d- -f2)
	symbols=$(nm -D --defined-only "$plugin" | awk '{ print $3 }' | sort | xargs)
	if [ "$symbols" != "rkt_${kind}_plugin_v0" ]; then
		echo "$plugin exports: $symbols" >&2
		status=1
	fi
done
if readelf -d "$1/rkt" | grep -E 'NEEDED.*lib(archive|crypto|ssl|curl)'; then
	echo "$1/rkt: needs a library it must open on first use" >&2
	status=1
fi
exit $status
