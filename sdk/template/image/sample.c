/* The smallest image plugin: a line of magic, and a tar archive behind it.
 * SPDX-License-Identifier: Apache-2.0
 *
 * Copy the folder, change the name here and in the Makefile, and begin.
 * rkt-image-plugin(7) explains every member. */
#include <rkt/image.h>

#include <string.h>

static const char magic[] = "sample image 1.0\n";
#define MAGIC_LEN (sizeof(magic) - 1)

/* How sure are we that the file is ours?  Look, do not guess by its name. */
static uint32_t
probe(const struct rkt_image_head *head)
{
	return head->raw_len >= MAGIC_LEN &&
			       memcmp(head->raw, magic, MAGIC_LEN) == 0
		       ? 100
		       : 0;
}

/* "sample:FILE" on the command line: everything behind the colon is a path. */
static rkt_status
split(struct rkt_call *call, const char *rest, struct rkt_image_parts *parts)
{
	if (rest[0] == '\0')
		return call->host->fail(call, RKT_ERR_INPUT, 0,
					"'sample:' lacks the name of a file");
	parts->path = rest;
	parts->path_len = strlen(rest);
	return RKT_OK;
}

/* Describe the image; the host reads, verifies and unpacks it. */
static rkt_status
resolve(struct rkt_call *call, const struct rkt_image_source *source)
{
	static const char manifest[] =
		"{\"acKind\":\"ImageManifest\",\"acVersion\":\"0.8.11\","
		"\"name\":\"example.com/sample\"}";
	static const char origin[] = "{\"format\":\"sample\","
				     "\"name\":\"example.com/sample\"}";
	static const char layer[] = "{\"offset\":17,\"whiteouts\":\"none\"}";
	struct rkt_image_source mine;
	rkt_status status;

	/* A request of a newer host may ask for what we cannot see. */
	RKT_TAKE(call, &mine, source);
	if (mine.fd < 0)
		return call->host->fail(call, RKT_ERR_UNSUPPORTED, 0,
					"'%s' is not a local file", mine.ref);
	status = call->host->emit(call, "manifest", manifest,
				  sizeof(manifest) - 1);
	if (status == RKT_OK)
		status = call->host->emit(call, "origin", origin,
					  sizeof(origin) - 1);
	if (status == RKT_OK)
		status = call->host->emit(call, "layer", layer,
					  sizeof(layer) - 1);
	return status;
}

static const char *const schemes[] = {"sample", NULL};

static const struct rkt_image_plugin descriptor = {
	.info = RKT_IMAGE_INFO("sample", "1.0", "Images of the SDK template"),
	.schemes = schemes,
	.probe = probe,
	.split = split,
	.resolve = resolve,
};

RKT_IMAGE_PLUGIN(descriptor);
