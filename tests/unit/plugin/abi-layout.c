/* The interface has the layout that sdk/abi/ holds, without implicit padding.
 * SPDX-License-Identifier: Apache-2.0
 *
 * A changed layout is a changed ABI: see doc/plugin-abi.md before touching the
 * golden files.  They are those of machines with 64-bit pointers. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>

#include <rkt/image.h>
#include <rkt/net.h>
#include <rkt/stage1.h>

#include "core/base/alloc.h"
#include "core/base/cleanup.h"
#include "core/base/fd.h"
#include "core/base/strbuf.h"
#include "tests/lib/unit.h"

enum what { WHAT_VALUE, WHAT_STRUCT, WHAT_MEMBER };

struct entry {
	enum what what;
	const char *name;         /* NULL ends a table */
	unsigned long long value; /* or the size */
	size_t offset;
};

#define VALUE(macro)                                                           \
	{                                                                      \
		.what = WHAT_VALUE, .name = #macro,                            \
		.value = (unsigned long long)(macro)                           \
	}
#define STRUCT(type)                                                           \
	{                                                                      \
		.what = WHAT_STRUCT, .name = #type,                            \
		.value = sizeof(struct type)                                   \
	}
#define MEMBER(type, member)                                                   \
	{                                                                      \
		.what = WHAT_MEMBER, .name = #member,                          \
		.value = sizeof(((struct type *)0)->member),                   \
		.offset = offsetof(struct type, member)                        \
	}

static const struct entry plugin_entries[] = {
	VALUE(RKT_OK),
	VALUE(RKT_ERR_SYSTEM),
	VALUE(RKT_ERR_INPUT),
	VALUE(RKT_ERR_NOT_FOUND),
	VALUE(RKT_ERR_UNSUPPORTED),
	VALUE(RKT_ERR_UNTRUSTED),
	VALUE(RKT_ERR_BUSY),
	VALUE(RKT_ERR_CANCELLED),
	VALUE(RKT_ERR_TOO_NEW),
	VALUE(RKT_HOST_ABI_MAJOR),
	VALUE(RKT_HOST_ABI_MINOR),
	VALUE(RKT_LOG_ERROR),
	VALUE(RKT_LOG_WARNING),
	VALUE(RKT_LOG_INFO),
	VALUE(RKT_LOG_DEBUG),
	VALUE(RKT_PATH_CONFIG),
	VALUE(RKT_PATH_DATA),
	VALUE(RKT_PATH_RUN),
	VALUE(RKT_PATH_LIBEXEC),
	VALUE(RKT_PLUGIN_PARALLEL),
	STRUCT(rkt_call),
	MEMBER(rkt_call, host),
	STRUCT(rkt_host),
	MEMBER(rkt_host, size),
	MEMBER(rkt_host, abi_major),
	MEMBER(rkt_host, abi_minor),
	MEMBER(rkt_host, fail),
	MEMBER(rkt_host, log),
	MEMBER(rkt_host, scratch),
	MEMBER(rkt_host, emit),
	MEMBER(rkt_host, conf),
	MEMBER(rkt_host, path),
	MEMBER(rkt_host, progress),
	MEMBER(rkt_host, service),
	STRUCT(rkt_plugin_info),
	MEMBER(rkt_plugin_info, size),
	MEMBER(rkt_plugin_info, abi_major),
	MEMBER(rkt_plugin_info, abi_minor),
	MEMBER(rkt_plugin_info, needs_minor),
	MEMBER(rkt_plugin_info, needs_host_minor),
	MEMBER(rkt_plugin_info, flags),
	MEMBER(rkt_plugin_info, name),
	MEMBER(rkt_plugin_info, version),
	MEMBER(rkt_plugin_info, summary),
	MEMBER(rkt_plugin_info, attrs),
	{.name = NULL},
};

static const struct entry image_entries[] = {
	VALUE(RKT_IMAGE_ABI_MAJOR),
	VALUE(RKT_IMAGE_ABI_MINOR),
	VALUE(RKT_IMAGE_CAP_PLAIN),
	VALUE(RKT_IMAGE_CAP_SIGNED),
	STRUCT(rkt_image_head),
	MEMBER(rkt_image_head, size),
	MEMBER(rkt_image_head, is_directory),
	MEMBER(rkt_image_head, raw),
	MEMBER(rkt_image_head, raw_len),
	MEMBER(rkt_image_head, plain),
	MEMBER(rkt_image_head, plain_len),
	MEMBER(rkt_image_head, compression),
	MEMBER(rkt_image_head, dir_fd),
	MEMBER(rkt_image_head, reserved0),
	STRUCT(rkt_image_source),
	MEMBER(rkt_image_source, size),
	MEMBER(rkt_image_source, flags),
	MEMBER(rkt_image_source, ref),
	MEMBER(rkt_image_source, path),
	MEMBER(rkt_image_source, selector),
	MEMBER(rkt_image_source, compression),
	MEMBER(rkt_image_source, os),
	MEMBER(rkt_image_source, arch),
	MEMBER(rkt_image_source, variant),
	MEMBER(rkt_image_source, fd),
	MEMBER(rkt_image_source, reserved0),
	STRUCT(rkt_image_parts),
	MEMBER(rkt_image_parts, size),
	MEMBER(rkt_image_parts, reserved0),
	MEMBER(rkt_image_parts, path),
	MEMBER(rkt_image_parts, path_len),
	MEMBER(rkt_image_parts, selector),
	MEMBER(rkt_image_parts, selector_len),
	STRUCT(rkt_image_plugin),
	MEMBER(rkt_image_plugin, info),
	MEMBER(rkt_image_plugin, caps),
	MEMBER(rkt_image_plugin, schemes),
	MEMBER(rkt_image_plugin, probe),
	MEMBER(rkt_image_plugin, split),
	MEMBER(rkt_image_plugin, resolve),
	{.name = NULL},
};

static const struct entry stage1_entries[] = {
	VALUE(RKT_STAGE1_ABI_MAJOR),
	VALUE(RKT_STAGE1_ABI_MINOR),
	VALUE(RKT_STAGE1_CAP_NETNS),
	VALUE(RKT_STAGE1_CAP_USERNS),
	VALUE(RKT_STAGE1_CAP_MUTABLE),
	VALUE(RKT_STAGE1_CAP_MULTI_APP),
	VALUE(RKT_STAGE1_CAP_HOSTNAME),
	VALUE(RKT_STAGE1_CAP_IPC),
	VALUE(RKT_STAGE1_CAP_RESOURCES),
	VALUE(RKT_STAGE1_CAP_LINUX_CAPS),
	VALUE(RKT_STAGE1_CAP_SECCOMP),
	VALUE(RKT_STAGE1_CAP_READONLY),
	VALUE(RKT_STAGE1_CAP_HOOKS),
	VALUE(RKT_STAGE1_CAP_MDS),
	VALUE(RKT_STAGE1_CAP_STREAMS),
	VALUE(RKT_STAGE1_CAP_OVERLAY),
	VALUE(RKT_STAGE1_CAP_LOGS),
	VALUE(RKT_STAGE1_RUN_INTERACTIVE),
	VALUE(RKT_STAGE1_RUN_NO_CAPS),
	VALUE(RKT_STAGE1_RUN_NO_PATHS),
	VALUE(RKT_STAGE1_RUN_NO_SECCOMP),
	VALUE(RKT_STAGE1_RUN_DEBUG),
	VALUE(RKT_STAGE1_IPC_AUTO),
	VALUE(RKT_STAGE1_IPC_PRIVATE),
	VALUE(RKT_STAGE1_IPC_PARENT),
	STRUCT(rkt_stage1_app),
	MEMBER(rkt_stage1_app, size),
	MEMBER(rkt_stage1_app, flags),
	MEMBER(rkt_stage1_app, name),
	MEMBER(rkt_stage1_app, image_manifest),
	MEMBER(rkt_stage1_app, rootfs),
	MEMBER(rkt_stage1_app, layers),
	MEMBER(rkt_stage1_app, upper),
	MEMBER(rkt_stage1_app, work),
	STRUCT(rkt_stage1_pod),
	MEMBER(rkt_stage1_pod, size),
	MEMBER(rkt_stage1_pod, flags),
	MEMBER(rkt_stage1_pod, uuid),
	MEMBER(rkt_stage1_pod, manifest),
	MEMBER(rkt_stage1_pod, dir),
	MEMBER(rkt_stage1_pod, apps),
	MEMBER(rkt_stage1_pod, n_apps),
	MEMBER(rkt_stage1_pod, dir_fd),
	MEMBER(rkt_stage1_pod, netns_fd),
	MEMBER(rkt_stage1_pod, uid_shift),
	MEMBER(rkt_stage1_pod, uid_range),
	MEMBER(rkt_stage1_pod, reserved0),
	STRUCT(rkt_stage1_run),
	MEMBER(rkt_stage1_run, size),
	MEMBER(rkt_stage1_run, flags),
	MEMBER(rkt_stage1_run, hostname),
	MEMBER(rkt_stage1_run, mds_token),
	MEMBER(rkt_stage1_run, resolv_conf),
	MEMBER(rkt_stage1_run, hosts),
	MEMBER(rkt_stage1_run, ipc_mode),
	MEMBER(rkt_stage1_run, lock_fd),
	STRUCT(rkt_stage1_exec),
	MEMBER(rkt_stage1_exec, size),
	MEMBER(rkt_stage1_exec, flags),
	MEMBER(rkt_stage1_exec, app),
	MEMBER(rkt_stage1_exec, argv),
	MEMBER(rkt_stage1_exec, argc),
	MEMBER(rkt_stage1_exec, leader_pid),
	STRUCT(rkt_stage1_plugin),
	MEMBER(rkt_stage1_plugin, info),
	MEMBER(rkt_stage1_plugin, caps),
	MEMBER(rkt_stage1_plugin, open),
	MEMBER(rkt_stage1_plugin, close),
	MEMBER(rkt_stage1_plugin, check),
	MEMBER(rkt_stage1_plugin, prepare),
	MEMBER(rkt_stage1_plugin, run),
	MEMBER(rkt_stage1_plugin, enter),
	MEMBER(rkt_stage1_plugin, stop),
	MEMBER(rkt_stage1_plugin, gc),
	MEMBER(rkt_stage1_plugin, app_add),
	MEMBER(rkt_stage1_plugin, app_rm),
	MEMBER(rkt_stage1_plugin, app_start),
	MEMBER(rkt_stage1_plugin, app_stop),
	{.name = NULL},
};

static const struct entry net_entries[] = {
	VALUE(RKT_NET_ABI_MAJOR),
	VALUE(RKT_NET_ABI_MINOR),
	VALUE(RKT_NET_CAP_IPAM),
	VALUE(RKT_NET_CAP_PORTMAP),
	VALUE(RKT_NET_CAP_BANDWIDTH),
	STRUCT(rkt_net_request),
	MEMBER(rkt_net_request, size),
	MEMBER(rkt_net_request, flags),
	MEMBER(rkt_net_request, network),
	MEMBER(rkt_net_request, container_id),
	MEMBER(rkt_net_request, ifname),
	MEMBER(rkt_net_request, conf),
	MEMBER(rkt_net_request, prev_result),
	MEMBER(rkt_net_request, args),
	MEMBER(rkt_net_request, netns_fd),
	MEMBER(rkt_net_request, reserved0),
	STRUCT(rkt_net_plugin),
	MEMBER(rkt_net_plugin, info),
	MEMBER(rkt_net_plugin, caps),
	MEMBER(rkt_net_plugin, add),
	MEMBER(rkt_net_plugin, del),
	MEMBER(rkt_net_plugin, check),
	MEMBER(rkt_net_plugin, status),
	MEMBER(rkt_net_plugin, gc),
	{.name = NULL},
};

static void
describe(const struct entry *e, struct strbuf *b)
{
	for (; e->name; e++) {
		if (e->what == WHAT_VALUE)
			strbuf_printf(b, "%s %lld\n", e->name,
				      (long long)e->value);
		else if (e->what == WHAT_STRUCT)
			strbuf_printf(b, "struct %s size %llu\n", e->name,
				      e->value);
		else
			strbuf_printf(b, "\t%s offset %zu size %llu\n", e->name,
				      e->offset, e->value);
	}
}

/* Members follow one another up to the end: none is missing in the table above,
 * and none is followed by padding. */
static void
expect_no_gaps(const struct entry *e)
{
	unsigned long long size = 0, end = 0;

	for (; e->name; e++) {
		if (e->what == WHAT_VALUE)
			continue;
		if (e->what == WHAT_STRUCT) {
			CU_ASSERT_EQUAL(end, size);
			size = e->value;
			end = 0;
			continue;
		}
		if (e->offset != end)
			fprintf(stderr, "# gap before %s\n", e->name);
		CU_ASSERT_EQUAL(e->offset, end);
		end = e->offset + e->value;
	}
	CU_ASSERT_EQUAL(end, size);
}

static void
expect_layout(const char *kind, const struct entry *entries)
{
	const char *srcdir = getenv("srcdir");
	autofree char *path =
		xasprintf("%s/sdk/abi/%s.layout", srcdir ? srcdir : ".", kind);
	struct error e = ERROR_NONE;
	autofree char *golden = NULL;
	autofree char *now = NULL;
	struct strbuf b = {0};

	expect_no_gaps(entries);
	if (sizeof(void *) != 8)
		return;
	describe(entries, &b);
	now = strbuf_take(&b);
	CU_ASSERT_EQUAL_FATAL(
		file_read_all(AT_FDCWD, path, 1u << 20, &golden, NULL, &e), 0);
	assert_text(now, golden);
}

static void
plugin_layout(void)
{
	expect_layout("plugin", plugin_entries);
}

static void
image_layout(void)
{
	expect_layout("image", image_entries);
}

static void
stage1_layout(void)
{
	expect_layout("stage1", stage1_entries);
}

static void
net_layout(void)
{
	expect_layout("net", net_entries);
}

static CU_TestInfo tests[] = {
	{"plugin_layout", plugin_layout},
	{"image_layout", image_layout},
	{"stage1_layout", stage1_layout},
	{"net_layout", net_layout},
	CU_TEST_INFO_NULL,
};

UNIT_MAIN(tests)
