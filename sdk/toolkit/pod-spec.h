/* The pod manifest as plain structs, for engines.
 * SPDX-License-Identifier: Apache-2.0
 *
 * Everything lives in the scratch memory of the call it was read in. */
#ifndef RKT_TOOLKIT_POD_SPEC_H
#define RKT_TOOLKIT_POD_SPEC_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include <rkt/stage1.h>

/* Annotations coreos.com/rkt/stage2/{stdin,stdout,stderr} of the runtime app;
 * OTHER: attachable, or a word that is none. */
enum rkt_stream_mode {
	RKT_STREAM_DEFAULT,
	RKT_STREAM_NULL,
	RKT_STREAM_LOG,
	RKT_STREAM_OTHER,
};

enum rkt_volume_kind { RKT_VOLUME_HOST, RKT_VOLUME_EMPTY };

/* A volume at its place in the app. */
struct rkt_mount_spec {
	const char *volume;
	enum rkt_volume_kind kind;
	const char *source; /* host only */
	const char *target; /* as written in the manifest */
	bool is_read_only;
	bool is_recursive;
	bool recursive_given; /* else the engine has a default of its own */
	/* Nobody named a volume: it starts as what the image has there. */
	bool is_implicit;
	bool starts_as_image; /* implicit, and the image came from docker */
	mode_t mode;          /* empty only, like uid and gid */
	uid_t uid;
	gid_t gid;
};

struct rkt_app_spec {
	const char *name;
	const char *image_name;
	const char *const *exec; /* NULL-terminated, like env */
	size_t n_exec;
	const char *const *env; /* "NAME=value" as the manifest has them */
	const char *user;
	const char *group;
	const char *working_directory; /* never empty */
	const gid_t *gids;             /* supplementary */
	size_t n_gids;
	const struct rkt_mount_spec *mounts;
	size_t n_mounts;
	enum rkt_stream_mode streams[3]; /* by descriptor */
	bool is_root_read_only;
	bool is_docker; /* the image was converted from docker's format */
	bool group_is_users; /* image.user == image.group, not overridden */
	const struct rkt_stage1_app *files; /* where its root is */
};

struct rkt_pod_spec {
	const struct rkt_app_spec *apps; /* in manifest order */
	size_t n_apps;
};

rkt_status rkt_pod_spec_read(struct rkt_call *call,
			     const struct rkt_stage1_pod *pod,
			     struct rkt_pod_spec *ret);

/* The app of that name, NULL if there is none. */
const struct rkt_app_spec *rkt_pod_spec_app(const struct rkt_pod_spec *spec,
					    const char *name);

#endif
