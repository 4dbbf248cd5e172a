/* libcurl, opened on first use: a table of its functions.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CORE_HTTP_LIB_CURL_H
#define CORE_HTTP_LIB_CURL_H

/* The checks of types by macros call functions by their own names. */
#define CURL_DISABLE_TYPECHECK
#include <curl/curl.h>
#undef curl_easy_setopt
#undef curl_easy_getinfo

#include "core/base/error.h"

#define LIB_CURL_FUNCTIONS(X)                                                  \
	X(curl_easy_init)                                                      \
	X(curl_easy_cleanup)                                                   \
	X(curl_easy_reset)                                                     \
	X(curl_easy_setopt)                                                    \
	X(curl_easy_getinfo)                                                   \
	X(curl_easy_pause)                                                     \
	X(curl_easy_strerror)                                                  \
	X(curl_easy_escape)                                                    \
	X(curl_free)                                                           \
	X(curl_multi_init)                                                     \
	X(curl_multi_cleanup)                                                  \
	X(curl_multi_add_handle)                                               \
	X(curl_multi_remove_handle)                                            \
	X(curl_multi_perform)                                                  \
	X(curl_multi_poll)                                                     \
	X(curl_multi_info_read)                                                \
	X(curl_multi_strerror)                                                 \
	X(curl_slist_append)                                                   \
	X(curl_slist_free_all)                                                 \
	X(curl_getdate)                                                        \
	X(curl_url)                                                            \
	X(curl_url_cleanup)                                                    \
	X(curl_url_get)                                                        \
	X(curl_url_set)                                                        \
	X(curl_url_strerror)

struct lib_curl {
#define X(name) __typeof__(name) *name;
	LIB_CURL_FUNCTIONS(X)
#undef X
};

/* The table, the same for every caller, for the life of the process. */
int lib_curl_open(const struct lib_curl **ret, struct error *e);

#endif
