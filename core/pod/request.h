/* What the user asked for, as the command line hands it to core/pod.
 * SPDX-License-Identifier: Apache-2.0
 *
 * All members are owned by the request; NULL, 0 and empty mean "not given". */
#ifndef CORE_POD_REQUEST_H
#define CORE_POD_REQUEST_H

#include <stdbool.h>

#include "core/base/json.h"
#include "core/base/vec.h"

/* One image with what follows it on the command line (chapter 5.2). */
struct app_request {
	char *image;       /* as typed                                   */
	char *image_key;   /* after fetch                                */
	char *signature;
	char *name;
	char *exec;
	struct strings args;
	char *working_dir;
	char *user;
	char *group;
	json_t *supplementary_gids; /* [int], NULL: keep the image's      */
	bool readonly_rootfs;
	json_t *mounts;            /* [{"volume","path"}]                 */
	json_t *annotations;       /* [{"name","value"}]                  */
	json_t *user_annotations;  /* {key: value}, NULL: keep the image's */
	json_t *user_labels;
	json_t *environment;       /* {name: value}                       */
	json_t *memory;            /* isolators, {"name","value"} each    */
	json_t *cpu;
	json_t *cpu_shares;
	json_t *oom_score_adj;
	json_t *caps_retain;
	json_t *caps_remove;
	char *seccomp;             /* as typed: checked when prepared, 5.6 */
	char *stdin_mode;
	char *stdout_mode;
	char *stderr_mode;
};
VEC(app_requests, struct app_request);

/* The pod-level part of `run` and `prepare` (chapter 3.1). */
struct pod_request {
	struct app_requests apps;
	json_t *volumes;       /* [volume]                       */
	json_t *mounts;        /* [{"volume","path"}], all apps  */
	json_t *ports;         /* [{"name","hostPort","hostIP"}] */
	json_t *annotations;   /* [{"name","value"}]             */
	bool inherit_env;
	json_t *set_env;       /* {name: value}                  */
	json_t *set_env_file;  /* {name: value}                  */
	char *pod_manifest;    /* path                           */
	char *manifest_text;   /* what is in that file ...       */
	size_t manifest_len;
	json_t *manifest_json; /* ... and its normal form        */
	bool no_overlay;
	bool private_users;
	char *uuid_file_save;  /* path                           */
};

/* What only starting needs; the same for `run` and `run-prepared`. */
struct start_request {
	bool net_given;      /* --net was on the command line        */
	struct strings net;  /* names with their arguments           */
	bool is_interactive;
	bool mds_register;
	char *hostname;
	char *ipc;           /* "", "auto", "private", "parent"      */
	struct strings dns;  /* --dns values as typed, cut at commas */
	struct strings dns_search;
	struct strings dns_opt;
	char *dns_domain;
	struct strings hosts_entries; /* cut at commas               */
	unsigned int insecure;        /* INSECURE_* of core/fetch    */
};

void pod_request_done(struct pod_request *r);
void app_request_done(struct app_request *a);
void start_request_done(struct start_request *r);

#endif
