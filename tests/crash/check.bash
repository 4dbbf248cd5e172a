# What has to be true of a data directory whenever a process was killed.
# SPDX-License-Identifier: Apache-2.0
#
# To be sourced; uses rkt, DATA, TMP, NAME.  Each check prints what is wrong and
# returns 1.  Hardly a program but rkt is started: thousands of rounds are made.

shopt -s nullglob dotglob

# UUID=state of each pod as the directories have it; nobody lives.
pods_on_disk() {
	local dir pod state
	declare -gA on_disk=()
	for dir in prepare prepared run exited-garbage; do
		case $dir in
		prepare) state='aborted prepare' ;;
		run) state=exited ;;
		*) state=${dir/-/ } ;;
		esac
		for pod in "$DATA/pods/$dir"/*; do
			on_disk[${pod##*/}]=$state
		done
	done
}

# `list` shows exactly these, each once, in its state.
check_list() {
	local line uuid n=0
	if ! rkt list --full --no-legend >"$TMP/list" 2>"$TMP/list-err"; then
		echo "list fails: $(<"$TMP/list-err")"
		return 1
	fi
	pods_on_disk
	while IFS= read -r line; do
		uuid=${line%%$'\t'*}
		case $line in
		'' | $'\t'*) continue ;; # no pods; one more app
		*$'\t'"${on_disk[$uuid]:-no such pod}"$'\t'*) ;;
		*) echo "list is wrong: $line" && return 1 ;;
		esac
		n=$((n + 1))
	done <"$TMP/list"
	[ "$n" -eq "${#on_disk[@]}" ] || {
		echo "list has $n of ${#on_disk[@]} pods: $(<"$TMP/list")"
		return 1
	}
}

# As often as the clocks need: what is marked now may be too young by one tick
# of the clock that file times are taken from.
check_gc() {
	local pods line
	for _ in 1 2 3; do
		if ! rkt gc --grace-period=0s --expire-prepared=0s \
			>"$TMP/gc" 2>&1; then
			echo "gc fails: $(<"$TMP/gc")"
			return 1
		fi
		while IFS= read -r line; do
			case $line in
			'Garbage collecting pod '* | 'gc: moving '* | \
				*'still within grace period'* | \
				'gc: removed treestore '*) ;;
			*) echo "gc says: $line" && return 1 ;;
			esac
		done <"$TMP/gc"
		pods=("$DATA"/pods/*/*)
		[ "${#pods[@]}" -ne 0 ] || return 0
		read -r -t 0.01 <> <(:) || : # sleep
	done
	echo "gc leaves: ${pods[*]}: $(<"$TMP/gc")"
	return 1
}

check_no_mounts() {
	local line
	while IFS= read -r line; do
		case $line in
		*" $TMP/"*) echo "mount is left: $line" && return 1 ;;
		esac
	done </proc/self/mountinfo
}

# What nobody names: here one record has one manifest, one blob, one tree.
check_store() {
	local images manifests blobs trees work
	work=("$DATA"/cas/{tmp/,tree/.work-}*)
	images=("$DATA"/cas/image/*)
	manifests=("$DATA"/cas/imageManifest/*/*/*)
	blobs=("$DATA"/cas/blob/*/*/*)
	trees=("$DATA"/cas/tree/*)
	[ "${#work[@]}" -eq 0 ] || {
		echo "work is left: ${work[*]}"
		return 1
	}
	[ "${#manifests[@]} ${#blobs[@]} ${#trees[@]}" = \
		"${#images[@]} ${#images[@]} ${#images[@]}" ] || {
		echo "${#images[@]} images;" \
			"${manifests[*]} ${blobs[*]} ${trees[*]}"
		return 1
	}
}

# Stored or not, the image runs.
check_runs() {
	local images=("$DATA"/cas/image/sha512-*)
	if [ "${#images[@]}" -ne 0 ]; then
		rkt run "$NAME" >"$TMP/said" 2>"$TMP/err"
	else
		rkt run "$TMP/alive.aci" >"$TMP/said" 2>"$TMP/err"
	fi
	[ "$(<"$TMP/said")" = alive ] || {
		echo "the image does not run: $(<"$TMP/said") $(<"$TMP/err")"
		return 1
	}
}

check_all() {
	check_list && check_gc && check_no_mounts && check_store && check_runs
}
