# rkt-plugin.m4 - autoconf macros for plugins of rkt
# SPDX-License-Identifier: Apache-2.0
#
#	RKT_STAGE1_PLUGIN([0.1])
#
# looks for the SDK and fails unless it speaks at least that minor of the same
# major.  Substitutes RKT_PLUGIN_CFLAGS, RKT_PLUGIN_LDFLAGS and plugindir.  With
# automake and libtool:
#
#	plugin_LTLIBRARIES = rkt-stage1-NAME.la
#	rkt_stage1_NAME_la_CFLAGS = $(RKT_PLUGIN_CFLAGS)
#	rkt_stage1_NAME_la_LDFLAGS = $(RKT_PLUGIN_LDFLAGS)

# RKT_PLUGIN_OF_KIND(KIND, MAJOR.MINOR)
AC_DEFUN([RKT_PLUGIN_OF_KIND], [
	AC_REQUIRE([PKG_PROG_PKG_CONFIG])
	PKG_CHECK_EXISTS([rkt-plugin], [],
		[AC_MSG_ERROR([rkt-plugin not found: is the SDK of rkt installed?])])
	AC_MSG_CHECKING([for $1 plugin ABI $2 of rkt])
	rkt_abi=`$PKG_CONFIG --variable=abi_$1 rkt-plugin`
	rkt_wanted="$2"
	AS_IF([test "x${rkt_abi%%.*}" = "x${rkt_wanted%%.*}" &&
		test "${rkt_abi#*.}" -ge "${rkt_wanted#*.}"],
		[AC_MSG_RESULT([$rkt_abi])],
		[AC_MSG_RESULT([no])
		AC_MSG_ERROR([this rkt speaks $1 plugin ABI $rkt_abi, wanted is $2])])
	RKT_PLUGIN_CFLAGS="`$PKG_CONFIG --cflags rkt-plugin` -fvisibility=hidden"
	RKT_PLUGIN_LDFLAGS="-module -avoid-version -shared -Wl,-z,defs -Wl,-z,now"
	AS_VAR_SET_IF([plugindir], [],
		[plugindir=`$PKG_CONFIG --variable=plugindir rkt-plugin`])
	AC_SUBST([RKT_PLUGIN_CFLAGS])
	AC_SUBST([RKT_PLUGIN_LDFLAGS])
	AC_SUBST([plugindir])
])

AC_DEFUN([RKT_IMAGE_PLUGIN], [RKT_PLUGIN_OF_KIND([image], [$1])])
AC_DEFUN([RKT_STAGE1_PLUGIN], [RKT_PLUGIN_OF_KIND([stage1], [$1])])
AC_DEFUN([RKT_NET_PLUGIN], [RKT_PLUGIN_OF_KIND([net], [$1])])
