#!/usr/bin/env bats
# Pods made now and started later: prepare, run-prepared, cat-manifest, ready
# manifests, files with UUIDs.
# SPDX-License-Identifier: Apache-2.0

load helper

setup_file() {
	TMP=$BATS_FILE_TMPDIR
	busybox_rootfs "$TMP/rootfs"
	make_aci "$TMP/rootfs" "$TMP/bb.aci"
	DATA=$TMP/seed
	rkt --insecure-options=image fetch --full "$TMP/bb.aci" >"$TMP/key"
}

# Every test has a store with the image of its own.
setup() {
	setup_dirs
	BB=$BATS_FILE_TMPDIR/bb.aci
	KEY=$(cat "$BATS_FILE_TMPDIR/key")
	cp -a "$BATS_FILE_TMPDIR/seed" "$DATA"
}

pod_dirs() { # STATE...
	local state
	for state in "$@"; do
		[ ! -d "$DATA/pods/$state" ] || ls "$DATA/pods/$state"
	done
}

all_pods() {
	pod_dirs embryo prepare prepared run exited-garbage garbage
}

prepare_pod() { # ARGUMENT...: sets uuid
	run_rkt prepare "$@"
	assert_status 0
	uuid=$output
	[[ $uuid =~ ^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$ ]] ||
		fail "no UUID"
}

refused() { # MESSAGE VERB ARGUMENT...
	local message=$1
	shift
	run_rkt "$@"
	assert_status 254
	assert_stderr "$message"
}

@test "prepare prints a UUID, run-prepared becomes the pod, once" {
	prepare_pod "$KEY" --exec=/bin/sh -- -c 'echo in the pod; exit 7'
	assert_stderr ""
	[ "$(pod_dirs prepared)" = "$uuid" ]
	run_rkt status "$uuid"
	[ "$(sed -n 1p <<<"$output")" = state=prepared ]
	[ "$(wc -l <<<"$output")" -eq 2 ]
	run_rkt run-prepared "${uuid:0:8}"
	assert_status 7
	assert_output "in the pod"
	refused "run-prepared: pod \"$uuid\" is not prepared" \
		run-prepared "$uuid"
	[ "$(all_pods)" = "$uuid" ]
	[ "$(pod_dirs run)" = "$uuid" ]
	assert_no_mounts
}

@test "the start's options belong to run-prepared, the others to prepare" {
	for option in --net --dns=8.8.8.8 --dns-search=a --dns-opt=a \
		--dns-domain=a --hosts-entry=host --hostname=a --interactive \
		--mds-register --ipc=parent "--uuid-file-save=$TMP/u"; do
		run_rkt prepare "$option" "$KEY"
		assert_status 254
		assert_in "$stderr" "Error: unknown flag: ${option%%=*}"
		assert_in "$output" "prepare - "
	done
	for option in --port=a:1 --volume=a,kind=empty --no-overlay \
		--inherit-env --set-env=A=b --quiet --stage1-name=fly \
		--pull-policy=new --private-users "--pod-manifest=$TMP/x"; do
		run_rkt run-prepared "$option" x
		assert_status 254
		assert_in "$stderr" "Error: unknown flag: ${option%%=*}"
	done
	prepare_pod --no-overlay --inherit-env --set-env=A=b --quiet \
		--stage1-name=fly --pull-policy=never "$KEY" \
		--exec=/bin/sh -- -c 'echo $A; cat /etc/resolv.conf /etc/hosts'
	run_rkt run-prepared --dns=9.9.9.9 --dns-search=b.c --net=host \
		--hosts-entry=10.1.1.1=ten "$uuid"
	assert_status 0
	assert_in "$output" b
	assert_in "$output" "nameserver 9.9.9.9"
	assert_in "$output" "search b.c"
	assert_in "$output" "$(printf '10.1.1.1\tten')"
}

@test "which check speaks first" {
	refused "prepare: must provide at least one image or specify the pod manifest" \
		prepare
	refused "prepare: error parsing app image arguments: invalid argument \"x\" for --port=x: \"x\" is not in name:[ip:]port format" \
		prepare "$KEY" --port=x
	refused 'prepare: error parsing app image arguments: dangling mount point "/t": volume "v" not found' \
		prepare "$KEY" --mount=volume=v,target=/t
	run_rkt prepare --store-only --no-store --exec=/x
	assert_status 254
	assert_in "$stderr" "Error: invalid argument"
	hints=$'Flag --store-only has been deprecated, please use --pull-policy=never\nFlag --no-store has been deprecated, please use --pull-policy=update\n'
	# Before what follows the image is read, with prepare; after, with run.
	refused "${hints}prepare: both --store-only and --no-store specified" \
		prepare --store-only --no-store "$KEY" --exec
	refused "${hints}run: error parsing app image arguments: flag needs an argument: --exec" \
		run --store-only --no-store "$KEY" --exec
	refused "${hints}run: both --store-only and --no-store specified" \
		run --store-only "$KEY" --no-store
	refused "run: --port flag does not work with 'none' networking" \
		run --port=a:1 --net=none --mds-register "$KEY"
	refused "run: --port flag does not work with 'host' networking" \
		run --port=a:1 --net=host "$KEY"
	refused "run: --mds-register flag does not work with --net=none. Please use 'host', 'default' or an equivalent network" \
		run --net=none --mds-register --pod-manifest=x "$KEY"
	refused "run: interactive option only supports one image" \
		run --interactive "$KEY" "$KEY"
	[ -z "$(all_pods)" ]
}

@test "a prepare that fails leaves nothing" {
	before=$(data_listing)
	refused 'prepare: error finding images: unable to fetch image from image name "nowhere": neither the store nor a transport has it' \
		prepare nowhere
	run_rkt --debug prepare nowhere
	assert_in "$stderr" $'prepare: error finding images\n  \u2514\u2500unable to fetch image'
	refused "prepare: error finding images: open $BB.asc: no such file or directory" \
		prepare "$BB"
	refused 'prepare: fly only supports 1 application per Pod for now' \
		prepare "$KEY" --name=a "$KEY" --name=b
	refused 'prepare: engine "fly" does not support --memory' \
		prepare "$KEY" --memory=64M
	refused 'prepare: error setting up stage0: open /none: No such file or directory' \
		prepare --pod-manifest=/none
	[ -z "$(all_pods)" ]
	[ "$(data_listing)" = "$before" ]
	# Standard output is full: the pod is there all the same.
	run bash -c '"$@" 2>&1 >/dev/full' - "$RKT" "--dir=$DATA" prepare "$KEY"
	assert_status 254
	assert_in "$output" "prepare: cannot write to standard output"
}

@test "what run-prepared refuses can be repeated" {
	prepare_pod "$KEY"
	refused 'run-prepared: engine "fly" does not support --net (other than --net=host)' \
		run-prepared --net=none "$uuid"
	refused 'run-prepared: engine "fly" does not support --ipc' \
		run-prepared --ipc=private "$uuid"
	refused 'run-prepared: invalid IPC mode: what' \
		run-prepared --ipc=what "$uuid"
	refused 'run-prepared: engine "fly" does not support --mds-register' \
		run-prepared --mds-register "$uuid"
	refused 'run-prepared: error with dns flags: Invalid IP passed to --dns: x' \
		run-prepared --dns=x "$uuid"
	refused 'run-prepared: problem retrieving pod: no matches found for "ffff"' \
		run-prepared ffff
	for words in "" "a b" "--uuid-file=x a"; do
		# shellcheck disable=SC2086
		run_rkt run-prepared $words
		assert_status 254
		assert_stderr ""
		assert_in "$output" "run-prepared - "
	done
	[ "$(pod_dirs prepared)" = "$uuid" ]
	run_rkt run-prepared "$uuid"
	assert_status 0
	assert_output hello
}

@test "a manifest that somebody broke" {
	prepare_pod "$KEY"
	echo '{' >"$DATA/pods/prepared/$uuid/pod"
	run_rkt run-prepared "$uuid"
	assert_status 254
	assert_in "$stderr" "run-prepared: cannot get the pod manifest: "
	[ "$(wc -l <<<"$stderr")" -eq 1 ]
	run_rkt cat-manifest "$uuid"
	assert_status 254
	assert_output ""
	assert_in "$stderr" "cat-manifest: cannot get the pod manifest: '$DATA/pods/prepared/$uuid/pod"
	run_rkt rm "$uuid"
	assert_status 0
	[ -z "$(all_pods)" ]
}

@test "an app that writes: overlay or copy as it was prepared" {
	for option in --no-overlay --quiet; do
		prepare_pod "$option" "$KEY" --exec=/bin/sh -- \
			-c 'echo new >/etc/new; mount | grep -c " / type overlay"'
		run_rkt run-prepared "$uuid"
		if [ $option = --no-overlay ]; then
			assert_output 0
			[ ! -e "$DATA/pods/run/$uuid/overlay-prepared" ]
			new=stage1/rootfs/opt/stage2/busybox/rootfs/etc/new
		else
			assert_output 1
			[ -e "$DATA/pods/run/$uuid/overlay-prepared" ]
			new='overlay/*/upper/busybox/etc/new'
		fi
		# shellcheck disable=SC2086
		[ "$(cat "$DATA/pods/run/$uuid"/$new)" = new ]
	done
	[ "$(find "$DATA/cas/tree" -name new | wc -l)" -eq 0 ]
}

@test "of eight run-prepared one wins, and the others need not wait" {
	prepare_pod "$KEY" --exec=/bin/sh -- -c 'echo won; sleep 20'
	for i in {1..8}; do
		(
			rc=0
			"$RKT" "--dir=$DATA" run-prepared "$uuid" >"$TMP/o$i" \
				2>"$TMP/e$i" || rc=$?
			echo $rc >"$TMP/rc$i"
		) 3>&- &
	done
	for _ in {1..150}; do
		[ "$(cat "$TMP"/rc? 2>/dev/null | wc -l)" -lt 7 ] || break
		sleep 0.1
	done
	[ "$(cat "$TMP"/rc?)" = "$(printf '254\n%.0s' {1..7})" ]
	[ "$(grep -lx "run-prepared: pod \"$uuid\" is not prepared" "$TMP"/e? |
		wc -l)" -eq 7 ]
	[ "$(cat "$TMP"/o?)" = won ]
	run_rkt stop --force "$uuid"
	assert_status 0
	wait
}

@test "cat-manifest prints what will run" {
	prepare_pod "--volume=v,kind=host,source=$TMP,readOnly=true" "$KEY" \
		--name=one --mount=volume=v,target=/v --exec=/bin/true -- 'a<b'
	run_rkt cat-manifest "$uuid"
	assert_status 0
	assert_stderr ""
	[ "$(sed -n 2p <<<"$output")" = $'\t"acVersion": "'"$(rkt version |
		sed -n 's/^rkt Version: //p')\"," ]
	assert_in "$output" $'\n\t"apps": [\n\t\t{\n\t\t\t"name": "one",'
	assert_in "$output" '"a\u003cb"'
	assert_in "$output" $'\n\t"isolators": null,\n'
	assert_in "$output" $'\n\t"ports": []\n}'
	pretty=$output
	[ "$(jq -r '.apps[0].mounts[0].path, .volumes[0].source' <<<"$output")" = \
		"$(printf '/v\n%s' "$TMP")" ]
	run_rkt cat-manifest --pretty-print=false "${uuid^^}"
	assert_output "$(cat "$DATA/pods/prepared/$uuid/pod")"
	[ "$(wc -l <<<"$output")" -eq 1 ]
	[ "$(jq --tab . <<<"$output" | sed 's/<b/\\u003cb/')" = "$pretty" ]
	printf '\n  %s\t\n\n' "$uuid" >"$TMP/uuid"
	run_rkt cat-manifest "--uuid-file=$TMP/uuid"
	assert_output "$pretty"
	run_rkt cat-manifest "--uuid-file=$TMP/uuid" "$uuid"
	assert_status 254
	assert_in "$output" "cat-manifest - "
}

@test "UUIDs from files, everywhere" {
	prepare_pod "$KEY"
	printf ' %s\n' "$uuid" >"$TMP/uuid"
	: >"$TMP/empty"
	run_rkt status "--uuid-file=$TMP/uuid"
	assert_in "$output" state=prepared
	run_rkt run-prepared "--uuid-file=$TMP/uuid"
	assert_status 0
	assert_output hello
	run_rkt stop "--uuid-file=$TMP/uuid"
	assert_output "pod \"$uuid\" is already stopped"
	for verb in status stop rm cat-manifest run-prepared; do
		run_rkt $verb "--uuid-file=$TMP/none"
		case $verb in
		status | stop) assert_status 1 ;;
		*) assert_status 254 ;;
		esac
		assert_in "$stderr" "$verb: unable to resolve UUID from file: open $TMP/none: No such file or directory"
		run_rkt $verb "--uuid-file=$TMP/empty"
		assert_status 254
		assert_in "$stderr" "UUID cannot be empty"
	done
	run_rkt rm "--uuid-file=$TMP/uuid"
	assert_output "\"$uuid\""
	[ -z "$(all_pods)" ]
}

@test "--pod-manifest is kept byte for byte, also from a pipe" {
	printf '{ "acKind":"PodManifest",\n\n "acVersion": "1.30.0", "apps": [{"image": {"id": "%s"},\t"name": "one"}], "x-unknown": 1 }\n\n' \
		"${KEY:0:40}" >"$TMP/pod.json"
	prepare_pod "--pod-manifest=$TMP/pod.json"
	cmp "$TMP/pod.json" "$DATA/pods/prepared/$uuid/pod"
	run_rkt run-prepared "$uuid"
	assert_status 0
	assert_output hello
	run_rkt run "--uuid-file-save=$TMP/uuid" \
		--pod-manifest=<(cat "$TMP/pod.json")
	assert_output hello
	cmp "$TMP/pod.json" "$DATA/pods/run/$(cat "$TMP/uuid")/pod"
}

@test "--pod-manifest goes with nothing that it says itself" {
	conflict="conflicting flags set with --pod-manifest (see --help)"
	for verb in run prepare; do
		for option in "$KEY" --volume=v,kind=empty --port=p:1 \
			--pull-policy=never --pull-policy=update --inherit-env \
			--set-env=A=b; do
			refused "$verb: $conflict" "$verb" \
				--pod-manifest=/none "$option"
		done
	done
	[ -z "$(all_pods)" ]
}

@test "broken ready manifests get one line" {
	while IFS='|' read -r filter message; do
		jq -nc --arg id "$KEY" '{acVersion: "1.30.0",
			acKind: "PodManifest", apps: [{name: "one", image:
			{id: $id}}]} | '"$filter" >"$TMP/pod.json"
		for verb in run prepare; do
			run_rkt $verb "--pod-manifest=$TMP/pod.json"
			assert_status 254
			[ "$(wc -l <<<"$stderr")" -eq 1 ] || fail "$filter"
			assert_in "$stderr" "$verb: ${message//@/$TMP/pod.json}"
		done
	done <<-'E'
		.apps = []|pod must contain at least one application
		.apps[0].name = "../../x"|error setting up stage0: 
		.apps[0].name = "a\nb"|error setting up stage0: @: apps[0].name: "a\nb" is not an ACName
		.apps[0].image = {name: "x"}|error setting up stage0: no image ID for app "one"
		.apps[0].image.id = "sha512-0000"|error setting up stage0: no image IDs found (image "sha512-0000" of app "one")
		.apps[0].mounts = [{volume: "v", path: "/v"}]|error setting up stage0: could not find volume
		.acKind = "ImageManifest"|error setting up stage0: 
		.apps = "x"|error setting up stage0: 
		[]|error setting up stage0: 
		.apps[0].app = {exec: ["x"]}|error setting up stage0: 
		.volumes = [{name: "v", kind: "host", source: "../x"}]|error setting up stage0: 
		.ports = [{name: "p", hostPort: 80}]|engine "fly" does not support ports
	E
	head -c 100 /dev/urandom >"$TMP/pod.json"
	run_rkt run "--pod-manifest=$TMP/pod.json"
	assert_status 254
	[ "$(wc -l <<<"$stderr")" -eq 1 ]
	assert_in "$stderr" "run: error setting up stage0: '$TMP/pod.json' is not valid JSON: "
	run_rkt run "--pod-manifest=$TMP"
	assert_status 254
	assert_in "$stderr" "run: error setting up stage0: "
	[ -z "$(all_pods)" ]
}
