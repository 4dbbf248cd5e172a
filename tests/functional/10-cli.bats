#!/usr/bin/env bats
# The command line itself: words, options, help, formats, exit statuses, list
# and status of pods made by hand.
# SPDX-License-Identifier: Apache-2.0

load helper

UUID_A=5bc080ca-2d4f-4b1c-8a59-d8c5d2c2f7a0
UUID_B=5bc080cb-2d4f-4b1c-8a59-d8c5d2c2f7a0
LEGEND=$'UUID\tAPP\tIMAGE NAME\tSTATE\tCREATED\tSTARTED\tNETWORKS'

as_user() { # rkt as somebody who is not root
	chmod 0755 "$TMP"
	run --separate-stderr setpriv --reuid=65534 --regid=65534 \
		--clear-groups "$RKT" --dir="$DATA" \
		--system-config="$TMP/system" --local-config="$TMP/local" "$@"
}

make_pod() { # STATE UUID [APP]
	local pod=$DATA/pods/$1/$2 app=${3:-redis}
	mkdir -p "$pod/appsinfo/$app"
	jq -n --arg app "$app" '{acVersion: "1.30.0", acKind: "PodManifest",
		apps: [{name: $app, image: {id: ("sha512-" + "0123456789abcdef" * 4)},
			app: {exec: ["/x"], user: "0", group: "0"}}],
		volumes: null, isolators: null, annotations: null,
		ports: []}' >"$pod/pod"
	aci_manifest "example.com/$app" >"$pod/appsinfo/$app/manifest"
	touch -d @1453814614.6 "$pod/pod-created"
}

start_pod() { # UUID: what an engine writes
	echo 16964 >"$DATA/pods/run/$1/pid"
	touch -d @1453814615.63 "$DATA/pods/run/$1/pid"
}

@test "rkt alone" {
	run --separate-stderr "$RKT"
	assert_status 2
	assert_stderr "rkt: missing command"
	assert_in "$output" "NAME:"
	assert_in "$output" "COMMANDS:"
	run --separate-stderr "$RKT" --debug
	assert_status 2
}

@test "unknown commands" {
	run_rkt bogus
	assert_status 254
	assert_output ""
	assert_stderr $'Error: unknown command "bogus" for "rkt"\nRun \'rkt --help\' for usage.'
	run_rkt statsu
	assert_status 254
	assert_in "$stderr" $'"rkt"\n\nDid you mean this?\n\tstatus\n\nRun '
}

@test "prefixes of commands" {
	run_rkt lis
	assert_status 0
	assert_output "$LEGEND"
	run_rkt sta x
	assert_status 254
	assert_stderr 'status: problem retrieving pod: no matches found for "x"'
	run_rkt ver
	assert_status 0
	assert_in "$output" "rkt Version: "
	run_rkt ""
	assert_status 2
}

@test "global options before, behind and between" {
	run "$RKT" --dir "$DATA" list --no-legend --debug
	assert_status 0
	run "$RKT" list --dir "$DATA" --debug=false
	assert_status 0
	assert_output "$LEGEND"
	run --separate-stderr "$RKT" --dir= list
	assert_status 254
	assert_in "$stderr" 'Error: invalid argument "" for --dir=: "" is not a valid directory'
}

@test "bad options tell, show the usage and fail" {
	local options=(--bogus ---x --format -x --full=maybe
		--insecure-options=sound)
	local messages=('unknown flag: --bogus' 'bad flag syntax: ---x'
		'flag needs an argument: --format'
		"unknown shorthand flag: 'x' in -x"
		'invalid argument "maybe" for --full=maybe: strconv.ParseBool: parsing "maybe": invalid syntax'
		'invalid argument "sound" for --insecure-options=sound: unknown option "sound"')
	local n
	for n in "${!options[@]}"; do
		run sh -c '"$0" list "$1" 2>"$2"' \
			"$RKT" "${options[n]}" "$TMP/stderr"
		assert_status 254
		printf 'Error: %s\n\n' "${messages[n]}" |
			diff - "$TMP/stderr"
		assert_in "$output" $'NAME:\n\tlist - '
		assert_in "$output" $'\nOPTIONS:\n'
	done
}

@test "deprecated options work and say so" {
	run_rkt fetch --store-only
	assert_status 254
	assert_stderr "Flag --store-only has been deprecated, please use --pull-policy=never
fetch: must provide at least one image"
}

@test "help" {
	run_rkt help
	assert_status 0
	assert_stderr ""
	root=$output
	run_rkt --help
	assert_output "$root"
	for part in $'NAME:\n\trkt - ' $'\nUSAGE:\n\trkt [command]\n' \
		$'\nVERSION:\n\t' $'\nCOMMANDS:\n' $'\tlist\t' $'\nOPTIONS:\n'; do
		assert_in "$root" "$part"
	done
	run_rkt help status
	assert_status 0
	status_help=$output
	assert_in "$output" $'--wait[=false]\t'
	run_rkt status -h
	assert_output "$status_help"
	run_rkt help nonsense
	assert_status 254
	run_rkt image
	assert_status 0
	assert_in "$output" $'USAGE:\n\trkt image [command]\n'
	run_rkt image nonsense
	assert_status 0
}

@test "version" {
	run_rkt version
	assert_status 0
	[[ ${lines[0]} == "rkt Version: "* ]]
	[ "${lines[1]}" = "appc Version: 0.8.11" ]
	[ "${#lines[@]}" -eq 5 ]
	run_rkt version extra
	assert_status 254
	assert_in "$output" "USAGE:"
}

@test "list of nothing, in each format" {
	run_rkt list
	assert_status 0
	assert_output "$LEGEND"
	run_rkt list --full
	assert_output $'UUID\tAPP\tIMAGE NAME\tIMAGE ID\tSTATE\tCREATED\tSTARTED\tNETWORKS'
	[ "$(rkt list --no-legend | od -An -c | tr -d ' ')" = '\n' ]
	run_rkt list --format=json
	assert_output null
	run_rkt list --format=json-pretty
	assert_output null
	run_rkt list --format=yaml
	assert_status 254
	assert_stderr "list: Invalid format option: yaml"
	[ ! -e "$DATA" ]
}

@test "list of pods in every state" {
	make_pod run "$UUID_A"
	start_pod "$UUID_A"
	make_pod prepared "$UUID_B" etcd
	make_pod garbage 11111111-2d4f-4b1c-8a59-d8c5d2c2f7a0
	make_pod embryo 22222222-2d4f-4b1c-8a59-d8c5d2c2f7a0
	mkdir -p "$DATA/pods/run/no-uuid"
	exec 9<"$DATA/pods/run/$UUID_A"
	flock 9
	run_rkt list --no-legend --full
	assert_status 0
	assert_stderr ""
	[ "${#lines[@]}" -eq 2 ]
	assert_in "${lines[0]}" $'5bc080ca-2d4f-4b1c-8a59-d8c5d2c2f7a0\tredis\texample.com/redis:1.0.0\tsha512-0123456789ab\trunning\t\t2016-01-26 13:23:34.6 +0000 UTC'
	assert_in "${lines[1]}" $'\tetcd\texample.com/etcd:1.0.0\t'
	assert_in "${lines[1]}" $'\tprepared\t'
	exec 9<&-
	[ "$(rkt list --format=json | jq -r '.[] | .name + .state + .apps[0].state' |
		tr '\n' ' ')" = "${UUID_A}exitedexited ${UUID_B}preparedcreated " ]
}

@test "broken pods are told of, and the status stays 0" {
	make_pod run "$UUID_A"
	make_pod run "$UUID_B"
	echo '{' >"$DATA/pods/run/$UUID_A/pod"
	rm "$DATA/pods/run/$UUID_B/appsinfo/redis/manifest"
	run_rkt list --no-legend
	assert_status 0
	assert_in "${lines[0]}" $'5bc080ca\t-\t-\t'
	assert_in "${lines[1]}" $'5bc080cb\tredis\t--\t'
	assert_in "$stderr" "list: 2 error(s) encountered when listing pods:"
	assert_in "$stderr" "list: Unable to read pod $UUID_A manifest:"
	assert_in "$stderr" "list: misc:"
	run_rkt list --format=json
	assert_status 0
	[ "$(jq -r '.[].name' <<<"$output")" = "$UUID_B" ]
	assert_in "$stderr" "list: 1 error(s) encountered"
}

@test "status" {
	make_pod run "$UUID_A"
	start_pod "$UUID_A"
	mkdir -p "$DATA/pods/run/$UUID_A/stage1/rootfs/rkt/status"
	echo 5 >"$DATA/pods/run/$UUID_A/stage1/rootfs/rkt/status/redis"
	run_rkt status 5BC0
	assert_status 0
	assert_output "state=exited
created=2016-01-26 13:23:34.6 +0000 UTC
started=2016-01-26 13:23:35.63 +0000 UTC
networks=
pid=16964
exited=true
app-redis=5"
	echo " $UUID_A " >"$TMP/uuid"
	by_uuid=$output
	run_rkt status --uuid-file="$TMP/uuid"
	assert_output "$by_uuid"
	run_rkt status --format=json "$UUID_A"
	[ "$(jq -c '[.name, .state, .app_names, .apps[0].exit_code,
		.created_at, .started_at, .networks]' <<<"$output")" = \
		"[\"$UUID_A\",\"exited\",[\"redis\"],5,1453814614,1453814615,null]" ]
}

@test "status of pods that are not there" {
	run_rkt status deadbeef
	assert_status 254
	assert_output ""
	assert_stderr 'status: problem retrieving pod: no matches found for "deadbeef"'
	run_rkt status ""
	assert_status 254
	assert_stderr 'status: problem retrieving pod: UUID cannot be empty'
	make_pod run "$UUID_A"
	make_pod prepared "$UUID_B"
	run_rkt status 5bc0
	assert_status 254
	assert_stderr 'status: problem retrieving pod: ambiguous uuid, 2 matches'
	run_rkt status
	assert_status 254
	assert_stderr ""
	assert_in "$output" "USAGE:"
	run_rkt status a b
	assert_status 254
	run_rkt status --uuid-file="$TMP/none"
	assert_status 1
	assert_in "$stderr" "status: unable to resolve UUID from file: "
}

@test "status waits for the end, and no longer than told" {
	make_pod run "$UUID_A"
	flock "$DATA/pods/run/$UUID_A" sleep 1 &
	until [ "$(rkt status 5bc0 | head -1)" = state=running ]; do :; done
	run_rkt status --wait=200ms 5bc0
	assert_status 254
	assert_output ""
	assert_stderr "status: error waiting for pod to finish: context deadline exceeded"
	run_rkt status --wait=false 5bc0
	assert_in "$output" exited=false
	run_rkt status --wait 5bc0
	assert_status 0
	assert_in "$output" exited=true
	wait
}

@test "status waits for readiness" {
	make_pod run "$UUID_A"
	run_rkt status --wait-ready=200ms 5bc0
	assert_status 254
	assert_stderr "status: error waiting for pod readiness: context deadline exceeded"
	mkdir -p "$DATA/pods/run/$UUID_A/stage1/rootfs/rkt"
	(
		sleep 0.3
		ln -s ready "$DATA/pods/run/$UUID_A/stage1/rootfs/rkt/supervisor-status"
	) &
	run_rkt status --wait-ready=10s 5bc0
	assert_status 0
	wait
	run_rkt status --wait-ready=soon 5bc0
	assert_status 254
	assert_in "$stderr" 'Error: invalid argument "soon" for --wait-ready=soon: '
}

@test "who is not root" {
	as_user run x
	assert_status 254
	assert_output ""
	assert_stderr "run: cannot run as unprivileged user"
	as_user run --help
	assert_status 0
	as_user version
	assert_status 0
	as_user list
	assert_status 0
	make_pod run "$UUID_A"
	chmod 0700 "$DATA/pods"
	as_user list
	assert_status 254
	assert_output ""
	assert_stderr "list: open $DATA/pods: Permission denied"
}

@test "a full disk and a closed pipe are failures" {
	local verb
	for verb in list version help "list --format=json" --help; do
		# shellcheck disable=SC2086
		run sh -c '"$0" --dir="$1" $2 2>&1 >/dev/full' "$RKT" "$DATA" \
			"$verb"
		assert_status 254
		assert_in "$output" "cannot write to standard output: No space left"
	done
	run bash -c 'exec >&-; "$0" version' "$RKT"
	assert_status 254
}
