#!/bin/bash
# Unpacking an image of about 250 MB: rkt fetch, umoci unpack, and tar on the
# same layers; gzip and zstd.  Interleaved, in fresh directories, medians.
# SPDX-License-Identifier: Apache-2.0
#
#	ROUNDS=9 SIZE_MB=250 tests/bench/unpack.sh
set -euo pipefail
: "${RKT:?the installed rkt; run through make bench}"
rounds=${ROUNDS:-7}
size_mb=${SIZE_MB:-250}
TMP=$(mktemp -d /var/tmp/rkt-bench-XXXXXX)
trap 'rm -rf "$TMP"' EXIT

# What a distribution is made of: many small files and some large ones.
make_layers() {
	find /usr/share /usr/lib /usr/bin -xdev -type f -printf '%s %P\t%H\n' |
		sort -k2 | awk -v max="$((size_mb * 1000000))" '
		NR % 4 == 1 && total < max {
			total += $1
			sub(/^[0-9]+ /, "")
			split($0, part, "\t")
			layer = total < max / 3 ? 1 : total < 2 * max / 3 ? 2 : 3
			print substr(part[2], 2) "/" part[1] > (dir "/list" layer)
		}' dir="$TMP"
	for n in 1 2 3; do
		tar -C / --no-recursion -cf "$TMP/$n.tar" -T "$TMP/list$n"
	done
}

make_images() {
	umoci init --layout "$TMP/gzip"
	umoci new --image "$TMP/gzip:t"
	for n in 1 2 3; do
		umoci raw add-layer --image "$TMP/gzip:t" "$TMP/$n.tar"
	done
	# skopeo compresses anew only what comes uncompressed.
	skopeo copy -q --dest-decompress "oci:$TMP/gzip:t" "dir:$TMP/plain"
	skopeo copy -q --dest-compress-format zstd "dir:$TMP/plain" \
		"oci:$TMP/zstd:t"
	rm -rf "$TMP/plain"
}

blobs() { # LAYOUT: the layers' files, lowest first
	manifest=$(jq -r '.manifests[0].digest' "$1/index.json")
	jq -r '.layers[].digest' "$1/blobs/${manifest/://}" |
		sed "s|^\(.*\):|$1/blobs/\1/|"
}

by_tar() { # LAYOUT OPTION
	mkdir "$TMP/out"
	for blob in $(blobs "$1"); do
		tar -C "$TMP/out" "$2" -xpf "$blob"
	done
}

by_umoci() {
	umoci unpack --image "$1:t" "$TMP/out" >/dev/null
}

by_rkt() {
	"$RKT" --dir="$TMP/out" --insecure-options=image fetch "oci:$1:t" \
		>/dev/null
}

measure() { # NAME COMMAND...: one more line in the file of NAME, in ms
	local name=$1 start
	shift
	sync
	start=$(date +%s%N)
	"$@"
	echo $((($(date +%s%N) - start) / 1000000)) >>"$TMP/times.$name"
	# Kept: files made again soon after their like were deleted are slow.
	round_dirs=$((${round_dirs:-0} + 1))
	mv "$TMP/out" "$TMP/out.$round_dirs"
}

median() {
	sort -n "$TMP/times.$1" | awk '{ t[NR] = $1 } END { print t[int((NR + 1) / 2)] }'
}

show() { # FORMAT NAME...
	local format=$1 ours name
	shift
	ours=$(median "rkt-$format")
	for name in "$@"; do
		printf '%-6s %-6s %6d ms  %5.2f of rkt\n' "$format" "$name" \
			"$(median "$name-$format")" \
			"$(awk -v a="$(median "$name-$format")" -v b="$ours" \
				'BEGIN { print a / b }')"
	done
}

make_layers
make_images
echo "$(cat "$TMP"/[123].tar | wc -c | awk '{ printf "%d", $1 / 1e6 }') MB," \
	"$(cat "$TMP"/list? | wc -l) files, 3 layers, $rounds rounds"
for _ in $(seq "$rounds"); do
	measure rkt-gzip by_rkt "$TMP/gzip"
	measure tar-gzip by_tar "$TMP/gzip" -z
	measure umoci-gzip by_umoci "$TMP/gzip"
	measure rkt-zstd by_rkt "$TMP/zstd"
	measure tar-zstd by_tar "$TMP/zstd" --zstd
done
show gzip rkt tar umoci
show zstd rkt tar
