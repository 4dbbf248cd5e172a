/* rkt/image.h - image formats
 * SPDX-License-Identifier: Apache-2.0
 *
 * File: ${plugindir}/rkt-image-NAME.so    Manual: rkt-image-plugin(7)
 *
 * A format plugin is a pure reader: it turns a name, or a file, into
 * descriptors.  The host opens files, downloads, verifies digests,
 * decompresses, unpacks and stores, once and in parallel for every format.
 */
#ifndef RKT_IMAGE_H
#define RKT_IMAGE_H

#include <rkt/plugin.h>

#ifdef __cplusplus
extern "C" {
#endif

#define RKT_IMAGE_ABI_MAJOR 0
#define RKT_IMAGE_ABI_MINOR 1

/* Wants `fd` to be seekable plain data: the host expands a compressed archive
 * into an unnamed temporary file before resolve(). */
#define RKT_IMAGE_CAP_PLAIN  (1ull << 0)
/* Carries detached appc signatures (FILE.asc); a format without this bit is
 * fetched only under an image policy or --insecure-options=image. */
#define RKT_IMAGE_CAP_SIGNED (1ull << 1)

/* What probe() may look at: the beginning of a file, as it is and with one
 * layer of compression removed; or a directory. */
struct rkt_image_head {
	uint32_t size;
	uint32_t is_directory;   /* 0 or 1; then only dir_fd is set        */
	const uint8_t *raw;      /* first bytes of the file                */
	uint64_t raw_len;
	const uint8_t *plain;    /* first bytes after decompression        */
	uint64_t plain_len;      /* at most 64 KiB                         */
	const char *compression; /* "none", "gzip", "bzip2", "xz", "zstd"  */
	int32_t dir_fd;          /* the directory, or -1                   */
	uint32_t reserved0;
};

/* What the user named.  All borrowed for the call. */
struct rkt_image_source {
	uint32_t size;
	uint32_t flags;          /* 0 */
	const char *ref;         /* as typed, scheme included               */
	const char *path;        /* absolute path behind `fd`, for messages */
	const char *selector;    /* what follows the path (a tag), or NULL  */
	const char *compression; /* of `fd`, as in struct rkt_image_head    */
	const char *os;          /* platform wanted, Go names: "linux"      */
	const char *arch;        /*   "amd64"                               */
	const char *variant;     /*   "v7", or ""                           */
	int32_t fd;              /* archive or layout directory, or -1      */
	uint32_t reserved0;
};

/* How a plugin cuts `oci-archive:FILE:TAG` for the host, which opens FILE.
 * Both point into the string given to split(). */
struct rkt_image_parts {
	uint32_t size;
	uint32_t reserved0;
	const char *path;
	uint64_t path_len; /* 0: nothing local, `fd` will be -1 */
	const char *selector;
	uint64_t selector_len;
};

/* resolve() emits, in this order:
 *
 *   "manifest"  appc ImageManifest as JSON, converted where the format is not
 *               appc.  Left out when the manifest is a member of the layer.
 *   "origin"    {"format":"oci","name":CANONICAL NAME,"digest":"sha256:..."}
 *               digest (of the manifest document) only where there is one
 *   "layer"     once per layer, lowest first:
 *     "digest"      "sha256:<hex>" of the bytes as they come; absent: unknown
 *     "size"        of those bytes; the host reads not one more; absent: to
 *                   the end of the file
 *     "diffId"      "sha256:<hex>" of the uncompressed tar; absent: unknown
 *     "compression" as in struct rkt_image_head; a lie is found by its magic
 *     "whiteouts"   "none" or "oci"
 *     "path"        file below the directory `fd`                  one of
 *     "offset"      where the bytes begin in the file `fd`         these
 *     "urls"        [...] to download                              three
 *     "root"        only members below this one are the file system, any other
 *                   but `manifest` is an error; absent: all members are
 *     "manifest"    name of the member that is the appc manifest
 */
struct rkt_image_plugin {
	struct rkt_plugin_info info;
	uint64_t caps; /* RKT_IMAGE_CAP_* */

	/* "oci", "oci-archive", NULL.  Required; may be empty. */
	const char *const *schemes;

	/* Required.  How sure is this plugin that the file is its own: 0 (it is
	 * not) to 100.  Pure; no call, for there is nothing to report. */
	uint32_t (*probe)(const struct rkt_image_head *head);

	/* Required if there are schemes.  Cut what follows "SCHEME:". */
	rkt_status (*split)(struct rkt_call *call, const char *rest,
			    struct rkt_image_parts *parts);

	/* Required. */
	rkt_status (*resolve)(struct rkt_call *call,
			      const struct rkt_image_source *source);
};

RKT_EXPORT const struct rkt_image_plugin *rkt_image_plugin_v0(void);

#define RKT_IMAGE_INFO(plugin_name, plugin_version, plugin_summary)            \
	{                                                                      \
		sizeof(struct rkt_image_plugin), RKT_IMAGE_ABI_MAJOR,          \
			RKT_IMAGE_ABI_MINOR, 0, 0, 0, (plugin_name),           \
			(plugin_version), (plugin_summary), NULL               \
	}

#define RKT_IMAGE_PLUGIN(descriptor)                                           \
	const struct rkt_image_plugin *rkt_image_plugin_v0(void)               \
	{                                                                      \
		return &(descriptor);                                          \
	}                                                                      \
	struct rkt_image_plugin

#ifdef __cplusplus
}
#endif
#endif
