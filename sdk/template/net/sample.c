/* The smallest network plugin: adds nothing and passes on what came before.
 * SPDX-License-Identifier: Apache-2.0
 *
 * Copy the folder, change the name here and in the Makefile, and begin.
 * rkt-net-plugin(7) explains every member. */
#include <rkt/net.h>

#include <string.h>

static rkt_status
add(struct rkt_call *call, const struct rkt_net_request *request)
{
	static const char empty[] = "{\"cniVersion\":\"1.1.0\"}";
	struct rkt_net_request mine;
	const char *result;

	/* A request of a newer host may ask for what we cannot see. */
	RKT_TAKE(call, &mine, request);
	result = mine.prev_result ? mine.prev_result : empty;
	return call->host->emit(call, "result", result, strlen(result));
}

/* Called more often than add(), and also when there is nothing to undo. */
static rkt_status
del(struct rkt_call *call, const struct rkt_net_request *request)
{
	struct rkt_net_request mine;

	RKT_TAKE(call, &mine, request);
	return RKT_OK;
}

static const struct rkt_net_plugin descriptor = {
	.info = RKT_NET_INFO("sample", "1.0", "Network of the SDK template"),
	.add = add,
	.del = del,
};

RKT_NET_PLUGIN(descriptor);
