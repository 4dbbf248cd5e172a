/* Image layouts made in a temporary directory, and archives in memory.
 * SPDX-License-Identifier: Apache-2.0 */
#include "fixture.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/fd.h"
#include "plugins/image/oci/digest.h"
#include "plugins/image/oci/oci.h"

struct kept_text {
	struct kept_text *next;
	char *text;
};
static struct kept_text *kept_texts;

static void
free_kept(void)
{
	while (kept_texts) {
		struct kept_text *k = kept_texts;

		kept_texts = k->next;
		free(k->text);
		free(k);
	}
}

char *
kept(char *text)
{
	struct kept_text *k = malloc(sizeof(*k));

	if (!k || !text || (!kept_texts && atexit(free_kept) != 0))
		abort();
	*k = (struct kept_text){.next = kept_texts, .text = text};
	kept_texts = k;
	return text;
}

void
fixture_init(struct fixture *f)
{
	mock_host_init(&f->host);
	f->dir = unit_tmpdir();
	f->layout = (struct layout){
		.call = &f->host.call, .path = "/l/box", .fd = f->dir};
	fixture_write(f, "oci-layout", "{\"imageLayoutVersion\":\"1.0.0\"}");
}

void
fixture_done(struct fixture *f)
{
	mock_host_done(&f->host);
	close(f->dir);
}

void
fixture_write(struct fixture *f, const char *name, const char *text)
{
	struct error e = ERROR_NONE;

	if (dir_make_all(f->dir, "blobs/sha256", 0755, &e) < 0 ||
	    file_write(f->dir, name, text, strlen(text), 0644, &e) < 0)
		abort();
}

char *
quoted(const char *fmt, ...)
{
	char *text;
	va_list args;

	va_start(args, fmt);
	if (vasprintf(&text, fmt, args) < 0)
		abort();
	va_end(args);
	for (char *p = text; *p; p++)
		if (*p == '\'')
			*p = '"';
	return kept(text);
}

char *
fixture_blob(struct fixture *f, const char *media_type, const char *text,
	     const char *more)
{
	char digest[DIGEST_TEXT_MAX];

	if (digest_of("sha256:", text, strlen(text), digest) < 0)
		abort();
	fixture_write(f, quoted("blobs/sha256/%s", digest + 7), text);
	return quoted("{'mediaType':'%s','digest':'%s','size':%zu%s}",
		      media_type, digest, strlen(text), more);
}

char *
fixture_image(struct fixture *f, const char *config, const char *more)
{
	char *layer = fixture_blob(f, LAYER_TYPE, "a layer", "");
	char *c = fixture_blob(
		f, "application/vnd.oci.image.config.v1+json",
		quoted("{'os':'linux','architecture':'amd64','rootfs':"
		       "{'type':'layers','diff_ids':['" DIFF_ID "']}%s}",
		       config),
		"");

	return fixture_blob(
		f, "application/vnd.oci.image.manifest.v1+json",
		quoted("{'schemaVersion':2,'config':%s,'layers':[%s]}", c,
		       layer),
		more);
}

void
fixture_index(struct fixture *f, const char *entries)
{
	fixture_write(f, "index.json",
		      quoted("{'schemaVersion':2,'manifests':[%s]}", entries));
}

rkt_status
fixture_resolve(struct fixture *f, const char *selector)
{
	struct rkt_image_source source = {
		.size = sizeof(source),
		.ref = "oci:/l/box",
		.path = "/l/box",
		.selector = selector,
		.compression = "none",
		.os = "linux",
		.arch = "amd64",
		.variant = "",
		.fd = f->dir,
	};

	mock_host_done(&f->host);
	mock_host_init(&f->host);
	return oci_resolve(&f->host.call, &source);
}

/* POSIX ustar. */
void
tar_add(struct tar *t, const char *name, char type, const char *content)
{
	char *h = t->bytes + t->len;
	size_t len = strlen(content);
	unsigned int sum = 0;

	memset(h, 0, 512);
	snprintf(h, 100, "%s", name);
	strcpy(h + 100, "0000644");
	strcpy(h + 108, "0000000");
	strcpy(h + 116, "0000000");
	snprintf(h + 124, 12, "%011o", (unsigned int)len & 07777777u);
	strcpy(h + 136, "00000000000");
	memset(h + 148, ' ', 8);
	h[156] = type;
	memcpy(h + 257, "ustar\00000", 8);
	for (int i = 0; i < 512; i++)
		sum += (unsigned char)h[i];
	snprintf(h + 148, 8, "%06o", sum);
	memset(h + 512, 0, (len + 511) & ~511ul);
	memcpy(h + 512, content, len);
	t->len += 512 + ((len + 511) & ~511ul);
}

void
tar_end(struct tar *t)
{
	memset(t->bytes + t->len, 0, 1024);
	t->len += 1024;
}
