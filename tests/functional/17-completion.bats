#!/usr/bin/env bats
# Completion: what rkt offers for a line, and what the shells make of it.
# SPDX-License-Identifier: Apache-2.0

load helper

RUNNING=5bc080ca-2d4f-4b1c-8a59-d8c5d2c2f7a0
EXITED=5bc080cb-2d4f-4b1c-8a59-d8c5d2c2f7a0
PREPARED=5bc080cc-2d4f-4b1c-8a59-d8c5d2c2f7a0
MARKED=5bc080cd-2d4f-4b1c-8a59-d8c5d2c2f7a0

offered() { # WORD...: what may follow, without what it is
	rkt completion --words -- "$@" | tail -n +2 | cut -f1 |
		LC_ALL=C sort | paste -sd' '
}

make_pods() {
	mkdir -p "$DATA/pods/run/$RUNNING" "$DATA/pods/run/$EXITED" \
		"$DATA/pods/prepared/$PREPARED" \
		"$DATA/pods/exited-garbage/$MARKED"
	exec 9<"$DATA/pods/run/$RUNNING"
	flock 9
}

make_image() {
	mkdir "$TMP/rootfs"
	ACI_MANIFEST=$(aci_manifest example.com/tool) \
		make_aci "$TMP/rootfs" "$TMP/a.aci"
}

# The line after TAB, in a shell on a terminal; fish tells without one.
assert_tab() { # SHELL LINE RESULT
	local after
	case $1 in
	fish)
		after=$(PATH=$(dirname "$RKT"):$PATH HOME=$TMP \
			fish --no-config -c 'rkt completion fish | source
				complete -C "$argv[1]"' "$2" | cut -f1 | paste -sd' ')
		;;
	*)
		after=$(cd "$TMP" && timeout 20 "$FUNCTIONAL_DIR/../lib/press-tab" \
			"$1" "$RKT" "$2")
		after=${after% }
		;;
	esac
	[ "$after" = "$3" ] || fail "$1: '$2' becomes '$after', not '$3'"
}

@test "shells that there are and are not" {
	local shell
	for shell in bash zsh fish; do
		run_rkt completion "$shell"
		assert_status 0
		assert_stderr ""
		assert_in "$output" "completion --words"
		rkt completion "$shell" >"$TMP/script"
		"$shell" -n "$TMP/script"
	done
	run_rkt completion
	assert_status 254
	assert_stderr "completion: shell type is not specified"
	run_rkt completion bash zsh
	assert_status 254
	assert_stderr "completion: too many arguments, only shell type is expected"
	run_rkt completion csh
	assert_status 254
	assert_output ""
	assert_stderr "completion: 'csh' shell is not supported"
}

@test "every command that help shows is offered, and no other" {
	local verb words want
	rkt help | awk '/^COMMANDS:/ { inside = 1; next } /^$/ { inside = 0 }
		inside { sub(/^\t/, ""); sub(/\t.*/, ""); print }' >"$TMP/verbs"
	[ "$(wc -l <"$TMP/verbs")" -gt 10 ]
	[ "$(offered "")" = \
		"$(cut -d' ' -f1 "$TMP/verbs" | LC_ALL=C sort -u | paste -sd' ')" ]
	while read -r verb; do
		words=${verb##* }
		# shellcheck disable=SC2086
		want=$(offered ${verb% *} "$words")
		case "$verb" in
		*' '*) case " $want " in
			*" $words "*) ;;
			*) fail "$verb is not offered" ;;
			esac ;;
		esac
	done <"$TMP/verbs"
}

@test "every option that help shows is offered, and no other" {
	local verb
	rkt help | awk '/^COMMANDS:/ { inside = 1; next } /^$/ { inside = 0 }
		inside { sub(/^\t/, ""); sub(/\t.*/, ""); print }' >"$TMP/verbs"
	while read -r verb; do
		# shellcheck disable=SC2086
		rkt help $verb | sed -n 's/^\t *\(-h, *\)\{0,1\}--\([a-z0-9-]*\)[=[].*/--\2/p' |
			LC_ALL=C sort -u >"$TMP/help"
		# shellcheck disable=SC2086
		offered $verb - | tr ' ' '\n' | tr -d = | LC_ALL=C sort -u >"$TMP/offered"
		diff "$TMP/help" "$TMP/offered" || fail "options of $verb"
	done <"$TMP/verbs"
}

@test "values" {
	local line words want
	while IFS=: read -r line want; do
		[ -n "$line" ] || continue
		read -ra words <<<"$line"
		[ "$(offered "${words[@]}")" = "$want" ] ||
			fail "$line: $(offered "${words[@]}")"
	done <<'TABLE'
list --format=:--format=json --format=json-pretty
list --format j:json json-pretty
list --debug=:--debug=false --debug=true
run --pull-policy=:--pull-policy=never --pull-policy=new --pull-policy=update
run --insecure-options=im:--insecure-options=image
run --insecure-options=image,image,t:--insecure-options=image,image,tls
run --insecure-options=image,im:
run --net=h:--net=host
image list --order=:--order=asc --order=desc
image list --sort=size,n:--sort=size,name
image list --fields i:id importtime
completion z:zsh
help im:image
help image li:list
nonsense l:
image nonsense l:
list --nonsense=:
TABLE
	[ "$(rkt completion --words -- status --uuid-file=)" = files ]
	[ "$(rkt completion --words -- --dir=)" = dirs ]
	[ "$(rkt completion --words -- run x -- -l)" = files ]
	[ "$(rkt completion --words -- run x -- y --- --uuid-file-s | tail -1 |
		cut -f1)" = --uuid-file-save= ]
}

@test "pods by state" {
	[ -z "$(offered status "")" ]
	make_pods
	[ "$(offered stop "")" = "$RUNNING" ]
	[ "$(offered rm "")" = "$EXITED $PREPARED $MARKED" ]
	[ "$(offered rm "$EXITED" 5bc080cc)" = "$PREPARED" ]
	[ "$(offered status "")" = "$RUNNING $EXITED $PREPARED $MARKED" ]
	[ "$(offered status "$EXITED" "")" = "" ]
	[ "$(rkt completion --words -- status 5bc080cb | tail -1)" = \
		"$EXITED"$'\texited' ]
	[ -z "$(offered status ffff)" ]
	# --dir of the line counts, not only the completing rkt's
	[ "$("$RKT" completion --words -- --dir="$DATA" stop "" | tail -1)" = \
		"$RUNNING"$'\trunning' ]
	[ "$("$RKT" completion --words -- --dir "$DATA" stop "" | tail -1)" = \
		"$RUNNING"$'\trunning' ]
}

@test "images by name and by ID" {
	run_rkt completion --words -- run ""
	assert_output files
	[ ! -e "$DATA" ]
	make_image
	id=$(rkt --insecure-options=image fetch "$TMP/a.aci")
	[ "$(offered run "")" = "example.com/tool:1.0.0 ${id:0:19}" ]
	[ "$(offered image rm ex)" = example.com/tool:1.0.0 ]
	[ "$(offered image rm sha512-)" = "${id:0:19}" ]
	run_rkt completion --words -- image cat-manifest ex
	assert_output words$'\n'"example.com/tool:1.0.0"$'\t'"${id:0:19}"
}

@test "in bash and zsh, on a terminal" {
	local shell
	touch "$TMP/some-file"
	for shell in bash zsh; do
		assert_tab "$shell" "rkt sta" "rkt status"
		assert_tab "$shell" "rkt image cat" "rkt image cat-manifest"
		assert_tab "$shell" "rkt list --form" "rkt list --format="
		assert_tab "$shell" "rkt list --format=json-" \
			"rkt list --format=json-pretty"
		assert_tab "$shell" "rkt --insecure-options=image,tl" \
			"rkt --insecure-options=image,tls"
		assert_tab "$shell" "rkt fetch --signature=some-" \
			"rkt fetch --signature=some-file"
		assert_tab "$shell" "rkt fetch some-" "rkt fetch some-file"
	done
}

@test "dynamic words in each shell" {
	local shell
	make_pods
	make_image
	rkt --insecure-options=image fetch "$TMP/a.aci"
	for shell in bash zsh; do
		assert_tab "$shell" "rkt --dir=$DATA stop 5b" \
			"rkt --dir=$DATA stop $RUNNING"
		assert_tab "$shell" "rkt --dir=$DATA image rm example.com/tool:1" \
			"rkt --dir=$DATA image rm example.com/tool:1.0.0"
	done
	assert_tab fish "rkt --dir=$DATA stop " "$RUNNING"
	assert_tab fish "rkt --dir=$DATA image rm ex" example.com/tool:1.0.0
}

@test "in fish" {
	touch "$TMP/some-file"
	assert_tab fish "rkt sta" status
	assert_tab fish "rkt list --format=" "--format=json --format=json-pretty"
	assert_tab fish "rkt image cat" cat-manifest
	assert_tab fish "rkt fetch --signature=$TMP/some" \
		"--signature=$TMP/some-file"
}

@test "the installed scripts are those that rkt prints" {
	local share=${RKT%/bin/rkt}/share
	[ -d "$share" ] || skip "rkt is not installed below a prefix"
	rkt completion bash | cmp - "$share/bash-completion/completions/rkt"
	rkt completion zsh | cmp - "$share/zsh/site-functions/_rkt"
	rkt completion fish | cmp - "$share/fish/vendor_completions.d/rkt.fish"
}
