# How rkt is configured: compiler flags, build modes, plugins, the summary.
# SPDX-License-Identifier: Apache-2.0

# RKT_KEEP_CORE: autoconf removes a core dump after each of its tests, and stops
# cleaning up when "core" is a directory, as it is here.
AC_DEFUN([RKT_KEEP_CORE], [
rm () {
	rkt_words=
	for rkt_word; do
		test "x$rkt_word" = xcore || rkt_words="$rkt_words '$rkt_word'"
	done
	eval "command rm $rkt_words"
}
])

# RKT_TRY_FLAG(FLAG): append to RKT_CFLAGS if the compiler takes it.
AC_DEFUN([RKT_TRY_FLAG], [
	saved_CFLAGS=$CFLAGS
	CFLAGS="$CFLAGS -Werror $1"
	AC_COMPILE_IFELSE([AC_LANG_PROGRAM()], [RKT_CFLAGS="$RKT_CFLAGS $1"])
	CFLAGS=$saved_CFLAGS
])

AC_DEFUN([RKT_COMPILER_FLAGS], [
	RKT_CFLAGS="-std=gnu11 -fno-common -fvisibility=hidden"
	AC_MSG_CHECKING([which warnings the compiler knows])
	m4_foreach_w([flag], [-Wall -Wextra -Wshadow -Wconversion
		-Wstrict-prototypes -Wmissing-prototypes -Wvla
		-Wimplicit-fallthrough -Wformat=2 -Wwrite-strings],
		[RKT_TRY_FLAG(flag)])
	AC_MSG_RESULT([$RKT_CFLAGS])
	AC_ARG_ENABLE([werror],
		[AS_HELP_STRING([--enable-werror], [treat warnings as errors])])
	AS_IF([test "x$enable_werror" = xyes],
		[RKT_CFLAGS="$RKT_CFLAGS -Werror"])
	AC_SUBST([RKT_CFLAGS])
])

AC_DEFUN([RKT_BUILD_MODES], [
	AC_ARG_ENABLE([sanitizers],
		[AS_HELP_STRING([--enable-sanitizers=LIST],
			[build with sanitizers, "address,undefined" if no list is given])])
	AS_CASE([$enable_sanitizers],
		[""|no], [enable_sanitizers=no],
		[yes], [enable_sanitizers=address,undefined])
	AS_IF([test "$enable_sanitizers" != no], [
		RKT_MODE_FLAGS="-fsanitize=$enable_sanitizers -fno-omit-frame-pointer -fno-sanitize-recover=all"
		AC_DEFINE([BUILT_WITH_SANITIZERS], [1], [Plugins stay loaded])
	])
	AC_ARG_ENABLE([fuzzing],
		[AS_HELP_STRING([--enable-fuzzing],
			[build the libFuzzer targets (needs clang)])])
	AS_IF([test "x$enable_fuzzing" = xyes], [
		saved_CFLAGS=$CFLAGS
		CFLAGS="$CFLAGS -fsanitize=fuzzer-no-link"
		AC_LINK_IFELSE([AC_LANG_PROGRAM()], [],
			[AC_MSG_ERROR([--enable-fuzzing needs a compiler with libFuzzer (CC=clang)])])
		CFLAGS=$saved_CFLAGS
		RKT_MODE_FLAGS="$RKT_MODE_FLAGS -fsanitize=fuzzer-no-link"
		FUZZ_LIBS=-fsanitize=fuzzer
	])
	AM_CONDITIONAL([SANITIZED], [test "$enable_sanitizers" != no])
	AM_CONDITIONAL([FUZZING], [test "x$enable_fuzzing" = xyes])
	AC_SUBST([FUZZ_LIBS])
	AC_ARG_ENABLE([coverage],
		[AS_HELP_STRING([--enable-coverage], [build with --coverage])])
	AS_IF([test "x$enable_coverage" = xyes],
		[RKT_MODE_FLAGS="$RKT_MODE_FLAGS --coverage"])
	AC_ARG_ENABLE([fault-injection],
		[AS_HELP_STRING([--enable-fault-injection],
			[make system calls fail on demand (RKT_FAULT), for tests])])
	AS_IF([test "x$enable_fault_injection" = xyes],
		[AC_DEFINE([FAULT_INJECTION], [1], [RKT_FAULT is honoured])])
	AC_SUBST([RKT_MODE_FLAGS])
])

# RKT_PLUGIN(KIND, NAME, SUMMARY, [CHECKS])
# CHECKS may call RKT_PLUGIN_NEEDS.  Sets the conditional BUILD_<KIND>_<NAME>.
AC_DEFUN([RKT_PLUGIN], [
	m4_pushdef([id], m4_translit([$1_$2], [-], [_]))
	AC_ARG_ENABLE([$1-$2],
		[AS_HELP_STRING([--enable-$1-$2=yes|no|auto], [plugin: $3 @<:@auto@:>@])],
		[wanted=$enableval], [wanted=auto])
	AS_CASE([$wanted], [yes|no|auto], [],
		[AC_MSG_ERROR([--enable-$1-$2=$wanted: must be yes, no or auto])])
	plugin_missing=
	AS_IF([test "$wanted" != no], [$4
		:])
	AS_IF([test "$wanted" = no],
		[build_[]id=no; why_[]id="not asked for"],
	      [test -z "$plugin_missing"],
		[build_[]id=yes; why_[]id=],
	      [test "$wanted" = yes],
		[AC_MSG_ERROR([--enable-$1-$2: missing:$plugin_missing])],
		[build_[]id=no; why_[]id="missing:$plugin_missing"])
	AM_CONDITIONAL(m4_toupper([build_]id), [test "$build_[]id" = yes])
	RKT_SUMMARY_LINES="$RKT_SUMMARY_LINES
  AS_ESCAPE([$1/$2])	$build_[]id	$why_[]id"
	m4_popdef([id])
])

# RKT_PLUGIN_NEEDS(VARIABLE-PREFIX, PKG-CONFIG MODULES)
AC_DEFUN([RKT_PLUGIN_NEEDS], [
	PKG_CHECK_MODULES([$1], [$2], [:],
		[plugin_missing="$plugin_missing $2"])
])

AC_DEFUN([RKT_SUMMARY], [
	AS_ECHO(["
rkt $PACKAGE_VERSION$with_version_extra

  engine by default	$with_stage1_default
  sanitizers		$enable_sanitizers
  fuzzing		${enable_fuzzing:-no}
  coverage		${enable_coverage:-no}

Plugins:$RKT_SUMMARY_LINES
"])
])
