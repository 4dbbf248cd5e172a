#!/usr/bin/env bats
# The life of a pod with the fly engine: run, its options, refusals, failures.
# SPDX-License-Identifier: Apache-2.0

load helper

setup_file() {
	TMP=$BATS_FILE_TMPDIR
	busybox_rootfs "$TMP/rootfs"
	make_aci "$TMP/rootfs" "$TMP/bb.aci"
	ACI_MANIFEST=$(aci_manifest example.com/env '.app.environment = [
		{name: "A", value: "image"}, {name: "B", value: "image"},
		{name: "C", value: "image"}, {name: "D", value: "image"}]') \
		make_aci "$TMP/rootfs" "$TMP/env.aci"
}

setup() {
	setup_dirs
	BB=$BATS_FILE_TMPDIR/bb.aci
}

run_bb() { # ARGUMENT... behind the image
	run_rkt --insecure-options=image run "$BB" "$@"
}

run_pod() { # ARGUMENT... before the image, "--", those behind it
	local pod=()
	while [ $# -gt 0 ] && [ "$1" != -- ]; do
		pod+=("$1")
		shift
	done
	[ $# -eq 0 ] || shift
	run_rkt --insecure-options=image run "${pod[@]}" "$BB" "$@"
}

pod_dirs() { # names below pods/STATE...
	local state
	for state in "$@"; do
		[ ! -d "$DATA/pods/$state" ] || ls "$DATA/pods/$state"
	done
}

all_pods() {
	pod_dirs embryo prepare prepared run exited-garbage garbage
}

group_line='run: group "rkt" not found, will use default gid when rendering images'

# An /etc/group of this test's own; run-functional gave a mount namespace.
use_group() { # [LINE]
	{ grep -v '^rkt:' /etc/group; [ $# -eq 0 ] || echo "$1"; } >"$BATS_TEST_TMPDIR/group"
	mount --bind "$BATS_TEST_TMPDIR/group" /etc/group
}

teardown() {
	! mountpoint -q /etc/group || umount /etc/group
	awk -v tmp="$TMP/" 'index($5, tmp) == 1 { print $5 }' \
		/proc/self/mountinfo | sort -r | while read -r where; do
		umount -l "$where"
	done
	rm -rf "$TMP"
}

@test "the command of the image runs" {
	use_group
	run_bb
	assert_status 0
	assert_output hello
	assert_stderr "$group_line"
	assert_no_mounts
}

@test "the exit status is the app's" {
	for status_wanted in 0 1 42 255; do
		run_bb --exec=/bin/sh -- -c "exit $status_wanted"
		assert_status "$status_wanted"
	done
	run_bb --exec=/bin/sh -- -c 'kill -TERM $$'
	assert_status 143
}

@test "a program that is not there" {
	run_bb --exec=/bin/none
	assert_status 254
	assert_in "$stderr" /bin/none
	assert_no_mounts
}

@test "the overlay belongs to the group rkt" {
	use_group 'rkt:x:4242:'
	run_bb
	assert_status 0
	assert_stderr ""
	[ "$(stat -c '%g %a' "$DATA"/pods/run/*/overlay/*)" = "4242 750" ]
}

@test "list and status tell of an exited pod" {
	run_pod "--uuid-file-save=$TMP/uuid"
	uuid=$(cat "$TMP/uuid")
	[ "$(stat -c '%s %a' "$TMP/uuid")" = "36 644" ]
	[ "$(all_pods)" = "$uuid" ]
	run_rkt list --full --no-legend
	assert_status 0
	assert_in "$output" "$uuid"
	assert_in "$output" example.com/busybox:1.0.0
	assert_in "$output" exited
	run_rkt status "${uuid:0:8}"
	assert_status 0
	assert_in "$output" state=exited
	assert_in "$output" exited=true
	[ "$(jq -r '.apps[0].name, .apps[0].image.name' \
		"$DATA/pods/run/$uuid/pod")" = \
		"$(printf 'busybox\nexample.com/busybox')" ]
	run_rkt rm "$uuid"
	assert_status 0
	assert_output "\"$uuid\""
	[ -z "$(all_pods)" ]
}

@test "a running pod is running, also for its children" {
	rkt --insecure-options=image run "--uuid-file-save=$TMP/uuid" \
		"--volume=v,kind=host,source=$TMP" "$BB" \
		--mount=volume=v,target=/v --exec=/bin/sh -- \
		-c 'sleep 30 & echo $! >/v/child' >/dev/null 2>&1 3>&-
	uuid=$(cat "$TMP/uuid")
	run_rkt list --no-legend
	assert_in "$output" running
	run_rkt rm "$uuid"
	assert_status 254
	assert_in "$stderr" "pod \"$uuid\" is currently running"
	kill "$(cat "$TMP/child")"
	for _ in 1 2 3 4 5 6 7 8 9 10; do
		run_rkt status "$uuid"
		! grep -q state=running <<<"$output" || sleep 0.1
	done
	assert_in "$output" state=exited
}

@test "stop ends a pod, once" {
	rkt --insecure-options=image run "--uuid-file-save=$TMP/uuid" "$BB" \
		--exec=/bin/sleep -- 60 >/dev/null 2>&1 3>&- &
	for _ in {1..100}; do
		run_rkt list --no-legend
		! grep -q running <<<"$output" || break
		sleep 0.1
	done
	uuid=$(cat "$TMP/uuid")
	# The engine writes it last of all.
	for _ in {1..100}; do
		[ ! -s "$DATA/pods/run/$uuid/pid" ] || break
		sleep 0.1
	done
	run_rkt stop "$uuid"
	assert_status 0
	assert_output "\"$uuid\""
	rc=0
	wait $! || rc=$?
	[ "$rc" -eq 143 ]
	run_rkt stop "$uuid"
	assert_status 0
	assert_output "pod \"$uuid\" is already stopped"
	run_rkt status "$uuid"
	assert_in "$output" state=exited
}

@test "which environment wins" {
	printf '# comment\n\nB=file\nE=file\nA=file\n' >"$TMP/env"
	# Nothing of bats' own: names of exported functions are no legal names.
	run --separate-stderr env -i C=caller F=caller "$RKT" --dir="$DATA" \
		--insecure-options=image run \
		--set-env=A=set --set-env=E=set "--set-env-file=$TMP/env" \
		--inherit-env "$BATS_FILE_TMPDIR/env.aci" \
		--environment=A=app --environment=B=app --environment=D=app \
		--exec=/bin/sh -- -c 'echo $A $B $C $D $E $F'
	assert_status 0
	assert_output "set file image app set caller"
	F=caller run_rkt --insecure-options=image run \
		"$BATS_FILE_TMPDIR/env.aci" --exec=/bin/sh -- -c 'echo ${F-none}'
	assert_output none
}

@test "arguments are added, --exec replaces, the user is changed" {
	run_bb -- ignored
	assert_output hello
	run_bb --exec=/bin/id --user=1000 --group=2000
	assert_in "$output" "uid=1000"
	assert_in "$output" "gid=2000"
	run_bb --user=user --group=extra --supplementary-gids=7,8 \
		--working-dir=/tmp --exec=/bin/sh -- -c 'id -u; id -G; pwd'
	assert_output "$(printf '1000\n2000 7 8\n/tmp')"
	run_bb --user=nobody-here
	assert_status 254
	assert_in "$stderr" "unable to determine app's uid and gid"
}

@test "volumes: written, read-only, of a file, missing" {
	mkdir "$TMP/v"
	echo one >"$TMP/v/file"
	echo two >"$TMP/file"
	v="--volume=v,kind=host,source=$TMP/v"
	m="--mount=volume=v,target=/v"
	run_pod "$v" -- "$m" --exec=/bin/sh -- -c 'cat /v/file; echo new >/v/new'
	assert_status 0
	assert_output one
	[ "$(cat "$TMP/v/new")" = new ]
	run_pod "$v,readOnly=true" "$m" -- --exec=/bin/sh -- \
		-c 'cat /v/new && ! echo x >/v/new'
	assert_status 0
	assert_output new
	[ "$(cat "$TMP/v/new")" = new ]
	run_pod "--volume=v,kind=host,source=$TMP/file" "$m/file" -- \
		--exec=/bin/cat -- /v/file
	assert_output two
	run_pod "--volume=v,kind=host,source=$TMP/none" "$m"
	assert_status 254
	assert_in "$stderr" "$TMP/none"
	run_pod "$m"
	assert_status 254
	assert_in "$stderr" 'dangling mount point "/v": volume "v" not found'
	assert_no_mounts
}

@test "resolv.conf and hosts" {
	run_pod --dns=8.8.8.8 --dns-search=a.b --dns-opt=rotate \
		--dns-domain=c.d "--hosts-entry=10.0.0.1=one" -- \
		--exec=/bin/cat -- /etc/resolv.conf /etc/hosts
	assert_status 0
	assert_in "$output" "$(printf '# Generated by rkt run\n\nsearch a.b\nnameserver 8.8.8.8\noptions rotate\ndomain c.d\n')"
	assert_in "$output" "$(printf '\n10.0.0.1\tone')"
	run_pod --dns=host --hosts-entry=host -- \
		--exec=/bin/cat -- /etc/resolv.conf /etc/hosts
	[ "$output" = "$(cat /etc/resolv.conf /etc/hosts)" ]
	before=$(all_pods)
	run_pod --dns=1.2.3
	assert_status 254
	assert_stderr "run: error with dns flags: Invalid IP passed to --dns: 1.2.3"
	[ "$(all_pods)" = "$before" ]
}

tree_listing='cd / && find . -path ./proc -prune -o -path ./sys -prune -o
	-path ./dev -prune -o -path ./tmp -prune -o -print | sort |
	while read -r f; do stat -c "%n %f %u %g %s" "$f"; done'

@test "--no-overlay gives the same tree" {
	tree_listing=$(tr -d '\n' <<<"$tree_listing")
	run_bb --exec=/bin/sh -- -c "$tree_listing"
	assert_status 0
	# The size of a directory is its file system's own affair.
	with=$(sed -E 's/^(.* 4[0-9a-f]{3} .*) [0-9]+$/\1/' <<<"$output")
	run_pod --no-overlay -- --exec=/bin/sh -- -c "$tree_listing"
	assert_status 0
	without=$(sed -E 's/^(.* 4[0-9a-f]{3} .*) [0-9]+$/\1/' <<<"$output")
	diff <(echo "$with") <(echo "$without")
	[ "$(wc -l <<<"$with")" -gt 20 ]
	[ "$(find "$DATA"/pods/run/*/overlay-prepared | wc -l)" -eq 1 ]
}

@test "--pod-manifest" {
	key=$(rkt --insecure-options=image fetch --full "$BB")
	printf '{"acVersion": "1.30.0",\n "acKind": "PodManifest", "apps": [{"name": "one", "image": {"id": "%s"}, "app": {"exec": ["/bin/echo", "from pod"], "user": "0", "group": "0"}}]}\n' \
		"$key" >"$TMP/pod.json"
	run_rkt run "--pod-manifest=$TMP/pod.json"
	assert_status 0
	assert_output "from pod"
	cmp "$TMP/pod.json" "$DATA"/pods/run/*/pod
	run_rkt run "--pod-manifest=$TMP/pod.json" "$BB"
	assert_status 254
	assert_stderr "run: conflicting flags set with --pod-manifest (see --help)"
	jq 'del(.apps[0].image.id) | .apps[0].image.name = "x"' \
		"$TMP/pod.json" >"$TMP/without.json"
	run_rkt run "--pod-manifest=$TMP/without.json"
	assert_status 254
	assert_stderr 'run: error setting up stage0: no image ID for app "one"'
	[ "$(all_pods | wc -l)" -eq 1 ]
}

refused() { # WHAT OPTION... [-- APP OPTION...]
	local what=$1
	shift
	run_pod "$@"
	assert_status 254
	assert_stderr "run: engine \"fly\" does not support $what"
	[ -z "$(all_pods)" ] || fail "left a pod behind"
}

@test "what fly does not honour is refused, and leaves nothing" {
	refused --port --port=http:8080
	refused --private-users --private-users --no-overlay
	refused "--net (other than --net=host)" --net=none
	refused "--net (other than --net=host)" --net
	refused --hostname --hostname=x
	refused --ipc --ipc=private
	refused --mds-register --mds-register
	refused --memory -- --memory=64M
	refused --cpu -- --cpu=500m
	refused --cpu-shares -- --cpu-shares=100
	refused --oom-score-adj -- --oom-score-adj=10
	refused --caps-retain -- --caps-retain=CAP_KILL
	refused --caps-remove -- --caps-remove=CAP_KILL
	refused --seccomp -- --seccomp=mode=remove,reboot
	run_rkt --insecure-options=image run "$BB" "$BB"
	assert_status 254
	assert_stderr "run: fly only supports 1 application per Pod for now"
	[ -z "$(all_pods)" ]
	run_pod --net=host
	assert_status 0
}

@test "isolators and event handlers of an image are warned of" {
	ACI_MANIFEST=$(aci_manifest example.com/wants '.app.isolators = [
		{name: "resource/memory", value: {limit: "64M"}}] |
		.app.eventHandlers = [{name: "pre-start", exec: ["/bin/true"]}]') \
		make_aci "$BATS_FILE_TMPDIR/rootfs" "$TMP/wants.aci"
	BB=$TMP/wants.aci
	run_pod
	assert_status 0
	assert_output hello
	assert_in "$stderr" 'run: engine "fly" does not support isolators of image "example.com/wants", ignoring: resource/memory'
	assert_in "$stderr" 'run: engine "fly" does not support event handlers of image "example.com/wants", ignoring: pre-start'
}

@test "a failed prepare leaves nothing" {
	run_pod -- --mount=volume=none,target=/x
	assert_status 254
	run_pod "--uuid-file-save=$TMP/none/uuid"
	assert_status 254
	assert_in "$stderr" "error saving pod UUID to file"
	run_rkt gc --grace-period=0s
	assert_status 0
	[ -z "$(all_pods)" ]
}

# Of a stored image, so that the kills hit the pod and not the import; on until
# some have hit a preparation.
@test "killed at any point, gc leaves nothing" {
	key=$(rkt --insecure-options=image fetch --full "$BB")
	for i in {1..75}; do
		# Not the function rkt: that would be a shell to kill.
		"$RKT" --dir="$DATA" run --no-overlay "$key" \
			>/dev/null 2>&1 3>&- &
		sleep "0.0$((RANDOM % 4))$((RANDOM % 10))"
		kill -9 $! 2>/dev/null || true
		wait $! 2>/dev/null || true
		[ "$i" -lt 25 ] || [ -z "$(pod_dirs embryo prepare)" ] || break
	done
	[ -n "$(pod_dirs embryo prepare)" ]
	run_rkt list
	assert_status 0
	run_rkt gc --grace-period=0s
	assert_status 0
	# An exited pod is marked first and collected after the grace period.
	[ -z "$(all_pods)" ] || fail "left: $(all_pods)"
	[ -z "$(ls -A "$DATA/cas/tmp")" ]
	assert_no_mounts
}

@test "eight at once" {
	rkt --insecure-options=image fetch "$BB" >/dev/null
	for i in {1..8}; do
		rkt --insecure-options=image run "--uuid-file-save=$TMP/u$i" \
			"$BB" --exec=/bin/echo -- "pod $i" \
			>"$TMP/out$i" 2>"$TMP/err$i" 3>&- &
	done
	wait
	for i in {1..8}; do
		[ "$(cat "$TMP/out$i")" = "pod $i" ] || fail "$(cat "$TMP/err$i")"
	done
	[ "$(sort -u "$TMP"/u? | wc -l)" -eq 8 ]
	[ "$(all_pods | wc -l)" -eq 8 ]
}
