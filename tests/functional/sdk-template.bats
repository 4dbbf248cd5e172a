#!/usr/bin/env bats
# The templates build against the installed SDK, and rkt loads what comes out.
# SPDX-License-Identifier: Apache-2.0

load helper

# The installed tree may stand below a DESTDIR that the .pc file does not know.
pc() {
	pkg-config --define-variable=prefix="$PREFIX" "$@" rkt-plugin
}

setup() {
	setup_dirs
	PREFIX=$(dirname "$(dirname "$RKT")")
	export PREFIX
	export RKT_PLUGIN_DIR=$TMP/plugins
	mkdir -m 0755 "$RKT_PLUGIN_DIR"
	chmod 0755 "$TMP"
}

build() { # KIND
	cp -r "$(pc --variable=templatedir)/$1" "$TMP/$1"
	make -C "$TMP/$1" CFLAGS='-Wall -Wextra -Wpedantic -Werror' \
		PKG_CONFIG="pkg-config --define-variable=prefix=$PREFIX"
	install -m 0755 "$TMP/$1/rkt-$1-sample.so" "$RKT_PLUGIN_DIR"
}

show() {
	run_rkt --insecure-options=plugin-path plugin show "$@"
}

check_template() { # KIND
	build "$1"
	symbols=$(nm -D --defined-only "$TMP/$1/rkt-$1-sample.so" |
		awk '{ print $3 }')
	[ "$symbols" = "rkt_$1_plugin_v0" ] || fail "exports $symbols"
	show "$1" sample
	assert_status 0
	assert_in "$output" "file=$RKT_PLUGIN_DIR/rkt-$1-sample.so"
	assert_in "$output" "abi=$(pc --variable="abi_$1")"
}

@test "image template" {
	check_template image
	assert_in "$output" "schemes=sample"
	assert_in "$output" "op.resolve=true"
}

@test "stage1 template" {
	check_template stage1
	assert_in "$output" "op.app_add=false"
}

@test "net template" {
	check_template net
	assert_in "$output" "op.add=true"
}

@test "a template installs itself into the plugin directory" {
	build net
	make -C "$TMP/net" install DESTDIR="$TMP/dest" \
		PKG_CONFIG="pkg-config --define-variable=prefix=$PREFIX"
	[ -f "$TMP/dest$(pc --variable=plugindir)/rkt-net-sample.so" ]
}

@test "templates compile as one line of C++" {
	for kind in image stage1 net; do
		printf '#include <rkt/%s.h>\n' "$kind" >"$TMP/$kind.cc"
		# shellcheck disable=SC2046
		c++ -std=c++11 -Wall -Wextra -Wpedantic -Werror -fsyntax-only \
			$(pc --cflags) "$TMP/$kind.cc"
	done
}

@test "autoconf macros find the SDK and insist on its version" {
	mkdir "$TMP/ac"
	cd "$TMP/ac"
	for wanted in "$(pc --variable=abi_stage1)" 0.999 7.0; do
		cat >configure.ac <<-EOF
			AC_INIT([sample], [1])
			AC_CONFIG_MACRO_DIRS([m4])
			RKT_STAGE1_PLUGIN([$wanted])
			AC_CONFIG_FILES([out])
			AC_OUTPUT
		EOF
		printf '%s\n' '@RKT_PLUGIN_CFLAGS@' >out.in
		mkdir -p m4
		aclocal -I "$PREFIX/share/aclocal"
		autoconf
		run ./configure
		if [ "$wanted" = "$(pc --variable=abi_stage1)" ]; then
			[ "$status" -eq 0 ] || fail "$output"
			assert_in "$(cat out)" -fvisibility=hidden
		else
			[ "$status" -ne 0 ] || fail "$wanted was found"
			assert_in "$output" "wanted is $wanted"
		fi
	done
}
