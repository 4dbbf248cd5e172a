/* One layer on its way from a file into the store.
 * SPDX-License-Identifier: Apache-2.0 */
#include "layer.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "blob-reader.h"
#include "core/base/alloc.h"
#include "core/base/cleanup.h"
#include "gzip-check.h"
#include "ring.h"
#include "unpack.h"

/* Both threads' view; each touches its own half. */
struct pipeline {
	struct layer_job *job;
	struct ring *ring;

	struct blob_reader reader;
	struct inflate *inflate;
	struct gzip_check gzip;
	uint8_t *filling; /* buffer of the ring, or NULL */
	size_t filled;
	bool is_unwanted; /* the unpacker failed */
	int read_rc;
	struct error read_error;

	struct digest *tar_digest;
};

/* ---- reader thread ----------------------------------------------------------
 */

static int
reader_next(void *data, const uint8_t **ret, size_t *ret_len, struct error *e)
{
	return blob_reader_next(data, ret, ret_len, e);
}

static int
plain_next(struct pipeline *p, const uint8_t **ret, size_t *ret_len,
	   struct error *e)
{
	if (!p->inflate)
		return blob_reader_next(&p->reader, ret, ret_len, e);
	if (inflate_next(p->inflate, ret, ret_len, e) < 0)
		return -1;
	if (p->job->compression == COMPRESSION_GZIP && !p->job->spec->digest)
		gzip_check_add(&p->gzip, *ret, *ret_len);
	return 0;
}

static void
flush(struct pipeline *p)
{
	if (p->filled > 0)
		ring_writer_give(p->ring, p->filled);
	p->filling = NULL;
	p->filled = 0;
}

/* Buffers are handed over full: inflated pieces may be small. */
static bool
put(struct pipeline *p, const uint8_t *bytes, size_t len)
{
	while (len > 0) {
		size_t n = RING_BUFFER_SIZE - p->filled;

		if (!p->filling)
			p->filling = ring_writer_take(p->ring);
		if (!p->filling)
			return false;
		if (n > len)
			n = len;
		memcpy(p->filling + p->filled, bytes, n);
		p->filled += n;
		bytes += n;
		len -= n;
		if (p->filled == RING_BUFFER_SIZE)
			flush(p);
	}
	return true;
}

static int
pump(struct pipeline *p, struct error *e)
{
	const struct bytes from = {reader_next, &p->reader};
	const uint8_t *bytes;
	size_t len;

	if (p->job->compression != COMPRESSION_NONE &&
	    inflate_open(p->job->compression, p->job->name, &from, &p->inflate,
			 e) < 0)
		return -1;
	for (;;) {
		if (plain_next(p, &bytes, &len, e) < 0)
			return -1;
		if (len == 0) {
			flush(p);
			return 0;
		}
		if (!put(p, bytes, len)) {
			p->is_unwanted = true;
			return 0;
		}
	}
}

/* The digest is the better reason why the content makes no sense. */
static int
check_digest(struct pipeline *p, struct error *e)
{
	struct layer_job *job = p->job;

	if (!p->reader.digest)
		return 0;
	if (digest_finish(p->reader.digest, job->digest, sizeof(job->digest),
			  e) < 0)
		return -1;
	if (job->spec->digest && strcmp(job->digest, job->spec->digest) != 0)
		return error_set(e, RKT_ERR_UNTRUSTED,
				 "%s: has the digest %s, not the announced %s",
				 job->name, job->digest, job->spec->digest);
	return 0;
}

static int
read_all(struct pipeline *p, struct error *e)
{
	struct error other = ERROR_NONE;
	int rc = pump(p, e);

	if (rc < 0 && e->code != RKT_ERR_INPUT)
		return -1;
	if ((rc < 0 || p->is_unwanted) && !p->job->spec->digest)
		return rc;
	if (blob_reader_finish(&p->reader, &other) < 0 ||
	    check_digest(p, &other) < 0) {
		*e = other;
		return -1;
	}
	p->job->size = p->reader.done;
	if (rc == 0 && p->inflate && !p->is_unwanted &&
	    p->job->compression == COMPRESSION_GZIP && !p->job->spec->digest)
		return gzip_check_finish(&p->gzip, p->reader.tail, p->job->name,
					 e);
	return rc;
}

static void *
reader_thread(void *data)
{
	struct pipeline *p = data;

	p->read_rc = read_all(p, &p->read_error);
	ring_writer_end(p->ring, p->read_rc == 0);
	return NULL;
}

/* ---- unpacking thread
 * --------------------------------------------------------- */

static int
ring_next(void *data, const uint8_t **ret, size_t *ret_len, struct error *e)
{
	struct pipeline *p = data;
	ptrdiff_t len = ring_reader_next(p->ring, ret);

	if (len < 0)
		return error_set(e, RKT_ERR_INPUT, "%s: reading failed",
				 p->job->name);
	if (len > 0)
		digest_add(p->tar_digest, *ret, (size_t)len);
	*ret_len = (size_t)len;
	return 0;
}

static int
check_diff_id(struct pipeline *p, struct error *e)
{
	struct layer_job *job = p->job;

	if (digest_finish(p->tar_digest, job->diff_id, sizeof(job->diff_id),
			  e) < 0)
		return -1;
	if (job->spec->diff_id && strcmp(job->diff_id, job->spec->diff_id) != 0)
		return error_set(e, RKT_ERR_UNTRUSTED,
				 "%s: unpacked, it has the digest %s, not the "
				 "announced %s",
				 job->name, job->diff_id, job->spec->diff_id);
	return 0;
}

static uint64_t
input_size(const struct layer_job *job)
{
	struct stat st;

	if (job->spec->size != UINT64_MAX)
		return job->spec->size;
	return fstat(job->fd, &st) == 0 ? (uint64_t)st.st_size : 0;
}

static int
unpack_layer(struct pipeline *p, struct error *e)
{
	struct layer_job *job = p->job;
	const struct bytes from = {ring_next, p};
	const struct unpack_options options = {
		.archive = job->name,
		.has_whiteouts = job->spec->has_whiteouts,
		.root = job->spec->root,
		.manifest = job->spec->manifest,
		.bytes_max = job->bytes_max > 0
				     ? job->bytes_max
				     : unpack_bytes_max(input_size(job)),
		.members_max = UNPACK_MEMBERS_MAX,
	};
	struct unpack_result result = {0};

	if (unpack_tar(job->rootfs_fd, &options, &from, &result, e) < 0)
		return -1;
	job->file_bytes = result.file_bytes;
	job->manifest = result.manifest;
	job->manifest_len = result.manifest_len;
	job->implied = result.implied;
	job->implied_len = result.implied_len;
	return check_diff_id(p, e);
}

/* ---- both
 * ---------------------------------------------------------------------- */

static int
pipeline_start(struct pipeline *p, struct error *e)
{
	struct layer_job *job = p->job;
	const struct layer_spec *spec = job->spec;
	enum digest_alg alg = DIGEST_SHA256, diff_alg = job->diff_alg;

	if (spec->digest && digest_parse(spec->digest, &alg, e) < 0)
		return -1;
	if (spec->diff_id && digest_parse(spec->diff_id, &diff_alg, e) < 0)
		return -1;
	/* With a manifest inside, the tar's digest names the blob as well. */
	if ((spec->digest || !spec->manifest) &&
	    digest_new(alg, &p->reader.digest, e) < 0)
		return -1;
	if (digest_new(diff_alg, &p->tar_digest, e) < 0)
		return -1;
	p->reader.name = job->name;
	p->reader.fd = job->fd;
	p->reader.blob_fd = job->blob_fd;
	p->reader.offset = spec->offset;
	p->reader.size = spec->size;
	p->reader.progress = job->progress;
	return blob_reader_sniff(&p->reader, &job->compression, e);
}

static int
pipeline_run(struct pipeline *p, struct error *e)
{
	pthread_t reader;
	int rc, err;

	p->ring = ring_new();
	err = pthread_create(&reader, NULL, reader_thread, p);
	if (err != 0)
		return error_errno(e, err, "%s: cannot start a thread",
				   p->job->name);
	rc = unpack_layer(p, e);
	ring_reader_end(p->ring);
	pthread_join(reader, NULL);
	if (p->read_rc < 0) {
		*e = p->read_error;
		return -1;
	}
	return rc;
}

int
layer_run(struct layer_job *job, struct error *e)
{
	struct pipeline *p = xcalloc(1, sizeof(*p));
	int rc;

	p->job = job;
	rc = pipeline_start(p, e);
	if (rc == 0)
		rc = pipeline_run(p, e);
	inflate_free(p->inflate);
	digest_free(p->tar_digest);
	digest_free(p->reader.digest);
	blob_reader_done(&p->reader);
	ring_free(p->ring);
	free(p);
	if (rc < 0)
		layer_job_done(job);
	return rc;
}

void
layer_job_done(struct layer_job *job)
{
	free(job->manifest);
	free(job->implied);
	job->manifest = job->implied = NULL;
}
