#!/usr/bin/env bats
# Members of the group rkt: what they may do, and what root believes of it.
# SPDX-License-Identifier: Apache-2.0
load helper

MEMBER=64001
OTHER=64002
GROUP=64123

setup_file() {
	umask 022
	BASE=$(mktemp -d "${BATS_TMPDIR:-/tmp}/rkt-test-XXXXXX")
	export BASE TMP=$BASE
	oci_busybox "$BASE/l" t
	oci_layer "$BASE/l" t sh -c 'echo new >etc/new; rm etc/group'
	busybox_rootfs "$BASE/r"
	ACI_MANIFEST=$(aci_manifest example.com/a) \
		make_aci "$BASE/r" "$BASE/a.aci"
	ACI_MANIFEST=$(aci_manifest example.com/b '.app.exec = ["/bin/id"]') \
		make_aci "$BASE/r" "$BASE/b.aci"
	{
		cat /etc/group
		echo "rkt:x:$GROUP:"
	} >"$BASE/group"
	chmod -R a+rX "$BASE"
}

teardown_file() {
	rm -rf "$BASE"
}

setup() {
	umask 022
	setup_dirs
	chmod 755 "$TMP"
	skip_if_hidden
	as_root fetch --insecure-options=image "$BASE/b.aci" >/dev/null
	IN=$DATA/cas/incoming
}

# The directories above must let an unprivileged user through.
skip_if_hidden() {
	setpriv --reuid "$OTHER" --regid "$OTHER" --clear-groups \
		test -r "$BASE/a.aci" -a -x "$RKT" ||
		skip "an unprivileged user cannot get to $BASE"
}

# With a group rkt, for this process alone.
with_group() {
	unshare -m --propagation private bash -c \
		'mount --bind "$BASE/group" /etc/group && exec "$@"' - "$@"
}

as() { # UID GROUPS COMMAND...
	local uid=$1 groups=$2
	shift 2
	with_group setpriv --reuid "$uid" --regid "$uid" "$groups" "$@"
}

RKT_ARGS() {
	ARGS=("$RKT" --dir="$DATA" --system-config="$TMP/system"
		--local-config="$TMP/local")
}

as_root() {
	RKT_ARGS
	with_group "${ARGS[@]}" "$@"
}

as_member() {
	RKT_ARGS
	as "$MEMBER" --groups=$GROUP "${ARGS[@]}" "$@"
}

member_fetch() { # IMAGE; its key
	as_member fetch --full --insecure-options=image "$1"
}

in_incoming() { # COMMAND...: by another member, there
	as "$OTHER" --groups=$GROUP bash -c 'cd "$0" && "$@"' "$IN" "$@"
}

run_image() {
	run --separate-stderr as_root run --stage1-name=fly \
		--insecure-options=image "$1" --exec=/bin/echo -- ran
}

assert_trees() {
	[ "$(find "$DATA/cas/tree" -mindepth 1 -maxdepth 1 | wc -l)" -eq "$1" ] ||
		fail "not $1 trees: $(ls -A "$DATA/cas/tree")"
}

@test "the directories are as the group may use them" {
	local d
	for d in . locks cas cas/image cas/blob cas/imageManifest; do
		[ "$(stat -c '%a %u:%g' "$DATA/$d")" = "2750 0:$GROUP" ] ||
			fail "$d: $(stat -c '%a %u:%g' "$DATA/$d")"
	done
	[ "$(stat -c '%a %u:%g' "$IN")" = "2770 0:$GROUP" ]
	[ "$(stat -c '%a %u' "$DATA/cas/tree")" = "2700 0" ]
	[ -z "$(find "$DATA/cas" -type f -perm /022)" ] || fail "writable files"
}

@test "a member reads" {
	run --separate-stderr as_member image list --no-legend --fields=name
	assert_status 0
	assert_in "$output" example.com/b
	run --separate-stderr as_member image cat-manifest example.com/b
	assert_status 0
	assert_in "$output" /bin/id
	run --separate-stderr as_member list
	assert_status 0
	run --separate-stderr as_member run example.com/b
	assert_status 254
	assert_stderr 'run: cannot run as unprivileged user'
}

@test "a member fetches an .aci, nothing is unpacked, root runs it" {
	local key
	key=$(member_fetch "$BASE/a.aci")
	assert_trees 1
	[ -f "$IN/image/$key" ]
	run --separate-stderr as_member image cat-manifest "$key"
	assert_status 0
	assert_in "$output" example.com/a
	run --separate-stderr as_root image list --no-legend --fields=name
	assert_in "$output" example.com/a
	run_image example.com/a
	assert_status 0
	assert_in "$output" ran
	assert_trees 2
	[ "$(stat -c '%u %a' "$DATA/cas/image/$key")" = "0 640" ]
	[ ! -e "$IN/image/$key" ]
	[ -z "$(ls -A "$IN/tmp")" ]
}

@test "a member fetches a layout, and it is as if root had" {
	local key
	key=$(member_fetch "oci:$BASE/l:t")
	assert_trees 1
	run_image "$key"
	assert_status 0
	assert_in "$output" ran
	jq -S 'del(.imported)' "$DATA/cas/image/$key" >"$TMP/first"
	rm -rf "$DATA"
	[ "$(as_root fetch --full --insecure-options=image "oci:$BASE/l:t")" = "$key" ]
	jq -S 'del(.imported)' "$DATA/cas/image/$key" | diff "$TMP/first" -
}

@test "root's fetch of the same image takes precedence" {
	local key
	key=$(member_fetch "$BASE/a.aci")
	as_root fetch --insecure-options=image "$BASE/a.aci"
	in_incoming rm -rf blob
	run_image "$key"
	assert_status 0
}

@test "a record that lies is refused" {
	local key other jq
	other=$(as_root image list --no-legend --full --fields=id)
	for jq in '.name = "example.com/b"' '.labels = []' '.format = "oci"' \
		'.format = "x"' '.layers = []' '.layers += .layers' \
		'.layers[0].blob = "'"$(printf 'sha512-%064d' 0)"'"'; do
		key=$(member_fetch "$BASE/a.aci")
		in_incoming sh -c "jq -c '$jq' image/$key >tmp/x && rm image/$key &&
			mv tmp/x image/$key"
		run_image "$key"
		assert_status 254
		assert_in "$stderr" "cannot trust image '$key': "
		[ "${#stderr_lines[@]}" -eq 1 ]
		[ ! -e "$DATA/cas/image/$key" ]
	done
	# one image as another, which root has not got
	as_root image rm "$other"
	in_incoming sh -c "sed 's/$key/$other/g' image/$key >image/$other"
	in_incoming sh -c "mkdir -p imageManifest/sha512/${other:7:2} blob/sha512/${other:7:2}
		cp imageManifest/sha512/*/$key imageManifest/sha512/${other:7:2}/$other
		cp blob/sha512/*/$key blob/sha512/${other:7:2}/$other"
	run_image "$other"
	assert_status 254
	assert_in "$stderr" "cannot trust image '$other': "
	[ ! -e "$DATA/cas/image/$other" ]
}

@test "a blob or a manifest that is another one is refused" {
	local key blob
	key=$(member_fetch "oci:$BASE/l:t")
	in_incoming sh -c "f=\$(ls imageManifest/sha512/*/$key) &&
		sed 's,/bin/sh,/bin/xx,' \$f >tmp/x && rm \$f && mv tmp/x \$f"
	run_image "$key"
	assert_status 254
	assert_in "$stderr" "cannot trust image '$key': its content is that of "
	in_incoming rm "image/$key"
	as_root image gc --grace-period=24h # what was right in it
	assert_trees 1
	key=$(member_fetch "oci:$BASE/l:t")
	blob=$(in_incoming sh -c 'find blob/sha256 -type f | head -1')
	in_incoming sh -c "cp $blob tmp/x && printf x >>tmp/x && rm $blob &&
		mv tmp/x $blob"
	run_image "$key"
	assert_status 254
	assert_in "$stderr" "cannot trust image '$key': "
	[ ! -e "$DATA/cas/image/$key" ]
	in_incoming rm "image/$key"
	as_root image gc --grace-period=24h
	assert_trees 1
}

@test "links, fifos and what else is planted is not followed" {
	local key path
	key=$(member_fetch "$BASE/a.aci")
	path=$(in_incoming sh -c 'ls blob/sha512/*/*')
	in_incoming sh -c "rm $path && mkfifo $path"
	run timeout 20 bash -c "$(declare -f as_root with_group RKT_ARGS)
		as_root run --stage1-name=fly $key"
	assert_status 254
	in_incoming sh -c "rm $path && ln -s /etc/passwd $path"
	run_image "$key"
	assert_status 254
	in_incoming sh -c "rm image/$key && mkfifo image/$key"
	run timeout 20 bash -c "$(declare -f as_root with_group RKT_ARGS)
		as_root run --stage1-name=fly $key"
	assert_status 254
	mkdir "$TMP/victim"
	touch "$TMP/victim/precious"
	in_incoming sh -c "mv tmp tmp2 && ln -s $TMP/victim tmp
		rm -rf image && ln -s $TMP/victim image"
	run --separate-stderr as_root image gc --grace-period=24h
	[ -e "$TMP/victim/precious" ]
	run_image example.com/b
	assert_status 0
}

@test "a member cannot change what root fetched" {
	local f
	for f in $(cd "$DATA/cas" && find image imageManifest blob -type f); do
		run in_incoming sh -c "echo x >>../$f"
		[ "$status" -ne 0 ] || fail "could write $f"
		run in_incoming rm "../$f"
		[ "$status" -ne 0 ] || fail "could remove $f"
		run in_incoming mv "../$f" x
		[ "$status" -ne 0 ] || fail "could move $f"
	done
	run in_incoming mv ../tree ../x
	[ "$status" -ne 0 ]
}

@test "who is no member gets one clear line" {
	RKT_ARGS
	run --separate-stderr as "$OTHER" --clear-groups "${ARGS[@]}" \
		fetch --insecure-options=image "$BASE/a.aci"
	assert_status 254
	[ "${#stderr_lines[@]}" -eq 1 ]
	assert_in "$stderr" 'Permission denied'
}

@test "root believes no store that others may write" {
	chmod g+w "$DATA/cas"
	run_image example.com/b
	assert_status 254
	assert_in "$stderr" "others than root may write in '$DATA/cas'"
}
