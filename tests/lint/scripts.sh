#!/bin/sh
# Shell scripts through shellcheck, words through codespell, manual pages through
# mandoc.
# SPDX-License-Identifier: Apache-2.0
set -eu
cd "${1:-.}"
status=0
# shellcheck disable=SC2046
scripts=$(grep -lE '^#!/bin/(ba)?sh' autogen.sh quickstart .ci/run $(find tests sdk -type f ! -path '*/corpus/*') 2>/dev/null)
# shellcheck disable=SC2086
shellcheck --severity=warning $scripts || status=1
codespell --skip='*/corpus/*,*.aci' \
	--ignore-words-list=aci,ser,nd,te,fo,ba,ot,versoin,tthe core sdk plugins tests doc \
	README.md CONTRIBUTING.md || status=1
for page in $(find doc/man -name '*.[1-8]' | sort); do
	mandoc -Tlint -Wwarning "$page" || status=1
done
exit $status
