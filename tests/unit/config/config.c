/* core/config: kinds, roots, duplicates.
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/config/config.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/cleanup.h"
#include "core/base/fd.h"
#include "core/base/vec.h"
#include "tests/lib/unit.h"

#define V1(kind) "{\"rktKind\":\"" kind "\",\"rktVersion\":\"v1\","
#define PATHS    V1("paths")
#define STAGE1   V1("stage1")
#define AUTH     V1("auth")
#define DOCKER   V1("dockerAuth")
#define PLUGIN   V1("plugin")
#define BASIC    "\"credentials\":{\"user\":\"u\",\"password\":\"p\"}}"

static void
put(const char *path, const char *text)
{
	struct error e = ERROR_NONE;
	autofree char *dir =
		xstrndup(path, (size_t)(strrchr(path, '/') - path));

	CU_ASSERT_EQUAL_FATAL(dir_make_all(unit_tmpdir(), dir, 0755, &e), 0);
	CU_ASSERT_EQUAL_FATAL(
		file_write(unit_tmpdir(), path, text, strlen(text), 0644, &e),
		0);
}

static int
load(const char *one, const char *two, struct config *ret, struct error *e)
{
	autofree char *system = xasprintf("%s/%s", unit_tmpdir_path(), one);
	autofree char *local = xasprintf("%s/%s", unit_tmpdir_path(), two);
	struct config_roots roots = {.system = system, .local = local};

	return config_load(&roots, ret, e);
}

static void
nothing_is_fine(void)
{
	struct error e = ERROR_NONE;
	struct config c;

	put("empty/auth.d/readme.txt", "no JSON");
	CU_ASSERT_EQUAL_FATAL(load("none", "empty", &c, &e), 0);
	CU_ASSERT_PTR_NULL(c.data);
	CU_ASSERT_PTR_NULL(c.stage1_name);
	CU_ASSERT_EQUAL(json_object_size(c.auth), 0);
	CU_ASSERT_EQUAL(json_object_size(c.docker_auth), 0);
	CU_ASSERT_EQUAL(json_object_size(c.plugins), 0);
	config_done(&c);
}

static void
later_roots_win_entry_by_entry(void)
{
	struct error e = ERROR_NONE;
	autofree char *auth = NULL;
	autofree char *docker = NULL;
	autofree char *plugins = NULL;
	struct config c;

	put("s/paths.d/a.json",
	    PATHS "\"data\":\"/s\",\"stage1-images\":\"/i\"}");
	put("l/paths.d/a.json", PATHS "\"data\":\"/l\"}");
	put("s/stage1.d/a.json", STAGE1 "\"name\":\"n\",\"version\":\"1\","
					"\"location\":\"docker://x\"}");
	put("l/stage1.d/a.json", STAGE1 "\"name\":\"m\",\"version\":\"2\"}");
	put("s/auth.d/a.json", AUTH "\"domains\":[\"a\",\"b:1\"],"
				    "\"type\":\"basic\"," BASIC);
	put("l/auth.d/a.json", AUTH "\"domains\":[\"a\"],\"type\":\"oauth\","
				    "\"credentials\":{\"token\":\"t\"}}");
	put("l/auth.d/b.json", DOCKER "\"registries\":[\"quay.io\"]," BASIC);
	put("l/plugins.d/b.json",
	    PLUGIN "\"kind\":\"stage1\",\"name\":\"fly\",\"disabled\":false,"
		   "\"priority\":-3,\"config\":{\"k\":\"v\"}}");
	CU_ASSERT_EQUAL_FATAL(load("s", "l", &c, &e), 0);
	assert_text(c.data, "/l");
	assert_text(c.stage1_images, "/i");
	assert_text(c.stage1_name, "m");
	assert_text(c.stage1_version, "2");
	assert_text(c.stage1_location, "docker://x");
	auth = json_print(c.auth, false);
	docker = json_print(c.docker_auth, false);
	plugins = json_print(c.plugins, false);
	assert_text(auth, "{\"a\":{\"type\":\"oauth\",\"credentials\":"
			  "{\"token\":\"t\"}},\"b:1\":{\"type\":\"basic\","
			  "\"credentials\":{\"user\":\"u\",\"password\":"
			  "\"p\"}}}");
	assert_text(docker,
		    "{\"quay.io\":{\"user\":\"u\",\"password\":\"p\"}}");
	assert_text(plugins, "{\"stage1/fly\":{\"disabled\":false,"
			     "\"priority\":-3,\"config\":{\"k\":\"v\"}}}");
	config_done(&c);
}

static void
refuses(void)
{
	static const struct {
		const char *file, *text, *want;
	} cases[] = {
		{"paths.d", "{\"rktVersion\":\"v1\"}", "no rktKind specified"},
		{"paths.d", "{\"rktKind\":\"paths\"}",
		 "no rktVersion specified"},
		{"paths.d", "{\"rktKind\":\"x\",\"rktVersion\":\"v1\"}",
		 "unknown rktKind \"x\""},
		{"paths.d", "{\"rktKind\":\"paths\",\"rktVersion\":\"v2\"}",
		 "unknown rktVersion \"v2\" of rktKind \"paths\""},
		{"paths.d", AUTH "\"x\":1}",
		 "rktKind \"auth\" does not belong into paths.d, but was "
		 "found"},
		{"paths.d", PATHS "\"data\":\"x\"}",
		 "data: \"x\" is not an absolute path"},
		{"stage1.d", STAGE1 "\"name\":\"n\"}",
		 "name and version must be given together"},
		{"stage1.d", STAGE1 "\"location\":\"ftp://x\"}",
		 "location: \"ftp://x\" is not an absolute path or a file, "
		 "docker, http or https URL"},
		{"auth.d", AUTH "\"type\":\"basic\"," BASIC,
		 "domains: missing"},
		{"auth.d", AUTH "\"domains\":[],\"type\":\"basic\"," BASIC,
		 "domains: empty"},
		{"auth.d", AUTH "\"domains\":[\"a\"],\"type\":\"x\"," BASIC,
		 "unknown auth type \"x\""},
		{"auth.d", AUTH "\"domains\":[\"a\"],\"type\":\"oauth\"," BASIC,
		 "credentials.token: missing"},
		{"auth.d",
		 AUTH "\"domains\":[\"a\",\"a\"],\"type\":\"basic\"," BASIC,
		 "credentials for \"a\" are already specified, again"},
		{"auth.d",
		 DOCKER "\"registries\":[\"r\"],\"credentials\":"
			"{\"user\":\"\",\"password\":\"p\"}}",
		 "credentials.user: \"\" is not allowed, it may not be empty"},
		{"plugins.d", PLUGIN "\"kind\":\"x\",\"name\":\"fly\"}",
		 "kind: \"x\" is not image, stage1 or net"},
		{"plugins.d", PLUGIN "\"kind\":\"net\",\"name\":\"../x\"}",
		 "name: \"../x\" is not the name of a plugin"},
		{"plugins.d",
		 PLUGIN "\"kind\":\"net\",\"name\":\"a\",\"config\":{\"a\":1}}",
		 "config.a: not a string"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct error e = ERROR_NONE;
		autofree char *path =
			xasprintf("r%zu/%s/a.json", i, cases[i].file);
		autofree char *root = xasprintf("r%zu", i);
		autofree char *want =
			xasprintf("%s in \"%s/%s\"", cases[i].want,
				  unit_tmpdir_path(), path);
		struct config c;

		put(path, cases[i].text);
		CU_ASSERT_EQUAL(load("none", root, &c, &e), -1);
		CU_ASSERT_EQUAL(e.code, RKT_ERR_INPUT);
		assert_text(e.layers[0], want);
	}
}

static void
nothing_is_said_twice_in_a_root(void)
{
	static const struct {
		const char *dir, *text, *want;
	} cases[] = {
		{"paths.d", PATHS "\"data\":\"/a\"}",
		 "data is already specified"},
		{"stage1.d", STAGE1 "\"location\":\"/a\"}",
		 "location is already specified"},
		{"plugins.d", PLUGIN "\"kind\":\"net\",\"name\":\"a\"}",
		 "plugin \"net/a\" is already specified"},
		{"auth.d", DOCKER "\"registries\":[\"r\"]," BASIC,
		 "credentials for \"r\" are already specified"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct error e = ERROR_NONE;
		autofree char *root = xasprintf("t%zu", i);
		autofree char *one =
			xasprintf("%s/%s/b.json", root, cases[i].dir);
		autofree char *two =
			xasprintf("%s/%s/a.json", root, cases[i].dir);
		struct config c;

		put(one, cases[i].text);
		put(two, cases[i].text);
		CU_ASSERT_EQUAL(load("none", root, &c, &e), -1);
		assert_contains(e.layers[0], cases[i].want);
		assert_contains(e.layers[0], "b.json");
	}
}

static void
only_regular_files_count(void)
{
	struct error e = ERROR_NONE;
	struct config c;

	put("only/paths.d/sub.json/x.json", "broken");
	put("only/outside", "broken");
	CU_ASSERT_EQUAL(symlinkat("../outside", unit_tmpdir(),
				  "only/paths.d/link.json"),
			0);
	CU_ASSERT_EQUAL(mkfifoat(unit_tmpdir(), "only/paths.d/fifo.json", 0600),
			0);
	CU_ASSERT_EQUAL_FATAL(load("none", "only", &c, &e), 0);
	config_done(&c);

	put("only/paths.d/z.json", "{");
	CU_ASSERT_EQUAL(load("none", "only", &c, &e), -1);
	assert_contains(e.layers[0], "only/paths.d/z.json");
}

static void
directories_are_directories(void)
{
	struct error e = ERROR_NONE;
	struct config c;

	put("dirs/file", "x");
	put("dirs/root/auth.d", "x");
	CU_ASSERT_EQUAL(load("none", "dirs/file", &c, &e), -1);
	assert_contains(e.layers[0], "dirs/file\" is not a directory");
	error_clear(&e);
	CU_ASSERT_EQUAL(load("none", "dirs/root", &c, &e), -1);
	assert_contains(e.layers[0], "dirs/root/auth.d\" is not a directory");
}

static CU_TestInfo tests[] = {
	{"nothing_is_fine", nothing_is_fine},
	{"later_roots_win_entry_by_entry", later_roots_win_entry_by_entry},
	{"refuses", refuses},
	{"nothing_is_said_twice_in_a_root", nothing_is_said_twice_in_a_root},
	{"only_regular_files_count", only_regular_files_count},
	{"directories_are_directories", directories_are_directories},
	CU_TEST_INFO_NULL,
};

UNIT_MAIN(tests)
