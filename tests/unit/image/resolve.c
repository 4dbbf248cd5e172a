/* plugins/image/oci: a layout is resolved to what the host needs, or refused.
 * SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/fd.h"
#include "fixture.h"
#include "plugins/image/oci/document.h"
#include "plugins/image/oci/oci.h"

#define CONFIG_TEXT                                                            \
	"{'os':'linux','architecture':'amd64','rootfs':{'type':'layers',"      \
	"'diff_ids':['" DIFF_ID "']}}"

static void
emits_in_order(void)
{
	struct fixture f;
	const char *layer;

	fixture_init(&f);
	fixture_index(&f, fixture_image(&f, ",'config':{'Cmd':['/a']}", ""));
	CU_ASSERT_EQUAL_FATAL(fixture_resolve(&f, NULL), RKT_OK);
	CU_ASSERT_EQUAL_FATAL(f.host.n_emitted, 3);
	assert_text(f.host.emitted[0].key, "manifest");
	assert_text(f.host.emitted[1].key, "origin");
	assert_text(f.host.emitted[2].key, "layer");
	assert_contains(f.host.emitted[0].data, "\"exec\":[\"/a\"]");
	assert_contains(f.host.emitted[0].data, "\"name\":\"box\"");
	/* The way that led here is no part of the image. */
	assert_contains(f.host.emitted[0].data,
			"originalname\",\"value\":\"box\"");
	CU_ASSERT_PTR_NULL(strstr(f.host.emitted[0].data, "/l/box"));
	assert_contains(f.host.emitted[1].data,
			"{\"format\":\"oci\",\"name\":\"box\",\"digest\":"
			"\"sha256:");
	layer = f.host.emitted[2].data;
	assert_contains(layer, "\"size\":7,\"diffId\":\"" DIFF_ID
			       "\",\"compression\":\"gzip\",\"whiteouts\":"
			       "\"oci\",\"path\":\"blobs/sha256/");
	CU_ASSERT_EQUAL(f.host.n_failures, 0);
	fixture_done(&f);
}

/* The manifest that comes of a source typed and lying like that. */
static char *
manifest_of(struct fixture *f, int fd, const char *ref, const char *path,
	    const char *selector)
{
	struct rkt_image_source source = {.size = sizeof(source),
					  .ref = ref,
					  .path = path,
					  .selector = selector,
					  .fd = fd,
					  .compression = "none",
					  .os = "linux",
					  .arch = "amd64",
					  .variant = ""};

	mock_host_done(&f->host);
	mock_host_init(&f->host);
	CU_ASSERT_EQUAL_FATAL(oci_resolve(&f->host.call, &source), RKT_OK);
	return quoted("%s", f->host.emitted[0].data);
}

/* Its text counts for the key of the image in the store. */
static void
manifest_is_the_same_wherever_it_lies(void)
{
	static const struct {
		const char *tag, *name;
	} cases[] = {
		{"busybox:1.36",
		 "\"registry-1.docker.io/library/busybox:1.36\""},
		{"example.com/a", "\"example.com/a:latest\""},
		{"1.36", "\"box:1.36\""},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *tag = cases[i].tag;
		const char *a, *b, *c;
		struct fixture f;

		fixture_init(&f);
		fixture_index(&f, fixture_image(&f, "",
						quoted(",'annotations':{"
						       "'org.opencontainers."
						       "image.ref.name':'%s'}",
						       tag)));
		a = manifest_of(&f, f.dir, "/l/box", "/l/box", NULL);
		b = manifest_of(&f, f.dir, quoted("oci:/m/box:%s", tag),
				"/m/box", tag);
		c = manifest_of(&f, f.dir, "oci:box@0", "box", "@0");
		assert_text(b, a);
		assert_text(c, a);
		assert_contains(a, cases[i].name);
		fixture_done(&f);
	}
}

/* Each of these is one manifest, and what is said about it. */
static void
manifest_is_refused(struct fixture *f, const char *manifest, rkt_status code,
		    const char *failure)
{
	fixture_index(f, fixture_blob(f, MEDIA_MANIFEST, manifest, ""));
	CU_ASSERT_EQUAL(fixture_resolve(f, NULL), code);
	CU_ASSERT_EQUAL(f->host.n_failures, 1);
	assert_contains(f->host.failure, failure);
	assert_contains(f->host.failure, "'/l/box': ");
}

static void
wrong_kinds(void)
{
	struct fixture f;
	char *config, *layer, *empty;

	fixture_init(&f);
	config = fixture_blob(&f, MEDIA_CONFIG, quoted(CONFIG_TEXT), "");
	empty = fixture_blob(&f, "application/vnd.oci.empty.v1+json", "{}", "");
	layer = fixture_blob(&f, LAYER_TYPE, "layer", "");
	manifest_is_refused(&f, "[]", RKT_ERR_INPUT, "is not a JSON object");
	manifest_is_refused(&f, quoted("{'schemaVersion':2}"), RKT_ERR_INPUT,
			    "names no configuration");
	manifest_is_refused(&f, quoted("{'schemaVersion':2,'manifests':[]}"),
			    RKT_ERR_INPUT,
			    "is not of its type '" MEDIA_MANIFEST "'");
	manifest_is_refused(
		&f, quoted("{'schemaVersion':2,'manifests':[],'layers':[]}"),
		RKT_ERR_INPUT, "is an index and a manifest at once");
	manifest_is_refused(
		&f, quoted("{'schemaVersion':2,'mediaType':'" MEDIA_INDEX "'}"),
		RKT_ERR_INPUT, "says it is '" MEDIA_INDEX "', its descriptor");
	manifest_is_refused(&f, quoted("{'schemaVersion':1,'config':{}}"),
			    RKT_ERR_UNSUPPORTED, "has no schemaVersion 2");
	manifest_is_refused(
		&f,
		quoted("{'schemaVersion':2,'artifactType':'text/x',"
		       "'config':%s,'layers':[%s]}",
		       empty, layer),
		RKT_ERR_UNSUPPORTED,
		"is an artifact of type 'text/x' and not a runnable image");
	manifest_is_refused(
		&f,
		quoted("{'schemaVersion':2,'config':%s,'layers':[]}", config),
		RKT_ERR_INPUT, "has no layers");
	manifest_is_refused(
		&f,
		quoted("{'schemaVersion':2,'config':%s,'layers':[%s,%s]}",
		       config, layer, layer),
		RKT_ERR_INPUT, "has 2 layers, its configuration lists 1");
	manifest_is_refused(
		&f,
		quoted("{'schemaVersion':2,'config':%s,'layers':[%s]}", config,
		       fixture_blob(&f, "text/plain", "x", "")),
		RKT_ERR_UNSUPPORTED,
		"layer 0 is of the unknown type 'text/plain'");
	manifest_is_refused(
		&f,
		quoted("{'schemaVersion':2,'config':%s,'layers':['x']}",
		       config),
		RKT_ERR_INPUT, "layer 0 is not a descriptor");
	manifest_is_refused(
		&f,
		quoted("{'schemaVersion':2,'config':%s,'layers':[%s]}",
		       fixture_blob(&f, MEDIA_CONFIG,
				    quoted("{'os':'linux','rootfs':{'type':"
					   "'layers','diff_ids':['x']}}"),
				    ""),
		       layer),
		RKT_ERR_INPUT, "layer 0 has no sha256 or sha512 in 'diff_ids'");
	fixture_done(&f);
}

static void
wrong_bytes(void)
{
	struct fixture f;
	char *blob, name[100];

	fixture_init(&f);
	blob = fixture_image(&f, "", "");
	fixture_index(&f, blob);
	snprintf(name, sizeof(name), "blobs/sha256/%.64s",
		 strstr(blob, "sha256:") + 7);
	fixture_write(&f, name, "{}");
	CU_ASSERT_EQUAL(fixture_resolve(&f, NULL), RKT_ERR_UNTRUSTED);
	assert_contains(f.host.failure, "' has 2 bytes instead of ");
	blob = fixture_blob(&f, MEDIA_MANIFEST, "{\"a\":1}", "");
	fixture_index(&f, blob);
	snprintf(name, sizeof(name), "blobs/sha256/%.64s",
		 strstr(blob, "sha256:") + 7);
	fixture_write(&f, name, "{\"a\":2}");
	CU_ASSERT_EQUAL(fixture_resolve(&f, NULL), RKT_ERR_UNTRUSTED);
	assert_contains(f.host.failure, "' has the wrong digest 'sha256:");
	fixture_done(&f);
}

static void
wrong_layers(void)
{
	struct fixture f;
	char *config, *layer, name[100];

	fixture_init(&f);
	config = fixture_blob(&f, MEDIA_CONFIG, quoted(CONFIG_TEXT), "");
	layer = fixture_blob(&f, LAYER_TYPE, "layer", "");
	snprintf(name, sizeof(name), "blobs/sha256/%.64s",
		 strstr(layer, "sha256:") + 7);
	fixture_write(&f, name, "laye");
	manifest_is_refused(
		&f,
		quoted("{'schemaVersion':2,'config':%s,'layers':[%s]}", config,
		       layer),
		RKT_ERR_UNTRUSTED, "' has 4 bytes instead of 5");
	unlinkat(f.dir, name, 0);
	manifest_is_refused(
		&f,
		quoted("{'schemaVersion':2,'config':%s,'layers':[%s]}", config,
		       layer),
		RKT_ERR_NOT_FOUND, "there is no file 'blobs/sha256/");
	layer = quoted("{'mediaType':'" LAYER_TYPE "','digest':'" DIFF_ID
		       "','size':3,'urls':['http://x/y']}");
	manifest_is_refused(
		&f,
		quoted("{'schemaVersion':2,'config':%s,'layers':[%s]}", config,
		       layer),
		RKT_ERR_UNSUPPORTED, "have to come from 'http://x/y'");
	fixture_done(&f);
}

static void
links_do_not_lead_out(void)
{
	struct fixture f;

	fixture_init(&f);
	unlinkat(f.dir, "oci-layout", 0);
	CU_ASSERT_EQUAL(symlinkat("/etc/passwd", f.dir, "oci-layout"), 0);
	CU_ASSERT_EQUAL(fixture_resolve(&f, NULL), RKT_ERR_SYSTEM);
	assert_text(f.host.failure, "'/l/box': cannot open 'oci-layout'");
	CU_ASSERT_EQUAL(f.host.err, EXDEV);
	unlinkat(f.dir, "oci-layout", 0);
	CU_ASSERT_EQUAL(mkdirat(f.dir, "oci-layout", 0755), 0);
	CU_ASSERT_EQUAL(fixture_resolve(&f, NULL), RKT_ERR_INPUT);
	assert_text(f.host.failure,
		    "'/l/box': 'oci-layout' is not a regular file");
	fixture_done(&f);
}

static void
layout_versions(void)
{
	struct fixture f;

	fixture_init(&f);
	fixture_write(&f, "oci-layout", "{\"imageLayoutVersion\":\"2.0.0\"}");
	CU_ASSERT_EQUAL(fixture_resolve(&f, NULL), RKT_ERR_UNSUPPORTED);
	assert_text(f.host.failure,
		    "'/l/box': layout version '2.0.0' is not supported");
	fixture_write(&f, "oci-layout", "{}");
	CU_ASSERT_EQUAL(fixture_resolve(&f, NULL), RKT_ERR_INPUT);
	unlinkat(f.dir, "oci-layout", 0);
	CU_ASSERT_EQUAL(fixture_resolve(&f, NULL), RKT_ERR_NOT_FOUND);
	assert_text(f.host.failure, "'/l/box': there is no file 'oci-layout'");
	fixture_done(&f);
}

/* Out of memory, or refused by the host, at every point there is. */
static void
every_failure_is_told_once(void)
{
	struct rkt_image_source source = {.size = sizeof(source),
					  .ref = "oci:x",
					  .path = "/l/box",
					  .compression = "none",
					  .os = "linux",
					  .arch = "amd64",
					  .variant = ""};
	struct fixture f;
	unsigned int n;

	fixture_init(&f);
	fixture_index(&f, fixture_image(&f,
					",'config':{'Volumes':{'/a':{},"
					"'/b':{}},'ExposedPorts':{'1':{}}}",
					""));
	source.fd = f.dir;
	for (n = 1; n < 1000; n++) {
		rkt_status status;

		mock_host_done(&f.host);
		mock_host_init(&f.host);
		f.host.scratch_max = n;
		status = oci_resolve(&f.host.call, &source);
		if (status == RKT_OK)
			break;
		CU_ASSERT_EQUAL(status, RKT_ERR_SYSTEM);
		CU_ASSERT_EQUAL(f.host.n_failures, 1);
	}
	CU_ASSERT_TRUE(n > 5 && n < 1000);
	for (n = 1; n < 3; n++) {
		mock_host_done(&f.host);
		mock_host_init(&f.host);
		f.host.emit_max = n;
		CU_ASSERT_EQUAL(oci_resolve(&f.host.call, &source),
				RKT_ERR_SYSTEM);
		CU_ASSERT_EQUAL(f.host.n_failures, 1);
	}
	source.fd = -1;
	CU_ASSERT_EQUAL(oci_resolve(&f.host.call, &source), RKT_ERR_INPUT);
	fixture_done(&f);
}

static void
splits_names(void)
{
	static const struct {
		const char *rest, *path, *selector;
	} cases[] = {
		{"/a/b", "/a/b", NULL},   {"/a/b:t", "/a/b", "t"},
		{"a:b:c", "a", "b:c"},    {"a:", "a", NULL},
		{"a@3", "a", "@3"},       {"a:@3", "a", "@3"},
		{"a@x", "a@x", NULL},     {"a@", "a@", NULL},
		{"a@1/b", "a@1/b", NULL}, {"a@b@2", "a@b", "@2"},
		{"a:b@2", "a", "b@2"},
	};
	struct mock_host host;

	mock_host_init(&host);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct rkt_image_parts parts = {.size = sizeof(parts)};
		char path[64];

		CU_ASSERT_EQUAL(oci_split(&host.call, cases[i].rest, &parts),
				RKT_OK);
		snprintf(path, sizeof(path), "%.*s", (int)parts.path_len,
			 parts.path);
		assert_text(path, cases[i].path);
		assert_text(parts.selector, cases[i].selector);
		if (parts.selector)
			CU_ASSERT_EQUAL(parts.selector_len,
					strlen(parts.selector));
	}
	CU_ASSERT_EQUAL(
		oci_split(&host.call, ":t", &(struct rkt_image_parts){0}),
		RKT_ERR_INPUT);
	assert_text(host.failure, "':t' names no path");
	mock_host_done(&host);
}

static CU_TestInfo tests[] = {
	{"emits_in_order", emits_in_order},
	{"manifest_is_the_same_wherever_it_lies",
	 manifest_is_the_same_wherever_it_lies},
	{"wrong_kinds", wrong_kinds},
	{"wrong_bytes", wrong_bytes},
	{"wrong_layers", wrong_layers},
	{"links_do_not_lead_out", links_do_not_lead_out},
	{"layout_versions", layout_versions},
	{"every_failure_is_told_once", every_failure_is_told_once},
	{"splits_names", splits_names},
	CU_TEST_INFO_NULL,
};
UNIT_MAIN(tests)
