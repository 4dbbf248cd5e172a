/* What the apps of a pod wrote, in the order in which they wrote it.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CORE_POD_LOGS_H
#define CORE_POD_LOGS_H

#include "core/pod/log-file.h"
#include "core/pod/pod.h"

struct logs_request {
	const char *app; /* NULL: all of them                     */
	bool is_followed; /* as long as the pod runs              */
	int64_t lines;    /* only the last so many; negative: all */
	int64_t since_ns; /* only what was written later          */
	/* Not 0 ends it without an error.  `app` is NULL if there is only one
	 * log. */
	int (*record)(void *data, const char *app, const struct log_record *r);
	void *data;
};

/* Reads logs/APP.log in the pod directory; a pod without is
 * RKT_ERR_NOT_FOUND. */
int pod_logs(struct pod *pod, const struct logs_request *r, struct error *e);

#endif
