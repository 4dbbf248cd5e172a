/* A pod directory with busybox in it, and the fly engine to run it.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_UNIT_STAGE1_FLY_POD_H
#define TESTS_UNIT_STAGE1_FLY_POD_H

#include <sys/types.h>

#include <rkt/stage1.h>

#include "tests/lib/mock-host.h"

struct fly_child {
	pid_t pid;
	int out;
	int why;
};

struct fly_pod {
	const struct rkt_stage1_plugin *engine;
	struct rkt_stage1_pod pod;
	struct rkt_stage1_run run;
	struct rkt_stage1_exec exec;
	struct rkt_stage1_app app;
	const struct rkt_stage1_app *apps[1];
	const char *layers[2];
	char image_manifest[2048];
	char manifest[4096];
	char dir[256];
	char layer[300];
	char output[8192]; /* of the app, stdout and stderr */
	char failure[2048];
	int status; /* as waitpid gives it */
	/* Set after make: system calls that the engine finds missing. */
	long blocked[4];
	struct fly_child child; /* of fly_pod_start() */
};

/* In a mount namespace of the test's own, below unit_tmpdir().  The layer has
 * bin/busybox with links for its applets, etc/passwd and etc/group. */
void fly_pod_make(struct fly_pod *p);

/* The same with a pod directory of that name. */
void fly_pod_make_in(struct fly_pod *p, const char *name);

/* The app section, and the rest of the runtime app, volumes and annotations of
 * the image as JSON texts; NULL: none. */
void fly_pod_app(struct fly_pod *p, const char *section, const char *runtime,
		 const char *volumes, const char *annotations);

/* Run `script` by the app's shell; the rest as fly_pod_app() has it. */
void fly_pod_shell(struct fly_pod *p, const char *script);

/* Run in a child to its end; 255 with a text in `failure` if the engine
 * returned. */
void fly_pod_run(struct fly_pod *p);

/* The same in two steps; the first ends when `path` has appeared in the pod
 * directory. */
void fly_pod_start(struct fly_pod *p, const char *path);
void fly_pod_finish(struct fly_pod *p);

/* Run a command in the app that was started; results as fly_pod_run(). */
void fly_pod_enter(struct fly_pod *p, const char *const *argv);

void fly_pod_file(const struct fly_pod *p, const char *path, const char *text);

#endif
