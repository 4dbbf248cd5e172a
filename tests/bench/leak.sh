#!/bin/sh
# Is the hundredth run as fast as the first, and is nothing left mounted?
# SPDX-License-Identifier: Apache-2.0
set -eu
builddir=${builddir:?run through make bench}
# shellcheck source=tests/bench/image.sh
. "$(dirname "$0")/image.sh"
make_image
before=$(grep -c . /proc/self/mountinfo)
echo "runs 1-20, then 101-120 of a data directory with their pods in it"
"$builddir/tests/bench/timer" 19 first "$RKT --dir=$TMP/data run $IMAGE"
n=0
while [ $n -lt 80 ]; do
	rkt run "$IMAGE" 2>/dev/null
	n=$((n + 1))
done
"$builddir/tests/bench/timer" 19 hundredth "$RKT --dir=$TMP/data run $IMAGE"
echo "mounts on the host: $before before, $(grep -c . /proc/self/mountinfo) after"
