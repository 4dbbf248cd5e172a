/* One layer on its way from a file into the store.
 * SPDX-License-Identifier: Apache-2.0
 *
 *	reader thread    source -> blob file, digest -> inflate -> ring
 *	calling thread   ring -> digest of the tar -> unpack
 *
 * What is held in memory does not grow with the layer.  A job knows nothing of
 * the others: several may run at a time. */
#ifndef CORE_FETCH_LAYER_H
#define CORE_FETCH_LAYER_H

#include "digest.h"
#include "plan.h"
#include "progress.h"

struct layer_job {
	const struct layer_spec *spec;
	const char *name;         /* for messages: the file                  */
	int fd;                   /* read from spec->offset on by pread()    */
	int rootfs_fd, blob_fd;   /* empty ones to fill                      */
	enum digest_alg diff_alg; /* when spec->diff_id is not there         */
	uint64_t bytes_max;       /* 0: unpack_bytes_max() of the input      */
	struct progress *progress;

	/* results */
	char digest[DIGEST_TEXT_MAX];  /* of the blob, sha256 if unknown; empty
					* for a layer with a manifest inside */
	char diff_id[DIGEST_TEXT_MAX]; /* of the tar                         */
	uint64_t size;                 /* of the blob                        */
	uint64_t file_bytes;           /* in regular files                   */
	enum compression compression;
	char *manifest; /* owned; of a layer that has one */
	size_t manifest_len;
	char *implied; /* owned; see unpack.h */
	size_t implied_len;
};

int layer_run(struct layer_job *job, struct error *e);
void layer_job_done(struct layer_job *job);

#endif
