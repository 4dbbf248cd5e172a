#!/usr/bin/env bats
# list with --filter and --sort, and how its work grows.
# SPDX-License-Identifier: Apache-2.0

load helper

A=5bc080ca-2d4f-4b1c-8a59-d8c5d2c2f7a0
B=5bc080cb-2d4f-4b1c-8a59-d8c5d2c2f7a0
C=6bc080cc-2d4f-4b1c-8a59-d8c5d2c2f7a0

make_pod() { # STATE UUID APP VERSION CREATED
	local pod=$DATA/pods/$1/$2 app=$3
	mkdir -p "$pod/appsinfo/$app"
	jq -n --arg app "$app" --arg id "$(printf '%064d' "${5}")" '{
		acVersion: "1.30.0", acKind: "PodManifest",
		apps: [{name: $app, image: {id: ("sha512-" + $id)},
			app: {exec: ["/x"], user: "0", group: "0"}}],
		volumes: null, isolators: null, annotations: null,
		ports: []}' >"$pod/pod"
	jq -n --arg name "example.com/$app" --arg v "$4" '{
		acKind: "ImageManifest", acVersion: "0.8.11", name: $name,
		labels: [{name: "version", value: $v}]}' \
		>"$pod/appsinfo/$app/manifest"
	touch -d "@$5" "$pod/pod-created"
}

make_pods() {
	make_pod run "$A" redis 3.0 1453814614
	make_pod prepared "$B" etcd 2.3 1453814612
	make_pod exited-garbage "$C" redis 2.0 1453814613
}

listed() { # OPTION...: first letters of what is shown, in order
	rkt list --no-legend --full "$@" |
		sed "s/^$A.*/A/; s/^$B.*/B/; s/^$C.*/C/; /^$/d" | paste -sd ''
}

@test "filters" {
	local filter want
	make_pods
	while read -r filter want; do
		# shellcheck disable=SC2086
		[ "$(listed ${filter//+/ })" = "$want" ] ||
			fail "$filter: $(listed ${filter//+/ })"
	done <<TABLE
--full ABC
--filter=state=exited A
--filter=state=prepared B
--filter=state=exited,prepared AB
--filter=state=running
--filter=app=redis AC
--filter=app=red
--filter=app=redis+--filter=state=exited A
--filter=app=etcd+--filter=state=exited
--filter=image=example.com/redis AC
--filter=image=example.com/redis:2.0 C
--filter=image=example.com/redis:2.0,example.com/etcd BC
--filter=image=example.com
--filter=image=sha512-0 ABC
--filter=image=sha512-
--filter=uuid=5bc AB
--filter=uuid=6 C
--filter=uuid= ABC
TABLE
	[ "$(listed --filter='state=exited garbage')" = C ]
	[ "$(rkt list --format=json --filter=app=etcd | jq -r '.[].name')" = "$B" ]
	run_rkt list --format=json --filter=app=none
	assert_output null
}

@test "orders" {
	local sort want
	make_pods
	while read -r sort want; do
		[ "$(listed --sort="$sort")" = "$want" ] ||
			fail "$sort: $(listed --sort="$sort")"
	done <<TABLE
uuid ABC
-uuid CBA
created BCA
-created ACB
app BAC
app,-uuid BCA
-app,created CAB
image BCA
state ACB
started ABC
TABLE
	[ "$(listed --sort=app --sort=-uuid)" = BCA ]
	[ "$(listed --sort=-created --filter=app=redis)" = AC ]
	[ "$(rkt list --sort=created --format=json | jq -r '.[].name' |
		paste -sd' ')" = "$B $C $A" ]
}

@test "keys that there are not" {
	run_rkt list --sort=size
	assert_status 254
	assert_output ""
	assert_stderr 'list: unknown sort key "size" (known: app, image, state, uuid, created, started)'
	run_rkt list --sort=app,
	assert_status 254
	assert_in "$stderr" 'list: unknown sort key ""'
	run_rkt list --filter=colour=red
	assert_status 254
	assert_stderr 'list: unknown filter "colour" (known: app, image, state, uuid)'
	run_rkt list --filter=app
	assert_status 254
	assert_stderr 'list: filter "app" is not KEY=VALUE'
	run_rkt list --filter=state=exited,dead
	assert_status 254
	assert_stderr 'list: there is no state "dead"'
}

@test "status of many pods" {
	make_pods
	run_rkt status --filter=app=redis --sort=-created
	assert_status 0
	assert_stderr ""
	[ "$(sed -n 's/^uuid=//p' <<<"$output")" = "$A"$'\n'"$C" ]
	[ "$(sed -n '1,2p' <<<"$output")" = "uuid=$A"$'\n'"state=exited" ]
	[ "$(grep -c '^$' <<<"$output")" = 1 ]
	run_rkt status --sort=created --format=json
	[ "$(jq -r '.[].name' <<<"$output")" = "$B"$'\n'"$C"$'\n'"$A" ]
	run_rkt status --filter=app=none --format=json
	assert_status 0
	assert_output null
	run_rkt status --filter=app=none
	assert_status 0
	assert_output ""
	run_rkt status --sort=colour
	assert_status 254
}

@test "what cannot be read is told of under any filter" {
	make_pods
	echo '{' >"$DATA/pods/run/$A/pod"
	[ "$(listed --filter=app=redis 2>&1)" = C ]
	[ "$(listed --filter=state=exited 2>/dev/null)" = A ]
}

@test "list reads a pod in thirteen calls" {
	local few many i
	CALLS=openat,openat2,newfstatat,statx,read,pread64,getdents64,flock
	make_pods
	calls() {
		ASAN_OPTIONS=detect_leaks=0 strace -f -c -e "$CALLS" -o "$TMP/calls" "$RKT" --dir="$DATA" \
			--system-config="$TMP/system" \
			--local-config="$TMP/local" list >/dev/null
		awk '$NF == "total" { print $4 }' "$TMP/calls"
	}
	for i in $(seq 10); do
		cp -a "$DATA/pods/run/$A" "$DATA/pods/run/$(printf '%08x' "$i")${A:8}"
	done
	few=$(calls)
	for i in $(seq 11 60); do
		cp -a "$DATA/pods/run/$A" "$DATA/pods/run/$(printf '%08x' "$i")${A:8}"
	done
	many=$(calls)
	[ $(((many - few) / 50)) -le 13 ] || fail "$few calls, then $many"
}
