#!/bin/bash
# list, status and gc of many pods, beside reading and removing the same files,
# and beside podman with as many containers.
# SPDX-License-Identifier: Apache-2.0
#
# PODS         how many, one after the other
# PODMAN_MAX   with more than so many podman is left out: to make them takes long
set -eu
builddir=${builddir:?run through make bench}
# shellcheck source=tests/bench/image.sh
. "$(dirname "$0")/image.sh"
make_image
timer=$builddir/tests/bench/timer
rounds=${ROUNDS:-20}

ms() { # COMMAND...: how long it takes, once
	local start=${EPOCHREALTIME/./}
	"$@" >/dev/null 2>&1
	echo $(((${EPOCHREALTIME/./} - start) / 1000))
}

make_pods() { # NUMBER
	local i
	for ((i = 0; i < $1; i++)); do
		rkt run "$IMAGE" 2>/dev/null
	done
}

pods() { # NUMBER
	local uuid
	rm -rf "$TMP/data/pods" # gc is measured with all of them
	make_pods "$1"
	uuid=$(basename "$(find "$TMP/data/pods/run" -mindepth 1 | head -n 1)")
	echo "$1 pods"
	"$timer" "$rounds" "ls -R" "ls -R $TMP/data/pods" \
		"rkt list" "$RKT --dir=$TMP/data list" \
		"rkt status UUID" "$RKT --dir=$TMP/data status $uuid" \
		"rkt status PREFIX" "$RKT --dir=$TMP/data status ${uuid:0:8}"
	cp -a "$TMP/data/pods" "$TMP/copy"
	echo "rm -r            $(ms rm -r "$TMP/copy") ms, once"
	echo "rkt gc --mark-only $(ms rkt gc --mark-only) ms, once"
	echo "rkt gc           $(ms rkt gc --grace-period=0s) ms, once"
	[ -z "$(find "$TMP/data/pods" -mindepth 2)" ] || echo "pods are left"
}

podman_words="podman --root $TMP/podman --runroot $TMP/podman-run \
--tmpdir $TMP/podman-tmp --cgroup-manager cgroupfs --storage-driver vfs"

podman_here() {
	$podman_words "$@" 2>/dev/null
}

containers() { # NUMBER
	local i id
	[ "$1" -le "${PODMAN_MAX:-100}" ] || return 0
	for ((i = 0; i < $1; i++)); do
		id=$(podman_here create --network none bench /bin/true)
	done
	echo "$1 containers of podman"
	"$timer" 5 "podman ps -a" "$podman_words ps -a" \
		"podman inspect" "$podman_words inspect $id"
	echo "podman rm -a     $(ms podman_here rm -a) ms, once"
}

has_podman=
if command -v podman >/dev/null; then
	tar -C "$TMP/aci/rootfs" -cf "$TMP/rootfs.tar" .
	podman_here import "$TMP/rootfs.tar" bench >/dev/null && has_podman=1
fi
for number in ${PODS:-10 100 1000}; do
	pods "$number"
	[ -z "$has_podman" ] || containers "$number"
done
