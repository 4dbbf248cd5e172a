#!/bin/sh
# The manual has a page for every verb, and each page the options that the
# program knows: no more, no less, and with a value where one is needed.
# SPDX-License-Identifier: Apache-2.0
#
#	manual.sh BUILDDIR
set -eu
rkt=$1/rkt
man=$(cd "$(dirname "$0")/../../doc/man" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
status=0
fail() {
	echo "$1" >&2
	status=1
}

# Lines of a section of a help text on standard input.
section() { # TITLE
	awk -v title="$1:" '$0 == title { inside = 1; next }
		/^[^\t]/ || /^$/ { inside = 0 }
		inside'
}

# "name=" of an option that needs a value, "name" of any other.
options_of_help() { # WORD...
	"$rkt" "$@" --help | section OPTIONS |
		sed -n 's/^[^-]*\(-h, \)\{0,1\}--\([a-z0-9-]*=\{0,1\}\).*/\2/p'
}

options_of_page() { # FILE
	sed -n '/^\.It /s/ Fl -\([a-z0-9-]*\)/\n-\1/gp' "$1" |
		sed -n 's/^-\([a-z0-9-]*\) Ns =.*/\1=/p; t; s/^-\([a-z0-9-]*\).*/\1/p'
}

compare() { # FILE OPTIONS
	options_of_page "$1" | sort -u >"$work/page"
	sort -u "$2" >"$work/help"
	[ -s "$work/help" ] || [ "$3" = may-be-empty ] ||
		fail "$1: the program shows no options"
	for option in $(comm -13 "$work/page" "$work/help"); do
		fail "$1: lacks .It Fl -$option"
	done
	for option in $(comm -23 "$work/page" "$work/help"); do
		fail "$1: has .It Fl -$option, the program has not"
	done
}

"$rkt" --help >"$work/rkt"
section COMMANDS <"$work/rkt" |
	awk -F '\t+' '{ print $2 }' >"$work/verbs"
[ "$(wc -l <"$work/verbs")" -ge 10 ] || fail "$rkt: shows too few commands"

# All verbs of a group share a page; `help` is told of in rkt(1).
while read -r verb rest; do
	[ "$verb" = help ] && continue
	# shellcheck disable=SC2086
	options_of_help "$verb" $rest </dev/null | grep -vx help \
		>>"$work/rkt-$verb.1" || true
done <"$work/verbs"
for options in "$work"/rkt-*.1; do
	page=$(basename "$options")
	if [ ! -e "$man/$page" ]; then
		fail "doc/man/$page: missing"
		continue
	fi
	compare "$man/$page" "$options" may-be-empty
	grep -q "^\.Xr ${page%.1} 1" "$man/rkt.1" ||
		fail "doc/man/rkt.1: does not name $page"
done
for page in "$man"/rkt-*.1; do
	[ -e "$work/$(basename "$page")" ] || fail "$page: there is no such verb"
done

options_of_help >"$work/global"
compare "$man/rkt.1" "$work/global" must-have-some
exit $status
