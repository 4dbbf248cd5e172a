#!/usr/bin/env bats
# The store under several processes at once, and under processes that die.
# SPDX-License-Identifier: Apache-2.0
load helper

# $BASE/l has the images t and more: the layers of t and one above them.
setup_file() {
	TMP=$BATS_FILE_TMPDIR
	export TMP BASE=$BATS_FILE_TMPDIR
	oci_busybox "$BASE/l" t
	images_umoci tag --image "$BASE/l:t" more
	oci_layer "$BASE/l" more sh -c 'mkdir big many
		for i in $(seq 300); do echo $i >many/$i; done
		head -c 6000000 /dev/urandom >big/one'
	images_umoci tag --image "$BASE/l:more" third
	oci_layer "$BASE/l" third sh -c 'echo third >third'
	busybox_rootfs "$BASE/r"
	head -c 6000000 /dev/urandom >"$BASE/r/big"
	make_aci "$BASE/r" "$BASE/a.aci" --compress gzip
}

fetch() {
	rkt --insecure-options=image fetch --full "$@"
}

keys() { # what the store takes for images
	run_rkt image list --no-legend --full
	assert_status 0
	printf '%s\n' "$output" | awk 'NF { print $1 }' | sort
}

trees() { # of an image, lowest first
	jq -r '.layers[].tree' "$DATA/cas/image/$1"
}

# Names, modes, owners, times and content.
listing() { # DIR
	(
		cd "$1"
		find . -printf '%P %y %m %U:%G %Ts %l\n' | sort
		find . -type f -exec sha256sum {} + | sort -k 2
	)
}

trees_listing() { # DATA KEY
	local tree
	for tree in $(DATA=$1 trees "$2"); do
		echo "$tree"
		listing "$1/cas/tree/$tree/rootfs"
	done
}

assert_no_work() {
	[ -z "$(ls -A "$DATA/cas/tmp")" ] || fail "cas/tmp: $(ls -A "$DATA/cas/tmp")"
}

# Nothing but directories may be left of images that are gone.
assert_empty_store() {
	local left
	left=$(cd "$DATA/cas" && find tmp tree image blob imageManifest \
		imagelocks treestorelocks -mindepth 1 \
		! -path 'blob/*' ! -path 'imageManifest/*')
	left+=$(cd "$DATA/cas" && find blob imageManifest ! -type d)
	[ -z "$left" ] || fail "left: $left"
}

@test "eight processes fetch one image: the work is done once" {
	local i
	for i in 1 2 3 4 5 6 7 8; do
		fetch --debug "oci:$BASE/l:more" >"$TMP/out.$i" 2>"$TMP/err.$i" &
	done
	wait
	[ "$(cat "$TMP"/out.* | wc -l)" = 8 ] || fail "$(cat "$TMP"/err.*)"
	[ "$(sort -u "$TMP"/out.* | wc -l)" = 1 ]
	# Of two layers in eight processes all but two were found.
	[ "$(cat "$TMP"/err.* | grep -c 'is in the store')" = 14 ] ||
		fail "$(cat "$TMP"/err.*)"
	[ "$(ls "$DATA/cas/tree" | wc -l)" = 2 ]
	[ "$(keys)" = "$(cat "$TMP/out.1")" ]
	assert_no_work
}

@test "eight processes fetch one .aci" {
	local i
	for i in 1 2 3 4 5 6 7 8; do
		fetch --debug "$BASE/a.aci" >"$TMP/out.$i" 2>"$TMP/err.$i" &
	done
	wait
	[ "$(cat "$TMP"/out.* | wc -l)" = 8 ] || fail "$(cat "$TMP"/err.*)"
	[ "$(sort -u "$TMP"/out.* | wc -l)" = 1 ]
	[ "$(cat "$TMP"/err.* | grep -c 'unpacking ')" = 1 ] ||
		fail "$(cat "$TMP"/err.*)"
	[ "$(ls "$DATA/cas/tree" | wc -l)" = 1 ]
	assert_no_work
}

@test "processes fetch images that share layers" {
	local ref i
	for i in 1 2; do
		for ref in t more third; do
			fetch "oci:$BASE/l:$ref" >"$TMP/$ref.$i" &
		done
	done
	wait
	for ref in t more third; do
		[ -s "$TMP/$ref.1" ]
		cmp "$TMP/$ref.1" "$TMP/$ref.2"
	done
	[ "$(ls "$DATA/cas/tree" | wc -l)" = 3 ]
	[ "$(trees "$(cat "$TMP/third.1")" | head -n 2)" = \
		"$(trees "$(cat "$TMP/more.1")")" ]
	[ "$(keys)" = "$(cat "$TMP"/{t,more,third}.1 | sort)" ]
	assert_no_work
}

@test "an image that is there is not read again" {
	local first layer
	cp -r "$BASE/l" "$TMP/l"
	first=$(fetch "oci:$TMP/l:more")
	trees_listing "$DATA" "$first" >"$TMP/before"
	# As long, and with the same beginning, but not the same.
	for layer in $(jq -r '.layers[].digest' \
		"$(oci_blob "$TMP/l" "$(oci_digest "$TMP/l" more)")"); do
		printf x | dd of="$(oci_blob "$TMP/l" "$layer")" bs=1 seek=2000 \
			conv=notrunc status=none
	done
	# A leak check works by tracing, too: there can be but one.
	ASAN_OPTIONS=detect_leaks=0 strace -f -qq -e trace=pread64,read,mkdirat -o "$TMP/trace" \
		"$RKT" --dir="$DATA" --insecure-options=image fetch --full \
		"oci:$TMP/l:more" >"$TMP/again"
	[ "$(cat "$TMP/again")" = "$first" ]
	! grep -q 'work-' "$TMP/trace" || fail 'a layer was begun'
	# Far less than the six megabytes of the layer.
	[ "$(awk '{ n += $NF } END { print n }' "$TMP/trace")" -lt 1500000 ]
	trees_listing "$DATA" "$first" | diff "$TMP/before" -
}

@test "fetch killed at any moment, twenty-five times" {
	local reference i key source
	for source in "oci:$BASE/l:more" "$BASE/a.aci"; do
		DATA=$TMP/reference fetch "$source" >>"$TMP/keys"
	done
	for i in $(seq 25); do
		source=oci:$BASE/l:more
		[ $((i % 3)) -ne 0 ] || source=$BASE/a.aci
		fetch "$source" >"$TMP/out" 2>"$TMP/err" &
		sleep "0.0$((RANDOM % 10))$((RANDOM % 10))"
		kill -9 $! 2>/dev/null || true
		wait $! 2>/dev/null || true
		# Whatever is listed is whole; half images are not listed.
		for key in $(keys); do
			grep -qx "$key" "$TMP/keys"
			diff <(trees_listing "$TMP/reference" "$key") \
				<(trees_listing "$DATA" "$key")
		done
		# Begin anew now and then.
		[ $((i % 4)) -ne 0 ] || {
			rkt image rm $(keys) >/dev/null 2>&1 || true
		}
	done
	for source in "oci:$BASE/l:more" "$BASE/a.aci"; do
		key=$(fetch "$source")
		diff <(trees_listing "$TMP/reference" "$key") \
			<(trees_listing "$DATA" "$key")
	done
	[ "$(keys)" = "$(sort "$TMP/keys")" ]
	run_rkt image rm $(cat "$TMP/keys")
	assert_status 0
	run_rkt gc --grace-period=0s
	assert_status 0
	assert_empty_store
}

@test "what a killed fetch left is collected, what lives is not" {
	fetch "oci:$BASE/l:t" >/dev/null
	mkdir "$DATA/cas/tmp/work-1-0" "$DATA/cas/tmp/work-1-0/rootfs"
	mkdir "$DATA/cas/tmp/work-2-0"
	exec 7<"$DATA/cas/tmp/work-2-0"
	flock -n 7
	mkdir -p "$DATA/cas/tree/sha256-$(printf '%064d' 0)/rootfs/d"
	run_rkt gc --grace-period=0s
	assert_status 0
	[ "$(ls "$DATA/cas/tmp")" = work-2-0 ]
	[ "$(ls "$DATA/cas/tree" | wc -l)" = 1 ]
	exec 7<&-
	run_rkt gc --grace-period=0s
	assert_status 0
	assert_no_work
}

@test "an image that goes takes only its own layers with it" {
	local t more
	t=$(fetch "oci:$BASE/l:t")
	more=$(fetch "oci:$BASE/l:more")
	run_rkt image rm "$more"
	assert_status 0
	run_rkt gc --grace-period=0s
	assert_status 0
	[ "$(keys)" = "$t" ]
	[ "$(ls "$DATA/cas/tree")" = "$(trees "$t")" ]
	[ "$(find "$DATA/cas/blob" -type f | wc -l)" = 1 ]
	run_rkt image rm "$t"
	run_rkt gc --grace-period=0s
	assert_empty_store
}

@test "an .aci is known by all of its bytes" {
	cp "$BASE/a.aci" "$TMP/other.aci"
	run_rkt --insecure-options=image fetch "$BASE/a.aci"
	assert_status 0
	run_rkt --debug --insecure-options=image fetch "$TMP/other.aci"
	assert_status 0
	! grep -q 'unpacking ' <<<"$stderr" || fail "unpacked again"
	# The same size, and damaged at the end.
	printf x | dd of="$TMP/other.aci" conv=notrunc status=none bs=1 \
		seek=$(($(stat -c %s "$TMP/other.aci") - 6))
	run_rkt --debug --insecure-options=image fetch "$TMP/other.aci"
	grep -q 'unpacking ' <<<"$stderr" || fail "taken for another"
}
