#!/usr/bin/env bats
# The fly engine as its users see it: who the app is, what it sees, how it ends,
# and what is left of it.
# SPDX-License-Identifier: Apache-2.0

load helper

setup_file() {
	export IMAGE=$BATS_FILE_TMPDIR/app.aci
	mkdir "$BATS_FILE_TMPDIR/root"
	busybox_rootfs "$BATS_FILE_TMPDIR/root"
	mkdir "$BATS_FILE_TMPDIR/root/own"
	chown 41:42 "$BATS_FILE_TMPDIR/root/own"
	ln -s /real/place "$BATS_FILE_TMPDIR/root/link"
	make_aci "$BATS_FILE_TMPDIR/root" "$IMAGE"
}

# in_app SCRIPT [OPTION OF THE APP...]; options of the pod in POD
in_app() {
	local script=$1
	shift
	run_rkt --insecure-options=image run --stage1-name=fly \
		"${POD[@]}" "$IMAGE" "$@" --exec=/bin/sh -- -c "$script"
}

# exec_app FILE [OPTION OF THE APP...]
exec_app() {
	local file=$1
	shift
	run_rkt --insecure-options=image run "${POD[@]}" "$IMAGE" "$@" \
		--exec="$file"
}

# Start in the background, with $PID as its process; the app touches /v/ready.
start_app() { # SCRIPT
	mkdir "$TMP/vol"
	"$RKT" --dir="$DATA" --system-config="$TMP/system" \
		--local-config="$TMP/local" --insecure-options=image run \
		--uuid-file-save="$TMP/uuid" \
		--volume=v,kind=host,source="$TMP/vol" "$IMAGE" \
		--mount=volume=v,target=/v --exec=/bin/sh -- -c "$1" \
		>"$TMP/out" 2>"$TMP/err" 3>&- &
	PID=$!
	wait_for test -e "$TMP/vol/ready"
}

wait_for() {
	for _ in $(seq 200); do
		if "$@"; then
			return 0
		fi
		sleep 0.05
	done
	fail "$* never came true; $(cat "$TMP/err")"
}

count_mounts() {
	wc -l </proc/self/mountinfo
}

# ---- who the app is ----

@test "user and group by number, name and file" {
	in_app 'id -u; id -g' --user=12 --group=13
	assert_status 0
	assert_output $'12\n13'
	in_app 'id -u; id -g' --user=user --group=extra
	assert_output $'1000\n2000'
	in_app 'id -u; id -g' --user=/own --group=/own
	assert_output $'41\n42'
}

@test "a user that is not there is named" {
	in_app 'id' --user=nobody
	assert_status 254
	assert_output ""
	assert_in "$stderr" "unable to determine app's uid and gid: "
	assert_in "$stderr" '"nobody"'
	in_app 'id' --group=nogroup
	assert_status 254
	assert_in "$stderr" '"nogroup"'
	in_app 'id' --user=/nope
	assert_status 254
	assert_in "$stderr" '"/nope"'
}

@test "supplementary groups are those that were asked for" {
	in_app 'id -G' --user=5 --group=6 --supplementary-gids=1024,2048
	assert_status 0
	assert_output "6 1024 2048"
	in_app 'id -G' --user=5 --group=6
	assert_output "6"
}

@test "root keeps nothing of the caller's groups" {
	in_app 'grep Groups: /proc/self/status || cat /proc/self/status'
	assert_status 0
	assert_in "$output" $'Groups:\t0'
}

@test "working directory" {
	in_app 'pwd' --working-dir=/etc
	assert_status 0
	assert_output "/etc"
	in_app 'pwd'
	assert_output "/"
}

@test "a missing working directory is one clear line" {
	in_app 'pwd' --working-dir=/no/where
	assert_status 254
	assert_output ""
	assert_in "$stderr" "cannot change to working directory '/no/where'"
	assert_in "$stderr" "No such file or directory"
	# Not every machine has the group that images are given to.
	[ "$(printf '%s\n' "$stderr" | grep -cv 'group "rkt"')" -eq 1 ] ||
		fail "many lines"
}

@test "environment is the app's and the defaults, nothing else" {
	LEAK=out exec_app /bin/env --environment=HOME=/h --environment=A=b=c
	assert_status 0
	assert_in "$output" $'HOME=/h'
	assert_in "$output" $'A=b=c'
	sorted=$(printf '%s\n' "$output" | LC_ALL=C sort)
	[ "$sorted" = "A=b=c
HOME=/h
LOGNAME=root
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
SHELL=/bin/sh
USER=root" ] || fail "other variables"
}

# ---- what is executed ----

@test "a bare name is found by the declared PATH" {
	exec_app id --environment=PATH=/nope:/bin --user=3 --group=4
	assert_status 0
	assert_output "uid=3 gid=4 groups=4"
	exec_app id --environment=PATH=/nope:/sbin
	assert_status 254
	assert_in "$stderr" 'unable to find "id" in "/nope:/sbin"'
}

@test "without PATH: working directory, /bin, /usr/bin" {
	exec_app pwd --working-dir=/etc
	assert_status 0
	assert_output "/etc"
	exec_app nope --working-dir=/etc
	assert_status 254
	assert_in "$stderr" 'unable to find "nope" in "/etc:/bin:/usr/bin"'
}

@test "a name with a slash starts at the working directory" {
	exec_app ../bin/pwd --working-dir=/etc
	assert_status 0
	assert_output "/etc"
	exec_app ./pwd --working-dir=/bin
	assert_status 0
	assert_output "/bin"
}

@test "argv[0] is what was asked for, links or not" {
	exec_app /bin/id --user=3 --group=4
	assert_output "uid=3 gid=4 groups=4"
	run_rkt --insecure-options=image run "$IMAGE" --exec=sh -- -c \
		'busybox tr "\0" "\n" </proc/$$/cmdline; true'
	assert_status 0
	[ "${lines[0]}" = sh ] || fail "argv[0] is a path"
}

@test "a missing binary is named" {
	exec_app /bin/nope
	assert_status 254
	assert_output ""
	assert_in "$stderr" '"/bin/nope"'
	assert_in "$stderr" "No such file or directory"
	exec_app /etc/passwd
	assert_status 254
	assert_in "$stderr" "Permission denied"
}

# ---- how it ends ----

@test "exit status is the app's" {
	for code in 0 1 42 254 255; do
		in_app "exit $code"
		assert_status "$code"
	done
}

@test "death by signal is the app's" {
	in_app 'kill -KILL $$'
	assert_status 137
	in_app 'kill -TERM $$'
	assert_status 143
}

@test "a signal to rkt is a signal to the app" {
	start_app 'trap "exit 7" TERM; touch /v/ready
		while :; do sleep 0.1; done'
	kill -TERM "$PID"
	code=0
	wait "$PID" || code=$?
	[ "$code" -eq 7 ] || fail "exit status is $code"
	[ "$(cat "$DATA"/pods/*/"$(cat "$TMP/uuid")"/pid)" = "$PID" ] ||
		fail "the pod's pid is another"
}

@test "standard streams are the caller's" {
	run --separate-stderr bash -c '
		echo line | "$RKT" --dir="$DATA" --insecure-options=image \
			run "$IMAGE" --exec=/bin/cat'
	assert_status 0
	assert_output line
	in_app 'echo out; echo err >&2'
	assert_output out
	assert_in "$stderr" err
}

@test "descriptors of rkt are not the app's, but for the lock" {
	in_app 'ls -l /proc/self/fd'
	assert_status 0
	leaked=$(printf '%s\n' "$output" | grep -c -- "-> $DATA") || true
	[ "$leaked" -le 1 ] || fail "$leaked descriptors of the data directory"
	case $output in
	*"$DATA/cas"*) fail "the store is open" ;;
	esac
}

# ---- volumes ----

@test "host volume, for reading and writing or for reading only" {
	mkdir "$TMP/vol"
	echo host >"$TMP/vol/file"
	POD=(--volume="v,kind=host,source=$TMP/vol")
	in_app 'cat /v/file; echo app >/v/new' --mount=volume=v,target=/v
	assert_status 0
	assert_output host
	[ "$(cat "$TMP/vol/new")" = app ]
	POD=(--volume="v,kind=host,source=$TMP/vol,readOnly=true")
	in_app 'touch /v/x' --mount=volume=v,target=/v
	assert_status 1
	assert_in "$stderr" "Read-only file system"
	[ ! -e "$TMP/vol/x" ]
}

@test "host volume that is a file" {
	echo content >"$TMP/file"
	POD=(--volume="v,kind=host,source=$TMP/file,readOnly=true")
	in_app 'cat /etc/some/where' --mount=volume=v,target=/etc/some/where
	assert_status 0
	assert_output content
}

@test "host volume that is missing" {
	POD=(--volume="v,kind=host,source=$TMP/nope")
	in_app 'true' --mount=volume=v,target=/v
	assert_status 254
	assert_in "$stderr" "$TMP/nope"
	assert_in "$stderr" "No such file or directory"
}

@test "host volume with mounts below it" {
	mkdir -p "$TMP/vol/sub"
	mount -t tmpfs tmpfs "$TMP/vol/sub"
	touch "$TMP/vol/sub/below"
	POD=(--volume="v,kind=host,source=$TMP/vol,recursive=true")
	in_app 'ls /v/sub' --mount=volume=v,target=/v
	assert_status 0
	assert_output below
	POD=(--volume="v,kind=host,source=$TMP/vol,recursive=false")
	in_app 'ls /v/sub' --mount=volume=v,target=/v
	assert_output ""
	POD=(--volume="v,kind=host,source=$TMP/vol,recursive=true,readOnly=true")
	in_app 'touch /v/sub/x' --mount=volume=v,target=/v
	assert_status 1
	assert_in "$stderr" "Read-only file system"
	touch "$TMP/vol/sub/still-writable"
}

@test "empty volume with owner and mode" {
	POD=(--volume=e,kind=empty,mode=1750,uid=41,gid=42)
	in_app 'stat -c "%a %u %g" /e; touch /e/x; ls /e' \
		--mount=volume=e,target=/e
	assert_status 0
	assert_output $'1750 41 42\nx'
	in_app 'ls /e' --mount=volume=e,target=/e
	assert_output ""
}

@test "a target that is a link stays inside" {
	mkdir "$TMP/vol"
	echo host >"$TMP/vol/file"
	POD=(--volume="v,kind=host,source=$TMP/vol")
	in_app 'cat /real/place/file' --mount=volume=v,target=/link
	assert_status 0
	assert_output host
	[ ! -e /real/place ]
}

@test "mounts made in a volume that is a mount point reach the host" {
	mkdir "$TMP/vol"
	mount -t tmpfs tmpfs "$TMP/vol"
	mkdir "$TMP/vol/sub"
	POD=(--volume="v,kind=host,source=$TMP/vol")
	in_app 'mount -t tmpfs tmpfs /v/sub && touch /v/sub/from-app' \
		--mount=volume=v,target=/v
	assert_status 0
	[ -e "$TMP/vol/sub/from-app" ]
	umount "$TMP/vol/sub"
	umount "$TMP/vol"
	assert_no_mounts
}

@test "volumes of the image start with its content, and are told" {
	content() {
		mkdir data
		chown 7:8 data
		chmod 0750 data
		echo from-image >data/file
	}
	oci_busybox "$TMP/layout" v
	oci_layer "$TMP/layout" v content
	oci_config "$TMP/layout" v --config.volume /data
	run_rkt --insecure-options=image run "oci:$TMP/layout:v" \
		--exec=/bin/sh -- -c \
		'cat /data/file; stat -c "%a %u %g" /data; echo x >/data/new'
	assert_status 0
	assert_output $'from-image\n750 7 8'
	assert_in "$stderr" 'implicitly creating an "empty" volume'
	run_rkt --insecure-options=image run "oci:$TMP/layout:v" \
		--exec=/bin/ls -- /data
	assert_output file
	run_rkt --insecure-options=image run "oci:$TMP/layout:v" \
		--readonly-rootfs=true --exec=/bin/sh -- -c \
		'cat /data/file; touch /data/new && touch /new'
	assert_status 1
	assert_output from-image
	assert_in "$stderr" "touch: /new: Read-only file system"
}

# ---- names ----

@test "hosts: the image's own, else a short one" {
	in_app 'cat /etc/hosts'
	assert_status 0
	assert_output "127.0.0.1 localhost localdomain"
	cp -a "$BATS_FILE_TMPDIR/root" "$TMP/root"
	echo '192.0.2.7 own' >"$TMP/root/etc/hosts"
	make_aci "$TMP/root" "$TMP/own.aci"
	IMAGE=$TMP/own.aci
	in_app 'cat /etc/hosts'
	assert_output "192.0.2.7 own"
	POD=(--hosts-entry=192.0.2.1=db)
	in_app 'cat /etc/hosts'
	assert_in "$output" $'192.0.2.1\tdb'
	assert_in "$output" "localhost"
	case $output in
	*own*) fail "the image's file shows" ;;
	esac
	in_app 'echo x >/etc/hosts'
	assert_status 1
}

@test "hosts: the host's" {
	POD=(--hosts-entry=host)
	in_app 'cat /etc/hosts; echo x >>/etc/hosts'
	assert_status 1
	assert_output "$(cat /etc/hosts)"
	assert_in "$stderr" "Read-only file system"
	POD=(--hosts-entry=host --hosts-entry=192.0.2.1=db)
	in_app true
	assert_status 254
	assert_in "$stderr" \
		"cannot pass --hosts-entry=host with multiple hosts-entries"
}

@test "resolv.conf: none, generated, the host's" {
	in_app 'cat /etc/resolv.conf'
	assert_status 1
	POD=(--dns=192.0.2.53 --dns-search=example.com --dns-opt=ndots:2)
	in_app 'cat /etc/resolv.conf'
	assert_status 0
	assert_output "# Generated by rkt run

search example.com
nameserver 192.0.2.53
options ndots:2"
	POD=(--dns=host)
	in_app 'cat /etc/resolv.conf; echo x >>/etc/resolv.conf'
	assert_status 1
	assert_output "$(cat /etc/resolv.conf)"
	POD=(--dns=none)
	in_app 'cat /etc/resolv.conf'
	assert_status 1
	POD=(--dns=host --dns=192.0.2.53)
	in_app true
	assert_status 254
	assert_in "$stderr" \
		"no other --dns options allowed when --dns=host is passed"
}

# ---- what is left ----

@test "no mount is left, whatever the end was" {
	in_app true
	before=$(count_mounts)
	in_app 'exit 3'
	in_app 'kill -9 $$'
	in_app 'true' --working-dir=/nope
	exec_app /bin/nope
	mkdir "$TMP/vol"
	POD=(--volume="v,kind=host,source=$TMP/vol" --volume=e,kind=empty)
	in_app 'mount -t tmpfs tmpfs /tmp; true' --mount=volume=v,target=/v \
		--mount=volume=e,target=/e
	[ "$(count_mounts)" -eq "$before" ] || fail "mounts have grown"
	assert_no_mounts
}

@test "the app sees none of the host's mounts, nor of dead pods" {
	in_app 'cat /proc/self/mountinfo'
	assert_status 0
	first=$(printf '%s\n' "$output" | wc -l)
	case $output in
	*" $TMP"*) fail "the host's tree shows" ;;
	esac
	mkdir "$TMP/host-mount"
	mount -t tmpfs tmpfs "$TMP/host-mount"
	in_app 'cat /proc/self/mountinfo'
	[ "$(printf '%s\n' "$output" | wc -l)" -eq "$first" ] ||
		fail "the app's mounts have grown"
}

@test "the hundredth run is as the first" {
	rkt --insecure-options=image fetch "$IMAGE" >/dev/null
	one() {
		rkt run example.com/busybox --exec=/bin/sh -- -c \
			'cat /proc/self/mountinfo; ls /proc/self/fd' 2>/dev/null
	}
	first=$(one | wc -l)
	before=$(count_mounts)
	for _ in $(seq 99); do
		rkt run example.com/busybox --exec=/bin/true 2>/dev/null
	done
	[ "$(count_mounts)" -eq "$before" ] || fail "mounts have grown"
	[ "$(one | wc -l)" -eq "$first" ] || fail "what the app sees has grown"
	[ "$(find "$DATA/pods" -name pod.lck -o -name pid | wc -l)" -ge 100 ]
}

@test "a pod runs as long as a child of it holds the lock" {
	# shellcheck disable=SC2016
	start_app 'busybox setsid sleep 600 </dev/null >/dev/null 2>&1 &
		echo $! >/v/child; touch /v/ready'
	wait "$PID"
	read -r child <"$TMP/vol/child"
	run_rkt status "$(cat "$TMP/uuid")"
	assert_status 0
	assert_in "$output" "state=running"
	kill "$child"
	wait_for test ! -e "/proc/$child"
	run_rkt status "$(cat "$TMP/uuid")"
	assert_in "$output" "state=exited"
}

@test "a disk that a pod cannot see is not kept busy by it" {
	mkdir "$TMP/disk"
	mount -t tmpfs tmpfs "$TMP/disk"
	start_app 'touch /v/ready; sleep 600'
	umount "$TMP/disk"
	! grep -qF "$TMP/disk" "/proc/$PID/mountinfo"
	kill "$PID"
	wait "$PID" || true
}

# ---- what is loaded ----

@test "running a stored image loads no library for fetching" {
	LD_DEBUG=libs LD_DEBUG_OUTPUT=$TMP/fetch rkt \
		--insecure-options=image fetch "$IMAGE"
	grep -q 'calling init:.*libarchive' "$TMP"/fetch.*
	LD_DEBUG=libs LD_DEBUG_OUTPUT=$TMP/run rkt run example.com/busybox \
		--exec=/bin/true
	grep -q 'calling init:.*libjansson' "$TMP"/run.*
	for lib in libcurl libarchive libcrypto; do
		! grep -q "$lib" "$TMP"/run.* || fail "loads $lib"
	done
}
