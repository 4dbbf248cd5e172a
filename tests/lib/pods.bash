# Pods in every state, for functional tests.
# SPDX-License-Identifier: Apache-2.0
#
# To be loaded after helper.bash.
# shellcheck disable=SC2034 # those who load it use $pid and $uuid

image() { # the image of all pods here, made once for each test
	[ -e "$TMP/a.aci" ] && return
	busybox_rootfs "$TMP/r"
	make_aci "$TMP/r" "$TMP/a.aci"
}

# A pod that has ended; its UUID in $uuid
exited_pod() {
	image
	rkt --insecure-options=image run --uuid-file-save="$TMP/uuid" \
		"$TMP/a.aci" --exec /bin/true
	uuid=$(cat "$TMP/uuid")
}

# COMMAND: a pod that runs; its UUID in $uuid, its process is a child
running_pod() {
	image
	rm -f "$TMP/up"
	setsid "$RKT" --dir="$DATA" --system-config="$TMP/system" \
		--local-config="$TMP/local" --insecure-options=image run \
		--uuid-file-save="$TMP/uuid" --volume t,kind=host,source="$TMP" \
		"$TMP/a.aci" --mount volume=t,target=/mnt \
		--exec /bin/sh -- -c "${1:-echo >/mnt/up; exec sleep 60}" \
		>"$TMP/log" 2>&1 3>&- &
	pid=$!
	wait_for test -e "$TMP/up"
	uuid=$(cat "$TMP/uuid")
}

wait_for() {
	local i
	for ((i = 0; i < 200; i++)); do
		"$@" && return
		sleep 0.05
	done
	fail "timeout: $*: $(cat "$TMP/log")"
}

# STATE: a pod directory by hand; its UUID in $uuid
put_pod() {
	mkdir -p "$DATA"/pods/{embryo,prepare,prepared,run,exited-garbage,garbage}
	uuid=$(cat /proc/sys/kernel/random/uuid)
	mkdir "$DATA/pods/$1/$uuid"
}

where() { # in which directory the pod is
	local dir
	for dir in "$DATA"/pods/*/"$uuid"; do
		[ -e "$dir" ] && basename "$(dirname "$dir")"
	done
	return 0
}

assert_where() {
	[ "$(where)" = "$1" ] || fail "the pod is in '$(where)', not '$1'"
}

no_pods() {
	[ -z "$(find "$DATA/pods" -mindepth 2 -maxdepth 2)" ] ||
		fail "pods are left: $(ls "$DATA"/pods/*)"
}

# NUMBER: as many more pods, each a copy of the exited one but for its name
copy_pods() {
	local i
	for ((i = 0; i < $1; i++)); do
		cp -a "$DATA/pods/run/$uuid" \
			"$DATA/pods/run/$(cat /proc/sys/kernel/random/uuid)"
	done
}
