#!/usr/bin/env bats
# Images out of the store again: image export, extract, render, gc, verify.
# SPDX-License-Identifier: Apache-2.0
load helper

# $BASE/r is a root file system with one of each kind of file, $BASE/a.aci an
# image of it, $BASE/l:t an OCI image of three layers.
setup_file() {
	TMP=$BATS_FILE_TMPDIR
	export TMP BASE=$BATS_FILE_TMPDIR
	busybox_rootfs "$BASE/r"
	(cd "$BASE/r" && odd_files)
	make_aci "$BASE/r" "$BASE/a.aci"
	oci_busybox "$BASE/l" t
	oci_layer "$BASE/l" t odd_files
	oci_layer "$BASE/l" t odd_changes
}

odd_files() {
	local long
	long=$(printf 'long%.0s' {1..40})
	mkdir -p "$long/$long" gone
	echo deep >"$long/$long/dëep"
	ln -s "$long/$long/$long" "$long/link"
	echo one >etc/one
	ln etc/one etc/two
	mkfifo etc/fifo
	mknod etc/device c 1 3
	touch -d '1999-12-31 23:59:59.123456789 UTC' etc/old
	chown 3000000:4000000 etc/old
	chmod 6711 etc/old
	setfattr -n user.color -v blue etc/one
	setcap cap_net_raw+ep bin/busybox
	printf 'x' >$'etc/odd\377 name\n'
	truncate -s 3M etc/hollow
	echo gone >gone/file
	touch -d '2001-02-03 04:05:06 UTC' gone
}

odd_changes() {
	rm -r gone etc/two
	mkdir gone
	echo new >gone/new
	chmod 0700 root
}

fetch() { # IMAGE: its ID in $key
	key=$(rkt --insecure-options=image fetch --full "$1")
}

assert_same_tree() { # DIR DIR
	diff <(tree_listing "$1") <(tree_listing "$2") || fail "trees differ"
}

@test "export: an .aci comes back as it was, whatever it was packed with" {
	local id='' pack
	for pack in cat 'gzip -c' 'xz -c' 'zstd -qc'; do
		$pack "$BASE/a.aci" >"$TMP/in.aci"
		fetch "$TMP/in.aci"
		[ "${id:=$key}" = "$key" ] || fail "another id"
		run_rkt image export "$key" "$TMP/out.aci"
		assert_status 0
		assert_output ''
		assert_stderr ''
		cmp "$BASE/a.aci" "$TMP/out.aci"
		[ "$(stat -c %a "$TMP/out.aci")" = 644 ] || fail "mode"
		rkt image rm "$key" >/dev/null 2>&1
		rm "$TMP/out.aci"
	done
	[ -z "$(find "$TMP" -maxdepth 1 -name '.tmp*')" ]
}

@test "export: layers become one archive, the same each time" {
	fetch "oci:$BASE/l:t"
	(umask 0077 && rkt image export "$key" "$TMP/a.aci")
	rkt image export "${key:0:20}" "$TMP/b.aci"
	cmp "$TMP/a.aci" "$TMP/b.aci"
	[ "$(stat -c %a "$TMP/a.aci")" = 644 ] || fail "mode"
	tar -tf "$TMP/a.aci" >"$TMP/names"
	[ "$(head -n 3 "$TMP/names")" = $'manifest\nrootfs/\nrootfs/bin/' ]
	tar -xOf "$TMP/a.aci" manifest |
		cmp - "$DATA/cas/imageManifest/sha512/${key:7:2}/$key"
	# What another program reads in it is what umoci makes of the layers.
	images_umoci unpack --image "$BASE/l:t" "$TMP/theirs"
	mkdir "$TMP/ours"
	tar -C "$TMP/ours" --xattrs --xattrs-include='*' --same-owner -xpf \
		"$TMP/a.aci"
	assert_same_tree "$TMP/theirs/rootfs" "$TMP/ours/rootfs"
	[ ! -e "$TMP/ours/rootfs/etc/two" ] || fail "whiteout"
}

@test "export: what was exported is fetched again and runs" {
	fetch "oci:$BASE/l:t"
	rkt image export "$key" "$TMP/a.aci"
	rkt image render "$key" "$TMP/before"
	fetch "$TMP/a.aci"
	[ "$key" = "sha512-$(sha512sum "$TMP/a.aci" | cut -c -64)" ]
	rkt image render "$key" "$TMP/after"
	assert_same_tree "$TMP/before/rootfs" "$TMP/after/rootfs"
	cmp "$TMP/before/manifest" "$TMP/after/manifest"
	run_rkt run --stage1-name=fly "$key" --exec /bin/cat -- /gone/new
	assert_status 0
	assert_output new
	rkt image export "$key" "$TMP/again.aci"
	cmp "$TMP/a.aci" "$TMP/again.aci"
}

@test "export: what is there stays, but for --overwrite" {
	fetch "$BASE/a.aci"
	echo mine >"$TMP/out.aci"
	run_rkt image export "$key" "$TMP/out.aci"
	assert_status 254
	assert_stderr 'export: output ACI file exists (try --overwrite)'
	[ "$(cat "$TMP/out.aci")" = mine ] || fail "was touched"
	run_rkt image export --overwrite "$key" "$TMP/out.aci"
	assert_status 0
	cmp "$BASE/a.aci" "$TMP/out.aci"
	run_rkt image export sha512-0000 "$TMP/no.aci"
	assert_status 254
	assert_stderr 'export: no image IDs found'
	[ ! -e "$TMP/no.aci" ]
	run_rkt image export "$key" "$TMP/no/dir.aci"
	assert_status 254
	run_rkt image export "$key"
	assert_status 254
	assert_in "$output" 'USAGE:'
	run_rkt image export --overwrite "$key" "$TMP"
	assert_status 254
}

@test "export: a damaged blob is noticed, and nothing is written" {
	fetch "$BASE/a.aci"
	printf 'x' | dd of="$DATA/cas/blob/sha512/${key:7:2}/$key" bs=1 \
		seek=3000 conv=notrunc 2>/dev/null
	run_rkt image export "$key" "$TMP/out.aci"
	assert_status 254
	assert_in "$stderr" 'export: image hash does not match expected'
	[ -z "$(find "$TMP" -maxdepth 1 -name '*.aci' -o -name '.tmp*')" ]
}

@test "export: a full disk is told and leaves nothing" {
	fetch "$BASE/a.aci"
	mkdir "$TMP/small"
	mount -t tmpfs -o size=1m none "$TMP/small"
	run_rkt image export "$key" "$TMP/small/out.aci"
	assert_status 254
	assert_in "$stderr" 'No space left on device'
	[ -z "$(ls -A "$TMP/small")" ]
	umount "$TMP/small"
}

@test "extract and render: the files of umoci, the manifest beside" {
	fetch "oci:$BASE/l:t"
	images_umoci unpack --image "$BASE/l:t" "$TMP/theirs"
	for verb in extract render; do
		run_rkt image $verb "$key" "$TMP/$verb"
		assert_status 0
		assert_output ''
		assert_stderr ''
		[ "$(ls "$TMP/$verb")" = $'manifest\nrootfs' ] || fail "$verb"
		assert_same_tree "$TMP/theirs/rootfs" "$TMP/$verb/rootfs"
		jq -e '.acKind == "ImageManifest"' "$TMP/$verb/manifest"
	done
	[ "$(stat -c %a "$TMP/render/manifest")" = 700 ] || fail "mode"
	[ "$(stat -c %a "$TMP/extract/manifest")" = 644 ] || fail "mode"
	[ "$(wc -l <"$TMP/render/manifest")" = 0 ] || fail "not compact"
}

@test "extract: an .aci gives its own manifest and files" {
	fetch "$BASE/a.aci"
	rkt image extract "$key" "$TMP/x"
	tar -xOf "$BASE/a.aci" manifest | cmp - "$TMP/x/manifest"
	# Of attributes, an .aci keeps those of regular files.
	assert_same_tree "$BASE/r" "$TMP/x/rootfs"
}

@test "extract and render: --rootfs-only, --overwrite, refusals" {
	fetch "$BASE/a.aci"
	mkdir "$TMP/d" "$TMP/outside"
	touch "$TMP/d/mine" "$TMP/outside/precious"
	ln -s "$TMP/outside" "$TMP/d/rootfs"
	for verb in extract render; do
		run_rkt image $verb "$key" "$TMP/d"
		assert_status 254
		assert_stderr "$verb: output directory exists (try --overwrite)"
		for root in / // "$TMP/../../../../../../.."; do
			run_rkt image $verb --overwrite "$key" "$root"
			assert_status 254
			assert_stderr "$verb: this would delete your root filesystem. Refusing."
		done
		run_rkt image $verb sha512-00000 "$TMP/none"
		assert_status 254
		assert_stderr "$verb: no image IDs found"
		run_rkt image $verb example.com/none "$TMP/none"
		assert_stderr "$verb: cannot find aci satisfying name: \"example.com/none\" and labels: [] in the local store"
		[ ! -e "$TMP/none" ] || fail "made it"
		[ -e "$TMP/d/mine" ] || fail "removed it"
		run_rkt image $verb --overwrite "$key" "$TMP/d/"
		assert_status 0
		[ ! -e "$TMP/d/mine" ] || fail "kept it"
		[ -d "$TMP/d/rootfs" ] && [ ! -L "$TMP/d/rootfs" ]
		run_rkt image $verb --overwrite --rootfs-only "$key" "$TMP/d"
		assert_status 0
		assert_same_tree "$BASE/r" "$TMP/d"
		rm -r "$TMP/d"
		mkdir "$TMP/d"
		touch "$TMP/d/mine"
	done
	[ "$(ls "$TMP/outside")" = precious ]
}

@test "extract: fails half way, and leaves no directory" {
	fetch "$BASE/a.aci"
	printf 'x' | dd of="$DATA/cas/blob/sha512/${key:7:2}/$key" bs=1 \
		seek=3000 conv=notrunc 2>/dev/null
	run_rkt image extract "$key" "$TMP/x"
	assert_status 254
	[ ! -e "$TMP/x" ]
}

@test "gc: images that nobody has used, and their layers" {
	local used running
	fetch "$BASE/a.aci"
	used=$key
	fetch "oci:$BASE/l:t"
	touch -d '25 hours ago' "$DATA/cas/image/$key"
	run_rkt image gc --grace-period=26h
	assert_status 0
	assert_output ''
	assert_stderr ''
	run_rkt image gc
	assert_status 0
	assert_output "successfully removed aci for image: \"$key\""
	assert_in "$stderr" 'gc: 1 image(s) successfully removed'
	[ "$(grep -c '^gc: removed treestore "sha256-[0-9a-f]*"$' <<<"$stderr")" = 3 ]
	[ "$(ls "$DATA/cas/image")" = "$used" ] || fail "the other went too"
	[ "$(ls "$DATA/cas/tree" | wc -l)" = 1 ]
	run_rkt image gc --grace-period=soon
	assert_status 254
	run_rkt image gc word
	assert_status 254
	rm -r "$DATA"
	touch "$DATA"
	run_rkt image gc
	assert_status 254
	assert_in "$stderr" 'gc: cannot open store'
}

@test "gc: the image of a running pod stays, an exited one's layers too" {
	local pod
	fetch "$BASE/a.aci"
	rkt run --stage1-name=fly --uuid-file-save="$TMP/uuid" "$key" \
		--exec /bin/sleep -- 60 3>&- &
	pod=$!
	for _ in $(seq 100); do
		[ -s "$TMP/uuid" ] && rkt status "$(cat "$TMP/uuid")" |
			grep -q state=running && break
		sleep 0.1
	done
	sleep 0.1
	run_rkt image gc --grace-period=0s
	kill -9 "$(cat "$DATA/pods/run/$(cat "$TMP/uuid")/pid")"
	assert_status 0
	assert_output ''
	[ -e "$DATA/cas/image/$key" ]
	wait $pod || true
	run_rkt image gc --grace-period=0s
	assert_status 0
	assert_output "successfully removed aci for image: \"$key\""
	[ "$(ls "$DATA/cas/tree" | wc -l)" = 1 ] || fail "tree of a pod"
	rkt gc --grace-period=0s >/dev/null 2>&1
	run_rkt image gc
	assert_output ''
	[ "$(ls "$DATA/cas/tree" | wc -l)" = 0 ] || fail "tree stays"
}

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

# $key: an image whose stack is one tree made of three images; $alone: its last
# dependency.
fetch_derived() {
	local deps
	fetch "$BASE/a.aci"
	alone=$key
	mkdir -p "$TMP/low/only/deep" "$TMP/top/etc"
	echo low >"$TMP/low/only/keep"
	echo low >"$TMP/low/only/deep/drop"
	ACI_MANIFEST=$(aci_manifest example.com/low \
		'.pathWhitelist = ["/only/keep"]') \
		make_aci "$TMP/low" "$TMP/low.aci"
	fetch "$TMP/low.aci"
	echo top >"$TMP/top/etc/one"
	deps='[{imageName: "example.com/busybox"}, {imageName: "example.com/low"}]'
	ACI_MANIFEST=$(aci_manifest example.com/top ".dependencies = $deps") \
		make_aci "$TMP/top" "$TMP/top.aci"
	fetch "$TMP/top.aci"
}

@test "render: with dependencies, what an app sees of them" {
	local alone see
	fetch_derived
	rkt image render "$key" "$TMP/x"
	[ "$(ls "$TMP/x/rootfs/only/"*)" = "$TMP/x/rootfs/only/keep

$TMP/x/rootfs/only/deep:" ] || fail "white list"
	[ "$(cat "$TMP/x/rootfs/etc/one")" = top ]
	see='find /bin /etc /root /tmp /gone /only -exec stat -c "%N %f %u:%g" {} +
		find /bin /etc /gone /only -type f -exec /bin/busybox md5sum {} +'
	run_rkt run --stage1-name=fly "$key" --exec /bin/sh -- -c "$see"
	assert_status 0
	sort <<<"$output" | grep -av '/etc/\(mtab\|hosts\|resolv\)' >"$TMP/app"
	chroot "$TMP/x/rootfs" /bin/sh -c "$see" | sort >"$TMP/ours"
	diff "$TMP/app" "$TMP/ours" || fail "differs"
	[ "${#lines[@]}" -gt 30 ] || fail "sees too little"
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

@test "export: killed, and nothing is left beside the target" {
	local i
	head -c 30000000 /dev/urandom >"$BASE/r/root/large"
	make_aci "$BASE/r" "$TMP/in.aci"
	rm "$BASE/r/root/large"
	fetch "$TMP/in.aci"
	mkdir "$TMP/out"
	for i in 0.005 0.01 0.02 0.03 0.05; do
		timeout -s KILL $i "$RKT" --dir="$DATA" image export "$key" \
			"$TMP/out/x.aci" >/dev/null 2>&1 && continue
		[ -z "$(ls -A "$TMP/out")" ] || fail "left after $i s"
	done
	rkt image export --overwrite "$key" "$TMP/out/x.aci"
	cmp "$TMP/in.aci" "$TMP/out/x.aci"
}
