#!/usr/bin/env bats
# Images that are damaged, hostile or not images: one line that names the file
# and the reason, and the store stays as it was.
# SPDX-License-Identifier: Apache-2.0
load helper

MANIFEST_TYPE=application/vnd.oci.image.manifest.v1+json

# $BASE/r is a root file system, $BASE/l:t an OCI image of it.
setup_file() {
	TMP=$BATS_FILE_TMPDIR
	export TMP BASE=$BATS_FILE_TMPDIR
	busybox_rootfs "$BASE/r"
	oci_busybox "$BASE/l" t
	make_aci "$BASE/r" "$BASE/a.aci"
}

fetch() {
	run_rkt --insecure-options=image fetch "$1"
}

# IMAGE PART...: refused by one line that has all the parts.
refuses() {
	local before image=$1 part
	shift
	before=$(data_listing)
	fetch "$image"
	assert_status 254
	assert_output ''
	[[ $stderr == 'fetch: '* ]] || fail 'no error of fetch'
	[ "$(printf '%s\n' "$stderr" | wc -l)" -eq 1 ] || fail "not one line"
	for part; do
		assert_in "$stderr" "$part"
	done
	[ "$(data_listing)" = "$before" ] || fail "the store has changed"
	[ -z "$(ls -A "$DATA/cas/tmp" 2>/dev/null)" ] || fail "work is left"
}

layout() { # a fresh copy of the base layout, to be damaged
	rm -rf "$TMP/l"
	cp -r "$BASE/l" "$TMP/l"
}

blob_of() { # JQ on the manifest: file of that descriptor
	oci_blob "$TMP/l" "$(jq -r "$1.digest" \
		"$(oci_blob "$TMP/l" "$(oci_digest "$TMP/l" t)")")"
}

# Give the layer of $TMP/l:t another content, announced as what it is.
replace_layer() { # FILE MEDIATYPE
	local layer diff_id
	layer=$(oci_put "$TMP/l" "$2" <"$1")
	diff_id=sha256:$(case $2 in
	*gzip) gzip -dc "$1" 2>/dev/null ;;
	*) cat "$1" ;;
	esac | sha256sum | cut -d ' ' -f 1)
	oci_edit_config "$TMP/l" t ".rootfs.diff_ids = [\"$diff_id\"]"
	oci_edit_manifest "$TMP/l" t ".layers = [$layer]"
}

# An .aci and an OCI layer with the same odd member: the .aci at $TMP/x.aci, the
# layer in $TMP/l:t.  ARGs are tar's, for names below the current directory.
odd_member() { # ARG...
	cp "$BASE/a.aci" "$TMP/x.aci"
	tar -rPf "$TMP/x.aci" "$@" --transform 'flags=rhs;s,^,rootfs/,'
	layout
	tar -cPf "$TMP/odd.tar" "$@"
	replace_layer "$TMP/odd.tar" application/vnd.oci.image.layer.v1.tar
}

# Change the type of the last member of a tar, and its check sum.
retype() { # FILE NAME CHARACTER
	perl -0777 -pi -e '
		my ($name, $type) = @ENV{qw(NAME TYPE)};
		my $at = rindex($_, $name . "\0");
		substr($_, $at + 156, 1) = $type;
		substr($_, $at + 148, 8) = " " x 8;
		my $sum = unpack("%32C*", substr($_, $at, 512));
		substr($_, $at + 148, 8) = sprintf("%06o\0 ", $sum);
	' "$1"
}

@test "what is not there, or not an image" {
	refuses "$TMP/none.aci" "open $TMP/none.aci: no such file or directory"
	refuses "oci:$TMP/none" "open $TMP/none: no such file or directory"
	refuses "oci-archive:$TMP/none.tar:t" "open $TMP/none.tar:"
	printf 'not an image' >"$TMP/n.aci"
	refuses "$TMP/n.aci" "'$TMP/n.aci': unknown image format"
	: >"$TMP/empty.aci"
	refuses "$TMP/empty.aci" "'$TMP/empty.aci': unknown image format"
	mkdir "$TMP/d"
	refuses "$TMP/d" "'$TMP/d': unknown image format"
	refuses "oci:$TMP/d" "'$TMP/d': there is no file 'oci-layout'"
	refuses "oci:$TMP/n.aci" "$TMP/n.aci"
	refuses "oci-archive:$TMP/n.aci" "$TMP/n.aci"
	mkfifo "$TMP/p.aci"
	refuses "$TMP/p.aci" "'$TMP/p.aci' is neither a file nor a directory"
	ln -s loop "$TMP/loop"
	refuses "$TMP/loop" "open $TMP/loop: too many levels"
}

@test "a file that may not be read" {
	without() {
		setpriv --bounding-set=-dac_override,-dac_read_search \
			--inh-caps=-dac_override,-dac_read_search \
			"$RKT_REAL" "$@"
	}
	cp "$BASE/a.aci" "$TMP/a.aci"
	chmod 0 "$TMP/a.aci"
	RKT_REAL=$RKT
	RKT=without
	refuses "$TMP/a.aci" "open $TMP/a.aci: permission denied"
	layout
	chmod 0 "$(blob_of .config)" "$TMP/l/index.json"
	refuses "oci:$TMP/l:t" "'$TMP/l': cannot open 'index.json'" \
		'ermission denied'
	chmod 644 "$TMP/l/index.json"
	refuses "oci:$TMP/l:t" "'$TMP/l': cannot open 'blobs/sha256/" \
		'ermission denied'
	layout
	chmod 0 "$(blob_of '.layers[0]')"
	refuses "oci:$TMP/l:t" "$(blob_of '.layers[0]'): permission denied"
}

@test "names and numbers that a layout does not have" {
	layout
	refuses "oci:$TMP/l:x" "fetch: '$TMP/l': no image 'x', only: t"
	refuses "oci:$TMP/l@1" "'$TMP/l': no image '@1', only 1"
	oci_copy "oci:$BASE/l:t" "oci-archive:$TMP/l.tar:t"
	refuses "oci-archive:$TMP/l.tar:x" "'$TMP/l.tar': no image 'x', only: t"
	oci_edit_index "$TMP/l" '.manifests = []'
	refuses "oci:$TMP/l" "'$TMP/l': holds no image"
	refuses "oci:$TMP/l:t" "no image 't', and none with a name"
}

@test "blobs that are not what the layout says" {
	local blob kind
	for kind in '.layers[0]' .config; do
		layout
		blob=$(blob_of "$kind")
		truncate -s -1 "$blob"
		refuses "oci:$TMP/l:t" "'$TMP/l'" "${blob##*/}" 'bytes instead of'
		printf x >>"$blob"
		refuses "oci:$TMP/l:t" "$TMP/l" "${blob##*/}"
		printf x >>"$blob"
		refuses "oci:$TMP/l:t" "'$TMP/l'" "${blob##*/}" 'bytes instead of'
		rm "$blob"
		refuses "oci:$TMP/l:t" \
			"'$TMP/l': there is no file 'blobs/sha256/${blob##*/}'"
	done
	layout
	blob=$(oci_blob "$TMP/l" "$(oci_digest "$TMP/l" t)")
	sed -i 's/schemaVersion":2/schemaVersion":3/' "$blob"
	refuses "oci:$TMP/l:t" "'$TMP/l'" "${blob##*/}"
	rm "$blob"
	refuses "oci:$TMP/l:t" "'$TMP/l': there is no file"
	layout
	blob=$(blob_of '.layers[0]')
	mv "$blob" "$TMP/secret"
	ln -s "$TMP/secret" "$blob"
	refuses "oci:$TMP/l:t" "'$TMP/l'" "${blob##*/}"
	layout
	oci_edit_config "$TMP/l" t '.rootfs.diff_ids[0] |= sub("..$"; "00")'
	refuses "oci:$TMP/l:t" 'unpacked, it has the digest sha256:' \
		'not the announced'
}

@test "documents of the wrong kind" {
	layout
	oci_edit_config "$TMP/l" t '.rootfs.diff_ids = []'
	refuses "oci:$TMP/l:t" "'$TMP/l'" \
		'has 1 layers, its configuration lists 0'
	layout
	oci_edit_manifest "$TMP/l" t '.config.mediaType = "text/plain"'
	refuses "oci:$TMP/l:t" "'$TMP/l'" \
		"is an artifact of type 'text/plain' and not a runnable image"
	layout
	oci_edit_manifest "$TMP/l" t '.artifactType = "application/x.sbom" |
		.config.mediaType = "application/vnd.oci.empty.v1+json"'
	refuses "oci:$TMP/l:t" "'$TMP/l'" "type 'application/x.sbom'"
	layout
	oci_edit_index "$TMP/l" '.manifests[0].mediaType =
		"application/vnd.docker.distribution.manifest.v1+json"'
	refuses "oci:$TMP/l:t" "'$TMP/l'"
	layout
	oci_edit_manifest "$TMP/l" t '.layers[0].mediaType = "text/plain"'
	refuses "oci:$TMP/l:t" "layer 0 is of the unknown type 'text/plain'"
	layout
	oci_edit_index "$TMP/l" '.manifests[0].digest = "sha256:../../../etc"'
	refuses "oci:$TMP/l:t" "'$TMP/l'"
	layout
	oci_edit_index "$TMP/l" '.manifests[0].digest = "md5:0123"'
	refuses "oci:$TMP/l:t" "'$TMP/l'"
	layout
	printf '{"imageLayoutVersion":"2.0.0"}' >"$TMP/l/oci-layout"
	refuses "oci:$TMP/l:t" \
		"'$TMP/l': layout version '2.0.0' is not supported"
}

@test "JSON that is broken, deep or ambiguous" {
	layout
	printf '{"manifests":' >"$TMP/l/index.json"
	refuses "oci:$TMP/l:t" "'$TMP/l'" index.json
	printf '{"a":1,"a":2}' >"$TMP/l/index.json"
	refuses "oci:$TMP/l:t" "'$TMP/l'" duplicate
	printf '%0200d' 0 | tr 0 '[' >"$TMP/l/index.json"
	refuses "oci:$TMP/l:t" "'$TMP/l'" 'nested deeper'
	truncate -s 64M "$TMP/l/index.json"
	refuses "oci:$TMP/l:t" "'$TMP/l': 'index.json' is larger than"
	ACI_MANIFEST=$(printf '%0200d' 0 | tr 0 '[')
	make_aci "$BASE/r" "$TMP/deep.aci"
	refuses "$TMP/deep.aci" "$TMP/deep.aci" 'nested deeper'
	ACI_MANIFEST=$(aci_manifest example.com/a |
		sed 's/{/{"name":"example.com\/b",/')
	make_aci "$BASE/r" "$TMP/twice.aci"
	refuses "$TMP/twice.aci" "$TMP/twice.aci" duplicate
}

@test "an .aci with a manifest of the wrong kind, or none" {
	ACI_MANIFEST='{"acKind":"PodManifest","acVersion":"0.8.11"}'
	make_aci "$BASE/r" "$TMP/k.aci"
	refuses "$TMP/k.aci" "$TMP/k.aci" PodManifest
	ACI_MANIFEST=$(aci_manifest 'no name')
	make_aci "$BASE/r" "$TMP/k.aci"
	refuses "$TMP/k.aci" "$TMP/k.aci" 'no name'
	unset ACI_MANIFEST
	cp "$BASE/a.aci" "$TMP/m.aci"
	tar --delete -f "$TMP/m.aci" manifest
	refuses "$TMP/m.aci" "$TMP/m.aci: has no 'manifest'"
	tar -C "$BASE/r" -rf "$TMP/m.aci" --transform 's,.*,manifest,' etc/group
	tar -C "$BASE/r" -rf "$TMP/m.aci" --transform 's,.*,manifest,' etc/group
	refuses "$TMP/m.aci" "$TMP/m.aci: member 'manifest' is there twice"
	cp "$BASE/a.aci" "$TMP/o.aci"
	tar -C "$BASE/r" -rf "$TMP/o.aci" etc/group
	refuses "$TMP/o.aci" "$TMP/o.aci: member 'etc/group'"
}

@test "archives that end too early or are corrupt" {
	local kind size
	for kind in gzip bzip2 xz zstd; do
		make_aci "$BASE/r" "$TMP/$kind.aci" --compress $kind
		size=$(stat -c %s "$TMP/$kind.aci")
		cp "$TMP/$kind.aci" "$TMP/c.aci"
		truncate -s $((size / 2)) "$TMP/c.aci"
		refuses "$TMP/c.aci" "$TMP/c.aci: "
		cp "$TMP/$kind.aci" "$TMP/c.aci"
		printf 'rkt rkt rkt rkt' | dd of="$TMP/c.aci" bs=1 \
			seek=$((size / 2)) conv=notrunc status=none
		refuses "$TMP/c.aci" "$TMP/c.aci: "
	done
	cp "$BASE/a.aci" "$TMP/c.aci"
	truncate -s 700000 "$TMP/c.aci"
	refuses "$TMP/c.aci" "$TMP/c.aci: "
	oci_copy "oci:$BASE/l:t" "oci-archive:$TMP/l.tar:t"
	size=$(stat -c %s "$TMP/l.tar")
	truncate -s $((size / 2)) "$TMP/l.tar"
	refuses "oci-archive:$TMP/l.tar:t" "'$TMP/l.tar'"
}

@test "members whose names lead out" {
	cd "$TMP"
	touch x
	odd_member --transform 's,^x,../../escaped,' x
	refuses "$TMP/x.aci" "$TMP/x.aci: member 'rootfs/../../escaped'" \
		"has '..' in its name"
	refuses "oci:$TMP/l:t" "/blobs/sha256/" "has '..' in its name"
	layout
	tar -cPf abs.tar "$TMP/x"
	replace_layer abs.tar application/vnd.oci.image.layer.v1.tar
	refuses "oci:$TMP/l:t" "member '$TMP/x' has an absolute name"
	cp "$BASE/a.aci" abs.aci
	tar -rPf abs.aci "$TMP/x"
	refuses "$TMP/abs.aci" "member '$TMP/x' has an absolute name"
}

@test "links that lead out" {
	cd "$TMP"
	touch target
	ln target hard
	odd_member --transform 'flags=rH;s,.*,../../../etc/passwd,' \
		--transform 'flags=h;s,.*,../../../etc/passwd,' target hard
	refuses "oci:$TMP/l:t" "has '..' in its name"
	layout
	tar -cPf hard.tar --transform 'flags=h;s,.*,/etc/hostname,' target hard
	replace_layer hard.tar application/vnd.oci.image.layer.v1.tar
	refuses "oci:$TMP/l:t" "is a hard link to '/etc/hostname'"
	cp "$BASE/a.aci" hard.aci
	tar -rPf hard.aci --transform 'flags=r;s,^,rootfs/,' \
		--transform 'flags=h;s,.*,manifest,' target hard
	refuses "$TMP/hard.aci" \
		"is a hard link to 'manifest' outside the file system"
}

@test "a link in the place of a directory is one of the image" {
	cd "$TMP"
	mkdir -p outside/sub a
	ln -s "$TMP/outside" way
	echo evil >a/file
	layout
	tar -cPf way.tar way
	tar -rPf way.tar --transform 's,^a/,way/,' a/file
	replace_layer way.tar application/vnd.oci.image.layer.v1.tar
	fetch "oci:$TMP/l:t"
	[ -z "$(find outside -type f)" ] || fail 'written outside'
	if [ "$status" -ne 0 ]; then
		assert_status 254
		assert_in "$stderr" "lies below 'way', which is not a directory"
	fi
}

@test "members of a kind that no image has" {
	cd "$TMP"
	touch strange
	odd_member strange
	NAME=rootfs/strange TYPE=Z retype x.aci
	refuses "$TMP/x.aci" "member 'rootfs/strange' is of the unknown type"
	NAME=strange TYPE=Z retype odd.tar
	replace_layer odd.tar application/vnd.oci.image.layer.v1.tar
	refuses "oci:$TMP/l:t" "member 'strange' is of the unknown type"
	mknod zero c 0 0
	odd_member zero
	refuses "$TMP/x.aci" "is a character device 0:0"
	refuses "oci:$TMP/l:t" "is a character device 0:0"
}

@test "a bomb is stopped by its size" {
	layout
	truncate -s 5G "$TMP/zeros"
	tar -C "$TMP" -cS --format=gnu -f "$TMP/sparse.tar" zeros
	replace_layer "$TMP/sparse.tar" application/vnd.oci.image.layer.v1.tar
	refuses "oci:$TMP/l:t" "takes the files beyond 4294967296 bytes"
}

@test "a full disk" {
	mkdir "$DATA"
	mount -t tmpfs -o size=1m,mode=0755 rkt-test "$DATA"
	refuses "$BASE/a.aci" "$BASE/a.aci" 'No space left on device'
	layout
	refuses "oci:$TMP/l:t" 'No space left on device'
	mount -o remount,size=64m "$DATA"
	fetch "$BASE/a.aci"
	assert_status 0
	umount "$DATA"
}

@test "a data directory that cannot be written" {
	mkdir "$DATA"
	mount -t tmpfs -o ro,mode=0755 rkt-test "$DATA"
	refuses "$BASE/a.aci" 'Read-only file system'
	umount "$DATA"
}

@test "a message of a hostile name is one line" {
	cd "$TMP"
	mkdir odd
	touch odd/$'new\nline\033[31m'
	odd_member --transform 's,^odd/,../,' "odd/"$'new\nline\033[31m'
	refuses "oci:$TMP/l:t" "has '..' in its name"
}
