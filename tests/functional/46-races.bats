# Pods that several rkt want at once, that somebody holds on to, or that do not
# want to go.
# SPDX-License-Identifier: Apache-2.0
load helper
load ../lib/pods

GC=(gc --grace-period=0s --expire-prepared=0s)

teardown() {
	chattr -R -i "$DATA" 2>/dev/null || true
	awk -v tmp="$TMP/" 'index($5, tmp) == 1 { print $5 }' \
		/proc/self/mountinfo | sort -r | while read -r where; do
		umount -l "$where"
	done
	rm -rf "$TMP"
}

# ---- states ------------------------------------------------------------------

@test "the grace period counts from marking, whatever files say" {
	exited_pod
	touch -d '2 days ago' "$DATA/pods/run/$uuid" "$DATA/pods/run/$uuid"/*
	rkt gc --mark-only
	run_rkt gc --grace-period=1h
	assert_status 0
	assert_stderr "gc: pod \"$uuid\" not removed: still within grace period (1h0m0s)"
	assert_where exited-garbage
	touch -d '2 days' "$DATA/pods/exited-garbage/$uuid"
	sleep 0.1
	run_rkt gc --grace-period=50ms
	assert_output "Garbage collecting pod \"$uuid\""
	no_pods
}

@test "a pod that is killed is exited at once, and can be collected" {
	running_pod
	run_rkt list --full --no-legend
	assert_in "$output" "	running	"
	kill -KILL "$pid"
	wait "$pid" || true
	run_rkt list --full --no-legend
	assert_status 0
	assert_stderr ''
	assert_in "$output" "	exited	"
	run_rkt "${GC[@]}"
	run_rkt "${GC[@]}"
	assert_status 0
	no_pods
	assert_no_mounts
}

@test "embryos and garbage are listed by nobody" {
	local dir
	for dir in embryo garbage; do
		put_pod "$dir"
		run_rkt list --no-legend
		assert_status 0
		assert_output ''
		run_rkt status "$uuid"
		assert_status 254
		assert_stderr "status: problem retrieving pod: no matches found for \"$uuid\""
	done
}

# ---- at once -----------------------------------------------------------------

@test "list while gc collects: each pod once, no complaint" {
	local n
	exited_pod
	copy_pods 15
	rkt "${GC[@]}" >"$TMP/gc" 2>&1 3>&- &
	pid=$!
	while kill -0 "$pid" 2>/dev/null; do
		run_rkt list --full --no-legend
		assert_status 0
		assert_stderr ''
		[ -z "$(cut -f1 <<<"$output" | grep . | sort | uniq -d)" ] ||
			fail "twice"
		run_rkt list --format=json
		assert_status 0
		jq . <<<"$output" >/dev/null || fail "no JSON"
	done
	wait "$pid"
	run_rkt "${GC[@]}"
	assert_status 0
	no_pods
}

@test "pods that move are found all the time" {
	exited_pod
	copy_pods 15
	rkt gc --mark-only 2>/dev/null 3>&- &
	pid=$!
	while kill -0 "$pid" 2>/dev/null; do
		run_rkt list --full --no-legend
		assert_status 0
		assert_stderr ''
		[ "$(grep -c '	exited' <<<"$output")" -eq 16 ] || fail "lost"
	done
	wait "$pid"
}

@test "run while gc collects: nobody loses a pod" {
	local i
	image
	rkt --insecure-options=image fetch "$TMP/a.aci"
	touch "$TMP/go"
	(while [ -e "$TMP/go" ]; do rkt "${GC[@]}" || exit 1; done) \
		>"$TMP/gc" 2>&1 3>&- &
	pid=$!
	for i in 1 2 3 4 5 6 7 8; do
		run_rkt --insecure-options=image run example.com/busybox
		assert_status 0
		assert_output hello
	done
	rm "$TMP/go"
	wait "$pid" || fail "gc: $(cat "$TMP/gc")"
	! grep -vE 'arbage|not removed|another rkt' "$TMP/gc" || fail "gc"
	rkt "${GC[@]}"
	rkt "${GC[@]}"
	no_pods
}

@test "rm twice at once: gone once, and who comes late is told" {
	local i status1 status2
	exited_pod
	copy_pods 3
	for uuid in $(ls "$DATA/pods/run"); do
		rkt rm "$uuid" >"$TMP/out1" 2>"$TMP/err1" 3>&- &
		pid=$!
		status1=0 status2=0
		rkt rm "$uuid" >"$TMP/out2" 2>"$TMP/err2" 3>&- || status2=$?
		wait "$pid" || status1=$?
		[ "$status1" -eq 0 ] || [ "$status2" -eq 0 ] ||
			fail "neither: $(cat "$TMP/err1" "$TMP/err2")"
		! grep -vE 'being deleted|no matches found|failed to remove' \
			"$TMP/err1" "$TMP/err2" || fail "complaints"
	done
	no_pods
}

@test "two that run one prepared pod: one does" {
	local status1=0 status2=0
	image
	uuid=$(rkt --insecure-options=image prepare "$TMP/a.aci")
	rkt run-prepared "$uuid" >"$TMP/out1" 2>"$TMP/err1" 3>&- &
	pid=$!
	rkt run-prepared "$uuid" >"$TMP/out2" 2>"$TMP/err2" 3>&- || status2=$?
	wait "$pid" || status1=$?
	[ "$(cat "$TMP/out1" "$TMP/out2")" = hello ] ||
		fail "$(cat "$TMP/out1" "$TMP/out2" "$TMP/err1" "$TMP/err2")"
	[ $((status1 + status2)) -eq 254 ] || fail "$status1 $status2"
	assert_where run
	rkt "${GC[@]}"
	rkt "${GC[@]}"
	no_pods
	assert_no_mounts
}

# ---- mounts ------------------------------------------------------------------

# What is mounted by hand must outlive the pod.
precious() {
	mkdir -p "$TMP/precious/sub"
	echo precious >"$TMP/precious/file"
	exited_pod
	rkt gc --mark-only
	dir=$DATA/pods/exited-garbage/$uuid
	mkdir -p "$dir/stage1/rootfs/mnt" "$dir/sharedVolumes/v" "$dir/a b"
}

assert_precious() {
	[ "$(cat "$TMP/precious/file")" = precious ] || fail "lost"
	[ -d "$TMP/precious/sub" ] || fail "lost a directory"
}

@test "bind mounts below a pod, nested, shared and with a blank" {
	precious
	mount --bind "$TMP/precious" "$dir/stage1/rootfs/mnt"
	mount --make-shared "$dir/stage1/rootfs/mnt"
	mount -t tmpfs tmpfs "$dir/stage1/rootfs/mnt/sub"
	mount --bind "$TMP/precious" "$dir/a b"
	mount --bind "$TMP/precious/file" "$dir/pod"
	run_rkt "${GC[@]}"
	assert_status 0
	assert_stderr ''
	no_pods
	assert_precious
	# One was propagated to where it came from: that is not the pod's.
	umount "$TMP/precious/sub" 2>/dev/null || true
	assert_no_mounts
}

@test "a mount below a pod in somebody else's namespace" {
	precious
	unshare --mount --propagation private sh -c "
		mount --bind '$TMP/precious' '$dir/stage1/rootfs/mnt'
		touch '$TMP/up'; exec sleep 30" 3>&- &
	pid=$!
	for _ in $(seq 100); do [ -e "$TMP/up" ] && break; sleep 0.05; done
	run_rkt rm "$uuid"
	kill "$pid"
	wait "$pid" || true
	assert_status 0
	assert_output "\"$uuid\""
	no_pods
	assert_precious
}

@test "a mount below a pod that somebody sits in" {
	precious
	mount -t tmpfs tmpfs "$dir/sharedVolumes/v"
	mkdir "$dir/sharedVolumes/v/seat"
	(cd "$dir/sharedVolumes/v/seat" && exec sleep 30) 3>&- &
	pid=$!
	sleep 0.1
	! umount "$dir/sharedVolumes/v" 2>/dev/null || fail "it is not busy"
	run_rkt "${GC[@]}"
	assert_status 0
	assert_stderr ''
	kill "$pid" || fail "who sat there is gone"
	wait "$pid" || true
	no_pods
	assert_no_mounts
}

@test "mounts of a pod that never ran" {
	put_pod garbage
	mkdir "$DATA/pods/garbage/$uuid/stage1"
	mount -t tmpfs tmpfs "$DATA/pods/garbage/$uuid/stage1"
	run_rkt "${GC[@]}"
	assert_status 0
	assert_stderr ''
	no_pods
	assert_no_mounts
}

# ---- what cannot be removed --------------------------------------------------

immutable() { # one file of an exited pod that chattr guards
	exited_pod
	rkt gc --mark-only
	dir=$DATA/pods/exited-garbage/$uuid
	mkdir -p "$dir/overlay/deep/er"
	touch "$dir/overlay/deep/er/file"
	chattr +i "$dir/overlay/deep/er/file"
}

@test "gc: an immutable file is told in one line, and tried again" {
	immutable
	run_rkt "${GC[@]}"
	assert_status 0
	assert_output "Garbage collecting pod \"$uuid\""
	assert_stderr "gc: unable to remove pod rootfs \"$uuid\": remove file: Operation not permitted"
	assert_where exited-garbage
	[ -e "$dir/pod" ] || fail "the manifest went first"
	run_rkt list --full --no-legend
	assert_status 0
	assert_in "$output" "exited garbage"
	chattr -i "$dir/overlay/deep/er/file"
	run_rkt "${GC[@]}"
	assert_status 0
	assert_stderr ''
	no_pods
}

@test "gc: one that stays does not keep the others" {
	immutable
	exited_pod
	copy_pods 2
	run_rkt "${GC[@]}"
	run_rkt "${GC[@]}"
	assert_status 0
	[ "$(find "$DATA/pods" -mindepth 2 -maxdepth 2 | wc -l)" -eq 1 ] ||
		fail "others are left"
}

@test "rm: an immutable file is told in one line, and tried again" {
	immutable
	run_rkt rm "$uuid"
	assert_status 254
	assert_output ''
	assert_stderr "rm: unable to remove pod rootfs \"$uuid\": remove file: Operation not permitted
rm: failed to remove one or more pods"
	chattr -i "$dir/overlay/deep/er/file"
	run_rkt rm "$uuid"
	assert_status 0
	assert_output "\"$uuid\""
	no_pods
}

@test "gc: a read-only data directory" {
	exited_pod
	mount --bind "$DATA" "$DATA"
	mount -o remount,bind,ro "$DATA"
	run_rkt "${GC[@]}"
	assert_in "$stderr" 'Read-only file system'
	assert_in "$stderr" "$uuid"
	umount "$DATA"
	assert_where run
	run_rkt "${GC[@]}"
	run_rkt "${GC[@]}"
	assert_status 0
	no_pods
}
