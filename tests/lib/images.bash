# Images for functional tests, made by tools that know nothing of rkt.
# SPDX-License-Identifier: Apache-2.0
#
#	busybox_rootfs DIR           a root file system around busybox
#	aci_manifest NAME [JQ]       an appc manifest on standard output
#	make_aci ROOTFS OUT [ARG..]  an .aci of it; ARGs are those of make-aci
#	oci_new LAYOUT REF           an empty image in an OCI layout (umoci)
#	oci_layer LAYOUT REF CMD..   one more layer: CMD runs in the rootfs
#	oci_busybox LAYOUT REF       an image with busybox and /bin/sh as command
#	images_go_arch               this machine as OCI spells it
#	oci_digest LAYOUT [REF]      digest of the manifest in index.json
#	oci_copy FROM TO [ARG..]     skopeo copy, quietly
#	tree_listing DIR             all that is in it, to be compared

IMAGES_LIB=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

busybox_rootfs() { # DIR
	local name
	mkdir -p "$1/bin" "$1/etc" "$1/proc" "$1/sys" "$1/dev" "$1/root"
	mkdir -p "$1/tmp"
	chmod 1777 "$1/tmp"
	cp /bin/busybox "$1/bin/busybox"
	for name in sh ls cat echo id stat readlink true false sleep env pwd test \
		mount touch rm mkdir getfattr find sort; do
		ln -sf busybox "$1/bin/$name"
	done
	printf 'root:x:0:0:root:/root:/bin/sh\nuser:x:1000:1000::/tmp:/bin/sh\n' \
		>"$1/etc/passwd"
	printf 'root:x:0:\nuser:x:1000:\nextra:x:2000:user\n' >"$1/etc/group"
}

images_host_arch() {
	case $(uname -m) in
	x86_64) echo amd64 ;;
	i?86) echo i386 ;;
	*) uname -m ;;
	esac
}

images_go_arch() { # as OCI spells it
	case $(uname -m) in
	x86_64) echo amd64 ;;
	i?86) echo 386 ;;
	aarch64) echo arm64 ;;
	*) uname -m ;;
	esac
}

aci_manifest() { # NAME [JQ filter]
	jq -n --arg name "$1" --arg arch "$(images_host_arch)" '{
		acKind: "ImageManifest", acVersion: "0.8.11", name: $name,
		labels: [{name: "version", value: "1.0.0"},
			{name: "os", value: "linux"},
			{name: "arch", value: $arch}],
		app: {exec: ["/bin/sh", "-c", "echo hello"], user: "0",
			group: "0"}} | '"${2:-.}"
}

make_aci() { # ROOTFS OUT [make-aci option...]; manifest: $ACI_MANIFEST or plain
	local rootfs=$1 out=$2
	shift 2
	printf '%s' "${ACI_MANIFEST:-$(aci_manifest example.com/busybox)}" |
		"$IMAGES_LIB/make-aci" "$@" "$rootfs" - "$out"
}

images_umoci() {
	umoci "$@" >/dev/null 2>"$TMP/umoci.log" || {
		cat "$TMP/umoci.log" >&2
		return 1
	}
}

oci_new() { # LAYOUT REF
	[ -e "$1/oci-layout" ] || images_umoci init --layout "$1"
	images_umoci new --image "$1:$2"
}

oci_layer() { # LAYOUT REF COMMAND...: run in the unpacked rootfs, then repacked
	local image=$1:$2 bundle
	shift 2
	bundle=$(mktemp -d "$TMP/bundle-XXXXXX")
	images_umoci unpack --image "$image" "$bundle/b"
	(cd "$bundle/b/rootfs" && "$@")
	images_umoci repack --image "$image" "$bundle/b"
	rm -rf "$bundle"
}

oci_config() { # LAYOUT REF OPTION...
	local image=$1:$2
	shift 2
	images_umoci config --image "$image" "$@"
}

oci_busybox() { # LAYOUT REF
	oci_new "$1" "$2"
	oci_layer "$1" "$2" busybox_rootfs .
	oci_config "$1" "$2" --config.cmd /bin/sh --config.cmd -c \
		--config.cmd 'echo hello'
}

oci_digest() { # LAYOUT [REF]
	jq -r --arg ref "${2-}" '[.manifests[] | select($ref == "" or
		.annotations["org.opencontainers.image.ref.name"] == $ref)]
		[0].digest' "$1/index.json"
}

oci_blob() { # LAYOUT DIGEST: its file
	echo "$1/blobs/${2%%:*}/${2#*:}"
}

# Store a blob and print its descriptor: oci_put LAYOUT TYPE <content
oci_put() {
	local sum tmp
	tmp=$(mktemp "$1/blobs/sha256/new-XXXXXX")
	cat >"$tmp"
	sum=$(sha256sum <"$tmp")
	sum=${sum%% *}
	mv "$tmp" "$1/blobs/sha256/$sum"
	chmod 0644 "$1/blobs/sha256/$sum"
	jq -nc --arg type "$2" --arg digest "sha256:$sum" \
		--argjson size "$(stat -c %s "$1/blobs/sha256/$sum")" \
		'{mediaType: $type, digest: $digest, size: $size}'
}

# Replace a blob by its edited self, all the way up to index.json:
# oci_edit_config LAYOUT REF JQ
oci_edit_config() {
	local manifest config
	manifest=$(oci_blob "$1" "$(oci_digest "$1" "$2")")
	config=$(jq "$3" "$(oci_blob "$1" "$(jq -r .config.digest "$manifest")")" |
		oci_put "$1" "$(jq -r .config.mediaType "$manifest")")
	oci_edit_manifest "$1" "$2" ".config = $config"
}

oci_edit_manifest() { # LAYOUT REF JQ
	local manifest new
	manifest=$(oci_blob "$1" "$(oci_digest "$1" "$2")")
	new=$(jq -c "$3" "$manifest" | oci_put "$1" \
		application/vnd.oci.image.manifest.v1+json)
	oci_edit_index "$1" "(.manifests[] | select(.annotations
		[\"org.opencontainers.image.ref.name\"] == \"$2\")) += $new"
}

oci_edit_index() { # LAYOUT JQ
	jq -c "$2" "$1/index.json" >"$1/index.new"
	mv "$1/index.new" "$1/index.json"
}

oci_copy() { # FROM TO [skopeo option...]
	local from=$1 to=$2
	shift 2
	skopeo copy --quiet --insecure-policy "$@" "$from" "$to" >/dev/null
}

# Kind, mode, owner, size, time, link and content of everything; names of
# overlayfs are no part of an image, and the time of a directory that a layer
# only implies is nobody's.
tree_listing() { # DIR
	(
		cd "$1"
		find . ! -type d -printf '%P %y %m %U:%G %s %Ts %l\n' | sort
		find . -type d -printf '%P %y %m %U:%G\n' | sort
		find . \( -type c -o -type b \) -exec stat -c '%n %t:%T' {} +
		find . -type f -exec sha256sum {} + | sort -k 2
		getfattr -R -h -d -e hex -m '^(user|security)\.' . | sort
	)
}
