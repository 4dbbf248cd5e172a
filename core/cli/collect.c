/* Collecting layers, as gc and image gc tell it.
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/cli/collect.h"

#include "core/base/log.h"

static int
ask_pods(void *data, struct strings *ret, struct error *e)
{
	return pods_trees_in_use(data, ret, e);
}

int
collect_layers(struct store *store, struct pods *pods, struct error *e)
{
	auto_strings struct strings removed = {0};
	int rc = store_tree_gc_asking(store, ask_pods, pods, &removed, e);

	for (size_t i = 0; i < removed.len; i++)
		log_info("removed treestore \"%s\"", removed.items[i]);
	return rc < 0 ? error_prefix(e, "failed to remove unused layers") : 0;
}
