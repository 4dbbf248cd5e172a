/* What this rkt knows of each plugin kind: versions, operations, capabilities.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CORE_PLUGIN_ABI_H
#define CORE_PLUGIN_ABI_H

#include "host.h"

#define PLUGIN_OP_REQUIRED (1u << 0)

struct plugin_op {
	const char *name; /* NULL ends the list */
	size_t offset;    /* of the function pointer in the descriptor */
	unsigned int flags;
	uint64_t cap; /* present exactly when this capability is set; 0: none */
};

struct plugin_cap {
	uint64_t bit; /* 0 ends the list */
	const char *name;
};

struct plugin_abi {
	enum plugin_kind kind;
	const char *entry; /* the one exported symbol */
	uint16_t major;
	uint16_t minor;
	uint16_t oldest_minor; /* raised when a minor breaks, before 1.0 */
	size_t size_min;       /* of the smallest descriptor of this major */
	size_t size;           /* of the newest */
	size_t caps_offset;
	const struct plugin_op *ops;
	const struct plugin_cap *caps;
};

const struct plugin_abi *plugin_abi(enum plugin_kind kind);

/* Members of a descriptor, by table. */
bool plugin_op_is_set(const void *descriptor, const struct plugin_op *op);
uint64_t plugin_caps(const void *descriptor, const struct plugin_abi *abi);

/* Copy a descriptor into `ours` (abi->size bytes), zero where the plugin is
 * older, after everything it says was found to agree with itself, with the
 * file's name and with this rkt.  `file` is for messages. */
int plugin_negotiate(const struct plugin_abi *abi, const void *theirs,
		     const char *name, const char *file, void *ours,
		     struct error *e);

#endif
