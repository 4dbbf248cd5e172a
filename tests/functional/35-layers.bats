#!/usr/bin/env bats
# Stacked layers: what a pod sees is what the layers say, with overlayfs and
# without.
# SPDX-License-Identifier: Apache-2.0

load helper

setup() {
	setup_dirs
	umask 022
}

# The tar of DIR as one more layer of LAYOUT, entry by entry as named.
add_layer() { # LAYOUT DIR ENTRY...
	local layout=$1 dir=$2 tar=$TMP/layer.tar diff layer
	shift 2
	tar --create --file="$tar" --directory="$dir" --no-recursion \
		--sort=none --numeric-owner --mtime=@1000000000 -- "$@"
	diff=sha256:$(sha256sum <"$tar" | cut -d' ' -f1)
	layer=$(oci_put "$layout" application/vnd.oci.image.layer.v1.tar <"$tar")
	oci_edit_config "$layout" t ".rootfs.diff_ids += [\"$diff\"]"
	oci_edit_manifest "$layout" t ".layers += [$layer]"
}

fetch_image() { # LAYOUT
	run_rkt --insecure-options=image fetch "oci:$1:t"
	assert_status 0
	IMAGE=$output
}

# Output of a shell command in the image, the same in both kinds of pod.
run_both() { # COMMAND
	local overlay
	run_rkt run "$IMAGE" --exec=/bin/sh -- -c "$1"
	assert_status 0
	overlay=$output
	run_rkt run --no-overlay "$IMAGE" --exec=/bin/sh -- -c "$1"
	assert_status 0
	assert_output "$overlay"
}

layers_of() { # IMAGE: how many there are
	jq ".layers | length" "$DATA/cas/image/$1"*
}

@test "an opaque root hides every layer below it" {
	oci_busybox "$TMP/l" t
	mkdir -p "$TMP/old" "$TMP/new/etc"
	touch "$TMP/old/lost" "$TMP/new/.wh..wh..opq" "$TMP/new/kept"
	add_layer "$TMP/l" "$TMP/old" lost
	busybox_rootfs "$TMP/new"
	(cd "$TMP/new" && find . ! -name '.wh*' | sort) >"$TMP/list"
	mapfile -t list <"$TMP/list"
	add_layer "$TMP/l" "$TMP/new" .wh..wh..opq "${list[@]}"
	mkdir "$TMP/last"
	touch "$TMP/last/last"
	add_layer "$TMP/l" "$TMP/last" last
	fetch_image "$TMP/l"
	[ "$(layers_of "$IMAGE")" -eq 2 ]
	run_both 'cd /; ls -d kept last lost 2>/dev/null; true'
	assert_output 'kept
last'
	# Nothing else changes: it is the same image when fetched again.
	local first=$IMAGE
	fetch_image "$TMP/l"
	[ "$IMAGE" = "$first" ]
	[ "$(layers_of "$IMAGE")" -eq 2 ]
}

@test "hidden layers count for the key of an image" {
	local first
	for old in one two; do
		oci_new "$TMP/$old" t
		mkdir -p "$TMP/$old.d" "$TMP/top"
		touch "$TMP/$old.d/$old" "$TMP/top/.wh..wh..opq" "$TMP/top/f"
		add_layer "$TMP/$old" "$TMP/$old.d" "$old"
		add_layer "$TMP/$old" "$TMP/top" .wh..wh..opq f
		fetch_image "$TMP/$old"
		[ "$(layers_of "$IMAGE")" -eq 1 ]
		[ "$IMAGE" != "${first-}" ]
		first=$IMAGE
	done
}
