#!/usr/bin/env bats
# What is unpacked in the store, compared and repaired: image verify.
# SPDX-License-Identifier: Apache-2.0
load helper
# shellcheck source=/dev/null
. "$FUNCTIONAL_DIR/../lib/image-io.bash"

tree_of() { # PATH: the rootfs in the store that has it
	local dir
	for dir in "$DATA"/cas/tree/*/rootfs; do
		[ -e "$dir/$1" ] || [ -L "$dir/$1" ] || continue
		echo "$dir"
		return
	done
	fail "no tree has $1"
}

assert_good() { # IMAGE
	run_rkt image verify "$1"
	assert_status 0
	assert_output "successfully verified checksum for image: \"$1\" (\"$key\")"
	assert_stderr ''
}

assert_repaired() { # WHAT, as the message has it
	local tree
	run_rkt image verify "$key"
	assert_status 0
	assert_output ''
	tree=$(grep -o "layer '[^']*'" <<<"$stderr")
	assert_stderr "verify: tree cache verification failed for image $key: $tree: $1;  rebuilding..."
	assert_good "$key"
	[ -z "$(ls -A "$DATA/cas/tmp")" ] || fail "left work behind"
}

@test "verify: what is unharmed is told so, nothing is touched" {
	local before
	run_rkt image verify
	assert_status 254
	assert_in "$output" 'USAGE:'
	fetch "oci:$BASE/l:t"
	before=$(cd "$DATA/cas" && find tree/* image/* -printf '%p %i %s\n')
	assert_good "$key"
	assert_good "${key:0:30}"
	fetch "$BASE/a.aci"
	assert_good "$key"
	assert_good example.com/busybox
	rkt image rm "$key" >/dev/null 2>&1
	rkt image gc >/dev/null 2>&1
	[ "$before" = "$(cd "$DATA/cas" && find tree/* image/* \
		-printf '%p %i %s\n')" ] || fail "store has changed"
	# The first that is not there ends it, what came before is told.
	key=$(ls "$DATA/cas/image")
	run_rkt image verify "$key" sha512-0000 "$key"
	assert_status 254
	assert_output "successfully verified checksum for image: \"$key\" (\"$key\")"
	assert_stderr 'verify: no image IDs found'
	rm -r "$DATA"/cas/tree/*
	run_rkt image verify "${key:0:20}"
	assert_status 0
	assert_output "image \"${key:0:20}\" not rendered; no verification needed"
	assert_stderr ''
}

@test "verify: any damage of an .aci is found and repaired" {
	local t
	fetch "$BASE/a.aci"
	assert_good "$key"
	t=$(tree_of bin/busybox)
	printf 'X' | dd of="$t/etc/passwd" bs=1 conv=notrunc 2>/dev/null
	touch -d "@$(stat -c %.9Y "$BASE/r/etc/passwd")" "$t/etc/passwd"
	assert_repaired "'/etc/passwd' has other content"
	chmod 0755 "$t/etc/old"
	assert_repaired "'/etc/old' has another mode"
	chown 1:2 "$t/etc/device"
	assert_repaired "'/etc/device' has another owner"
	setfattr -n user.color -v red "$t/etc/one"
	assert_repaired "'/etc/one' has other extended attributes"
	setcap -r "$t/bin/busybox"
	assert_repaired "'/bin/busybox' has other extended attributes"
	touch "$t/etc/group"
	assert_repaired "'/etc/group' has another time of change"
	touch -h "$t/bin/sh"
	assert_repaired "'/bin/sh' has another time of change"
	touch "$t/etc/"$'new\e[31m'
	assert_repaired "'/etc' has another time of change"
	touch "$t/etc/"$'new\e[31m'
	touch -d "@$(stat -c %.9Y "$BASE/r/etc")" "$t/etc"
	assert_repaired "'/etc/new\\x1b[31m' does not belong there"
	rm -r "$t/gone"
	assert_repaired "'/' has another time of change"
	cp "$t/etc/one" "$t/etc/three"
	touch -r "$t/etc/one" "$t/etc/three"
	setfattr -n user.color -v blue "$t/etc/three"
	mv "$t/etc/three" "$t/etc/two"
	touch -d "@$(stat -c %.9Y "$BASE/r/etc")" "$t/etc"
	assert_repaired "'/etc/two' is another hard link"
	rm "$t/etc/device"
	mknod -m 644 "$t/etc/device" c 1 5
	touch -r "$BASE/r/etc/device" "$t/etc/device"
	touch -d "@$(stat -c %.9Y "$BASE/r/etc")" "$t/etc"
	assert_repaired "'/etc/device' is another device"
	run_rkt run --stage1-name=fly "$key" --exec /bin/cat -- /etc/one
	assert_status 0
	assert_output one
}

@test "verify: layers: whiteouts, lists and lost trees come back" {
	local t
	fetch "oci:$BASE/l:t"
	assert_good "$key"
	t=$(tree_of gone/new)
	[ -c "$t/etc/two" ] || fail "no whiteout"
	rm "$t/etc/two"
	touch -r "$(tree_of etc/one)/etc" "$t/etc"
	run_rkt image verify "$key"
	assert_in "$stderr" "tree cache verification failed for image $key: layer 'sha256-"
	assert_good "$key"
	[ -c "$t/etc/two" ] || fail "no whiteout"
	setfattr -n trusted.overlay.opaque -v y "$t/gone"
	run_rkt image verify "$key"
	assert_in "$stderr" "'/gone' has "
	assert_good "$key"
	printf 'bin\0' >"$t/../implied"
	assert_repaired 'has another list of directories'
	rm -r "${t%/rootfs}"
	assert_repaired 'is missing'
	run_rkt run --stage1-name=fly "$key" --exec /bin/sh -- -c \
		'cat /gone/* /etc/one; ls /etc/two /gone/file'
	assert_in "$output" 'new
one'
	[ "${#lines[@]}" = 2 ] || fail "removed files are seen"
}

@test "verify: a damaged blob repairs nothing" {
	local t
	fetch "$BASE/a.aci"
	t=$(tree_of bin/busybox)
	chmod 0700 "$t/etc/old"
	printf 'x' | dd of="$DATA/cas/blob/sha512/${key:7:2}/$key" bs=1 \
		seek=3000 conv=notrunc 2>/dev/null
	run_rkt image verify "$key"
	assert_status 254
	assert_output ''
	assert_in "$stderr" "verify: cannot verify image $key: "
	[ "$(stat -c %a "$t/etc/old")" = 700 ] || fail "was touched"
	[ -z "$(ls -A "$DATA/cas/tmp")" ] || fail "left work behind"
}

@test "verify: nothing is taken from under a running pod" {
	local pod t uuid
	fetch "oci:$BASE/l:t"
	uuid=$(rkt prepare --stage1-name=fly "$key" --exec /bin/sleep -- 60)
	t=$(tree_of gone/new)
	chmod 0750 "$t/gone/new"
	assert_repaired "'/gone/new' has another mode"
	rkt run-prepared "$uuid" 3>&- &
	pod=$!
	for _ in $(seq 100); do
		rkt status "$uuid" | grep -q state=running && break
		sleep 0.1
	done
	chmod 0750 "$t/gone/new"
	run_rkt image verify "$key"
	assert_status 254
	assert_output ''
	assert_stderr "verify: tree cache verification failed for image $key: layer '$(basename "${t%/rootfs}")': '/gone/new' has another mode: pod \"$uuid\" is running on it, stop the pod first"
	[ "$(stat -c %a "$t/gone/new")" = 750 ] || fail "was replaced"
	kill -9 "$(cat "$DATA/pods/run/$uuid/pid")"
	wait $pod || true
	assert_repaired "'/gone/new' has another mode"
}

@test "verify: killed at any time, and the next one finds a way on" {
	local i t
	fetch "$BASE/a.aci"
	t=$(tree_of bin/busybox)
	for i in 0.005 0.01 0.015 0.02 0.03 0.04 0.05 0.07 0.1; do
		chmod 0700 "$t/etc/one"
		timeout -s KILL $i "$RKT" --dir="$DATA" image verify "$key" \
			>/dev/null 2>&1 || true
		[ -e "$t/../rendered" ] || fail "not rendered"
		rkt image verify "$key" >/dev/null 2>&1
		assert_good "$key"
	done
	rkt image gc
	[ -z "$(ls -A "$DATA/cas/tmp")" ] || fail "dead work stays"
}

@test "verify: dependencies, and the tree made of them" {
	local alone t
	fetch_derived
	rkt image render "$key" "$TMP/x"
	assert_good "$key"
	# The file of the dependency is that of the tree, and of this image too.
	t=$(basename "$(dirname "$(tree_of etc/old)")")
	[ "$(find "$DATA"/cas/tree -name old | wc -l)" = 2 ]
	echo bad >>"$(find "$DATA"/cas/tree -name old | head -n 1)"
	run_rkt image verify "$key"
	assert_status 0
	assert_output ''
	[ "$(grep -c "'/etc/old' has another size;  rebuilding...$" <<<"$stderr")" = 2 ]
	assert_good "$key"
	rm "$(find "$DATA"/cas/tree -path '*/etc/device' | head -n 1)"
	run_rkt image verify "$key" example.com/low
	assert_output "successfully verified checksum for image: \"example.com/low\" (\"$(rkt image list --no-legend --full --fields=id,name | awk '/low/ { print $1 }')\")"
	assert_in "$stderr" "'/etc' has another time of change;  rebuilding..."
	assert_good "$key"
	rm -r "$TMP/x"
	rkt image render "$key" "$TMP/x"
	[ -c "$TMP/x/rootfs/etc/device" ] || fail "not repaired"
	# Without what it depends on, nothing can be said.
	rkt image rm "$alone" >/dev/null 2>&1
	run_rkt image verify "$key"
	assert_status 254
	assert_in "$stderr" "verify: cannot verify image $key: "
}
