#!/bin/sh
# The public headers compile in every dialect a plugin may be written in, and
# hold no implicit padding.
# SPDX-License-Identifier: Apache-2.0
set -eu
cd "${1:-.}"
status=0

check() { # COMPILER WORDS...
	for kind in plugin image stage1 net; do
		printf '#include <rkt/%s.h>\n' "$kind" |
			"$@" -Werror -Wall -Wextra -Wpedantic -fsyntax-only \
				-Isdk/include - || {
			echo "rkt/$kind.h does not compile: $*" >&2
			status=1
		}
	done
}

compilers=0
for compiler in gcc clang; do
	command -v $compiler >/dev/null || continue
	compilers=$((compilers + 1))
	padded=
	[ $compiler = gcc ] || padded=-Wpadded
	for std in c99 c11; do
		# shellcheck disable=SC2086
		check $compiler -x c -std=$std $padded
	done
	for std in c++11 c++17; do
		# shellcheck disable=SC2086
		check $compiler -x c++ -std=$std $padded
	done
done
[ $compilers -gt 0 ] || {
	echo "neither gcc nor clang is here" >&2
	status=1
}

# What a plugin writes: the macros and the descriptor, in C99 and C++.
for kind in image stage1 net; do
	for std in c99 c11; do
		${CC:-cc} -Werror -Wall -Wextra -Wpedantic -std=$std \
			-fsyntax-only -Isdk/include \
			"sdk/template/$kind/sample.c" || status=1
	done
done
exit $status
