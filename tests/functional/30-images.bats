#!/usr/bin/env bats
# Images of every kind that rkt reads, made by tools that know nothing of it.
# SPDX-License-Identifier: Apache-2.0
load helper

# $BASE/r is a root file system, $BASE/l:t an OCI image of it.
setup_file() {
	TMP=$BATS_FILE_TMPDIR
	export TMP BASE=$BATS_FILE_TMPDIR
	busybox_rootfs "$BASE/r"
	oci_busybox "$BASE/l" t
}

fetch() {
	run_rkt --insecure-options=image fetch --full "$1"
}

fetch_ok() {
	fetch "$1"
	assert_status 0
	[[ $output =~ ^sha512-[0-9a-f]{64}$ ]] || fail "no image id"
	assert_stderr ''
}

fly() { # IMAGE COMMAND: its output
	run_rkt --insecure-options=image run --stage1-name=fly "$1" \
		--exec /bin/sh -- -c "$2"
	assert_status 0
}

layout() { # a copy of the base layout, to be changed
	cp -r "$BASE/l" "$TMP/l"
}

record() { # KEY JQ
	jq -r "$2" "$DATA/cas/image/$1"
}

manifest() { # KEY JQ
	jq -r "$2" "$DATA/cas/imageManifest/sha512/${1:7:2}/$1"
}

# The layers of an image, stacked as a pod would see them.
stack() { # KEY WHERE
	local lower='' tree
	mkdir "$2" "$2.bottom"
	for tree in $(record "$1" '.layers[].tree'); do
		lower=$DATA/cas/tree/$tree/rootfs:$lower
	done
	mount -t overlay -o "ro,lowerdir=$lower$2.bottom" rkt-test "$2"
}

equals_umoci() { # LAYOUT REF KEY
	stack "$3" "$TMP/ours"
	images_umoci unpack --image "$1:$2" "$TMP/theirs"
	diff <(tree_listing "$TMP/theirs/rootfs") <(tree_listing "$TMP/ours")
	umount "$TMP/ours"
}

@test "an .aci in each compression is one and the same image" {
	local id='' kind
	make_aci "$BASE/r" "$TMP/none.aci"
	for kind in none gzip bzip2 xz zstd; do
		[ $kind = none ] || $kind -c "$TMP/none.aci" >"$TMP/$kind.aci"
		fetch_ok "$TMP/$kind.aci"
		[ "${id:=$output}" = "$output" ] || fail "$kind: another id"
	done
	[ "$(record "$id" .origin)" = example.com/busybox:1.0.0 ]
	[ "$id" = "sha512-$(sha512sum "$TMP/none.aci" | cut -c1-64)" ]
	[ "$(ls "$DATA/cas/tree")" = "$(record "$id" '.layers[].tree')" ]
	diff <(tree_listing "$BASE/r") \
		<(tree_listing "$DATA/cas/tree/$(ls "$DATA/cas/tree")/rootfs")
	fly "$TMP/zstd.aci" 'echo in; id -u'
	assert_output $'in\n0'
}

@test "an .aci with its manifest behind the files" {
	make_aci "$BASE/r" "$TMP/a.aci" --manifest-last
	fetch_ok "$TMP/a.aci"
	[ "$(manifest "$output" .name)" = example.com/busybox ]
	fly "$TMP/a.aci" 'echo in'
	assert_output in
}

@test "bare files and directories are known by their content" {
	layout
	make_aci "$BASE/r" "$TMP/plain" --compress gzip
	fetch_ok "$TMP/plain"
	[ "$(record "$output" .format)" = aci ]
	mv "$TMP/l" "$TMP/image.aci"
	fetch_ok "$TMP/image.aci"
	[ "$(record "$output" .format)" = oci ]
	tar -C "$TMP/image.aci" -cf "$TMP/archive" .
	cd "$TMP"
	fetch_ok ./archive
	[ "$(record "$output" .format)" = oci ]
	fetch_ok archive
}

@test "an OCI layout by name, by number and without either" {
	local id
	layout
	fetch_ok "oci:$TMP/l:t"
	id=$output
	fetch_ok "oci:$TMP/l"
	[ "$output" = "$id" ]
	cd "$TMP"
	fetch_ok ./l
	[ "$output" = "$id" ]
	images_umoci config --image "$TMP/l:t" --tag second \
		--config.cmd /bin/true
	fetch_ok "oci:$TMP/l:second"
	[ "$output" != "$id" ]
	fetch_ok "oci:$TMP/l@0"
	[ "$output" = "$id" ]
	fetch "oci:$TMP/l"
	assert_status 254
	assert_stderr "fetch: '$TMP/l': holds several images, choose one of: t, second"
}

@test "an OCI archive, plain and compressed" {
	local id kind
	oci_copy "oci:$BASE/l:t" "oci-archive:$TMP/l.tar:quay.io/a/b:1"
	fetch_ok "oci-archive:$TMP/l.tar"
	id=$output
	[ "$(manifest "$id" .name)" = quay.io/a/b ]
	[ "$(manifest "$id" '.labels[] | select(.name == "version").value')" = 1 ]
	for kind in gzip bzip2 xz zstd; do
		"$kind" -c "$TMP/l.tar" >"$TMP/l.$kind"
		fetch_ok "oci-archive:$TMP/l.$kind"
		[ "$(manifest "$output" .name)" = quay.io/a/b ]
	done
	fly "oci-archive:$TMP/l.gzip" 'echo in'
	assert_output in
	[ "$(ls "$DATA/cas/tree" | wc -l)" = 1 ]
}

@test "zstd layers, and layers without compression" {
	oci_copy "oci:$BASE/l:t" "oci:$TMP/z:t" --dest-compress-format zstd
	fetch_ok "oci:$TMP/z:t"
	[ "$(record "$output" '.layers[].compression')" = zstd ]
	equals_umoci "$BASE/l" t "$output"
	oci_copy "oci:$BASE/l:t" "dir:$TMP/d" --dest-decompress
	oci_copy "dir:$TMP/d" "oci:$TMP/n:t" --dest-decompress
	fetch_ok "oci:$TMP/n:t"
	fly "oci:$TMP/z:t" 'echo in'
	assert_output in
}

@test "an image of buildah" {
	local c
	buildah() {
		command buildah --root "$TMP/b" --runroot "$TMP/br" \
			--storage-driver vfs "$@"
	}
	c=$(buildah from scratch)
	buildah copy --quiet "$c" "$BASE/r" /
	buildah config --cmd '["/bin/sh","-c","echo by buildah; pwd"]' \
		--workingdir /tmp --env A=b --label l=m "$c"
	buildah commit --quiet "$c" "oci:$TMP/l:made"
	buildah commit --quiet "$c" "oci-archive:$TMP/l.tar:localhost/made:2"
	buildah rm "$c"
	run_rkt --insecure-options=image run --stage1-name=fly "oci:$TMP/l:made"
	assert_status 0
	assert_output $'by buildah\n/tmp'
	fetch_ok "oci-archive:$TMP/l.tar"
	[ "$(manifest "$output" .name)" = localhost/made ]
	fly "oci-archive:$TMP/l.tar" 'echo $A'
	assert_output b
}

@test "whiteouts and opaque directories" {
	layout
	oci_layer "$TMP/l" t sh -c 'mkdir -p d/sub e f; touch d/old e/gone file
		touch d/sub/x f/y; ln -s f g'
	oci_layer "$TMP/l" t sh -c 'rm -rf d file e/gone g; mkdir d
		touch d/new; rm -r f; echo f >f; mkdir g; touch g/z'
	fetch_ok "oci:$TMP/l:t"
	equals_umoci "$TMP/l" t "$output"
	fly "oci:$TMP/l:t" 'ls d e g; cat f; ls file 2>/dev/null || echo none'
	assert_output $'d:\nnew\n\ne:\n\ng:\nz\nf\nnone'
}

# umoci writes a whiteout for each file; others hide whole directories.
@test "an opaque directory mark" {
	local layer
	layout
	oci_layer "$TMP/l" t sh -c 'mkdir d e; touch d/old e/old'
	mkdir -p "$TMP/top/d" "$TMP/top/e"
	touch "$TMP/top/d/.wh..wh..opq" "$TMP/top/d/new" "$TMP/top/e/new"
	tar -C "$TMP/top" -cf "$TMP/top.tar" .
	images_umoci raw add-layer --image "$TMP/l:t" "$TMP/top.tar"
	fetch_ok "oci:$TMP/l:t"
	equals_umoci "$TMP/l" t "$output"
	fly "oci:$TMP/l:t" 'ls d e'
	assert_output $'d:\nnew\n\ne:\nnew\nold'
}

@test "links, attributes, devices and capabilities of files" {
	local tree
	layout
	oci_layer "$TMP/l" t sh -c 'echo x >a; ln a b; mkdir s; ln a s/c
		mknod c c 1 3; mknod d b 7 200; mkfifo p; ln -s /etc/none l
		ln -s ../../../up u; setfattr -n user.k -v v a
		setfattr -n user.dir -v w s
		cp bin/busybox cap; setcap cap_net_raw+ep cap
		cp bin/busybox suid; chown 1000:2000 suid; chmod 6755 suid
		touch "odd name
with line"; mkdir -m 1777 sticky; mkdir -m 2755 setgid; chown 0:2000 setgid
		touch -d "2001-02-03 04:05:06" a s; truncate -s 5M hole'
	fetch_ok "oci:$TMP/l:t"
	equals_umoci "$TMP/l" t "$output"
	tree=$DATA/cas/tree/$(record "$output" '.layers[-1].tree')/rootfs
	[ "$tree/a" -ef "$tree/b" ]
	[ "$tree/a" -ef "$tree/s/c" ]
	[ "$(stat -c %t:%T "$tree/c")" = 1:3 ]
	[ "$(getfattr --only-values -n user.k "$tree/b")" = v ]
	[ "$(getfattr --only-values -n user.dir "$tree/s")" = w ]
	assert_in "$(getcap "$tree/cap")" 'cap_net_raw=ep'
	[ "$(stat -c %u:%g:%a "$tree/suid")" = 1000:2000:6755 ]
	[ "$(stat -c %Y "$tree/s")" = "$(date -d '2001-02-03 04:05:06' +%s)" ]
	fly "oci:$TMP/l:t" 'cat b; stat -c %t /c; readlink l; stat -c %a suid'
	assert_output $'x\n1\n/etc/none\n6755'
}

@test "an index for several platforms gives this one's image" {
	layout
	oci_edit_index "$TMP/l" '.manifests[0] as $m | .manifests = [
		($m + {platform: {os: "linux", architecture: "riscv64"}}),
		($m + {platform: {os: "linux", architecture: "arm64"}}),
		($m + {platform: {os: "linux", architecture: "amd64"}})]'
	fetch_ok "oci:$TMP/l:t"
	oci_edit_index "$TMP/l" 'del(.manifests[1, 2])'
	fetch "oci:$TMP/l:t"
	assert_status 254
	assert_stderr "fetch: '$TMP/l': no image for linux/$(images_go_arch), only for: linux/riscv64"
}

@test "a nested index, as registries have it" {
	local nested
	layout
	nested=$(jq -c '.manifests[0].annotations = {} | .manifests[0].platform =
		{os: "linux", architecture: "'"$(images_go_arch)"'"} |
		.manifests += [.manifests[0] * {platform:
		{os: "unknown", architecture: "unknown"}, annotations:
		{"vnd.docker.reference.type": "attestation-manifest"}}]' \
		"$TMP/l/index.json" |
		oci_put "$TMP/l" application/vnd.oci.image.index.v1+json)
	oci_edit_index "$TMP/l" ".manifests = [$nested + {annotations:
		{\"org.opencontainers.image.ref.name\": \"t\"}}]"
	fetch_ok "oci:$TMP/l:t"
	equals_umoci "$BASE/l" t "$output"
}

@test "a layer that comes twice, and an empty one" {
	layout
	mkdir "$TMP/void"
	tar -C "$TMP/void" -cf "$TMP/void.tar" .
	images_umoci raw add-layer --image "$TMP/l:t" "$TMP/void.tar"
	oci_layer "$TMP/l" t touch between
	images_umoci raw add-layer --image "$TMP/l:t" "$TMP/void.tar"
	fetch_ok "oci:$TMP/l:t"
	fly "oci:$TMP/l:t" 'ls /between'
	assert_output /between
}

@test "a signature that is not there is asked for" {
	make_aci "$BASE/r" "$TMP/a.aci"
	run_rkt fetch "$TMP/a.aci"
	assert_status 254
	assert_stderr "fetch: open $TMP/a.aci.asc: no such file or directory"
	run_rkt fetch "$TMP/a.aci" --signature "$TMP/other.asc"
	assert_status 254
	assert_stderr "fetch: open $TMP/other.asc: no such file or directory"
	run_rkt run --stage1-name=fly "$TMP/a.aci"
	assert_status 254
	assert_stderr "run: open $TMP/a.aci.asc: no such file or directory"
	touch "$TMP/a.aci.asc"
	run_rkt fetch "$TMP/a.aci"
	assert_status 254
	assert_in "$stderr" "$TMP/a.aci.asc"
	run_rkt fetch "oci:$BASE/l:t"
	assert_status 254
	assert_in "$stderr" 'try --insecure-options=image'
	[ -z "$(data_listing)" ]
}

@test "several images at once, and those before a bad one stay" {
	make_aci "$BASE/r" "$TMP/a.aci"
	run_rkt --insecure-options=image fetch "$TMP/a.aci" "oci:$BASE/l:t"
	assert_status 0
	[ "$(printf '%s\n' "$output" | grep -c '^sha512-[0-9a-f]\{32\}$')" = 2 ]
	rm -r "$DATA"
	run_rkt --insecure-options=image fetch "$TMP/a.aci" "$TMP/none.aci"
	assert_status 254
	assert_stderr "fetch: open $TMP/none.aci: no such file or directory"
	[ "$(ls "$DATA/cas/image" | wc -l)" = 1 ]
}
