/* What a call in progress remembers between the plugin and its caller.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CORE_PLUGIN_CALL_STATE_H
#define CORE_PLUGIN_CALL_STATE_H

#include <stdalign.h>
#include <stddef.h>

#include "internal.h"

struct plugin_scratch {
	struct plugin_scratch *next;
	alignas(max_align_t) unsigned char bytes[];
};

struct plugin_call_state {
	struct plugin_scratch *scratch;
	struct error error; /* of fail(), or of the host's own emit()  */
	bool is_refused;    /* the host did not take what was emitted  */
};

#endif
