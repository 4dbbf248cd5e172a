/* The tables behind abi.h, one per plugin kind.
 * SPDX-License-Identifier: Apache-2.0 */
#include "abi.h"

#include <string.h>

#define OP(kind, op, op_flags, op_cap)                                         \
	{                                                                      \
		.name = #op,                                                   \
		.offset = offsetof(struct rkt_##kind##_plugin, op),            \
		.flags = (op_flags), .cap = (op_cap)                           \
	}
#define REQUIRED(kind, op)         OP(kind, op, PLUGIN_OP_REQUIRED, 0)
#define OPTIONAL(kind, op)         OP(kind, op, 0, 0)
#define WITH_CAP(kind, op, op_cap) OP(kind, op, 0, op_cap)

static const struct plugin_op image_ops[] = {
	REQUIRED(image, probe),
	OPTIONAL(image, split),
	REQUIRED(image, resolve),
	{.name = NULL},
};

static const struct plugin_cap image_caps[] = {
	{RKT_IMAGE_CAP_PLAIN, "plain"},
	{RKT_IMAGE_CAP_SIGNED, "signed"},
	{0, NULL},
};

static const struct plugin_op stage1_ops[] = {
	OPTIONAL(stage1, open),
	OPTIONAL(stage1, close),
	OPTIONAL(stage1, check),
	REQUIRED(stage1, prepare),
	REQUIRED(stage1, run),
	REQUIRED(stage1, enter),
	OPTIONAL(stage1, stop),
	REQUIRED(stage1, gc),
	WITH_CAP(stage1, app_add, RKT_STAGE1_CAP_MUTABLE),
	WITH_CAP(stage1, app_rm, RKT_STAGE1_CAP_MUTABLE),
	WITH_CAP(stage1, app_start, RKT_STAGE1_CAP_MUTABLE),
	WITH_CAP(stage1, app_stop, RKT_STAGE1_CAP_MUTABLE),
	{.name = NULL},
};

static const struct plugin_cap stage1_caps[] = {
	{RKT_STAGE1_CAP_NETNS, "netns"},
	{RKT_STAGE1_CAP_USERNS, "userns"},
	{RKT_STAGE1_CAP_MUTABLE, "mutable"},
	{RKT_STAGE1_CAP_MULTI_APP, "multi-app"},
	{RKT_STAGE1_CAP_HOSTNAME, "hostname"},
	{RKT_STAGE1_CAP_IPC, "ipc"},
	{RKT_STAGE1_CAP_RESOURCES, "resources"},
	{RKT_STAGE1_CAP_LINUX_CAPS, "linux-caps"},
	{RKT_STAGE1_CAP_SECCOMP, "seccomp"},
	{RKT_STAGE1_CAP_READONLY, "readonly"},
	{RKT_STAGE1_CAP_HOOKS, "hooks"},
	{RKT_STAGE1_CAP_MDS, "mds"},
	{RKT_STAGE1_CAP_STREAMS, "streams"},
	{RKT_STAGE1_CAP_OVERLAY, "overlay"},
	{RKT_STAGE1_CAP_LOGS, "logs"},
	{0, NULL},
};

static const struct plugin_op net_ops[] = {
	REQUIRED(net, add),    REQUIRED(net, del), OPTIONAL(net, check),
	OPTIONAL(net, status), OPTIONAL(net, gc),  {.name = NULL},
};

static const struct plugin_cap net_caps[] = {
	{RKT_NET_CAP_IPAM, "ipam"},
	{RKT_NET_CAP_PORTMAP, "portmap"},
	{RKT_NET_CAP_BANDWIDTH, "bandwidth"},
	{0, NULL},
};

static const struct plugin_abi abis[PLUGIN_KINDS] = {
	[PLUGIN_IMAGE] =
		{
			.kind = PLUGIN_IMAGE,
			.entry = "rkt_image_plugin_v0",
			.major = RKT_IMAGE_ABI_MAJOR,
			.minor = RKT_IMAGE_ABI_MINOR,
			.size_min = sizeof(struct rkt_image_plugin),
			.size = sizeof(struct rkt_image_plugin),
			.caps_offset = offsetof(struct rkt_image_plugin, caps),
			.ops = image_ops,
			.caps = image_caps,
		},
	[PLUGIN_STAGE1] =
		{
			.kind = PLUGIN_STAGE1,
			.entry = "rkt_stage1_plugin_v0",
			.major = RKT_STAGE1_ABI_MAJOR,
			.minor = RKT_STAGE1_ABI_MINOR,
			.size_min = offsetof(struct rkt_stage1_plugin, app_add),
			.size = sizeof(struct rkt_stage1_plugin),
			.caps_offset = offsetof(struct rkt_stage1_plugin, caps),
			.ops = stage1_ops,
			.caps = stage1_caps,
		},
	[PLUGIN_NET] =
		{
			.kind = PLUGIN_NET,
			.entry = "rkt_net_plugin_v0",
			.major = RKT_NET_ABI_MAJOR,
			.minor = RKT_NET_ABI_MINOR,
			.size_min = offsetof(struct rkt_net_plugin, check),
			.size = sizeof(struct rkt_net_plugin),
			.caps_offset = offsetof(struct rkt_net_plugin, caps),
			.ops = net_ops,
			.caps = net_caps,
		},
};

static const char *const kind_names[PLUGIN_KINDS] = {
	[PLUGIN_IMAGE] = "image",
	[PLUGIN_STAGE1] = "stage1",
	[PLUGIN_NET] = "net",
};

const struct plugin_abi *
plugin_abi(enum plugin_kind kind)
{
	return &abis[kind];
}

const char *
plugin_kind_name(enum plugin_kind kind)
{
	return kind_names[kind];
}

bool
plugin_kind_parse(const char *s, enum plugin_kind *ret)
{
	for (int kind = 0; kind < PLUGIN_KINDS; kind++) {
		if (strcmp(s, kind_names[kind]) == 0) {
			*ret = (enum plugin_kind)kind;
			return true;
		}
	}
	return false;
}

bool
plugin_op_is_set(const void *descriptor, const struct plugin_op *op)
{
	void (*function)(void);

	memcpy(&function, (const char *)descriptor + op->offset,
	       sizeof(function));
	return function != NULL;
}

uint64_t
plugin_caps(const void *descriptor, const struct plugin_abi *abi)
{
	uint64_t caps;

	memcpy(&caps, (const char *)descriptor + abi->caps_offset,
	       sizeof(caps));
	return caps;
}
