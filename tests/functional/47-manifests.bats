#!/usr/bin/env bats
# From images and options to the manifest of a pod, and from that to a process:
# names, checks, users, programs, names of hosts.
# SPDX-License-Identifier: Apache-2.0

load helper

setup_file() {
	busybox_rootfs "$BATS_FILE_TMPDIR/root"
	make_aci "$BATS_FILE_TMPDIR/root" "$BATS_FILE_TMPDIR/bb.aci"
	debian_rootfs "$BATS_FILE_TMPDIR/deb"
	ACI_MANIFEST=$(aci_manifest example.com/debian \
		'.app.exec = ["bash", "-c", "echo $BASH_VERSION"]') \
		make_aci "$BATS_FILE_TMPDIR/deb" "$BATS_FILE_TMPDIR/deb.aci"
}

# A root of the packages that this Debian has itself: /bin is a link, programs
# need their libraries, resolv.conf leads nowhere.
debian_rootfs() { # DIR
	local dir
	mkdir -p "$1/usr" "$1/etc" "$1/root" "$1/home/web"
	for dir in bin sbin lib lib32 lib64 libx32; do
		[ ! -L "/$dir" ] || ln -s "usr/$dir" "$1/$dir"
	done
	dpkg -L bash coreutils libc6 libtinfo6 libselinux1 libpcre2-8-0 \
		libacl1 libattr1 libgmp10 libc-bin | sort -u |
		while read -r file; do
			case $file in
			*/share/*) ;;
			/bin/* | /lib*/* | /usr/bin/* | /usr/lib*/*)
				[ -d "$file" ] || echo "${file#/}"
				;;
			esac
		done | sed -E 's,^(bin|sbin|lib[0-9x]*)/,usr/\1/,' | sort -u |
		tar -C / -cf - --ignore-failed-read -T - 2>/dev/null |
		tar -C "$1" -xf -
	cp /usr/share/base-passwd/passwd.master "$1/etc/passwd"
	cp /usr/share/base-passwd/group.master "$1/etc/group"
	echo 'web:x:1005:1006:,,,:/home/web:/bin/bash' >>"$1/etc/passwd"
	echo 'web:x:1006:' >>"$1/etc/group"
	chown 1005:1006 "$1/home/web"
	ln -s ../run/systemd/resolve/stub-resolv.conf "$1/etc/resolv.conf"
	echo "127.0.0.1 localhost" >"$1/etc/hosts"
}

setup() {
	setup_dirs
	BB=$BATS_FILE_TMPDIR/bb.aci
}

image() { # NAME JQ: an image with busybox, $IMAGE
	IMAGE=$TMP/image.aci
	ACI_MANIFEST=$(aci_manifest "$1" "$2") \
		make_aci "${ROOT:-$BATS_FILE_TMPDIR/root}" "$IMAGE"
}

run_image() { # ARGUMENT...
	run_rkt --insecure-options=image run "$@"
}

manifest_of_pod() {
	cat "$DATA"/pods/run/*/pod
}

no_pods() {
	[ ! -d "$DATA/pods" ] ||
		[ -z "$(find "$DATA/pods" -mindepth 2 -maxdepth 2)" ] ||
		fail "left a pod"
}

refused() { # MESSAGE ARGUMENT...
	local message=$1
	shift
	run_image "$@"
	assert_status 254
	assert_in "$stderr" "$message"
	no_pods
}

version() {
	"$RKT" version | sed -n 's/^rkt Version: //p'
}

# ---- what is written ----

@test "the manifest of a pod, byte for byte" {
	mkdir "$TMP/srv"
	image example.com/web '.app = {exec: ["/bin/true"], user: "0",
		group: "0", ports: [{name: "web", protocol: "tcp", port: 80}]}'
	run_image "--volume=d,kind=host,source=$TMP/srv" "$IMAGE" \
		--mount=volume=d,target=/data
	assert_status 0
	id=$(rkt image list --full --no-legend | cut -f1)
	printf '%s' '{"acVersion":"'"$(version)"'","acKind":"PodManifest",' \
		'"apps":[{"name":"web","image":{"name":"example.com/web",' \
		'"id":"'"$id"'","labels":[{"name":"version","value":"1.0.0"},' \
		'{"name":"os","value":"linux"},{"name":"arch","value":"' \
		"$(images_host_arch)" '"}]},' \
		'"app":{"exec":["/bin/true"],"user":"0","group":"0",' \
		'"ports":[{"name":"web","protocol":"tcp","port":80,' \
		'"count":1,"socketActivated":false}]},' \
		'"mounts":[{"volume":"d","path":"/data"}]}],' \
		'"volumes":[{"name":"d","kind":"host","source":"' \
		"$TMP/srv" '"}],"isolators":null,"annotations":' \
		'[{"name":"coreos.com/rkt/stage1/mutable","value":"false"}],' \
		'"ports":[]}' >"$TMP/want"
	sed -i 's/sha512-\([0-9a-f]\{64\}\)[0-9a-f]*/sha512-\1/' "$TMP/want"
	diff "$TMP/want" <(manifest_of_pod)
	rm -r "$DATA/pods"
	run_image "$IMAGE"
	diff <(jq -c '.volumes = null | del(.apps[0].mounts)' "$TMP/want") \
		<(manifest_of_pod; echo)
}

@test "options of an app in the manifest" {
	image example.com/web '.app += {workingDirectory: "/etc",
		userLabels: {of: "image"}, userAnnotations: {of: "image"},
		supplementaryGIDs: [1], environment: [{name: "A", value: "1"}]}'
	run_image --set-env=Z=9 "$IMAGE" --name=other --exec=/bin/sh \
		--working-dir=/root --user=user --group=extra \
		--supplementary-gids=5,6 --supplementary-gids=7 \
		--annotation=a/b=1 --annotation=a/b=2 --annotation=c=3 \
		--user-annotation=Any\ key=v --user-label=l=1 --user-label=k=2 \
		--environment=A=2 --environment=B=3 --readonly-rootfs=true \
		-- -c true "" --name=no
	assert_status 0
	[ "$(jq -c '.apps[0] | del(.image)' "$DATA"/pods/run/*/pod)" = \
		'{"name":"other","app":{"exec":["/bin/sh","-c","true","","--name=no"],"user":"user","group":"extra","supplementaryGIDs":[5,6,7],"workingDirectory":"/root","environment":[{"name":"A","value":"2"},{"name":"B","value":"3"},{"name":"Z","value":"9"}],"userAnnotations":{"Any key":"v"},"userLabels":{"k":"2","l":"1"}},"readOnlyRootFS":true,"annotations":[{"name":"a/b","value":"2"},{"name":"c","value":"3"}]}' ] ||
		fail "$(jq -c '.apps[0] | del(.image)' "$DATA"/pods/run/*/pod)"
}

@test "names of apps" {
	while read -r name want; do
		rm -rf "$DATA/pods"
		image "$name" .
		run_image "$IMAGE"
		assert_status 0
		[ "$(jq -r '.apps[0].name' "$DATA"/pods/run/*/pod)" = "$want" ] ||
			fail "$name: not $want"
	done <<-'EOT'
		example.com/busybox busybox
		plain plain
		example.com/a/my_app.2 my-app-2
		example.com/a~b a-b
	EOT
	rm -rf "$DATA/pods"
	refused '"Not_a_name" is not an ACName' "$BB" --name=Not_a_name
}

# ---- what is refused ----

@test "images that cannot be run here" {
	while IFS='|' read -r filter message; do
		image example.com/a "$filter"
		refused "$message" "$IMAGE"
	done <<-'EOT'
		.labels = []|run: error setting up stage0: missing os label in the image manifest
		.labels = [{name: "os", value: "linux"}]|run: error setting up stage0: missing arch label in the image manifest
		.labels = [{name: "os", value: "freebsd"}, {name: "arch", value: "amd64"}]|run: error setting up stage0: bad os "freebsd" (must be one of: [linux])
		.labels = [{name: "os", value: "linux"}, {name: "arch", value: "s390x"}]|run: error setting up stage0: bad arch "s390x" for linux (must be one of: [
		del(.app)|has no app section and --exec argument is not provided
		.app.exec = []|image "example.com/a" has an empty "exec" (try --exec=BINARY)
		del(.app.exec)|image "example.com/a" has an empty "exec" (try --exec=BINARY)
	EOT
	image example.com/a 'del(.app)'
	run_image "$IMAGE" --exec=/bin/id
	assert_status 0
	assert_in "$output" "uid=0"
}

@test "values of options that cannot be" {
	while IFS='|' read -r option message; do
		refused "$message" "$BB" "$option"
	done <<-'EOT'
		--memory=16m|memory limit of 1 bytes too low
		--memory=4095|memory limit of 4095 bytes too low
		--memory=lots|"lots" is not a quantity
		--cpu=many|"many" is not a quantity
		--cpu-shares=1|1 is not between 2 and 262144
		--cpu-shares=262145|262145 is not between 2 and 262144
		--oom-score-adj=1001|1001 is not between -1000 and 1000
		--supplementary-gids=1,x|parsing "x"
		--supplementary-gids=-1|-1 is not between 0
		--environment=none|must be specified as key=value
		--annotation=Bad_Key=1|"Bad_Key" is not an ACIdentifier
		--readonly-rootfs=maybe|strconv.ParseBool: parsing "maybe": invalid syntax
		--working-dir=relative|"relative" is not an absolute path
		--caps-retain=|set must be a list, and not empty
	EOT
	refused 'key "A" already set' --set-env=A=1 --set-env=A=2 "$BB"
	refused '--exec can be used only once per image' "$BB" --exec=/a \
		--exec=/b
	printf 'A=1\nA=2\n' >"$TMP/env"
	refused 'key "A" already set' "--set-env-file=$TMP/env" "$BB"
	printf '=1\n' >"$TMP/env"
	refused 'empty variable name in "=1"' "--set-env-file=$TMP/env" "$BB"
	printf 'novalue\n' >"$TMP/env"
	refused 'must be specified as key=value' "--set-env-file=$TMP/env" "$BB"
}

@test "dns flags are checked before there is a pod" {
	while IFS='|' read -r options message; do
		# shellcheck disable=SC2086
		refused "run: error with dns flags: $message" $options "$BB"
	done <<-'EOT'
		--dns=1.2.3|Invalid IP passed to --dns: 1.2.3
		--dns=host,8.8.8.8|no other --dns options allowed when --dns=host is passed
		--dns=8.8.8.8 --dns=none|no other --dns options allowed when --dns=none is passed
		--dns=host --dns-search=a|Cannot call --dns-opt, --dns-search, or --dns-domain with --dns=host
		--dns=none --dns-opt=a|Cannot call --dns-opt, --dns-search, or --dns-domain with --dns=none
		--dns=host --dns-domain=a|Cannot call --dns-opt, --dns-search, or --dns-domain with --dns=host
		--hosts-entry=x|Did not understand --hosts-entry x
		--hosts-entry=x=y|Invalid IP passed to --hosts-entry: x
		--hosts-entry=host,1.2.3.4=a|cannot pass --hosts-entry=host with multiple hosts-entries
	EOT
}

# ---- names of hosts ----

names() { # OPTION...
	run_image "$@" "${IMAGE:-$BB}" --exec=/bin/sh -- -c \
		'cat /etc/resolv.conf; echo --; cat /etc/hosts; readlink /etc/mtab'
}

@test "hosts entries are sorted, and resolv.conf is in order" {
	names --dns-domain=d --dns-opt=o1 --dns=8.8.4.4,::1 --dns-search=s1 \
		--dns-search=s2 --hosts-entry=10.0.0.2=b,10.0.0.1=a \
		--hosts-entry='10.0.0.2=c d'
	assert_status 0
	uuid=$(ls "$DATA/pods/run")
	assert_output "# Generated by rkt run

search s1 s2
nameserver 8.8.4.4
nameserver ::1
options o1
domain d
--
127.0.0.1	localhost localhost.localdomain rkt-$uuid
::1	localhost ip6-localhost ip6-loopback
fe00::0	ip6-localnet
ff00::0	ip6-mcastprefix
ff02::1	ip6-allnodes
ff02::2	ip6-allrouters
ff02::3	ip6-allhosts


# Added by rkt run --hosts-entry
10.0.0.1	a
10.0.0.2	b c d
../proc/self/mounts"
}

@test "the image's own files stay, and links of it are followed inside" {
	IMAGE=$BATS_FILE_TMPDIR/deb.aci
	run_image "$IMAGE" --exec=/bin/bash -- -c 'cat /etc/hosts
		cat /etc/resolv.conf 2>/dev/null || echo none
		readlink /etc/resolv.conf /etc/mtab'
	assert_status 0
	assert_output "127.0.0.1 localhost
none
../run/systemd/resolve/stub-resolv.conf
../proc/self/mounts"
	run_image --dns=192.0.2.1 "$IMAGE" --exec=/bin/bash -- -c \
		'tail -n 1 /etc/resolv.conf; ls /run/systemd/resolve'
	assert_status 0
	assert_output $'nameserver 192.0.2.1\nstub-resolv.conf'
}

# ---- who and what runs ----

@test "a Debian root: programs, libraries, users" {
	IMAGE=$BATS_FILE_TMPDIR/deb.aci
	for mode in "" --no-overlay; do
		# shellcheck disable=SC2086
		run_image $mode "$IMAGE"
		assert_status 0
		assert_in "$output" "."
		# shellcheck disable=SC2086
		run_image $mode "$IMAGE" --user=web --group=web --exec=id
		assert_output "uid=1005(web) gid=1006(web) groups=1006(web)"
		# shellcheck disable=SC2086
		run_image $mode "$IMAGE" --user=/home/web --group=/home/web \
			--working-dir=/home/web --exec=bash -- -c \
			'id -un; touch file; stat -c "%U %G" file; pwd'
		assert_output $'web\nweb web\n/home/web'
		# shellcheck disable=SC2086
		run_image $mode "$IMAGE" --user=daemon --group=tty \
			--supplementary-gids=1006 --exec=id
		assert_output "uid=1(daemon) gid=5(tty) groups=5(tty),1006(web)"
	done
	run_image "$IMAGE" --exec=env
	assert_output "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
SHELL=/bin/sh
USER=root
LOGNAME=root
HOME=/root"
	run_image "$IMAGE" --environment=PATH=/opt:bin --exec=id -- -u
	assert_output 0
	run_image "$IMAGE" --environment=PATH=/opt --exec=id
	assert_status 254
	assert_in "$stderr" 'unable to find "id" in "/opt"'
}

@test "passwd files of hostile images" {
	cp -a "$BATS_FILE_TMPDIR/root" "$TMP/root"
	{
		head -c 3000000 /dev/zero | tr '\0' x
		printf '\n:::\n\nuser:x:-5:0\nuser\nuser:x:77:78::/:/bin/sh\n'
		printf 'user:x:99:99\nlast:x:88:89'
	} >"$TMP/root/etc/passwd"
	ROOT=$TMP/root image example.com/a .
	run_image "$IMAGE" --user=user --exec=/bin/id -- -u
	assert_output 77
	run_image "$IMAGE" --user=last --exec=/bin/id -- -u
	assert_output 88
	run_image "$IMAGE" --user=-5 --exec=/bin/id
	assert_status 254
	assert_in "$stderr" "unable to determine app's uid and gid: no user \"-5\" in the image"
	ln -sf "../../../../../../../../../..$TMP/passwd" "$TMP/root/etc/passwd"
	echo 'host:x:1:1:' >"$TMP/passwd"
	ROOT=$TMP/root image example.com/a .
	run_image "$IMAGE" --user=host --exec=/bin/id
	assert_status 254
	assert_in "$stderr" 'no user "host" in the image'
}

@test "a docker user without a group of its name" {
	oci_busybox "$TMP/layout" v
	oci_layer "$TMP/layout" v sh -c 'echo alone:x:77:78::/: >>etc/passwd'
	oci_config "$TMP/layout" v --config.user alone
	run_image "oci:$TMP/layout:v" --exec=/bin/sh -- -c 'id -u; id -g'
	assert_status 0
	assert_output $'77\n77'
	run_image "oci:$TMP/layout:v" --group=other --exec=/bin/id
	assert_status 254
	assert_in "$stderr" 'no group "other" in the image'
	run_image "oci:$TMP/layout:v" --user=user --exec=/bin/id -- -g
	assert_output 1000
}

@test "the environment of the caller, whatever its names are" {
	run --separate-stderr env -i "PATH=$PATH" "BASH_FUNC_x%%=() { :; }" \
		"ODD.name-1=a b" "EMPTY=" "$RKT" --dir="$DATA" \
		--insecure-options=image run --inherit-env "$BB" \
		--exec=/bin/env
	assert_status 0
	assert_in "$output" "BASH_FUNC_x%%=() { :; }"
	assert_in "$output" "ODD.name-1=a b"
	assert_in "$output" $'\nEMPTY='
}

# ---- where it runs ----

@test "a data directory on an overlay, as in a container: copies" {
	mkdir "$TMP/disk"
	mount -t tmpfs tmpfs "$TMP/disk"
	mkdir "$TMP/disk/lower" "$TMP/disk/upper" "$TMP/disk/work" "$DATA"
	mount -t overlay overlay "-olowerdir=$TMP/disk/lower,upperdir=$TMP/disk/upper,workdir=$TMP/disk/work" "$DATA"
	run_image "$BB"
	assert_status 0
	assert_output hello
	assert_in "$stderr" 'run: disabling overlay support: "the data directory is on an overlay itself"'
	[ ! -e "$(echo "$DATA"/pods/run/*)/overlay-prepared" ]
	umount "$DATA" "$TMP/disk"
}
