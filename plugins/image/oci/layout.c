/* Where the files of an image layout are: in a directory, or in a tar archive
 * of one.
 * SPDX-License-Identifier: Apache-2.0 */
#include "layout.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "plugins/image/oci/archive.h"
#include "plugins/image/oci/document.h"
#include "sdk/toolkit/cleanup.h"
#include "sdk/toolkit/open.h"

char *
scratch_printf(struct rkt_call *call, const char *fmt, ...)
{
	va_list args;
	char *text;
	int len;

	va_start(args, fmt);
	len = vsnprintf(NULL, 0, fmt, args);
	va_end(args);
	if (len < 0)
		return NULL;
	text = call->host->scratch(call, (size_t)len + 1);
	if (!text)
		return NULL;
	va_start(args, fmt);
	vsnprintf(text, (size_t)len + 1, fmt, args);
	va_end(args);
	return text;
}

rkt_status
layout_fail(const struct layout *l, rkt_status code, int err, const char *fmt,
	    ...)
{
	char text[1024];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	/* Names and digests come from hostile documents. */
	for (char *p = text; *p; p++)
		if ((unsigned char)*p < ' ' || *p == 0x7f)
			*p = '?';
	return l->call->host->fail(l->call, code, err, "'%s': %s", l->path,
				   text);
}

rkt_status
layout_find(const struct layout *l, const char *name, struct place *ret,
	    bool *ret_found)
{
	autoclose int fd = -1;
	struct stat st;

	if (l->archive) {
		*ret_found = archive_find(l->archive, name, ret);
		return RKT_OK;
	}
	fd = rkt_open_beneath(l->fd, name, O_PATH, 0);
	if (fd < 0 && errno == ENOENT) {
		*ret_found = false;
		return RKT_OK;
	}
	if (fd < 0 || fstat(fd, &st) < 0)
		return layout_fail(l, RKT_ERR_SYSTEM, errno, "cannot open '%s'",
				   name);
	if (!S_ISREG(st.st_mode))
		return layout_fail(l, RKT_ERR_INPUT, 0,
				   "'%s' is not a regular file", name);
	*ret = (struct place){.size = (uint64_t)st.st_size};
	*ret_found = true;
	return RKT_OK;
}

static rkt_status
read_at(const struct layout *l, int fd, const char *name, struct place place,
	char *to)
{
	uint64_t done = 0;

	while (done < place.size) {
		ssize_t n = pread(fd, to + done, place.size - done,
				  (off_t)(place.offset + done));

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return layout_fail(l, RKT_ERR_SYSTEM, errno,
					   "cannot read '%s'", name);
		if (n == 0)
			return layout_fail(l, RKT_ERR_INPUT, 0,
					   "'%s' ends too early", name);
		done += (uint64_t)n;
	}
	return RKT_OK;
}

rkt_status
layout_read(const struct layout *l, const char *name, char **ret,
	    size_t *ret_len)
{
	autoclose int opened = -1;
	struct place place;
	rkt_status status;
	bool is_found;
	char *text;

	status = layout_find(l, name, &place, &is_found);
	if (status != RKT_OK)
		return status;
	if (!is_found)
		return layout_fail(l, RKT_ERR_NOT_FOUND, 0,
				   "there is no file '%s'", name);
	if (place.size > DOCUMENT_SIZE_MAX)
		return layout_fail(l, RKT_ERR_INPUT, 0,
				   "'%s' is larger than %llu bytes", name,
				   (unsigned long long)DOCUMENT_SIZE_MAX);
	if (!l->archive) {
		opened =
			rkt_open_beneath(l->fd, name, O_RDONLY | O_NONBLOCK, 0);
		if (opened < 0)
			return layout_fail(l, RKT_ERR_SYSTEM, errno,
					   "cannot open '%s'", name);
	}
	text = l->call->host->scratch(l->call, place.size + 1);
	if (!text)
		return layout_fail(l, RKT_ERR_SYSTEM, ENOMEM,
				   "cannot read '%s'", name);
	status = read_at(l, l->archive ? l->fd : opened, name, place, text);
	*ret = text;
	*ret_len = place.size;
	return status;
}

rkt_status
layout_blob_name(const struct layout *l, const char *digest, const char **ret)
{
	const char *colon = strchr(digest, ':');

	*ret = scratch_printf(l->call, "blobs/%.*s/%s", (int)(colon - digest),
			      digest, colon + 1);
	if (!*ret)
		return layout_fail(l, RKT_ERR_SYSTEM, ENOMEM,
				   "cannot find blob '%s'", digest);
	return RKT_OK;
}

/* image-spec, image-layout.md: {"imageLayoutVersion": "1.0.0"} */
static rkt_status
check_version(const struct layout *l)
{
	const char *version;
	rkt_status status;
	char *text;
	size_t len;
	json_t *j;

	status = layout_read(l, "oci-layout", &text, &len);
	if (status != RKT_OK)
		return status;
	status = document_decode(l, "oci-layout", text, len, &j);
	if (status != RKT_OK)
		return status;
	version = json_string_value(json_object_get(j, "imageLayoutVersion"));
	if (!version)
		status = layout_fail(l, RKT_ERR_INPUT, 0,
				     "'oci-layout' names no version");
	else if (strncmp(version, "1.", 2) != 0)
		status = layout_fail(l, RKT_ERR_UNSUPPORTED, 0,
				     "layout version '%s' is not supported",
				     version);
	json_decref(j);
	return status;
}

rkt_status
layout_open(struct layout *l, struct rkt_call *call,
	    const struct rkt_image_source *source)
{
	rkt_status status = RKT_OK;
	struct stat st;

	*l = (struct layout){
		.call = call, .path = source->path, .fd = source->fd};
	if (!l->path)
		l->path = source->ref;
	if (fstat(l->fd, &st) < 0)
		return layout_fail(l, RKT_ERR_SYSTEM, errno, "cannot stat");
	if (!S_ISDIR(st.st_mode))
		status = archive_open(&l->archive, l);
	return status == RKT_OK ? check_version(l) : status;
}

void
layout_close(struct layout *l)
{
	archive_close(l->archive);
	l->archive = NULL;
}
