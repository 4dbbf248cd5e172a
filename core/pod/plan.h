/* A pod worked out in memory, before its directory is filled.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CORE_POD_PLAN_H
#define CORE_POD_PLAN_H

#include "core/pod/request.h"
#include "core/store/store.h"

struct app_plan {
	char *name;
	char *image_text;     /* the image manifest as stored            */
	json_t *image_json;   /* the same in normal form                 */
	struct image image;   /* the store's record: key, name, layers   */
};
VEC(app_plans, struct app_plan);

struct pod_plan {
	struct app_plans apps; /* in command line order                  */
	json_t *manifest;      /* PodManifest, normal form               */
	char *text;            /* what goes into the file `pod`          */
	size_t text_len;
};

int pod_plan_build(struct store *store, const struct pod_request *r,
		   struct pod_plan *ret, struct error *e);
void pod_plan_done(struct pod_plan *plan);

/* Steps of it, each tested on its own. */

/* Record, manifest and platform of the image `key`. */
int app_plan_load(struct store *store, const char *key, struct app_plan *ret,
		  struct error *e);
void app_plan_done(struct app_plan *a);
/* The plan of --pod-manifest (11.6), which pod_request_load() has read. */
int pod_plan_read(struct store *store, const struct pod_request *r,
		  struct pod_plan *ret, struct error *e);
/* RuntimeApp (11.4); new reference. */
int app_merge(const struct pod_request *r, const struct app_request *a,
	      const struct app_plan *plan, json_t **ret, struct error *e);
/* 11.5: `isolators`, the image's, becomes the merged list. */
int isolators_merge(json_t *isolators, const struct app_request *a,
		    struct error *e);
/* 11.8, on a pod manifest. */
int ports_check(const json_t *manifest, struct error *e);
/* Go's path.Clean; owned. */
char *path_clean(const char *path);

#endif
