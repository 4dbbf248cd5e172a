#!/usr/bin/env bats
# Images that depend on others: order, rules, and what becomes of the parts.
# SPDX-License-Identifier: Apache-2.0

load helper

setup_file() {
	BASE=$(mktemp -d "${BATS_TMPDIR:-/tmp}/rkt-test-XXXXXX")
	export BASE
	TMP=$BASE
	umask 022
	busybox_rootfs "$BASE/rootfs"
	ACI_MANIFEST=$(aci_manifest example.com/base) \
		make_aci "$BASE/rootfs" "$BASE/base.aci"
}

teardown_file() {
	rm -rf "$BASE"
}

setup() {
	setup_dirs
	umask 022
}

# An image of the files of $TMP/NAME, which depends on others:
# dep_image NAME [DEPENDENCY[@MORE]...]; MORE is jq, added to the dependency.
dep_image() {
	local name=$1 list='[]' d more
	shift
	for d; do
		more='{}'
		case $d in *@*) more=${d#*@} d=${d%%@*} ;; esac
		list=$(jq -nc --argjson list "$list" --arg name "example.com/$d" \
			"\$list + [{imageName: \$name} + $more]")
	done
	mkdir -p "$TMP/$name"
	ACI_MANIFEST=$(aci_manifest "example.com/$name" \
		".dependencies = $list | if env.WHITELIST then
		.pathWhitelist = (env.WHITELIST | split(\" \")) else . end") \
		make_aci "$TMP/$name" "$TMP/$name.aci"
}

# files NAME PATH...: each with the name of the image in it
files() {
	local name=$1 path
	shift
	for path; do
		mkdir -p "$TMP/$name/$(dirname "$path")"
		echo "$name" >"$TMP/$name/$path"
	done
}

fetch() {
	local name
	for name; do
		run_rkt --insecure-options=image fetch --full "$TMP/$name.aci"
		assert_status 0
	done
	KEY=$output
}

fetch_base() {
	run_rkt --insecure-options=image fetch "$BASE/base.aci"
	assert_status 0
}

run_both() { # COMMAND, in the image fetched last
	local overlay
	run_rkt run "$KEY" --exec=/bin/sh -- -c "$1"
	assert_status 0
	overlay=$output
	run_rkt run --no-overlay "$KEY" --exec=/bin/sh -- -c "$1"
	assert_status 0
	assert_output "$overlay"
}

trees_of() { # KEY: how many its stack has
	jq '.trees | length' "$DATA/cas/stack/$1"
}

n_trees() {
	ls "$DATA/cas/tree" | wc -l
}

@test "the order is A, C, D, B" {
	files b 1 2 3 4
	files d 1 2 3
	files c 1 2
	files a 1
	dep_image b base
	dep_image d
	dep_image c d
	dep_image a b c
	fetch_base
	fetch b d c a
	run_both 'cat /1 /2 /3 /4'
	assert_output 'a
c
d
b'
	# Stacked as they are: nothing is made of them.
	[ "$(trees_of "$KEY")" = 5 ]
	[ "$(n_trees)" = 5 ]
}

@test "a dependency that is not there is named" {
	dep_image a nowhere
	run_rkt --insecure-options=image fetch "$TMP/a.aci"
	assert_status 254
	assert_stderr 'fetch: unable to fetch image from image name "example.com/nowhere": neither the store nor a transport has it'
	run_rkt --insecure-options=image run "$TMP/a.aci"
	assert_status 254
	assert_stderr 'run: unable to fetch image from image name "example.com/nowhere": neither the store nor a transport has it'
}

@test "circles and repetitions end" {
	files a f
	files b f g
	dep_image b a base
	dep_image a b b
	fetch_base
	run_rkt --insecure-options=image fetch "$TMP/b.aci"
	assert_status 254
	fetch a b a
	run_both 'cat /f /g'
	assert_output 'a
b'
}

@test "a white list takes out what it does not name" {
	files low keep/me keep/not other
	mkdir "$TMP/low/empty"
	WHITELIST="/keep/me /empty/" dep_image low
	dep_image a low base
	fetch_base
	fetch low a
	# Only files are asked for by a list of the image itself.
	run_both 'cd /; ls -d empty keep keep/*; ls other 2>/dev/null || true'
	assert_output 'empty
keep
keep/me'
	[ "$(trees_of "$KEY")" = 1 ]
}

@test "the topmost white list filters dependencies, directories as well" {
	files low a/1 a/2 b/1
	chmod 0700 "$TMP/low/a" "$TMP/low/b"
	WHITELIST="/a/1 /a/2 /b/1" dep_image low
	WHITELIST="/a/1 /b" dep_image mid low
	dep_image a mid base
	fetch_base
	fetch low mid a
	run_both 'cd /; stat -c "%n %a" a b; ls a; ls b'
	# /a is nobody's, only there for what is in it; /b/1 is not named.
	assert_output 'a 755
b 700
1'
}

@test "an image's own white list counts without dependencies" {
	cp -a "$BASE/rootfs" "$TMP/a"
	files a x
	WHITELIST="/bin/busybox /bin/sh /bin/ls" dep_image a
	fetch a
	run_rkt run "$KEY" --exec=/bin/sh -- -c 'ls /bin; ls /x'
	assert_in "$stderr" "/x: No such file"
	assert_output 'busybox
ls
sh'
}

@test "a file hides a directory; one that gives way hides nothing" {
	files top d/top
	files mid d
	mv "$TMP/mid/d" "$TMP/mid/tmp-d"
	files low d/low e/low
	mv "$TMP/mid/tmp-d" "$TMP/mid/d"
	echo mid >"$TMP/mid/e"
	dep_image low base
	dep_image mid
	dep_image top low mid
	fetch_base
	fetch low mid top
	# mid's /d loses to the directory of top, so low's is still seen; its /e
	# wins.
	run_both 'cd /; ls d; cat e'
	assert_output 'low
top
mid'
	[ "$(trees_of "$KEY")" = 1 ]
}

@test "a derived tree shares its files, and is made once" {
	local tree i
	files low keep
	chmod 4755 "$TMP/low/keep"
	touch -d @1000000000 "$TMP/low/keep"
	WHITELIST=/keep dep_image low
	dep_image a low base
	fetch_base
	fetch low
	for i in 1 2 3 4 5 6 7 8; do
		rkt --debug --insecure-options=image fetch "$TMP/a.aci" \
			>"$TMP/out.$i" 2>"$TMP/err.$i" &
	done
	wait
	[ "$(sort -u "$TMP"/out.* | wc -l)" = 1 ]
	[ "$(cat "$TMP"/err.* | grep -c 'rendering tree')" = 1 ] ||
		fail "$(cat "$TMP"/err.*)"
	KEY=$(cd "$DATA/cas/stack" && ls "$(cut -c1-39 "$TMP/out.1")"*)
	tree=$(jq -r '.trees[0]' "$DATA/cas/stack/$KEY")
	[ "$(stat -c '%a %Y %h' "$DATA/cas/tree/$tree/rootfs/keep")" = \
		'4755 1000000000 3' ] # low, what is listed of it, and a
	[ -z "$(ls -A "$DATA/cas/tmp")" ]
	# Found again, not made.
	run_rkt --debug run "$KEY" --exec=/bin/true
	assert_status 0
	! grep 'rendering tree' <<<"$stderr"
}

@test "an ID chooses among images of one name; labels and size are checked" {
	local old size
	files low old
	dep_image low
	fetch low
	old=$KEY
	size=$(stat -c %s "$TMP/low.aci")
	files low new
	dep_image low
	fetch_base
	fetch low
	dep_image a "low@{imageID: \"$old\", size: $size}" base
	fetch a
	run_both 'cd /; ls old; ls new 2>/dev/null || echo none'
	assert_output 'old
none'
	dep_image a "low@{imageID: \"$old\", size: 7}"
	run_rkt --insecure-options=image fetch "$TMP/a.aci"
	assert_status 254
	assert_stderr "fetch: dependency \"example.com/low\" of image \"example.com/a\": image '$old' has $size bytes, not the announced 7"
	dep_image a "low@{imageID: \"$old\",
		labels: [{name: \"version\", value: \"2\"}]}"
	run_rkt --insecure-options=image fetch "$TMP/a.aci"
	assert_status 254
	assert_stderr 'fetch: dependency "example.com/low" of image "example.com/a": requested value for label "version": "2" differs from fetched aci label value: "1.0.0"'
	dep_image a "other@{imageID: \"$old\"}"
	run_rkt --insecure-options=image fetch "$TMP/a.aci"
	assert_status 254
	assert_stderr 'fetch: dependency "example.com/other" of image "example.com/a": "example.com/other" expected but "example.com/low" found'
}

@test "images beside each other on the command line satisfy each other" {
	files a f
	dep_image a base
	run_rkt --insecure-options=image fetch "$BASE/base.aci" "$TMP/a.aci"
	assert_status 0
}

@test "removal and collection know what is made of what" {
	local low top uuid
	files low keep
	WHITELIST=/keep dep_image low
	dep_image a low base
	fetch_base
	fetch low
	low=$KEY
	fetch a
	top=$KEY
	# Two of low and two of a, for low has a white list of its own.
	[ "$(n_trees)" = 5 ]
	run_rkt gc
	[ "$(n_trees)" = 5 ]
	run_rkt run "$top" --exec=/bin/true
	assert_status 0
	run_rkt image rm "$low"
	assert_status 0
	run_rkt gc
	# The pod still has the derived tree, nobody has low's own.
	[ "$(n_trees)" = 3 ]
	run_rkt run "$top" --exec=/bin/true
	assert_status 254
	assert_stderr 'run: unable to fetch image from image name "example.com/low": neither the store nor a transport has it'
	fetch low
	run_rkt run "$top" --exec=/bin/true
	assert_status 0
	run_rkt image rm "$top"
	uuid=$(rkt list --no-legend --full | cut -f1)
	for uuid in $uuid; do
		run_rkt rm "$uuid"
		assert_status 0
	done
	run_rkt gc
	[ "$(n_trees)" = 3 ]
	[ "$(ls "$DATA/cas/stack")" = "$low" ]
}
