#!/usr/bin/env bats
# Volumes: what is mounted where, with which rights, and how hostile images
# cannot send it elsewhere.  Each table runs on an overlay and on a copy.
# SPDX-License-Identifier: Apache-2.0

load helper

setup_file() {
	local root=$BATS_FILE_TMPDIR/root outside=$BATS_FILE_TMPDIR/outside
	busybox_rootfs "$root"
	mkdir -p "$outside" "$root/own" "$root/sub/deep" "$root/usr/data"
	chown 41:42 "$root/own"
	echo image >"$root/own/file"
	ln -s /real/abs "$root/abs"
	ln -s real/rel "$root/rel"
	ln -s ../../../../../real/up "$root/sub/up"
	ln -s usr/data "$root/data"
	ln -s one "$root/two"
	ln -s /two/more "$root/one-way"
	ln -s loop "$root/loop"
	ln -s "../../../../../../../..$outside" "$root/sub/out"
	ln -s "$outside" "$root/out"
	ln -s /proc/self/root "$root/magic"
	ln -s own/file "$root/file-link"
	make_aci "$root" "$BATS_FILE_TMPDIR/app.aci"
	ACI_MANIFEST=$(aci_manifest example.com/points '.app.mountPoints = [
		{name: "rw", path: "/rw"},
		{name: "ro", path: "/ro", readOnly: true}]') \
		make_aci "$root" "$BATS_FILE_TMPDIR/points.aci"
}

setup() {
	setup_dirs
	IMAGE=$BATS_FILE_TMPDIR/app.aci
	OUTSIDE=$BATS_FILE_TMPDIR/outside
	POD=()
	MODE=
}

in_app() { # SCRIPT [OPTION OF THE APP...]; options of the pod in POD
	local script=$1
	shift
	# shellcheck disable=SC2086
	run_rkt --insecure-options=image run $MODE "${POD[@]}" "$IMAGE" "$@" \
		--exec=/bin/sh -- -c "$script"
}

on_both() { # FUNCTION
	MODE=
	"$1"
	MODE=--no-overlay
	"$1"
	assert_no_mounts
}

pods() {
	[ ! -d "$DATA/pods" ] || find "$DATA/pods" -mindepth 2 -maxdepth 2
}

volume() { # NAME [MORE]: a directory with a file `it`
	mkdir -p "$TMP/$1"
	echo "of $1" >"$TMP/$1/it"
	POD+=("--volume=$1,kind=host,source=$TMP/$1${2-}")
}

# ---- targets ----

targets() {
	local target place
	while read -r target place; do
		in_app "cat $place/it" "--mount=volume=v,target=$target"
		assert_status 0
		assert_output "of v"
		[ -z "$(ls -A "$OUTSIDE")" ] || fail "$target left the root"
	done <<-EOT
		/own /own
		/new/deep/er /new/deep/er
		relative/dir /relative/dir
		/own/../other /other
		/../../../top /top
		/./own//. /own
		/abs /real/abs
		/abs/below /real/abs/below
		/rel /real/rel
		/sub/up /real/up
		/data/x /usr/data/x
		/one-way/x /one/more/x
		/out $OUTSIDE
		/sub/out $OUTSIDE
		/sub/out/in $OUTSIDE/in
		/magic/own /own
		/tmp/in /tmp/in
	EOT
}

@test "targets are resolved inside the root" {
	volume v
	on_both targets
	[ ! -e /real ]
}

refused_targets() {
	local target why
	while read -r target why; do
		in_app true "--mount=volume=v,target=$target"
		assert_status 254
		assert_in "$stderr" "$why"
	done <<-EOT
		/loop Too many levels of symbolic links
		/loop/x Too many levels of symbolic links
		/own/file a directory cannot be mounted on the file
		/file-link a directory cannot be mounted on the file
		/own/file/x Not a directory
	EOT
}

@test "targets that cannot be" {
	volume v
	on_both refused_targets
}

file_volumes() {
	POD=("--volume=f,kind=host,source=$TMP/file")
	in_app 'cat /own/file' --mount=volume=f,target=/own/file
	assert_output content
	in_app 'cat /own/file' --mount=volume=f,target=/file-link
	assert_output content
	in_app 'cat /a/new/file' --mount=volume=f,target=/a/new/file
	assert_output content
	in_app 'cat /own' --mount=volume=f,target=/own
	assert_status 254
	assert_in "$stderr" "a file cannot be mounted on the directory"
	in_app 'echo x >/f' --mount=volume=f,target=/f
	assert_status 0
	[ "$(cat "$TMP/file")" = x ]
	echo content >"$TMP/file"
	POD=("--volume=f,kind=host,source=$TMP/file,readOnly=true")
	in_app 'cat /f && ! echo x >/f' --mount=volume=f,target=/f
	assert_status 0
	assert_output content
}

@test "volumes of a file" {
	echo content >"$TMP/file"
	on_both file_volumes
}

nested() {
	local script='cat /a/it /a/b/it /a/b/c/it' want=$'of x\nof y\nof z'
	in_app "$script" --mount=volume=x,target=/a \
		--mount=volume=y,target=/a/b --mount=volume=z,target=/a/b/c
	assert_output "$want"
	in_app "$script" --mount=volume=z,target=/a/b/c \
		--mount=volume=x,target=/a --mount=volume=y,target=/a/b
	assert_output "$want"
}

@test "the outer of two targets is mounted first" {
	volume x
	volume y
	volume z
	on_both nested
}

# ---- rights ----

read_only_table() {
	local volume point want
	while read -r volume point want; do
		POD=()
		volume "$point" "${volume#-}"
		in_app "touch /$point/new 2>/dev/null && echo rw || echo ro"
		assert_status 0
		[ "$output" = "$want" ] || fail "$volume $point: not $want"
		# By a mount, the mount point of the volume's name still counts.
		in_app "touch /m/new 2>/dev/null && echo rw || echo ro" \
			"--mount=volume=$point,target=/m"
		[ "$output" = "$want" ] || fail "mount $volume $point: not $want"
	done <<-'EOT'
		- rw rw
		- ro ro
		,readOnly=true rw ro
		,readOnly=false rw rw
		,readOnly=true ro ro
		,readOnly=false ro rw
	EOT
}

@test "readOnly: of the volume, else of the mount point" {
	IMAGE=$BATS_FILE_TMPDIR/points.aci
	on_both read_only_table
}

@test "a root that is read-only has volumes that are not" {
	volume v
	volume r ,readOnly=true
	POD+=(--volume=e,kind=empty)
	check() {
		in_app 'for d in / /own /v /r /e /tmp; do
			touch $d/new 2>/dev/null && echo $d; done; true' \
			--readonly-rootfs=true --mount=volume=v,target=/v \
			--mount=volume=r,target=/r --mount=volume=e,target=/e
		assert_status 0
		assert_output $'/v\n/e\n/tmp'
	}
	on_both check
}

devices() {
	POD=(--volume=d,kind=host,source=/dev/zero)
	in_app 'busybox dd if=/my/dev bs=4 count=1 2>/dev/null |
		busybox od -An -tx1' --mount=volume=d,target=/my/dev
	assert_status 0
	assert_output " 00 00 00 00"
	in_app 'stat -c %F /my/dev; echo x >/my/dev' \
		--mount=volume=d,target=/my/dev
	assert_status 0
	assert_output "character special file"
}

@test "a device of the host by volume" {
	on_both devices
}

# ---- kinds ----

@test "empty volumes" {
	check() {
		POD=(--volume=e,kind=empty)
		in_app 'stat -c "%a %u %g" /e; ls -A /e; echo x >/e/f; cat /f/f' \
			--mount=volume=e,target=/e --mount=volume=e,target=/f
		assert_status 0
		assert_output $'755 0 0\nx'
		POD=(--volume=e,kind=empty,mode=2770,uid=5,gid=6)
		in_app 'stat -c "%a %u %g" /own' --mount=volume=e,target=/own
		assert_output "2770 5 6"
	}
	on_both check
	# They are the pod's as long as there is the pod.
	[ "$(cat "$DATA"/pods/run/*/sharedVolumes/e/f)" = $'x\nx' ]
	rkt gc --grace-period=0s >/dev/null 2>&1
	rkt gc --grace-period=0s >/dev/null 2>&1
	[ -z "$(ls "$DATA"/pods/*/*/sharedVolumes 2>/dev/null)" ]
}

warning() { # MOUNT POINT
	echo "stage1/fly: no volume specified for mount point '$1', implicitly creating an \"empty\" volume. This volume will be removed when the pod is garbage-collected."
}

implicit() {
	in_app 'stat -c "%a %u %g" /rw /ro; touch /rw/x; touch /ro/x 2>/dev/null ||
		echo ro'
	assert_status 0
	assert_output $'755 0 0\n755 0 0\nro'
	assert_in "$stderr" "$(warning rw)"
	assert_in "$stderr" "$(warning ro)"
	[ "$(grep -c implicitly <<<"$stderr")" -eq 2 ] || fail "warns twice"
	volume rw
	in_app 'cat /rw/it'
	assert_output "of rw"
	assert_in "$stderr" "$(warning ro)"
	! grep -q "mount point 'rw'" <<<"$stderr" || fail "warns in vain"
	in_app 'cat /rw/it' --mount=volume=rw,target=/rw \
		--mount=volume=rw,target=/ro
	assert_output "of rw"
	! grep -q implicitly <<<"$stderr" || fail "warns in vain"
	POD=()
}

@test "a mount point without a volume gets an empty one, and a warning" {
	IMAGE=$BATS_FILE_TMPDIR/points.aci
	on_both implicit
	[ "$(cd "$DATA/pods/run" && echo */sharedVolumes/points-rw | wc -w)" -eq 2 ]
}

copied_up() {
	in_app 'stat -c "%a %u %g" /data /data/in; cat /data/in/file; echo x \
		>/data/new; ls -A /none; stat -c "%a %u %g" /none'
	assert_status 0
	assert_output $'1770 7 8\n700 9 10\nfrom-image\n755 0 0'
	# Of the pod, not of the image.
	in_app 'ls /data'
	assert_output in
	volume volume-data
	in_app 'ls /data'
	assert_output it
	POD=()
}

content() {
	mkdir -p data/in
	echo from-image >data/in/file
	chown 9:10 data/in
	chmod 0700 data/in
	chown 7:8 data
	chmod 1770 data
}

read_only_copy() {
	in_app 'cat /own/file; stat -c "%u %g" /own; touch /own/new'
	assert_status 1
	assert_output $'image\n41 42'
	assert_in "$stderr" "Read-only file system"
}

@test "a read-only mount point of a converted image has its content" {
	ACI_MANIFEST=$(aci_manifest example.com/converted '
		.annotations = [{name: "appc.io/docker/repository", value: "x"}] |
		.app.mountPoints = [{name: "own", path: "/own",
			readOnly: true}]') \
		make_aci "$BATS_FILE_TMPDIR/root" "$TMP/converted.aci"
	IMAGE=$TMP/converted.aci
	on_both read_only_copy
}

@test "volumes of converted images start as what is there" {
	oci_busybox "$TMP/layout" v
	oci_layer "$TMP/layout" v content
	oci_config "$TMP/layout" v --config.volume /data --config.volume /none
	IMAGE=oci:$TMP/layout:v
	on_both copied_up
}

# ---- what is wrong ----

@test "a missing source is told before there is a pod" {
	POD=("--volume=v,kind=host,source=$TMP/none")
	in_app true --mount=volume=v,target=/v
	assert_status 254
	assert_stderr "run: cannot find source '$TMP/none' of volume \"v\": No such file or directory"
	[ -z "$(pods)" ] || fail "left a pod"
	POD+=(--mount=volume=v,target=/v)
	in_app true
	assert_status 254
	assert_stderr "run: cannot find source '$TMP/none' of volume \"v\": No such file or directory"
	[ -z "$(pods)" ] || fail "left a pod"
	ln -s "$TMP/none" "$TMP/dangling"
	POD=("--volume=v,kind=host,source=$TMP/dangling")
	in_app true --mount=volume=v,target=/v
	assert_status 254
	[ -z "$(pods)" ] || fail "left a pod"
	# What is used nowhere does not matter.
	POD=("--volume=v,kind=host,source=$TMP/none")
	in_app 'echo fine'
	assert_output fine
}

@test "a source that is a link is what it leads to" {
	volume v
	ln -s "$TMP/v" "$TMP/link"
	POD=("--volume=v,kind=host,source=$TMP/link")
	check() {
		in_app 'cat /v/it' --mount=volume=v,target=/v
		assert_output "of v"
	}
	on_both check
}

bad_volume() { # VALUE MESSAGE
	run_rkt --insecure-options=image run "--volume=$1" "$IMAGE"
	assert_status 254
	assert_in "$stderr" "invalid value in --volume flag \"$1\": $2"
}

@test "--volume refuses what it does not know" {
	bad_volume v,kind=block,source=/dev/x 'unrecognized volume kind "block"'
	bad_volume v,kind=host 'source for host volume cannot be empty'
	bad_volume v,kind=host,source=rel 'source "rel" is not an absolute path'
	bad_volume v,kind=host,source=/x,mode=0755 \
		'mode for host volume cannot be set'
	bad_volume v,kind=host,source=/x,uid=0 \
		'uid for host volume cannot be set'
	bad_volume v,kind=empty,source=/x \
		'source for empty volume must be empty'
	bad_volume v,kind=empty,mode=0999 'mode: "0999" is not an octal mode'
	bad_volume v,kind=empty,uid=-1 '-1 is not between 0 and'
	bad_volume v,kind=empty,uid=x 'strconv.ParseInt: parsing "x"'
	bad_volume v,kind=empty,readOnly=maybe \
		'strconv.ParseBool: parsing "maybe": invalid syntax'
	bad_volume v,kind=empty,colour=red 'unknown volume parameter "colour"'
	bad_volume v,kind=empty,kind=host \
		'label kind with multiple values [empty host]'
	bad_volume V,kind=empty 'name: "V" is not an ACName'
	bad_volume v 'kind: missing'
	[ -z "$(pods)" ]
}

@test "mounts and volumes have to fit" {
	POD=(--volume=v,kind=empty --volume=v,kind=empty)
	in_app true
	assert_status 254
	assert_stderr 'run: error setting up stage0: duplicate volume name "v"'
	POD=(--mount=volume=none,target=/m)
	in_app true
	assert_status 254
	assert_stderr 'run: error parsing app image arguments: dangling mount point "/m": volume "none" not found'
	POD=(--volume=v,kind=empty)
	in_app true --mount=volume=v,target=/m,mode=1
	assert_status 254
	assert_in "$stderr" 'unknown mount parameter "mode"'
	in_app true --mount=volume=v,target=/m,target=/n
	assert_status 254
	assert_in "$stderr" 'label target with multiple values [/m /n]'
	[ -z "$(pods)" ]
	# Escapes of a query; of two on one target the app's counts.
	volume w
	in_app 'cat "/a b/it"' --mount=volume=w,target=/a%20b
	assert_output "of w"
	volume x
	POD+=(--mount=volume=w,target=/m/)
	in_app 'cat /m/it' --mount=volume=x,target=/m
	assert_output "of x"
}
