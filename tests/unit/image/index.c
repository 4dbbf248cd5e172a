/* plugins/image/oci/index: which image of a layout is meant.
 * SPDX-License-Identifier: Apache-2.0 */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "fixture.h"
#include "plugins/image/oci/index.h"

#define NAMED(name)                                                            \
	",'annotations':{'org.opencontainers.image.ref.name':'" name "'}"
#define FOR(os, arch) ",'platform':{'os':'" os "','architecture':'" arch "'}"
#define ATTESTS                                                                \
	",'annotations':{'vnd.docker.reference.type':'attestation-manifest'}"

/* Images that differ by their user: the one that was chosen tells its name. */
static char *
image(struct fixture *f, const char *user, const char *more)
{
	return fixture_image(f, quoted(",'config':{'User':'%s'}", user),
			     quoted("%s", more));
}

static void
chosen(struct fixture *f, const char *selector, const char *user)
{
	rkt_status status = fixture_resolve(f, selector);
	const char *manifest = mock_host_emitted(&f->host, "manifest", 0);

	if (status != RKT_OK)
		fprintf(stderr, "# %s\n", f->host.failure);
	CU_ASSERT_EQUAL_FATAL(status, RKT_OK);
	assert_contains(manifest, quoted("'user':'%s'", user));
}

static void
refused(struct fixture *f, const char *selector, rkt_status code,
	const char *failure)
{
	CU_ASSERT_EQUAL(fixture_resolve(f, selector), code);
	CU_ASSERT_EQUAL(f->host.code, code);
	CU_ASSERT_EQUAL(f->host.n_failures, 1);
	assert_text(f->host.failure, failure);
	CU_ASSERT_EQUAL(f->host.n_emitted, 0);
}

static void
by_name_number_or_alone(void)
{
	struct fixture f;
	char *a, *b;

	fixture_init(&f);
	a = image(&f, "1", NAMED("a"));
	b = image(&f, "2",
		  ",'annotations':{'org.opencontainers.image.ref."
		  "name':'v1','io.containerd.image.name':"
		  "'docker.io/library/b:v1'}");
	fixture_index(&f, a);
	chosen(&f, NULL, "1");
	chosen(&f, "", "1");
	fixture_index(&f, quoted("%s,%s", a, b));
	chosen(&f, "a", "1");
	chosen(&f, "v1", "2");
	chosen(&f, "docker.io/library/b:v1", "2");
	chosen(&f, "@1", "2");
	refused(&f, NULL, RKT_ERR_INPUT,
		"'/l/box': holds several images, choose one of: a, "
		"docker.io/library/b:v1");
	refused(&f, "c", RKT_ERR_NOT_FOUND,
		"'/l/box': no image 'c', only: a, docker.io/library/b:v1");
	refused(&f, "@2", RKT_ERR_NOT_FOUND, "'/l/box': no image '@2', only 2");
	refused(&f, "@-1", RKT_ERR_INPUT,
		"'/l/box': '@-1' is not a number of an image");
	fixture_index(&f, "");
	refused(&f, NULL, RKT_ERR_INPUT, "'/l/box': holds no image");
	refused(&f, "a", RKT_ERR_NOT_FOUND,
		"'/l/box': no image 'a', and none with a name");
	a = image(&f, "1", "");
	fixture_index(&f, quoted("%s,%s", a, image(&f, "2", "")));
	refused(&f, NULL, RKT_ERR_INPUT,
		"'/l/box': holds 2 images without a name, choose one by '@0' "
		"to '@1'");
	fixture_done(&f);
}

static void
by_platform(void)
{
	struct fixture f;
	char *arm, *amd, *i386, *nested, *attest;

	fixture_init(&f);
	arm = image(&f, "1", FOR("linux", "arm64") NAMED("t"));
	amd = image(&f, "2", FOR("linux", "amd64") NAMED("t"));
	i386 = image(&f, "3", FOR("linux", "386") NAMED("t"));
	attest = image(&f, "4", FOR("unknown", "unknown") ATTESTS);
	fixture_index(&f, quoted("%s,%s,%s,%s", arm, attest, i386, amd));
	chosen(&f, "t", "2");
	chosen(&f, NULL, "2");
	chosen(&f, "@0", "1");
	fixture_index(&f, quoted("%s,%s", arm, i386));
	chosen(&f, "t", "3");
	fixture_index(&f, arm);
	refused(&f, "t", RKT_ERR_NOT_FOUND,
		"'/l/box': no image for linux/amd64, only for: linux/arm64");
	nested = fixture_blob(
		&f, MEDIA_INDEX,
		quoted("{'schemaVersion':2,'manifests':[%s,%s,%s]}", arm,
		       attest, amd),
		NAMED("multi"));
	fixture_index(&f, quoted("%s,%s", nested, i386));
	chosen(&f, "multi", "2");
	nested = fixture_blob(&f, MEDIA_DOCKER_LIST,
			      quoted("{'schemaVersion':2,'manifests':[%s]}",
				     image(&f, "5", "")),
			      "");
	fixture_index(&f, nested);
	chosen(&f, NULL, "5");
	fixture_done(&f);
}

static void
nested_too_deep(void)
{
	struct fixture f;
	char *at;

	fixture_init(&f);
	at = image(&f, "1", "");
	for (int i = 1; i <= INDEX_DEPTH_MAX; i++)
		at = fixture_blob(
			&f, MEDIA_INDEX,
			quoted("{'schemaVersion':2,'manifests':[%s]}", at), "");
	fixture_index(&f, at);
	chosen(&f, NULL, "1");
	at = fixture_blob(&f, MEDIA_INDEX,
			  quoted("{'schemaVersion':2,'manifests':[%s]}", at),
			  "");
	fixture_index(&f, at);
	refused(&f, NULL, RKT_ERR_INPUT,
		"'/l/box': indexes are nested deeper than 10 levels");
	fixture_done(&f);
}

static const struct {
	const char *index;
	rkt_status code;
	const char *failure;
} hostile[] = {
	{"{", RKT_ERR_INPUT, "'index.json' is not valid JSON: line 1"},
	{"", RKT_ERR_INPUT, "'index.json' is not valid JSON: line 1"},
	{"[]", RKT_ERR_INPUT, "'index.json' is not a JSON object"},
	{"{'a':1,'a':2}", RKT_ERR_INPUT, "duplicate object key"},
	{"{'schemaVersion':2}", RKT_ERR_INPUT,
	 "'index.json' has no list of manifests"},
	{"{'schemaVersion':2,'manifests':{}}", RKT_ERR_INPUT,
	 "'index.json' has no list of manifests"},
	{"{'schemaVersion':1,'manifests':[]}", RKT_ERR_UNSUPPORTED,
	 "'index.json' has no schemaVersion 2"},
	{"{'schemaVersion':2,'manifests':[],'layers':[]}", RKT_ERR_INPUT,
	 "'index.json' is an index and a manifest at once"},
	{"{'schemaVersion':2,'manifests':[],'mediaType':'" MEDIA_MANIFEST "'}",
	 RKT_ERR_INPUT, "and not an index"},
	{"{'schemaVersion':2,'manifests':[1,null,'a',[]]}", RKT_ERR_INPUT,
	 "holds no image"},
	{"{'schemaVersion':2,'manifests':[{'mediaType':'" MEDIA_MANIFEST "'}]}",
	 RKT_ERR_INPUT,
	 "an entry of 'index.json' lacks its mediaType, digest or size"},
	{"{'schemaVersion':2,'manifests':[{'mediaType':'" MEDIA_MANIFEST
	 "','digest':'sha256:../../../etc/passwd','size':1}]}",
	 RKT_ERR_INPUT, "digest 'sha256:../../../etc/passwd' is not a sha256"},
	{"{'schemaVersion':2,'manifests':[{'mediaType':'" MEDIA_MANIFEST
	 "','digest':'blake3:00','size':1}]}",
	 RKT_ERR_UNSUPPORTED, "digest 'blake3:00' is not a sha256"},
	{"{'schemaVersion':2,'manifests':[{'mediaType':'" MEDIA_MANIFEST
	 "','digest':'" DIFF_ID "','size':-1}]}",
	 RKT_ERR_INPUT, "has a negative size"},
	{"{'schemaVersion':2,'manifests':[{'mediaType':'" MEDIA_MANIFEST
	 "','digest':'" DIFF_ID "','size':1}]}",
	 RKT_ERR_NOT_FOUND, "there is no file 'blobs/sha256/5f70bf18a"},
};

static void
hostile_indexes(void)
{
	struct fixture f;

	fixture_init(&f);
	for (size_t i = 0; i < sizeof(hostile) / sizeof(hostile[0]); i++) {
		fixture_write(&f, "index.json", quoted("%s", hostile[i].index));
		CU_ASSERT_EQUAL(fixture_resolve(&f, NULL), hostile[i].code);
		CU_ASSERT_EQUAL(f.host.n_failures, 1);
		assert_contains(f.host.failure, hostile[i].failure);
		assert_contains(f.host.failure, "'/l/box': ");
		CU_ASSERT_EQUAL(f.host.n_emitted, 0);
	}
	fixture_done(&f);
}

static void
deep_and_long(void)
{
	static char text[300000];
	struct fixture f;
	size_t n;

	fixture_init(&f);
	memset(text, '[', 200);
	fixture_write(&f, "index.json", text);
	refused(&f, NULL, RKT_ERR_INPUT,
		"'/l/box': 'index.json' is nested deeper than 128 levels");
	n = (size_t)snprintf(text, sizeof(text),
			     "{\"schemaVersion\":2,\"manifests\":[");
	for (unsigned int i = 0; i <= INDEX_ENTRIES_MAX; i++)
		n += (size_t)snprintf(text + n, sizeof(text) - n, "%s{}",
				      i ? "," : "");
	snprintf(text + n, sizeof(text) - n, "]}");
	fixture_write(&f, "index.json", text);
	refused(&f, NULL, RKT_ERR_INPUT,
		"'/l/box': 'index.json' lists more than 4096 manifests");
	if (ftruncate(openat(f.dir, "index.json", O_WRONLY), (4 << 20) + 1) < 0)
		CU_FAIL("cannot make a large file");
	refused(&f, NULL, RKT_ERR_INPUT,
		"'/l/box': 'index.json' is larger than 4194304 bytes");
	fixture_done(&f);
}

/* What a document says goes to a terminal. */
static void
names_cannot_command_the_terminal(void)
{
	struct fixture f;

	fixture_init(&f);
	fixture_index(&f, quoted("%s,%s", image(&f, "1", NAMED("a\\u001b[2J")),
				 image(&f, "2", NAMED("b"))));
	refused(&f, NULL, RKT_ERR_INPUT,
		"'/l/box': holds several images, choose one of: a?[2J, b");
	fixture_done(&f);
}

static CU_TestInfo tests[] = {
	{"by_name_number_or_alone", by_name_number_or_alone},
	{"by_platform", by_platform},
	{"nested_too_deep", nested_too_deep},
	{"hostile_indexes", hostile_indexes},
	{"deep_and_long", deep_and_long},
	{"names_cannot_command_the_terminal",
	 names_cannot_command_the_terminal},
	CU_TEST_INFO_NULL,
};
UNIT_MAIN(tests)
