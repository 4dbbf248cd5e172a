/* plugins/image/oci/name, digest: names, tags, digests as text.
 * SPDX-License-Identifier: Apache-2.0 */
#include "plugins/image/oci/name.h"

#include <stdio.h>
#include <string.h>

#include "fixture.h"
#include "plugins/image/oci/digest.h"

struct archive;

#define X64 "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static const struct {
	const char *ref, *name, *version, *registry, *repository;
} references[] = {
	{"busybox:1", "registry-1.docker.io/library/busybox", "1",
	 "registry-1.docker.io", "library/busybox"},
	{"docker.io/library/busybox", "registry-1.docker.io/library/busybox",
	 "latest", "registry-1.docker.io", "library/busybox"},
	{"index.docker.io/a/b:c", "registry-1.docker.io/a/b", "c",
	 "registry-1.docker.io", "a/b"},
	{"a/b", "registry-1.docker.io/a/b", "latest", "registry-1.docker.io",
	 "a/b"},
	{"quay.io/coreos/etcd:v3", "quay.io/coreos/etcd", "v3", "quay.io",
	 "coreos/etcd"},
	{"localhost:5000/x@sha256:" X64, "localhost_5000/x", NULL,
	 "localhost:5000", "x"},
	{"localhost/b:t@sha256:" X64, "localhost/b", NULL, "localhost", "b"},
	{"A/b:1", "a/b", "1", "A", "b"},
	{"a:5000/b", "a_5000/b", "latest", "a:5000", "b"},
	{"a/b__c--d.e:1", "registry-1.docker.io/a/b__c--d.e", "1",
	 "registry-1.docker.io", "a/b__c--d.e"},
	/* not references: tags of the layout, named by its path */
	{"latest", "box", "latest", NULL, "box"},
	{"v1.0_rc-1", "box", "v1.0_rc-1", NULL, "box"},
	{X64, "box", X64, NULL, "box"},
	{NULL, "box", NULL, NULL, "box"},
	{"", "box", NULL, NULL, "box"},
	{"a//b", "box", "a//b", NULL, "box"},
	{"a/B", "box", "a/B", NULL, "box"},
	{"a_/b", "box", "a_/b", NULL, "box"},
	{"../../etc:1", "box", "../../etc:1", NULL, "box"},
	{"x.y/../z:1", "box", "x.y/../z:1", NULL, "box"},
	{"busybox:", "box", "busybox:", NULL, "box"},
	{":", "box", ":", NULL, "box"},
	{"busybox:.x", "box", "busybox:.x", NULL, "box"},
};

static void
references_name_images(void)
{
	struct fixture f;

	fixture_init(&f);
	for (size_t i = 0; i < sizeof(references) / sizeof(references[0]);
	     i++) {
		struct image_label label;

		CU_ASSERT_EQUAL_FATAL(
			name_image(&f.layout, references[i].ref, &label),
			RKT_OK);
		assert_text(label.name, references[i].name);
		assert_text(label.version, references[i].version);
		assert_text(label.registry, references[i].registry);
		assert_text(label.repository, references[i].repository);
	}
	fixture_done(&f);
}

static void
paths_name_images(void)
{
	static const struct {
		const char *path, *as_directory, *as_archive;
	} paths[] = {
		{"/images/busybox.tar", "busybox.tar", "busybox"},
		{"/images/My App.tar.gz", "my_app.tar.gz", "my_app"},
		{"/a/x.oci", "x.oci", "x"},
		{"/a/layout///", "layout", "layout"},
		{"/a/_-", "image", "image"},
		{"/", "image", "image"},
		{"/a/.tar", "tar", "tar"},
	};
	struct fixture f;

	fixture_init(&f);
	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		struct layout l = f.layout;
		struct image_label label;

		l.path = paths[i].path;
		CU_ASSERT_EQUAL(name_image(&l, "t", &label), RKT_OK);
		assert_text(label.name, paths[i].as_directory);
		l.archive = (struct archive *)&l;
		CU_ASSERT_EQUAL(name_image(&l, "t", &label), RKT_OK);
		assert_text(label.name, paths[i].as_archive);
	}
	fixture_done(&f);
}

static void
no_memory_is_told(void)
{
	for (unsigned int n = 1; n < 4; n++) {
		struct image_label label;
		struct fixture f;

		fixture_init(&f);
		f.host.scratch_max = n;
		f.host.n_scratch = n; /* none left */
		CU_ASSERT_EQUAL(name_image(&f.layout, "busybox:1", &label),
				RKT_ERR_SYSTEM);
		CU_ASSERT_EQUAL(f.host.n_failures, 1);
		fixture_done(&f);
	}
}

static void
sanitises_names(void)
{
	static const struct {
		const char *from, *acname, *acidentifier;
	} names[] = {
		{"80/tcp", "80-tcp", "80/tcp"},
		{"volume/var/tmp", "volume-var-tmp", "volume/var/tmp"},
		{"volume/", "volume", "volume"},
		{"A_b:C", "a-b-c", "a_b_c"},
		{"--x--", "x", "x"},
		{"\xc3\xa9", "", ""},
		{"", "", ""},
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		char text[64];

		strcpy(text, names[i].from);
		sanitise_acname(text);
		assert_text(text, names[i].acname);
		strcpy(text, names[i].from);
		sanitise_acidentifier(text);
		assert_text(text, names[i].acidentifier);
	}
}

static void
digests_are_judged(void)
{
	static const struct {
		const char *text;
		bool is_valid, is_known;
	} digests[] = {
		{"sha256:" X64, true, true},
		{"sha512:" X64 X64, true, true},
		{"sha512:" X64, true, false},
		{"sha256:" X64 "0", true, false},
		{"sha256:A" X64, true, false},
		{"blake3:" X64, true, false},
		{"sha256+b64u:x=", true, false},
		{"sha256", false, false},
		{"sha256:", false, false},
		{":" X64, false, false},
		{"sha256:../../x", false, false},
		{"SHA256:" X64, false, false},
		{"a+:x", false, false},
		{"", false, false},
	};
	char text[DIGEST_TEXT_MAX];
	char zeros[1024] = "";

	for (size_t i = 0; i < sizeof(digests) / sizeof(digests[0]); i++) {
		CU_ASSERT_EQUAL(digest_is_valid(digests[i].text),
				digests[i].is_valid);
		CU_ASSERT_EQUAL(digest_is_known(digests[i].text),
				digests[i].is_known);
	}
	CU_ASSERT_EQUAL(digest_of("sha256:", zeros, 1024, text), 0);
	assert_text(text, DIFF_ID);
	CU_ASSERT_EQUAL(digest_of("sha512:", zeros, 1024, text), 0);
	assert_contains(text,
			"sha512:8efb4f73c5655351c444eb109230c556d39e2c76");
	CU_ASSERT_EQUAL(digest_of("md5:", zeros, 1024, text), -1);
}

static CU_TestInfo tests[] = {
	{"references_name_images", references_name_images},
	{"paths_name_images", paths_name_images},
	{"no_memory_is_told", no_memory_is_told},
	{"sanitises_names", sanitises_names},
	{"digests_are_judged", digests_are_judged},
	CU_TEST_INFO_NULL,
};
UNIT_MAIN(tests)
