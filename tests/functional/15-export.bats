#!/usr/bin/env bats
# An app that has ended, made an image again: rkt export.
# SPDX-License-Identifier: Apache-2.0
load helper

setup_file() {
	TMP=$BATS_FILE_TMPDIR
	export TMP BASE=$BATS_FILE_TMPDIR
	oci_busybox "$BASE/l" t
	oci_layer "$BASE/l" t mkdir -p low/dir gone
	oci_layer "$BASE/l" t touch low/dir/file low/other gone/x
}

CHANGES='echo changed >/low/other; rm /low/dir/file; rm -r /gone; mkdir /gone;
	echo in >/gone/new; ln /gone/new /gone/hard; chmod 0711 /low;
	rm -r /low/dir; mkdir /low/dir; : >/low/dir/fresh'

exited() { # COMMAND [OPTION...]: a pod of it that has ended; $uuid
	local command=$1
	shift
	run_rkt --insecure-options=image run --stage1-name=fly "$@" \
		--uuid-file-save="$TMP/uuid" "oci:$BASE/l:t" \
		--exec /bin/sh -- -c "$command"
	assert_status 0
	uuid=$(cat "$TMP/uuid")
}

check_export() { # FILE: the changes are there, and it runs
	local key
	[ "$(head -c 2 "$1" | od -An -tx1)" = ' 1f 8b' ] || fail "no gzip"
	[ "$(stat -c %a "$1")" = 644 ] || fail "mode"
	key=$(rkt --insecure-options=image fetch --full "$1")
	rkt image extract "$key" "$TMP/x"
	(
		cd "$TMP/x/rootfs"
		[ "$(cat low/other)" = changed ]
		[ "$(ls gone low/dir)" = $'gone:\nhard\nnew\n\nlow/dir:\nfresh' ]
		[ gone/hard -ef gone/new ]
		[ "$(stat -c %a low)" = 711 ]
		[ -x bin/busybox ]
	)
	run_rkt run --stage1-name=fly "$key" --exec /bin/cat -- /gone/new
	assert_status 0
	assert_output in
}

@test "export: what the app changed is in the image" {
	exited "$CHANGES"
	run_rkt export "${uuid:0:8}" "$TMP/out.aci"
	assert_status 0
	assert_output ''
	assert_stderr ''
	tar -xOzf "$TMP/out.aci" manifest |
		cmp - "$DATA/pods/run/$uuid/appsinfo/l/manifest"
	check_export "$TMP/out.aci"
	[ -z "$(find "$DATA" -maxdepth 1 -name tmp -o -name db)" ]
}

@test "export: of a pod whose root is a copy" {
	exited "$CHANGES" --no-overlay
	run_rkt export "$uuid" "$TMP/out.aci"
	assert_status 0
	check_export "$TMP/out.aci"
	root=$DATA/pods/run/$uuid/stage1/rootfs/opt/stage2/l/rootfs
	mount -t tmpfs none "$root/tmp"
	run_rkt export "$uuid" "$TMP/mounted.aci"
	assert_status 254
	assert_stderr 'export: pod has remaining mountpoints. Only pods using overlayfs or with no mountpoints can be exported'
	umount "$root/tmp"
	[ ! -e "$TMP/mounted.aci" ]
}

@test "export: refusals" {
	exited true
	for name in out.tar out .aci.gz dir.aci/out; do
		run_rkt export "$uuid" "$TMP/$name"
		assert_status 254
		case $name in
		*.*) [ "$name" = dir.aci/out ] && ext='' || ext=.${name##*.} ;;
		*) ext='' ;;
		esac
		assert_stderr "export: extension must be .aci (given $ext)"
	done
	run_rkt export deadbeef "$TMP/out.aci"
	assert_status 254
	assert_stderr 'export: problem retrieving pod: no matches found for "deadbeef"'
	run_rkt export --app=nope "$uuid" "$TMP/out.aci"
	assert_status 254
	assert_stderr 'export: unable to find app: app nope is not present in pod'
	echo mine >"$TMP/out.aci"
	run_rkt export "$uuid" "$TMP/out.aci"
	assert_status 254
	assert_stderr 'export: error building aci: target file exists (try --overwrite)'
	[ "$(cat "$TMP/out.aci")" = mine ] || fail "was touched"
	run_rkt export --overwrite "$uuid" "$TMP/out.aci"
	assert_status 0
	gzip -t "$TMP/out.aci"
	run_rkt export "$uuid"
	assert_status 254
	assert_in "$output" 'USAGE:'
}

@test "export: prepared and running pods are not, marked ones are" {
	local pod
	run_rkt --insecure-options=image prepare "oci:$BASE/l:t"
	if [ "$status" = 0 ]; then
		run_rkt export "$output" "$TMP/out.aci"
		assert_status 254
		assert_stderr 'export: pod is not exited. Only exited pods can be exported'
	fi
	rkt --insecure-options=image run --stage1-name=fly \
		--uuid-file-save="$TMP/running" "oci:$BASE/l:t" \
		--exec /bin/sleep -- 60 3>&- &
	pod=$!
	for _ in $(seq 100); do
		[ -s "$TMP/running" ] && [ "$(rkt status "$(cat "$TMP/running")" |
			head -n 1)" = state=running ] && break
		sleep 0.1
	done
	run_rkt export "$(cat "$TMP/running")" "$TMP/out.aci"
	kill -9 "$(cat "$DATA/pods/run/$(cat "$TMP/running")/pid")"
	assert_status 254
	assert_stderr 'export: pod is not exited. Only exited pods can be exported'
	exited "$CHANGES"
	rkt gc --mark-only 2>/dev/null
	[ -d "$DATA/pods/exited-garbage/$uuid" ]
	run_rkt export "$uuid" "$TMP/out.aci"
	assert_status 0
	check_export "$TMP/out.aci"
}
