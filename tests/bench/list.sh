#!/bin/sh
# `rkt list` of 1000 pods beside reading the directories they are in.
# SPDX-License-Identifier: Apache-2.0
set -eu
builddir=${builddir:?run through make bench}
# shellcheck source=tests/bench/image.sh
. "$(dirname "$0")/image.sh"
make_image
n=0
while [ $n -lt "${PODS:-1000}" ]; do
	rkt run "$IMAGE" 2>/dev/null
	n=$((n + 1))
done
"$builddir/tests/bench/timer" 20 "ls -R" "ls -R $TMP/data/pods" \
	"rkt list" "$RKT --dir=$TMP/data list"
