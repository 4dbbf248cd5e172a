/* Describes appc images: one archive that carries its own manifest.
 * SPDX-License-Identifier: Apache-2.0
 *
 * appc, "Image Format": a tar of a file `manifest` and a directory `rootfs`,
 * compressed or not.  All else is the host's: it inflates, takes the manifest
 * out of the archive, unpacks and hashes. */
#include "aci.h"

#include <string.h>

#include <jansson.h>

#include "plugins/image/common/tar.h"
#include "sdk/toolkit/cleanup.h"

#define BID_ACI 80

static uint32_t
bid_on_member(const struct tar_member *member)
{
	if (strcmp(member->name, "manifest") == 0)
		return member->type == '0' ? BID_ACI : 0;
	if (strcmp(member->name, "rootfs") == 0)
		return member->type == '5' ? BID_ACI : 0;
	return strncmp(member->name, "rootfs/", 7) == 0 ? BID_ACI : 0;
}

uint32_t
aci_probe(const struct rkt_image_head *request)
{
	struct rkt_image_head head;
	struct tar_memory memory;
	struct tar_member member;
	struct tar_walk walk;

	if (!rkt_take(&head, sizeof(head), request) || head.is_directory)
		return 0;
	memory = (struct tar_memory){head.plain, head.plain_len};
	tar_walk_memory(&walk, &memory);
	while (tar_walk_next(&walk, &member) == TAR_MEMBER)
		if (strcmp(member.name, ".") != 0 && member.name[0] != '\0')
			return bid_on_member(&member);
	return 0;
}

static rkt_status
emit_json(struct rkt_call *call, const char *key, json_t *j)
{
	autofree char *text = j ? json_dumps(j, JSON_COMPACT) : NULL;

	json_decref(j);
	if (!text)
		return call->host->fail(call, RKT_ERR_SYSTEM, 0,
					"out of memory");
	return call->host->emit(call, key, text, strlen(text));
}

rkt_status
aci_resolve(struct rkt_call *call, const struct rkt_image_source *request)
{
	struct rkt_image_source source;
	rkt_status status;

	RKT_TAKE(call, &source, request);
	if (source.fd < 0)
		return call->host->fail(call, RKT_ERR_INPUT, 0,
					"'%s' names no file", source.ref);
	if (source.selector)
		return call->host->fail(
			call, RKT_ERR_INPUT, 0,
			"'%s' holds one image, which has no tag '%s'",
			source.path, source.selector);
	status = emit_json(call, "origin", json_pack("{s:s}", "format", "aci"));
	if (status != RKT_OK)
		return status;
	return emit_json(call, "layer",
			 json_pack("{s:i, s:s, s:s, s:s, s:s}", "offset", 0,
				   "compression", source.compression,
				   "whiteouts", "none", "root", "rootfs",
				   "manifest", "manifest"));
}
