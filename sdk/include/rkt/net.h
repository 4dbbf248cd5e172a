/* rkt/net.h - network plugins, with the semantics of CNI 1.1
 * SPDX-License-Identifier: Apache-2.0
 *
 * File: ${plugindir}/rkt-net-NAME.so    Manual: rkt-net-plugin(7)
 *
 * Stateless: what del() has to know is in `conf`, in `prev_result`, or on disk
 * under the key (network, container_id, ifname).
 */
#ifndef RKT_NET_H
#define RKT_NET_H

#include <rkt/plugin.h>

#ifdef __cplusplus
extern "C" {
#endif

#define RKT_NET_ABI_MAJOR 0
#define RKT_NET_ABI_MINOR 1

#define RKT_NET_CAP_IPAM      (1ull << 0) /* only hands out addresses */
#define RKT_NET_CAP_PORTMAP   (1ull << 1)
#define RKT_NET_CAP_BANDWIDTH (1ull << 2)

struct rkt_net_request {
	uint32_t size;
	uint32_t flags;           /* 0                                    */
	const char *network;      /* name of the network                  */
	const char *container_id;
	const char *ifname;       /* inside the namespace                 */
	const char *conf;         /* this plugin's own JSON configuration */
	const char *prev_result;  /* JSON, or NULL at the head of a chain */
	const char *args;         /* "K=V;K=V", or NULL                   */
	int32_t netns_fd;         /* borrowed; -1 in del() if it is gone  */
	uint32_t reserved0;
};

struct rkt_net_plugin {
	struct rkt_plugin_info info;
	uint64_t caps; /* RKT_NET_CAP_* */

	/* Required.  Emits "result", a CNI result as JSON.  Leaves nothing
	 * behind when it fails. */
	rkt_status (*add)(struct rkt_call *call,
			  const struct rkt_net_request *request);
	/* Required.  Idempotent; a missing resource is success. */
	rkt_status (*del)(struct rkt_call *call,
			  const struct rkt_net_request *request);
	/* Optional. */
	rkt_status (*check)(struct rkt_call *call,
			    const struct rkt_net_request *request);
	rkt_status (*status)(struct rkt_call *call,
			     const struct rkt_net_request *request);
	rkt_status (*gc)(struct rkt_call *call,
			 const struct rkt_net_request *request);
};

RKT_EXPORT const struct rkt_net_plugin *rkt_net_plugin_v0(void);

#define RKT_NET_INFO(plugin_name, plugin_version, plugin_summary)              \
	{                                                                      \
		sizeof(struct rkt_net_plugin), RKT_NET_ABI_MAJOR,              \
			RKT_NET_ABI_MINOR, 0, 0, 0, (plugin_name),             \
			(plugin_version), (plugin_summary), NULL               \
	}

#define RKT_NET_PLUGIN(descriptor)                                             \
	const struct rkt_net_plugin *rkt_net_plugin_v0(void)                   \
	{                                                                      \
		return &(descriptor);                                          \
	}                                                                      \
	struct rkt_net_plugin

#ifdef __cplusplus
}
#endif
#endif
