#!/bin/sh
# Makes what the benchmarks run: an image with /bin/true in it, stored, and the
# same as a plain directory.  To be sourced; sets TMP and defines rkt.
# SPDX-License-Identifier: Apache-2.0
: "${RKT:?the installed rkt; run through make bench}"
TMP=$(mktemp -d /var/tmp/rkt-bench-XXXXXX)
trap 'rm -rf "$TMP"' EXIT
IMAGE=example.com/bench

rkt() {
	"$RKT" --dir="$TMP/data" --insecure-options=image "$@"
}

make_image() {
	mkdir -p "$TMP/aci/rootfs/bin" "$TMP/aci/rootfs/etc" \
		"$TMP/aci/rootfs/tmp" "$TMP/aci/rootfs/dev" \
		"$TMP/aci/rootfs/proc" "$TMP/aci/rootfs/sys"
	cp "$(command -v busybox)" "$TMP/aci/rootfs/bin/true"
	cat >"$TMP/aci/manifest" <<-END
	{"acKind":"ImageManifest","acVersion":"0.8.11","name":"$IMAGE",
	"labels":[{"name":"os","value":"linux"},{"name":"arch","value":"amd64"}],
	"app":{"exec":["/bin/true"],"user":"0","group":"0"}}
	END
	tar -C "$TMP/aci" -cf "$TMP/bench.aci" manifest rootfs
	rkt fetch "$TMP/bench.aci" >/dev/null
}
