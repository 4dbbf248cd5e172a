/* Standard streams of an app, where its modes want them.
 * SPDX-License-Identifier: Apache-2.0
 *
 *	struct rkt_streams streams;
 *
 *	status = rkt_streams_open(call, pod, app, &streams);
 *	...
 *	status = rkt_streams_apply(call, &streams, uid);
 *	execve(...);
 *	rkt_streams_restore(&streams);
 *
 * Mode `log` makes a process that writes what comes out of the app to
 * logs/APP.log in the pod directory, record by record (log-lines.h).  It is
 * nobody's child, hears no signal but SIGKILL, holds no descriptor of the
 * caller's, and ends when the last writer of the streams has ended.  As long as
 * it lives, it has an exclusive flock on the file. */
#ifndef RKT_TOOLKIT_STREAMS_H
#define RKT_TOOLKIT_STREAMS_H

#include <rkt/stage1.h>

#include "pod-spec.h"

struct rkt_streams {
	int to[3];   /* -1: the caller's own stays */
	int kept[3]; /* the caller's, to be put back */
};

/* Nothing is started without a mode that needs it. */
rkt_status rkt_streams_open(struct rkt_call *call,
			    const struct rkt_stage1_pod *pod,
			    const struct rkt_app_spec *app,
			    struct rkt_streams *ret);
/* What is made for the app alone is given to `owner`. */
rkt_status rkt_streams_apply(struct rkt_call *call, struct rkt_streams *s,
			     uid_t owner);
/* Also closes what open() made. */
void rkt_streams_restore(struct rkt_streams *s);

#endif
