#!/usr/bin/env bats
# Images out of the store again: image export, extract, render, gc.
# SPDX-License-Identifier: Apache-2.0
load helper

# shellcheck source=/dev/null
. "$FUNCTIONAL_DIR/../lib/image-io.bash"

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
