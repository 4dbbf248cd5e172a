#!/usr/bin/env bats
# rkt config: what the configuration directories amount to.
# SPDX-License-Identifier: Apache-2.0

load helper

put() { # ROOT/DIR/FILE KIND JQ
	mkdir -p "$TMP/$(dirname "$1")"
	jq -n "{rktKind: \"$2\", rktVersion: \"v1\"} + $3" >"$TMP/$1"
}

@test "nothing is configured" {
	run_rkt config
	assert_status 0
	assert_stderr ""
	assert_output "$(jq -n --tab '{stage0: [{rktVersion: "v1",
		rktKind: "paths", data: "", "stage1-images": ""},
		{rktVersion: "v1", rktKind: "stage1", name: "", version: "",
		location: ""}]}')"
	run_rkt config --pretty-print=false
	assert_output '{"stage0":[{"rktVersion":"v1","rktKind":"paths","data":"","stage1-images":""},{"rktVersion":"v1","rktKind":"stage1","name":"","version":"","location":""}]}'
}

@test "entries of three roots, one for each domain" {
	put system/paths.d/a.json paths '{data: "/sys", "stage1-images": "/s"}'
	put local/paths.d/a.json paths '{data: "/loc"}'
	put system/stage1.d/a.json stage1 '{name: "n", version: "1", location: "/l"}'
	put local/auth.d/a.json auth '{domains: ["b.org", "a.org"],
		type: "basic", credentials: {user: "u", password: "<p>"}}'
	put local/auth.d/b.json dockerAuth '{registries: ["quay.io"],
		credentials: {user: "d", password: "e"}}'
	put user/auth.d/a.json auth '{domains: ["a.org"], type: "oauth",
		credentials: {token: "t"}}'
	put user/stage1.d/a.json stage1 '{location: "docker://x"}'
	run_rkt config --pretty-print=false "--user-config=$TMP/user"
	assert_status 0
	assert_output '{"stage0":[{"rktVersion":"v1","rktKind":"auth","domains":["a.org"],"type":"oauth","credentials":{"token":"t"}},{"rktVersion":"v1","rktKind":"auth","domains":["b.org"],"type":"basic","credentials":{"user":"u","password":"\u003cp\u003e"}},{"rktVersion":"v1","rktKind":"dockerAuth","registries":["quay.io"],"credentials":{"user":"d","password":"e"}},{"rktVersion":"v1","rktKind":"paths","data":"/loc","stage1-images":"/s"},{"rktVersion":"v1","rktKind":"stage1","name":"n","version":"1","location":"docker://x"}]}'
}

@test "what it prints can be written back" {
	put local/auth.d/a.json auth '{domains: ["a.org"], type: "aws",
		credentials: {accessKeyID: "i", secretAccessKey: "s"}}'
	put local/plugins.d/a.json plugin '{kind: "stage1", name: "fly",
		priority: 3}'
	run_rkt config
	assert_status 0
	first=$output
	rm "$TMP/local/auth.d/a.json" "$TMP/local/plugins.d/a.json"
	jq '.stage0[] | select(.rktKind == "auth")' <<<"$first" \
		>"$TMP/local/auth.d/b.json"
	jq '.stage0[] | select(.rktKind == "plugin")' <<<"$first" \
		>"$TMP/local/plugins.d/b.json"
	run_rkt config
	assert_output "$first"
}

@test "a malformed file, a word too much" {
	put local/auth.d/a.json auth '{domains: []}'
	run_rkt config
	assert_status 254
	assert_output ""
	assert_in "$stderr" "config: cannot get configuration: "
	run_rkt config all
	assert_status 254
	assert_stderr ""
	assert_in "$output" "config - "
}
