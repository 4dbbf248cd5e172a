# Images with one of each kind of file, for tests of what becomes of them.
# SPDX-License-Identifier: Apache-2.0

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
