# What every functional test loads: the installed rkt on a data directory of the
# test's own.
# SPDX-License-Identifier: Apache-2.0
#
#	load helper
#	@test "list of nothing" { run_rkt list; assert_status 0; }
#
# RKT       the installed program (set by make installcheck)
# DATA      data directory of this test, below TMP
# TMP       scratch directory of this test, removed afterwards
# run_rkt   like `run --separate-stderr rkt ...`: $status, $output, $stderr

bats_require_minimum_version 1.5.0

: "${RKT:?the installed rkt; run through make installcheck}"
FUNCTIONAL_DIR=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

setup_dirs() {
	TMP=$(mktemp -d "${BATS_TMPDIR:-/tmp}/rkt-test-XXXXXX")
	DATA=$TMP/data
	export TMP DATA
	mkdir -m 0755 "$TMP/system" "$TMP/local"
}

setup() {
	setup_dirs
}

# Anything still mounted below TMP is a failure of its own, told by the caller
# with assert_no_mounts; here it must only go away.
teardown() {
	awk -v tmp="$TMP/" 'index($5, tmp) == 1 { print $5 }' \
		/proc/self/mountinfo | sort -r | while read -r where; do
		umount -l "$where"
	done
	chmod -R u+rwX "$TMP" 2>/dev/null || true
	rm -rf "$TMP"
}

rkt() {
	"$RKT" --dir="$DATA" --system-config="$TMP/system" \
		--local-config="$TMP/local" "$@"
}

run_rkt() {
	run --separate-stderr rkt "$@"
}

fail() {
	echo "$*" >&2
	echo "status: ${status-} output: ${output-}" >&2
	echo "stderr: ${stderr-}" >&2
	return 1
}

assert_status() {
	[ "$status" -eq "$1" ] || fail "exit status is $status, not $1"
}

assert_output() {
	[ "$output" = "$1" ] || fail "output is not: $1"
}

assert_stderr() {
	[ "$stderr" = "$1" ] || fail "standard error is not: $1"
}

assert_in() { # TEXT PART
	case $1 in
	*"$2"*) ;;
	*) fail "lacks: $2" ;;
	esac
}

assert_no_mounts() {
	! grep -F " $TMP/" /proc/self/mountinfo || fail "mounts are left"
}

# Everything below the data directory but directories and lock files, to
# compare before and after a failure.
data_listing() {
	[ -d "$DATA" ] || return 0
	(cd "$DATA" && find . ! -type d ! -path './cas/*locks/*' \
		! -path './locks/*' \
		-printf '%p %s %l\n' | LC_ALL=C sort)
}

if [ -e "$FUNCTIONAL_DIR/../lib/images.bash" ]; then
	# shellcheck source=/dev/null
	. "$FUNCTIONAL_DIR/../lib/images.bash"
fi
