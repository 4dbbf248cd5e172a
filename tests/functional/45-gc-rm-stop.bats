# Ending pods and getting rid of them: stop, rm, gc.
# SPDX-License-Identifier: Apache-2.0
load helper
load ../lib/pods

MISSING=11111111-2222-4333-8444-555555555555

# ---- gc ----------------------------------------------------------------------

@test "gc: of nothing makes nothing" {
	run_rkt gc
	assert_status 0
	assert_output ''
	assert_stderr ''
	[ ! -e "$DATA" ] || fail "a data directory"
}

@test "gc: marks first, collects after the grace period" {
	exited_pod
	run_rkt gc --mark-only
	assert_status 0
	assert_output ''
	assert_stderr "gc: moving pod \"$uuid\" to garbage"
	assert_where exited-garbage
	run_rkt gc
	assert_status 0
	assert_stderr "gc: pod \"$uuid\" not removed: still within grace period (30m0s)"
	sleep 0.1
	run_rkt gc --grace-period=50ms
	assert_status 0
	assert_output "Garbage collecting pod \"$uuid\""
	assert_stderr ''
	no_pods
	assert_no_mounts
}

@test "gc: images and their layers stay" {
	exited_pod
	run_rkt gc --grace-period=0s
	assert_status 0
	no_pods
	run_rkt --insecure-options=image run example.com/busybox \
		--pull-policy=never
	assert_status 0
	assert_output hello
}

@test "gc: a running pod is left alone" {
	running_pod
	run_rkt gc --grace-period=0s --expire-prepared=0s
	assert_status 0
	assert_output ''
	assert_stderr ''
	assert_where run
	rkt stop --force "$uuid"
	wait "$pid" || true
}

@test "gc: an aborted prepare" {
	put_pod prepare
	run_rkt gc
	assert_status 0
	assert_stderr "gc: moving failed prepare \"$uuid\" to garbage"
	assert_output "Garbage collecting pod \"$uuid\""
	no_pods
}

@test "gc: an embryo that nobody holds" {
	put_pod embryo
	run_rkt gc --mark-only
	assert_status 0
	assert_stderr "gc: moving failed prepare \"$uuid\" to garbage"
	assert_where garbage
	run_rkt gc --mark-only
	assert_stderr ''
	run_rkt gc
	assert_output "Garbage collecting pod \"$uuid\""
	no_pods
}

@test "gc: what somebody works on stays" {
	local dir
	for dir in embryo prepare; do
		put_pod "$dir"
		exec {fd}<"$DATA/pods/$dir/$uuid"
		flock -x "$fd"
		run_rkt gc
		assert_status 0
		assert_output ''
		assert_stderr ''
		assert_where "$dir"
		exec {fd}<&-
		rmdir "$DATA/pods/$dir/$uuid"
	done
}

@test "gc: prepared pods expire" {
	put_pod prepared
	run_rkt gc
	assert_stderr ''
	assert_where prepared
	sleep 0.1
	run_rkt gc --expire-prepared=50ms
	assert_status 0
	assert_stderr "gc: moving expired prepared pod \"$uuid\" to garbage"
	assert_output "Garbage collecting pod \"$uuid\""
	no_pods
}

@test "gc: durations that are none" {
	run_rkt gc --grace-period=soon
	assert_status 254
	assert_in "$stderr" 'Error: invalid argument "soon" for --grace-period=soon: time: invalid duration "soon"'
	run_rkt gc word
	assert_status 254
	assert_in "$output" 'rkt gc'
}

@test "gc: two at once take each pod once" {
	local i n
	image
	for i in 1 2 3 4; do
		exited_pod
	done
	for i in 1 2; do
		rkt gc --grace-period=0s >"$TMP/out$i" 2>"$TMP/err$i" 3>&- &
	done
	wait
	no_pods
	n=$(cat "$TMP/out1" "$TMP/out2" | sort | uniq | wc -l)
	[ "$n" -eq 4 ] || fail "$n pods collected"
	[ "$(cat "$TMP/out1" "$TMP/out2" | wc -l)" -eq 4 ] || fail "twice"
	# One may have to wait for the other before it looks at the layers.
	[ "$(cat "$TMP/err1" "$TMP/err2" |
		grep -vcE 'gc: (moving pod|another rkt instance)')" -eq 0 ] ||
		fail "$(cat "$TMP/err1" "$TMP/err2")"
}

@test "gc: waits for who deletes a pod, and finishes what is left" {
	put_pod exited-garbage
	exec {fd}<"$DATA/pods/exited-garbage/$uuid"
	flock -x "$fd"
	rkt gc >"$TMP/out" 2>"$TMP/err" 3>&- {fd}<&- &
	pid=$!
	sleep 0.5
	kill -0 "$pid" || fail "it did not wait"
	exec {fd}<&-
	wait "$pid"
	[ "$(cat "$TMP/out")" = "Garbage collecting pod \"$uuid\"" ] ||
		fail "$(cat "$TMP/out" "$TMP/err")"
	no_pods
}

@test "gc: leftover mounts of a pod" {
	exited_pod
	mkdir "$DATA/pods/run/$uuid/sharedVolumes"
	mount -t tmpfs tmpfs "$DATA/pods/run/$uuid/sharedVolumes"
	run_rkt gc --grace-period=0s
	assert_status 0
	no_pods
	assert_no_mounts
}

@test "gc: an unknown engine does not keep the pod" {
	exited_pod
	ln -sfn nothing-like-it "$DATA/pods/run/$uuid/flavor"
	run_rkt gc --grace-period=0s
	assert_status 0
	assert_in "$stderr" 'gc: skipping stage1 GC: '
	no_pods
}

@test "gc: what killed processes left in the store" {
	exited_pod
	mkdir -p "$DATA/cas/tree/sha256-$(printf %064d 0)/rootfs" \
		"$DATA/cas/tmp/layer-of-the-dead"
	run_rkt gc --mark-only
	[ -d "$DATA/cas/tmp/layer-of-the-dead" ] || fail "mark-only collects"
	run_rkt gc
	assert_status 0
	[ ! -e "$DATA/cas/tree/sha256-$(printf %064d 0)" ] || fail "tree left"
	[ -z "$(ls "$DATA/cas/tmp")" ] || fail "work left"
	[ "$(ls "$DATA/cas/tree" | wc -l)" -eq 1 ] || fail "layer of the image"
}

# ---- rm ----------------------------------------------------------------------

@test "rm: an exited pod, by prefix" {
	exited_pod
	run_rkt rm "${uuid:0:8}"
	assert_status 0
	assert_output "\"$uuid\""
	assert_stderr ''
	no_pods
	run_rkt rm "$uuid"
	assert_status 254
	assert_stderr "rm: cannot get pod: no matches found for \"$uuid\"
rm: failed to remove one or more pods"
}

@test "rm: a running pod" {
	running_pod
	run_rkt rm "$uuid" "$MISSING"
	assert_status 254
	assert_output ''
	assert_stderr "rm: pod \"$uuid\" is currently running
rm: cannot get pod: no matches found for \"$MISSING\"
rm: failed to remove one or more pods"
	assert_where run
	rkt stop --force "$uuid"
	wait "$pid" || true
	run_rkt rm "$uuid"
	assert_status 0
	no_pods
	assert_no_mounts
}

@test "rm: in every state made by hand" {
	put_pod prepare
	run_rkt rm "$uuid"
	assert_status 0
	assert_output "\"$uuid\""
	assert_stderr "rm: moving failed prepare \"$uuid\" to garbage"
	put_pod prepared
	run_rkt rm "$uuid"
	assert_status 0
	assert_stderr "rm: moving expired prepared pod \"$uuid\" to garbage"
	exited_pod
	rkt gc --mark-only
	run_rkt rm "$uuid"
	assert_status 0
	assert_output "\"$uuid\""
	assert_stderr ''
	no_pods
}

@test "rm: what somebody works on" {
	put_pod prepare
	exec {fd}<"$DATA/pods/prepare/$uuid"
	flock -x "$fd"
	run_rkt rm "$uuid"
	assert_status 254
	assert_in "$stderr" "rm: pod \"$uuid\" is currently being prepared"
	exec {fd}<&-
	put_pod exited-garbage
	exec {fd}<"$DATA/pods/exited-garbage/$uuid"
	flock -x "$fd"
	run_rkt rm "$uuid"
	assert_status 254
	assert_in "$stderr" "rm: pod \"$uuid\" is currently being deleted"
	exec {fd}<&-
}

@test "rm: what a killed rm left" {
	exited_pod
	rkt gc --mark-only
	rm -rf "$DATA/pods/exited-garbage/$uuid"/{stage1,overlay,appsinfo}
	run_rkt rm "$uuid"
	assert_status 0
	assert_output "\"$uuid\""
	assert_stderr ''
	# Its last files, in the order of chance.
	put_pod exited-garbage
	echo '{' >"$DATA/pods/exited-garbage/$uuid/pod"
	run_rkt rm "$uuid"
	assert_status 0
	assert_output "\"$uuid\""
	assert_stderr ''
	no_pods
}

@test "rm: --uuid-file" {
	exited_pod
	printf ' %s\n\n' "$uuid" >"$TMP/file"
	run_rkt rm --uuid-file="$TMP/file" "$uuid"
	assert_status 254
	assert_in "$output" 'rkt rm --uuid-file=FILE | UUID ...'
	assert_where run
	run_rkt rm --uuid-file="$TMP/none"
	assert_status 254
	assert_stderr "rm: unable to resolve UUID from file: open $TMP/none: No such file or directory
rm: failed to remove one or more pods"
	run_rkt rm --uuid-file="$TMP/file"
	assert_status 0
	assert_output "\"$uuid\""
	no_pods
}

@test "rm and gc at once: each pod goes once, nobody complains" {
	local i
	for i in 1 2 3; do
		exited_pod
		rkt gc --grace-period=0s >"$TMP/gc" 2>"$TMP/gc-err" 3>&- &
		rkt rm "$uuid" >"$TMP/rm" 2>"$TMP/rm-err" 3>&- || true
		wait
		no_pods
		[ -z "$(grep -v 'moving pod' "$TMP/gc-err")" ] ||
			fail "$(cat "$TMP/gc-err")"
	done
}

# ---- stop --------------------------------------------------------------------

@test "stop: a running pod, then again" {
	running_pod
	run_rkt stop "${uuid:0:8}"
	assert_status 0
	assert_output "\"$uuid\""
	assert_stderr ''
	status=0
	wait "$pid" || status=$?
	[ "$status" -eq 143 ] || fail "the pod ended with $status"
	run_rkt stop "$uuid"
	assert_status 0
	assert_output "pod \"$uuid\" is already stopped"
}

@test "stop --force: one that does not listen" {
	running_pod "trap '' TERM; echo >/mnt/up; while :; do sleep 1; done"
	run_rkt stop "$uuid"
	assert_status 0
	sleep 0.2
	kill -0 "$pid" || fail "it listens"
	run_rkt stop --force "$uuid"
	assert_status 0
	assert_output "\"$uuid\""
	status=0
	wait "$pid" || status=$?
	[ "$status" -eq 137 ] || fail "the pod ended with $status"
}

@test "stop: what does not run" {
	put_pod prepared
	run_rkt stop "$uuid" "$MISSING"
	assert_status 254
	assert_stderr "stop: pod \"$uuid\" is not running
stop: cannot get pod: no matches found for \"$MISSING\"
stop: failed to stop 2 pod(s)"
}

@test "stop: --uuid-file" {
	running_pod
	run_rkt stop --uuid-file="$TMP/none"
	assert_status 1
	assert_stderr "stop: unable to resolve UUID from file: open $TMP/none: No such file or directory"
	run_rkt stop
	assert_status 254
	assert_in "$output" 'rkt stop --uuid-file=FILE | UUID ...'
	run_rkt stop --uuid-file="$TMP/uuid"
	assert_status 0
	assert_output "\"$uuid\""
	wait "$pid" || true
}
