#!/usr/bin/env bats
# rkt logs, and the files that fly's apps are logged to.
# SPDX-License-Identifier: Apache-2.0

load helper

setup_file() {
	mkdir "$BATS_FILE_TMPDIR/root"
	busybox_rootfs "$BATS_FILE_TMPDIR/root"
	ln -s busybox "$BATS_FILE_TMPDIR/root/bin/kill"
	make_aci "$BATS_FILE_TMPDIR/root" "$BATS_FILE_TMPDIR/app.aci"
}

setup() {
	setup_dirs
	IMAGE=$BATS_FILE_TMPDIR/app.aci
}

# Run to the end: $UUID.
run_pod() { # SCRIPT [OPTION OF THE APP...]
	local script=$1
	shift
	run_rkt --insecure-options=image run --uuid-file-save="$TMP/uuid" \
		"$IMAGE" "$@" --exec=/bin/sh -- -c "$script"
	UUID=$(cat "$TMP/uuid")
	LOG=$DATA/pods/run/$UUID/logs/busybox.log
	# The writer outlives the app by a moment.
	[ ! -e "$LOG" ] || flock -w 10 "$LOG" true
}

start_pod() { # SCRIPT [OPTION OF THE APP...]
	local script=$1
	shift
	rm -f "$TMP/uuid"
	rkt --insecure-options=image run --uuid-file-save="$TMP/uuid" \
		"$IMAGE" "$@" --exec=/bin/sh -- -c "$script" 3>&- 2>/dev/null &
	RUN=$!
	for _ in $(seq 200); do
		[ ! -s "$TMP/uuid" ] || break
		sleep 0.05
	done
	UUID=$(cat "$TMP/uuid")
	rkt status --wait-ready=10s "$UUID" >/dev/null
	LOG=$DATA/pods/run/$UUID/logs/busybox.log
}

@test "logs: stdout and stderr, each where it was written to" {
	run_pod 'echo one; echo two >&2; exit 7' --stdout=log --stderr=log
	assert_status 7
	assert_output ""
	run_rkt logs "$UUID"
	assert_status 0
	assert_output one
	assert_stderr two
	run_rkt logs --app=busybox "${UUID:0:8}"
	assert_output one
}

@test "logs: the file is what the kubelet reads" {
	run_pod 'echo one; echo; echo -n rest' --stdout=log
	sed -E 's/^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}\.[0-9]{9}Z /T /' \
		"$LOG" >"$TMP/got"
	printf 'T stdout F one\nT stdout F \nT stdout P rest\n' >"$TMP/want"
	diff "$TMP/want" "$TMP/got"
	run_rkt logs "$UUID"
	assert_output $'one\n\nrest'
}

@test "logs: a long line is one line again" {
	run_pod 'i=0; while [ $i -lt 4000 ]; do echo -n 0123456789; i=$((i+1)); done; echo' \
		--stdout=log
	[ "$(wc -l <"$LOG")" -eq 3 ] || fail "records: $(wc -l <"$LOG")"
	run_rkt logs "$UUID"
	[ "${#output}" -eq 40000 ] || fail "length is ${#output}"
	[ "${#lines[@]}" -eq 1 ] || fail "lines are ${#lines[@]}"
}

@test "logs: --lines, --since and --timestamps" {
	run_pod 'for i in 1 2 3 4 5; do echo $i; done; echo e >&2' \
		--stdout=log --stderr=log
	run_rkt logs --lines=3 "$UUID"
	assert_output $'4\n5'
	assert_stderr e
	run_rkt logs --lines=0 "$UUID"
	assert_status 0
	assert_output ""
	run_rkt logs --lines=100 "$UUID"
	assert_output $'1\n2\n3\n4\n5'
	run_rkt logs --since=1h "$UUID"
	assert_output $'1\n2\n3\n4\n5'
	sleep 0.1
	run_rkt logs --since=50ms "$UUID"
	assert_output ""
	run_rkt logs --timestamps --lines=6 "$UUID"
	[[ ${lines[0]} =~ ^20[0-9-]*T[0-9:]*\.[0-9]{9}Z\ 1$ ]] || fail time
	run_rkt logs --lines=x "$UUID"
	assert_status 254
	assert_in "$stderr" 'not a number of lines'
}

@test "logs: null is nothing, the rest stays the caller's" {
	run_pod 'echo one; echo two >&2; cat' --stdin=null --stdout=null
	assert_status 0
	assert_output ""
	assert_in "$stderr" two
	run_rkt logs "$UUID"
	assert_status 254
	assert_output ""
	assert_stderr "logs: pod \"$UUID\" has no logs"
	run_rkt logs --app=busybox "$UUID"
	assert_stderr "logs: app busybox has no log"
	run_rkt logs --app=nope "$UUID"
	assert_stderr "logs: app nope is not present in pod"
	run_rkt logs
	assert_status 254
	assert_stderr ""
	run_rkt logs dead
	assert_stderr 'logs: problem retrieving pod: no matches found for "dead"'
}

@test "logs: modes that fly does not have" {
	for mode in stream tty; do
		run_rkt --insecure-options=image run "$IMAGE" --stdout=$mode
		assert_status 254
		assert_in "$stderr" 'engine "fly" does not support --stdout'
	done
}

@test "logs: exit status, signals and processes are as without" {
	run_pod 'kill -9 $$' --stdout=log --stderr=log
	assert_status 137
	run_pod 'echo $PPID; sleep 0 & wait; echo $?' --stdout=log
	run_rkt logs "$UUID"
	[ "${lines[0]}" != 1 ] || fail "other parent"
	[ "${lines[1]}" = 0 ] || fail "other child"
	run_rkt --insecure-options=image run "$IMAGE" --stdout=log \
		--stderr=log --exec=/etc
	assert_status 254
	assert_in "$stderr" 'cannot execute "/etc"'
	start_pod 'trap "echo bye; exit 3" TERM; while :; do sleep 0.05; done' \
		--stdout=log
	run_rkt stop "$UUID"
	status=0
	wait "$RUN" || status=$?
	assert_status 3
	flock -w 10 "$LOG" true
	run_rkt logs "$UUID"
	assert_output bye
}

@test "logs: the writer holds neither the pod nor the caller's streams" {
	start_pod 'sleep 1000 & echo $!; exit 0' --stdout=log
	wait "$RUN"
	run_rkt status "$UUID"
	assert_in "$output" state=running
	kill "$(sed -n 's/.* F //p' "$LOG")"
	flock -w 10 "$LOG" true
	run_rkt status "$UUID"
	assert_in "$output" state=exited
}

@test "logs --follow: to the end of the pod, and then no longer" {
	start_pod 'echo one; sleep 0.5; echo two; sleep 0.3; echo -n end' \
		--stdout=log
	run timeout 20 "$RKT" --dir="$DATA" --system-config="$TMP/system" \
		--local-config="$TMP/local" logs --follow "$UUID"
	assert_status 0
	assert_output $'one\ntwo\nend'
	run timeout 20 "$RKT" --dir="$DATA" --system-config="$TMP/system" \
		--local-config="$TMP/local" logs --follow --lines=1 "$UUID"
	assert_output end
	wait "$RUN" || true
}

@test "logs --follow: over rotation and truncation" {
	start_pod 'i=0; while [ $i -lt 30 ]; do echo $i; i=$((i+1)); sleep 0.05; done' \
		--stdout=log
	rkt logs --follow "$UUID" >"$TMP/followed" 3>&- &
	sleep 0.4
	mv "$LOG" "$LOG.1"
	sleep 0.4
	wait
	diff <(seq 0 29) "$TMP/followed"
	[ -s "$LOG" ] && [ -s "$LOG.1" ] || fail "not rotated"
	start_pod 'echo long line before; sleep 1; echo x' --stdout=log
	rkt logs --follow "$UUID" >"$TMP/followed" 3>&- &
	sleep 0.4
	: >"$LOG"
	wait
	[ "$(cat "$TMP/followed")" = $'long line before\nx' ] ||
		fail "$(cat "$TMP/followed")"
}

@test "logs: an app that is nobody may open its own streams" {
	run_pod 'echo hi >/dev/stdout' --stdout=log --user=1000 --group=1000
	assert_status 0
	run_rkt logs "$UUID"
	assert_output hi
}
