#!/usr/bin/env bats
# What rkt says and how it exits: a table of commands with the status and the
# whole of standard error.
# SPDX-License-Identifier: Apache-2.0

load helper

A=5bc080ca-2d4f-4b1c-8a59-d8c5d2c2f7a0
B=5bc080cb-2d4f-4b1c-8a59-d8c5d2c2f7a0

# Lines "STATUS COMMAND...", each followed by what must be on standard error,
# indented; "@" for the test's directory.  Nothing may be on standard output,
# or the usage if the line begins with "usage".
assert_table() {
	local line want="" words=() rc="" usage=""
	while IFS= read -r line || [ -n "$line" ]; do
		line=${line//@/$TMP}
		case $line in
		"") want+=$'\n' ;;
		$'\t'*) want+=${want:+$'\n'}${line#?} ;;
		*)
			assert_row
			want="" usage=""
			[[ $line != usage* ]] || usage=1
			eval "words=(${line#usage })"
			rc=${words[0]}
			words=("${words[@]:1}")
			;;
		esac
	done
	assert_row
}

assert_row() {
	[ -n "$rc" ] || return 0
	echo "# rkt ${words[*]}"
	run_rkt "${words[@]}"
	assert_status "$rc"
	# bats drops the empty line behind an error in an option
	assert_stderr "$want"
	if [ -n "$usage" ]; then
		assert_in "$output" $'NAME:\n\t'
		assert_in "$output" $'\nUSAGE:\n\trkt '
	else
		assert_output ""
	fi
}

make_pod() { # STATE UUID
	mkdir -p "$DATA/pods/$1/$2"
	echo '{"acVersion":"1.30.0","acKind":"PodManifest","apps":[]}' \
		>"$DATA/pods/$1/$2/pod"
	touch "$DATA/pods/$1/$2/pod-created"
}

@test "words that are no command, and options that are none" {
	assert_table <<'TABLE'
254 bogus
	Error: unknown command "bogus" for "rkt"
	Run 'rkt --help' for usage.
254 imag3
	Error: unknown command "imag3" for "rkt"

	Did you mean this?
		image

	Run 'rkt --help' for usage.
usage 254 list --bogus
	Error: unknown flag: --bogus
usage 254 list --bogus=1
	Error: unknown flag: --bogus
usage 254 list --format
	Error: flag needs an argument: --format
usage 254 list --full=maybe
	Error: invalid argument "maybe" for --full=maybe: strconv.ParseBool: parsing "maybe": invalid syntax
usage 254 list ---x
	Error: bad flag syntax: ---x
usage 254 list -x
	Error: unknown shorthand flag: 'x' in -x
usage 254 list --dir=
	Error: invalid argument "" for --dir=: "" is not a valid directory
usage 254 run --insecure-options=sound x
	Error: invalid argument "sound" for --insecure-options=sound: unknown option "sound"
usage 254 run --insecure-options=tls,TLS x
	Error: invalid argument "tls,TLS" for --insecure-options=tls,TLS: duplicated option "tls"
usage 254 gc --grace-period=soon
	Error: invalid argument "soon" for --grace-period=soon: time: invalid duration "soon"
usage 254 status --wait=x y
	Error: invalid argument "x" for --wait=x: time: invalid duration "x"
TABLE
}

@test "the wrong number of words shows the usage, without a message" {
	assert_table <<'TABLE'
usage 254 status
usage 254 status a b
usage 254 status a --uuid-file=b
usage 254 status a --sort=app
usage 254 rm
usage 254 rm a --uuid-file=b
usage 254 stop
usage 254 stop a --uuid-file=b
usage 254 gc x
usage 254 version x
usage 254 image list x
usage 254 image cat-manifest
usage 254 image cat-manifest a b
TABLE
}

@test "what stands for itself" {
	assert_table <<'TABLE'
254 list --format=yaml
	list: Invalid format option: yaml
254 image list --format=yaml
	list: Invalid format option: yaml
254 status --format=yaml x
	status: Invalid format option: yaml
254 completion
	completion: shell type is not specified
254 completion a b
	completion: too many arguments, only shell type is expected
254 completion csh
	completion: 'csh' shell is not supported
TABLE
}

@test "pods that are not there" {
	assert_table <<'TABLE'
254 status deadbeef
	status: problem retrieving pod: no matches found for "deadbeef"
254 status DEADbeef
	status: problem retrieving pod: no matches found for "deadbeef"
254 status ''
	status: problem retrieving pod: UUID cannot be empty
254 rm deadbeef
	rm: cannot get pod: no matches found for "deadbeef"
	rm: failed to remove one or more pods
254 stop deadbeef x
	stop: cannot get pod: no matches found for "deadbeef"
	stop: cannot get pod: no matches found for "x"
	stop: failed to stop 2 pod(s)
1 status --uuid-file=@/none
	status: unable to resolve UUID from file: open @/none: No such file or directory
1 stop --uuid-file=@/none
	stop: unable to resolve UUID from file: open @/none: No such file or directory
254 rm --uuid-file=@/none
	rm: unable to resolve UUID from file: open @/none: No such file or directory
	rm: failed to remove one or more pods
TABLE
}

@test "more pods than one" {
	make_pod run "$A"
	make_pod prepared "$B"
	assert_table <<'TABLE'
254 status 5bc0
	status: problem retrieving pod: ambiguous uuid, 2 matches
254 rm 5bc0
	rm: cannot get pod: ambiguous uuid, 2 matches
	rm: failed to remove one or more pods
254 stop 5bc080c
	stop: cannot get pod: ambiguous uuid, 2 matches
	stop: failed to stop 1 pod(s)
254 stop 5bc080cb
	stop: pod "5bc080cb-2d4f-4b1c-8a59-d8c5d2c2f7a0" is not running
	stop: failed to stop 1 pod(s)
254 status --wait=50ms 5bc080cb
	status: error waiting for pod to finish: context deadline exceeded
254 status --wait-ready=50ms 5bc080cb
	status: error waiting for pod readiness: context deadline exceeded
TABLE
}

@test "rm, in every state" {
	local state want line
	while IFS=: read -r state lock want; do
		make_pod "$state" "$A"
		if [ "$lock" = locked ]; then
			exec 9<"$DATA/pods/$state/$A"
			flock 9
		fi
		run_rkt rm "$A"
		exec 9<&-
		line=${want//U/\"$A\"}
		if [ "${want#*currently}" != "$want" ]; then
			assert_status 254
			assert_stderr "rm: pod $line"$'\n'"rm: failed to remove one or more pods"
			assert_output ""
			rm -r "${DATA:?}/pods/$state/$A"
		else
			assert_status 0
			assert_stderr "${line:+rm: $line}"
			assert_output "\"$A\""
			[ -z "$(find "$DATA/pods" -name "$A")" ]
		fi
	done <<'TABLE'
run:locked:U is currently running
prepare:locked:U is currently being prepared
exited-garbage:locked:U is currently being deleted
prepare:free:moving failed prepare U to garbage
prepared:free:moving expired prepared pod U to garbage
run:free:
exited-garbage:free:
TABLE
	# neither is looked for
	make_pod embryo "$A"
	make_pod garbage "$B"
	run_rkt rm "$B"
	assert_status 254
	assert_in "$stderr" "no matches found for \"$B\""
}

@test "gc, by its clocks" {
	make_pod run "$A"
	run_rkt gc --mark-only
	assert_status 0
	assert_output ""
	assert_stderr "gc: moving pod \"$A\" to garbage"
	run_rkt gc
	assert_output ""
	assert_stderr "gc: pod \"$A\" not removed: still within grace period (30m0s)"
	sleep 0.05
	run_rkt gc --grace-period=10ms
	assert_output "Garbage collecting pod \"$A\""
	assert_stderr ""
	make_pod prepare "$A"
	make_pod prepared "$B"
	run_rkt gc --mark-only --expire-prepared=0s
	assert_stderr "gc: moving failed prepare \"$A\" to garbage"
	[ -d "$DATA/pods/garbage/$A" ]
	run_rkt gc
	assert_output "Garbage collecting pod \"$A\""
	assert_stderr ""
	[ -d "$DATA/pods/prepared/$B" ]
	# old by its own time, but moved just now: the ctime counts
	touch -d 2016-01-26 "$DATA/pods/prepared/$B"
	run_rkt gc
	assert_output ""
	[ -d "$DATA/pods/prepared/$B" ]
	sleep 0.05
	run_rkt gc --expire-prepared=10ms
	assert_stderr "gc: moving expired prepared pod \"$B\" to garbage"
	assert_output "Garbage collecting pod \"$B\""
}

@test "stop, of pods past their end" {
	make_pod run "$A"
	run_rkt stop "$A"
	assert_status 0
	assert_stderr ""
	assert_output "pod \"$A\" is already stopped"
}

@test "images" {
	assert_table <<'TABLE'
254 fetch
	fetch: must provide at least one image
254 fetch a -- b
	fetch: unable to parse arguments: app arguments unsupported
usage 254 fetch --signature=x
	Error: invalid argument "x" for --signature=x: --signature must follow an image
254 fetch @/none.aci
	fetch: open @/none.aci: no such file or directory
254 fetch --store-only --no-store x
	Flag --store-only has been deprecated, please use --pull-policy=never
	Flag --no-store has been deprecated, please use --pull-policy=update
	fetch: both --store-only and --no-store specified
254 image rm
	rm: must provide at least one image ID
0 image rm nope
	rm: cannot find aci satisfying name: "nope" and labels: [] in the local store
0 image rm sha512-00
	rm: no image IDs found
254 image cat-manifest nope
	cat-manifest: cannot find aci satisfying name: "nope" and labels: [] in the local store
254 image cat-manifest sha512-0011
	cat-manifest: no image IDs found
usage 254 image list --fields=latest
	Error: invalid argument "latest" for --fields=latest: unknown option "latest"
usage 254 image list --fields=id,id
	Error: invalid argument "id,id" for --fields=id,id: duplicated option "id"
usage 254 image list --order=x
	Error: invalid argument "x" for --order=x: wrong sort order
TABLE
}

@test "prepare, run-prepared, enter, logs, export, cat-manifest" {
	make_pod run "$A"
	make_pod prepared "$B"
	assert_table <<'TABLE'
254 prepare
	prepare: must provide at least one image or specify the pod manifest
254 prepare --store-only --no-store x
	Flag --store-only has been deprecated, please use --pull-policy=never
	Flag --no-store has been deprecated, please use --pull-policy=update
	prepare: both --store-only and --no-store specified
usage 254 prepare --net=host x
	Error: unknown flag: --net
254 prepare example.com/none
	prepare: error finding images: unable to fetch image from image name "example.com/none": neither the store nor a transport has it
usage 254 run-prepared
254 run-prepared deadbeef
	run-prepared: problem retrieving pod: no matches found for "deadbeef"
254 run-prepared 5bc080ca
	run-prepared: pod "5bc080ca-2d4f-4b1c-8a59-d8c5d2c2f7a0" is not prepared
usage 254 enter
254 enter deadbeef x
	enter: problem retrieving pod: no matches found for "deadbeef"
254 enter 5bc080cb x
	enter: pod "5bc080cb-2d4f-4b1c-8a59-d8c5d2c2f7a0" isn't currently running
usage 254 logs
254 logs 5bc0
	logs: problem retrieving pod: ambiguous uuid, 2 matches
254 logs 5bc080ca
	logs: pod "5bc080ca-2d4f-4b1c-8a59-d8c5d2c2f7a0" has no logs
usage 254 export x
254 export deadbeef x.aci
	export: problem retrieving pod: no matches found for "deadbeef"
254 export 5bc080ca x.tar
	export: extension must be .aci (given .tar)
254 export 5bc080cb x.aci
	export: pod is not exited. Only exited pods can be exported
usage 254 cat-manifest
254 cat-manifest deadbeef
	cat-manifest: problem retrieving pod: no matches found for "deadbeef"
254 cat-manifest --uuid-file=@/none
	cat-manifest: unable to resolve UUID from file: open @/none: No such file or directory
usage 254 config x
TABLE
}

@test "image export, extract, render, verify, gc" {
	assert_table <<'TABLE'
usage 254 image export x
254 image export nope @/out
	export: cannot find aci satisfying name: "nope" and labels: [] in the local store
254 image export sha512-00 @/out
	export: no image IDs found
usage 254 image extract x
254 image extract nope @/out
	extract: cannot find aci satisfying name: "nope" and labels: [] in the local store
usage 254 image render x
254 image render sha512-0011 @/out
	render: no image IDs found
usage 254 image verify
254 image verify nope
	verify: cannot find aci satisfying name: "nope" and labels: [] in the local store
254 image verify sha512-0011
	verify: no image IDs found
usage 254 image gc x
usage 254 image gc --grace-period=soon
	Error: invalid argument "soon" for --grace-period=soon: time: invalid duration "soon"
TABLE
}

@test "run: what is checked before anything is fetched, first things first" {
	assert_table <<'TABLE'
254 run
	run: must provide at least one image or specify the pod manifest
254 run --store-only --no-store --port=a:1 --net=none x
	Flag --store-only has been deprecated, please use --pull-policy=never
	Flag --no-store has been deprecated, please use --pull-policy=update
	run: both --store-only and --no-store specified
254 run --port=a:1 --net=none --interactive x y
	run: --port flag does not work with 'none' networking
254 run --port=a:1 --net=host x
	run: --port flag does not work with 'host' networking
254 run --pod-manifest=/x --interactive img img
	run: conflicting flags set with --pod-manifest (see --help)
254 run --pod-manifest=/x --volume=a,kind=empty
	run: conflicting flags set with --pod-manifest (see --help)
254 run --pod-manifest=/x --port=a:1
	run: conflicting flags set with --pod-manifest (see --help)
254 run --pod-manifest=/x --inherit-env
	run: conflicting flags set with --pod-manifest (see --help)
254 run --pod-manifest=/x --pull-policy=never
	run: conflicting flags set with --pod-manifest (see --help)
254 run --interactive a b
	run: interactive option only supports one image
usage 254 run --volume=x,kind=block
	Error: invalid argument "x,kind=block" for --volume=x,kind=block: invalid value in --volume flag "x,kind=block": unrecognized volume kind "block"
usage 254 run --port=x
	Error: invalid argument "x" for --port=x: "x" is not in name:[ip:]port format
usage 254 run --set-env=x
	Error: invalid argument "x" for --set-env=x: must be specified as key=value
usage 254 run --set-env=a=1 --set-env=a=2
	Error: invalid argument "a=2" for --set-env=a=2: key "a" already set
TABLE
}

@test "run: images and their options, word by word" {
	assert_table <<'TABLE'
254 run a -- -- --- --
	run: error parsing app image arguments: only one set of app arguments allowed per image
usage 254 run --exec /x a
	Error: invalid argument "/x" for --exec: --exec must follow an image
254 run a --readonly-rootfs b
	run: error parsing app image arguments: invalid argument "b" for --readonly-rootfs: strconv.ParseBool: parsing "b": invalid syntax
usage 254 run --- a
	Error: bad flag syntax: ---
254 run '' -- x
	run: error parsing app image arguments: an image is required before any app arguments
254 run --mount volume=v,target=/m a b
	run: error parsing app image arguments: dangling mount point "/m": volume "v" not found
254 run a --mount volume=v,target=/m
	run: error parsing app image arguments: dangling mount point "/m": volume "v" not found
254 run a --exec /x --exec /y
	run: error parsing app image arguments: invalid argument "/y" for --exec: --exec can be used only once per image
254 run a --user-annotation=x
	run: error parsing app image arguments: invalid argument "x" for --user-annotation=x: must be specified as key=value
254 run a --cpu-shares=1
	run: error parsing app image arguments: invalid argument "1" for --cpu-shares=1: 1 is not between 2 and 262144
254 run --interactive a --net host
	run: interactive option only supports one image
254 run --interactive a -- -x --- b
	run: interactive option only supports one image
254 run --interactive a --- b
	run: interactive option only supports one image
254 run --interactive -- @/none.aci
	run: open @/none.aci: no such file or directory
TABLE
}

@test "the chain of an error, and what debugging tells, only with --debug" {
	assert_table <<'TABLE'
254 --debug status x
	status: problem retrieving pod
	  └─no matches found for "x"
254 stop --debug x
	stop: cannot get pod
	  └─no matches found for "x"
	stop: failed to stop 1 pod(s)
254 image cat-manifest nope --debug=true
	cat-manifest: cannot find image
	  └─cannot find aci satisfying name: "nope" and labels: [] in the local store
254 status --uuid-file= x --debug=false
	status: problem retrieving pod: no matches found for "x"
TABLE
	mkdir "$TMP/rootfs"
	make_aci "$TMP/rootfs" "$TMP/a.aci"
	run_rkt --insecure-options=image --debug fetch "$TMP/a.aci"
	assert_status 0
	assert_in "$stderr" "using image from file $TMP/a.aci"
	run_rkt --insecure-options=image fetch "$TMP/a.aci"
	assert_status 0
	assert_stderr ""
}

@test "without the right to" {
	local verb
	chmod 0755 "$TMP"
	for verb in run gc rm enter; do
		run --separate-stderr setpriv --reuid=65534 --regid=65534 \
			--clear-groups "$RKT" --dir="$DATA" "$verb" x
		assert_status 254
		assert_output ""
		assert_stderr "$verb: cannot run as unprivileged user"
	done
}

@test "help, to the byte" {
	run_rkt help status
	assert_status 0
	assert_stderr ""
	diff - <(echo "$output") <<'HELP'
NAME:
	status - Check the status of a rkt pod

USAGE:
	rkt status [--wait=bool|timeout] [--wait-ready=bool|timeout] UUID | --uuid-file FILE

DESCRIPTION:
	UUID may be a unique prefix. With --filter or --sort instead of it, many pods are shown, each with its UUID.

OPTIONS:
	    --filter=			show only some pods: KEY=VALUE[,VALUE], KEY app, image, state or uuid
	    --format=""			choose the output format: json or json-pretty; lines of key=value if empty
	-h, --help[=false]		help for status
	    --sort=uuid			comma-separated list of what to sort by: app, created, image, started, state, uuid; downwards with a '-' in front
	    --uuid-file=""		read pod UUID from file instead of argument
	    --wait[=false]		wait until the pod has exited; a duration limits the time
	    --wait-ready[=false]	wait until the pod is ready; a duration limits the time

GLOBAL OPTIONS:
	    --debug[=false]			print out more debug information to stderr
	    --dir=/var/lib/rkt			rkt data directory
	    --insecure-options=none		comma-separated list of security features to disable
	    --local-config=/etc/rkt		local configuration directory
	    --system-config=/usr/lib/rkt	system configuration directory
	    --trust-keys-from-https[=false]	automatically trust gpg keys fetched from https
	    --user-config=			user configuration directory
HELP
	local of_status=$output
	run_rkt status --help
	assert_output "$of_status"
	run_rkt help image list
	assert_in "$output" $'NAME:\n\timage list - '
	run_rkt image
	assert_status 0
	assert_in "$output" $'NAME:\n\timage - '
	run_rkt help fetch
	[[ $output != *store-only* ]]
}
