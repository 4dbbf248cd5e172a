# What is in the store, as people see it: image list, rm, cat-manifest.
# SPDX-License-Identifier: Apache-2.0
load helper

# NAME VERSION: an image in the store; its ID in $key
add() {
	[ -d "$TMP/r" ] || busybox_rootfs "$TMP/r"
	ACI_MANIFEST=$(aci_manifest "$1" ".labels[0].value = \"$2\"") \
		make_aci "$TMP/r" "$TMP/new.aci"
	key=$(rkt --insecure-options=image fetch --full "$TMP/new.aci")
}

@test "nothing in the store" {
	run_rkt image list
	assert_status 0
	assert_output $'ID\tNAME\tSIZE\tIMPORT TIME\tLAST USED'
	run_rkt image list --no-legend
	assert_output ''
	run_rkt image list --format=json-pretty
	assert_output null
}

@test "image list: table, full, json" {
	add example.com/busybox 1.0.0
	run_rkt image list
	assert_status 0
	[[ ${lines[0]} == $'ID\t\t\tNAME\t\t\t\tSIZE\tIMPORT TIME\tLAST USED' ||
		${lines[0]} == $'ID\t\t\tNAME\t\t\t\tSIZE\tIMPORT TIME\t\tLAST USED' ]] ||
		fail "legend"
	[[ ${lines[1]} =~ ^"${key:0:19}"$'\texample.com/busybox:1.0.0\t'[0-9.]+MiB$'\t'(now|[0-9]+ seconds? ago)$'\t'+(now|[0-9]+ seconds? ago)$ ]] ||
		fail "line"
	run_rkt image list --full --no-legend
	[[ $output =~ ^"$key"$'\texample.com/busybox:1.0.0\t'[0-9]+$'\t'20[0-9-]{8}\ [0-9:]{8}(\.[0-9]+)?\ \+0000\ UTC$'\t' ]] ||
		fail "full line"
	run_rkt image list --format=json
	[ "$(jq -r '.[0] | keys_unsorted | join(" ")' <<<"$output")" = \
		"id name import_time last_used_time size" ] || fail "keys"
	[ "$(jq -r '.[0].id' <<<"$output")" = "$key" ] || fail "id"
	[ "$(jq '.[0].import_time > 1700000000000000000' <<<"$output")" = true ]
}

@test "image list: fields, sort, order" {
	add example.com/b 2
	add example.com/a 1
	run_rkt image list --no-legend --fields=name
	assert_output $'example.com/b:2\nexample.com/a:1'
	run_rkt image list --no-legend --fields=name --sort=NAME
	assert_output $'example.com/a:1\nexample.com/b:2'
	run_rkt image list --no-legend --fields=name --sort=name --order=Desc
	assert_output $'example.com/b:2\nexample.com/a:1'
	run_rkt image list --fields=size,name --no-legend --sort=size,name
	[[ ${lines[0]} =~ ^[0-9.]+MiB$'\texample.com/a:1'$ ]] || fail "order"
}

@test "image list: words that mean nothing" {
	run_rkt image list --fields=id,bogus
	assert_status 254
	assert_in "$stderr" 'Error: invalid argument "id,bogus" for --fields=id,bogus: unknown option "bogus"'
	run_rkt image list --fields=id,id
	assert_status 254
	assert_in "$stderr" 'duplicated option "id"'
	run_rkt image list --order=up
	assert_status 254
	assert_in "$stderr" 'for --order=up: wrong sort order'
	run_rkt image list --format=xml
	assert_status 254
	assert_stderr 'list: Invalid format option: xml'
}

@test "image list: a broken record is told and hides no other" {
	add example.com/a 1
	add example.com/b 2
	echo '{' >"$DATA/cas/image/$key"
	run_rkt image list --no-legend --fields=name
	assert_status 0
	assert_output example.com/a:1
	assert_in "$stderr" 'list: 1 error(s) encountered when listing images:'
	run_rkt image rm "$key"
	assert_status 0
	run_rkt image list
	assert_stderr ''
}

@test "image cat-manifest" {
	add example.com/busybox 1.0.0
	run_rkt image cat-manifest "${key:0:12}"
	assert_status 0
	[ "${lines[1]}" = $'\t"acKind": "ImageManifest",' ] || fail "indent"
	[ "$(jq -r .name <<<"$output")" = example.com/busybox ]
	run_rkt image cat-manifest --pretty-print=false \
		example.com/busybox:1.0.0,os=linux
	assert_status 0
	[ "${#lines[@]}" -eq 1 ] || fail "not one line"
	[ "$(jq -r '.app.exec[0]' <<<"$output")" = /bin/sh ]
}

@test "image cat-manifest: no such image" {
	add example.com/busybox 1.0.0
	run_rkt image cat-manifest example.com/busybox:2
	assert_status 254
	assert_stderr 'cat-manifest: cannot find aci satisfying name: "example.com/busybox" and labels: ["version":"2"] in the local store'
	run_rkt image cat-manifest sha512-1
	assert_stderr 'cat-manifest: image ID too short'
	# Another first digit than the one there is.
	run_rkt image cat-manifest "sha512-$(tr 0-9a-f 1-9a-f0 <<<"${key:7:5}")"
	assert_stderr 'cat-manifest: no image IDs found'
	run_rkt image cat-manifest
	assert_status 254
	assert_in "$output" 'rkt image cat-manifest'
	assert_stderr ''
}

@test "image rm: by ID, by name, twice the same" {
	add example.com/a 1
	a=$key
	add example.com/b 2
	run_rkt image rm "${a:0:39}" example.com/b "$key"
	assert_status 0
	assert_output "successfully removed aci for image: \"$a\"
successfully removed aci for image: \"$key\""
	assert_stderr 'rm: 2 image(s) successfully removed'
	run_rkt image list --no-legend
	assert_output ''
	[ -z "$(find "$DATA/cas/blob" "$DATA/cas/imageManifest" -type f)" ] ||
		fail "files are left"
}

@test "image rm: what is not there is no failure" {
	add example.com/a 1
	run_rkt image rm nope example.com/a
	assert_status 0
	assert_output "successfully removed aci for image: \"$key\""
	assert_stderr 'rm: cannot find aci satisfying name: "nope" and labels: [] in the local store
rm: 1 image(s) successfully removed'
	run_rkt image rm nope
	assert_status 0
	assert_stderr 'rm: cannot find aci satisfying name: "nope" and labels: [] in the local store'
	run_rkt image rm
	assert_status 254
	assert_stderr 'rm: must provide at least one image ID'
}

@test "image rm: pods keep what they are made of, gc takes it after them" {
	add example.com/a 1
	rkt --insecure-options=image run --uuid-file-save="$TMP/u" "$key" \
		--exec /bin/true
	rkt image rm "$key"
	run_rkt gc
	assert_status 0
	[ "$(ls "$DATA/cas/tree")" != '' ] || fail "the layer of a pod is gone"
	rkt rm --uuid-file="$TMP/u"
	tree=$(ls "$DATA/cas/tree")
	run_rkt gc
	assert_status 0
	assert_stderr "gc: removed treestore \"$tree\""
	[ -z "$(ls "$DATA/cas/tree")" ] || fail "the layer is left"
	assert_no_mounts
}
