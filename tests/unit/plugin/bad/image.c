/* An image plugin with the schemes and the bid that macros give it.
 * SPDX-License-Identifier: Apache-2.0 */
#include <rkt/image.h>

static uint32_t
probe(const struct rkt_image_head *head)
{
	return head->raw_len > 0 ? BID : 0;
}

#ifndef WITHOUT_SPLIT
static rkt_status
split(struct rkt_call *call, const char *rest, struct rkt_image_parts *parts)
{
	(void)call;
	(void)rest;
	(void)parts;
	return RKT_OK;
}
#endif

#ifndef WITHOUT_RESOLVE
static rkt_status
resolve(struct rkt_call *call, const struct rkt_image_source *source)
{
	(void)call;
	(void)source;
	return RKT_OK;
}
#endif

/* The list may be empty: the macro holds strings and no last comma. */
static const char *const all[] = {"", SCHEMES};
static const char *schemes[sizeof(all) / sizeof(all[0])];

static struct rkt_image_plugin descriptor = {
	.info = RKT_IMAGE_INFO(NAME, "1", "An image format for tests"),
	.schemes = schemes,
	.probe = probe,
#ifndef WITHOUT_SPLIT
	.split = split,
#endif
#ifndef WITHOUT_RESOLVE
	.resolve = resolve,
#endif
};

RKT_EXPORT const struct rkt_image_plugin *
rkt_image_plugin_v0(void)
{
	for (size_t i = 1; i < sizeof(all) / sizeof(all[0]); i++)
		schemes[i - 1] = all[i];
	return &descriptor;
}
