#!/bin/sh
# From command line to exit of /bin/true: rkt with the fly engine beside the floor
# (the same mounts by a static program), chroot, bubblewrap and crun.
# SPDX-License-Identifier: Apache-2.0
set -eu
builddir=${builddir:?run through make bench}
# shellcheck source=tests/bench/image.sh
. "$(dirname "$0")/image.sh"
make_image
root=$TMP/aci/rootfs
mkdir -p "$TMP/upper" "$TMP/work" "$TMP/root"
set -- floor "$builddir/tests/bench/floor $root $TMP/upper $TMP/work $TMP/root /bin/true" \
	"rkt run (fly)" "$RKT --dir=$TMP/data run $IMAGE" \
	chroot "chroot $root /bin/true"
if command -v bwrap >/dev/null; then
	set -- "$@" bwrap "bwrap --bind $root / --dev /dev --proc /proc --tmpfs /tmp /bin/true"
fi
if command -v crun >/dev/null; then
	mkdir -p "$TMP/bundle"
	(cd "$TMP/bundle" && crun spec)
	sed -i -e "s|\"path\": \"rootfs\"|\"path\": \"$root\"|" \
		-e 's|"sh"|"/bin/true"|' -e 's|"terminal": true|"terminal": false|' \
		"$TMP/bundle/config.json"
	set -- "$@" "crun run" "crun --cgroup-manager=disabled run --bundle $TMP/bundle rkt-bench-$$"
fi
echo "start of /bin/true, $(grep -c . /proc/self/mountinfo) mounts on the host"
# crun refuses a hybrid hierarchy: all of them get to see the unified one.
unshare --mount --propagation private sh -c '
	mount -t cgroup2 none /sys/fs/cgroup
	exec "$@"' sh "$builddir/tests/bench/timer" "${ROUNDS:-50}" "$@"
