#!/usr/bin/env bats
# rkt enter: from the command line into a running pod and back.
# SPDX-License-Identifier: Apache-2.0

load helper

setup_file() {
	mkdir "$BATS_FILE_TMPDIR/root"
	busybox_rootfs "$BATS_FILE_TMPDIR/root"
	ln -s busybox "$BATS_FILE_TMPDIR/root/bin/tty"
	ln -s busybox "$BATS_FILE_TMPDIR/root/bin/kill"
	make_aci "$BATS_FILE_TMPDIR/root" "$BATS_FILE_TMPDIR/app.aci"
}

setup() {
	setup_dirs
	IMAGE=$BATS_FILE_TMPDIR/app.aci
}

# Start in the background and wait until it is ready: $UUID, $PID.
start_pod() { # SCRIPT [OPTION OF THE APP...]
	local script=$1
	shift
	rkt --insecure-options=image run --uuid-file-save="$TMP/uuid" \
		"$IMAGE" "$@" --exec=/bin/sh -- -c "$script" \
		>"$TMP/out" 2>"$TMP/err" 3>&- &
	for _ in $(seq 200); do
		[ ! -s "$TMP/uuid" ] || break
		sleep 0.05
	done
	UUID=$(cat "$TMP/uuid")
	rkt status --wait-ready=10s "$UUID" >"$TMP/status"
	PID=$(sed -n 's/^pid=//p' "$TMP/status")
}

end_pod() {
	kill -KILL "$PID"
	wait || true
}

@test "enter: exit status, output and input are the command's" {
	start_pod 'exec sleep 100'
	run_rkt enter "$UUID" /bin/sh -c 'exit 3'
	assert_status 3
	assert_output ""
	assert_stderr ""
	run_rkt enter "$UUID" /bin/sh -c 'echo out; echo err >&2'
	assert_status 0
	assert_output out
	assert_stderr err
	run --separate-stderr rkt enter "${UUID:0:8}" /bin/cat <<<"hello"
	assert_output hello
	run_rkt enter "$UUID" /bin/sh -c /etc
	assert_status 126
	run -127 --separate-stderr rkt enter "$UUID" /bin/sh -c /nope
	run_rkt enter "$UUID" -- /bin/echo --app=x -- y
	assert_status 0
	assert_output "--app=x -- y"
	end_pod
}

@test "enter: death by a signal is repeated" {
	start_pod 'exec sleep 100'
	run_rkt enter "$UUID" /bin/sh -c 'kill -9 $$'
	assert_status 137
	run_rkt enter "$UUID" /bin/sh -c 'kill -TERM $$'
	assert_status 143
	rkt status "$UUID" | grep -q '^state=running$'
	end_pod
}

@test "enter: in the app's root, as its user, with its environment" {
	start_pod 'exec sleep 100' --user=1000 --group=2000 \
		--supplementary-gids=77 --environment=A=b
	LEAK=1 run_rkt enter "$UUID" /bin/sh -c \
		'id -u; id -g; id -G; pwd; echo $A $LEAK; ls /proc/self/fd'
	assert_status 0
	assert_output $'1000\n2000\n2000 77\n/\nb\n0\n1\n2\n3'
	own=$(readlink "/proc/$PID/ns/mnt")
	run_rkt enter "$UUID" /bin/readlink /proc/self/ns/mnt
	assert_output "$own"
	end_pod
}

@test "enter: descriptors of the caller stay outside" {
	start_pod 'exec sleep 100'
	run_rkt enter "$UUID" /bin/sh -c 'ls /proc/$$/fd; true' 9</
	assert_output $'0\n1\n2'
	end_pod
}

@test "enter: no command is the usual shell" {
	start_pod 'exec sleep 100'
	run_rkt enter "$UUID"
	assert_status 254
	assert_stderr 'enter: no command specified, assuming "/bin/bash"
enter: enter failed: cannot execute "/bin/bash": No such file or directory'
	end_pod
}

@test "enter: a terminal is a terminal" {
	start_pod 'exec sleep 100'
	run script -qec "$RKT --dir=$DATA --system-config=$TMP/system \
		--local-config=$TMP/local enter $UUID /bin/sh -c \
		'test -t 0 && test -t 1 && test -t 2 && echo yes; exit 5'" \
		/dev/null
	assert_status 5
	assert_in "$output" yes
	end_pod
}

@test "enter: what cannot be entered" {
	start_pod 'exec sleep 100'
	run_rkt enter --app=busybox "$UUID" /bin/true
	assert_status 0
	run_rkt enter --app=other "$UUID" /bin/true
	assert_status 254
	assert_stderr "enter: unable to determine app name: app other is not\
 present in pod"
	run_rkt enter "$UUID" bin/true
	assert_status 254
	assert_stderr "enter: enter failed: command must be an absolute path"
	end_pod
	run_rkt enter "$UUID" /bin/true
	assert_status 254
	assert_stderr "enter: pod \"$UUID\" isn't currently running"
	run_rkt enter deadbeef /bin/true
	assert_status 254
	assert_stderr 'enter: problem retrieving pod: no matches found for "deadbeef"'
	run_rkt enter
	assert_status 254
	assert_in "$output" 'rkt enter [--app=APPNAME] UUID [CMD [ARGS ...]]'
	assert_stderr ""
}

# A pod that runs as far as the core can see.
hold_pod() { # UUID
	mkdir -p "$DATA/pods/run/$1"
	ln -s fly "$DATA/pods/run/$1/flavor"
	exec 8<"$DATA/pods/run/$1"
	flock -x 8
}

@test "enter: several apps are listed" {
	local uuid=5bc0aaaa-0000-4000-8000-000000000001
	hold_pod $uuid
	echo $$ >"$DATA/pods/run/$uuid/pid"
	jq -n '{acKind: "PodManifest", acVersion: "0.8.11", apps:
		[{name: "a1", image: {id: ("sha512-" + "0" * 64)}},
		{name: "a2", image: {id: ("sha512-" + "1" * 64)}}]}' \
		>"$DATA/pods/run/$uuid/pod"
	run_rkt enter 5bc0 /bin/true 8<&-
	assert_status 254
	assert_output ""
	assert_stderr $'enter: pod contains multiple apps:
enter: \ta1
enter: \ta2
enter: unable to determine app name: specify app using "rkt enter --app= ..."'
}

@test "enter: a pod that ends before it has a process" {
	local uuid=5bc0aaaa-0000-4000-8000-000000000002 waiter
	hold_pod $uuid
	rkt enter 5bc0 /bin/true 8<&- 2>"$TMP/err" 3>&- &
	waiter=$!
	sleep 0.3
	kill -0 $waiter
	exec 8<&-
	status=0
	wait $waiter || status=$?
	assert_status 254
	[ "$(cat "$TMP/err")" = "enter: unable to determine the pid for pod\
 \"$uuid\": pod $uuid is not running anymore" ] || fail "$(cat "$TMP/err")"
}

@test "enter: a process that is none of the pod's is left alone" {
	start_pod 'exec sleep 100'
	sleep 100 3>&- &
	echo $! >"$DATA/pods/run/$UUID/pid"
	run_rkt enter "$UUID" /bin/true
	assert_status 254
	assert_stderr "enter: enter failed: process $! is none of the pod's"
	kill $!
	end_pod
}

@test "enter: right after the start, never in the host's root" {
	touch "$TMP/host-marker"
	for _ in 1 2 3 4 5; do
		rm -f "$TMP/uuid"
		rkt --insecure-options=image run --uuid-file-save="$TMP/uuid" \
			"$IMAGE" --exec=/bin/sleep -- 100 3>&- 2>/dev/null &
		until [ -s "$TMP/uuid" ]; do :; done
		UUID=$(cat "$TMP/uuid")
		until [ -e "$DATA/pods/run/$UUID" ]; do :; done
		run_rkt enter "$UUID" /bin/sh -c "test ! -e $TMP/host-marker"
		assert_status 0
		rkt stop "$UUID"
		wait || true
	done
}
