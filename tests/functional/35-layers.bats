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

@test "a directory that is only implied looks as the layer below says" {
	oci_busybox "$TMP/l" t
	mkdir -p "$TMP/base/srv/a" "$TMP/base/opt" "$TMP/top/srv/a/b" \
		"$TMP/top/opt" "$TMP/top/new"
	chown 12:34 "$TMP/base/srv" "$TMP/base/srv/a"
	chmod 2770 "$TMP/base/srv/a"
	chmod 0711 "$TMP/base/srv"
	chmod 1777 "$TMP/base/opt"
	touch "$TMP/top/srv/a/b/f" "$TMP/top/opt/x" "$TMP/top/new/x"
	add_layer "$TMP/l" "$TMP/base" srv srv/a opt
	add_layer "$TMP/l" "$TMP/top" srv/a/b/f opt/x new/x
	fetch_image "$TMP/l"
	run_both 'cd /; stat -c "%n %a %u:%g" opt srv srv/a srv/a/b new
		stat -c %Y srv/a; ls srv/a/b opt new'
	assert_output 'opt 1777 0:0
srv 711 12:34
srv/a 2770 12:34
srv/a/b 755 0:0
new 755 0:0
1000000000
new:
x

opt:
x

srv/a/b:
f'
}

@test "the root of a layer without a member for it is that of a lower one" {
	oci_busybox "$TMP/l" t
	mkdir "$TMP/base" "$TMP/top"
	chmod 0711 "$TMP/base"
	chown 12:34 "$TMP/base"
	touch "$TMP/top/x"
	add_layer "$TMP/l" "$TMP/base" .
	add_layer "$TMP/l" "$TMP/top" x
	fetch_image "$TMP/l"
	run_both 'stat -c "%a %u:%g" /'
	assert_output '711 12:34'
}

@test "no directory is implied above one that says what it is" {
	oci_busybox "$TMP/l" t
	mkdir -p "$TMP/one/d" "$TMP/two/d" "$TMP/three/d"
	chmod 0700 "$TMP/one/d"
	chmod 0750 "$TMP/three/d"
	touch "$TMP/two/d/x"
	add_layer "$TMP/l" "$TMP/one" d
	add_layer "$TMP/l" "$TMP/two" d/x
	add_layer "$TMP/l" "$TMP/three" d
	fetch_image "$TMP/l"
	run_both 'stat -c %a /d; ls /d'
	assert_output '750
x'
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

@test "layers that nothing implies have no list" {
	oci_new "$TMP/l" t
	mkdir -p "$TMP/top/d"
	touch "$TMP/top/d/f"
	add_layer "$TMP/l" "$TMP/top" . d d/f
	fetch_image "$TMP/l"
	run find "$DATA/cas/tree" -mindepth 2 -maxdepth 2 -name implied
	assert_output ''
	add_layer "$TMP/l" "$TMP/top" d/f
	fetch_image "$TMP/l"
	run sh -c 'tr "\0" "," <"$(echo "$DATA"/cas/tree/*/implied)"'
	assert_output ',d,'
	run_rkt image rm "$IMAGE"
	assert_status 0
}
