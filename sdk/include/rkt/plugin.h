/* rkt/plugin.h - what every rkt plugin and its host agree on
 * SPDX-License-Identifier: Apache-2.0
 *
 * Start with rkt-plugin(7).  This header plus exactly one of rkt/image.h,
 * rkt/stage1.h or rkt/net.h is all a plugin needs; there is nothing to link.
 * Until release 1.0 every major is 0 and any minor may break.
 */
#ifndef RKT_PLUGIN_H
#define RKT_PLUGIN_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__) || defined(__clang__)
#define RKT_PRINTF(fmt, args) __attribute__((__format__(__printf__, fmt, args)))
#define RKT_EXPORT            __attribute__((__visibility__("default")))
#else
#define RKT_PRINTF(fmt, args)
#define RKT_EXPORT
#endif

/* ---- outcome of every fallible call ------------------------------------ */

/* A closed set: the host decides what to do next (try another plugin, retry,
 * blame the input, report a bug) from the code, and shows the text that was
 * given to fail().  int32_t and not an enum, whose size may change. */
typedef int32_t rkt_status;

#define RKT_OK              ((rkt_status)0)
#define RKT_ERR_SYSTEM      ((rkt_status)-1) /* a system call failed, see err */
#define RKT_ERR_INPUT       ((rkt_status)-2) /* malformed input; never retry  */
#define RKT_ERR_NOT_FOUND   ((rkt_status)-3)
#define RKT_ERR_UNSUPPORTED ((rkt_status)-4) /* sound, but not for this one   */
#define RKT_ERR_UNTRUSTED   ((rkt_status)-5) /* digest or signature is wrong  */
#define RKT_ERR_BUSY        ((rkt_status)-6) /* try again later               */
#define RKT_ERR_CANCELLED   ((rkt_status)-7)
#define RKT_ERR_TOO_NEW     ((rkt_status)-8) /* request uses unknown fields   */

/* ---- services the host lends for the length of one call ------------------ */

#define RKT_HOST_ABI_MAJOR 0
#define RKT_HOST_ABI_MINOR 1

#define RKT_LOG_ERROR   0u
#define RKT_LOG_WARNING 1u
#define RKT_LOG_INFO    2u
#define RKT_LOG_DEBUG   3u

#define RKT_PATH_CONFIG  0u /* local configuration, /etc/rkt    */
#define RKT_PATH_DATA    1u /* data directory, /var/lib/rkt     */
#define RKT_PATH_RUN     2u /* volatile state, /run/rkt         */
#define RKT_PATH_LIBEXEC 3u /* where rkt keeps its own programs */

struct rkt_host;

/* One operation in progress.  Made by the host, handed to an op, taken back
 * when the op returns; a plugin does not keep it.  Everything behind `host`
 * belongs to the host. */
struct rkt_call {
	const struct rkt_host *host;
};

/* Append only. */
struct rkt_host {
	uint32_t size; /* of the struct the running host filled in */
	uint16_t abi_major;
	uint16_t abi_minor;

	/* Since 0.1; none of these is ever NULL. */

	/* Say why the op fails; returns `code`, so that an op can write
	 * `return call->host->fail(...)`.  `err` is an errno value or 0; its
	 * text is added by the host.  The text is copied, the last one wins. */
	rkt_status (*fail)(struct rkt_call *call, rkt_status code, int err,
			   const char *fmt, ...) RKT_PRINTF(4, 5);

	/* One line without a newline at its end.  Never a secret. */
	void (*log)(struct rkt_call *call, uint32_t level, const char *fmt, ...)
		RKT_PRINTF(3, 4);

	/* Zeroed memory that lives until the op returns; NULL if there is none.
	 * There is no free(): memory never changes its owner here. */
	void *(*scratch)(struct rkt_call *call, size_t size);

	/* Hand over one named result, which the host copies. */
	rkt_status (*emit)(struct rkt_call *call, const char *key,
			   const void *data, size_t len);

	/* A value of this plugin's own section in the configuration, or NULL.
	 * Lives until the op returns. */
	const char *(*conf)(struct rkt_call *call, const char *key);

	/* One of RKT_PATH_*, absolute; lives as long as the process. */
	const char *(*path)(struct rkt_call *call, uint32_t which);

	/* Report progress and learn of cancellation: RKT_OK, or
	 * RKT_ERR_CANCELLED, which the op then returns.  `total` 0: unknown.
	 * At least once a second in any loop that waits or copies. */
	rkt_status (*progress)(struct rkt_call *call, uint64_t done,
			       uint64_t total);

	/* A named set of further services ("rkt.http.v1"), or NULL if this host
	 * has none of that name, or only one smaller than `size`. */
	const void *(*service)(struct rkt_call *call, const char *name,
			       size_t size);
};

/* Does the struct at `s` reach as far as `member`, and is it set?  For members
 * younger than what the descriptor's needs_host_minor guarantees. */
#define RKT_HAS(s, member)                                                     \
	((size_t)((const char *)(&(s)->member + 1) - (const char *)(s)) <=     \
		 (s)->size &&                                                  \
	 (s)->member)

/* ---- how a plugin introduces itself -------------------------------------- */

#define RKT_PLUGIN_PARALLEL (1u << 0) /* ops may run in several threads */

/* First member of every per-kind descriptor.  Frozen for all time. */
struct rkt_plugin_info {
	uint32_t size;             /* of the whole per-kind descriptor        */
	uint16_t abi_major;        /* of the kind; repeated in the entry name */
	uint16_t abi_minor;        /* header the plugin was compiled with     */
	uint16_t needs_minor;      /* oldest kind minor it can live with      */
	uint16_t needs_host_minor; /* oldest RKT_HOST_ABI_MINOR, likewise     */
	uint32_t flags;            /* RKT_PLUGIN_*                            */
	const char *name;          /* [a-z][a-z0-9-]{0,30}, as in the file    */
	const char *version;       /* the plugin's own; free text             */
	const char *summary;       /* one line of at most 60 characters       */
	const char *const *attrs;  /* "key=value"..., NULL; or NULL           */
};

/* A request begins with `uint32_t size` and grows at its end.  Take a copy
 * before use: members an older host did not send read as zero; members this
 * plugin does not know must be zero, or the request is refused, for ignoring
 * "--ipc=private" in silence would be a hole and not compatibility.  Zero thus
 * means "default" in every member that is ever added. */
static inline int
rkt_take(void *mine, size_t known, const void *request)
{
	const unsigned char *from = (const unsigned char *)request;
	unsigned char *to = (unsigned char *)mine;
	uint32_t size = *(const uint32_t *)request;
	size_t i;

	for (i = 0; i < known; i++)
		to[i] = i < size ? from[i] : 0;
	for (; i < size; i++)
		if (from[i] != 0)
			return 0;
	return 1;
}

#define RKT_TAKE(call, mine, request)                                          \
	do {                                                                   \
		if (!rkt_take((mine), sizeof(*(mine)), (request)))             \
			return (call)->host->fail((call), RKT_ERR_TOO_NEW, 0,  \
						  "request uses fields newer " \
						  "than this plugin");         \
	} while (0)

#ifdef __cplusplus
}
#endif
#endif
