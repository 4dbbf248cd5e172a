/* core/cli/config-json: what `rkt config` prints, byte for byte.
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/cli/config-json.h"

#include <fcntl.h>
#include <string.h>

#include "core/base/alloc.h"
#include "core/base/cleanup.h"
#include "core/base/fd.h"
#include "tests/lib/unit.h"

#define STAGE1 "{'rktVersion':'v1','rktKind':'stage1',"
#define REST                                                                   \
	"{'rktVersion':'v1','rktKind':'paths','data':'','stage1-images':''}"   \
	"," STAGE1 "'name':'','version':'','location':''}"

/* "dir.d/file.json" with what is in it, or NULL. */
struct file {
	const char *name, *text;
};

static char *
with_quotes(const char *text)
{
	char *copy = xstrdup(text);

	for (char *c = copy; *c != '\0'; c++)
		if (*c == '\'')
			*c = '"';
	return copy;
}

static void
put(int root, const struct file *file)
{
	autofree char *dir = xstrndup(file->name, strcspn(file->name, "/"));
	autofree char *text = with_quotes(file->text);
	struct error e = ERROR_NONE;

	if (dir_make_all(root, dir, 0755, &e) < 0 ||
	    file_write(root, file->name, text, strlen(text), 0644, &e) < 0)
		CU_FAIL_FATAL("cannot write");
}

static char *
shown(const struct config_roots *roots)
{
	struct error e = ERROR_NONE;
	auto_json json_t *j = NULL;
	struct config config;

	if (config_load(roots, &config, &e) < 0)
		return xstrdup(e.layers[0]);
	j = config_json(&config);
	config_done(&config);
	return json_print(j, false);
}

static const struct {
	const char *name;
	struct file files[3];
	const char *want;
} cases[] = {
	{"nothing", {{NULL, NULL}}, REST},
	{"paths",
	 {{"paths.d/a.json", "{'rktKind':'paths','rktVersion':'v1','data':'/d',"
			     "'stage1-images':'/s&'}"}},
	 "{'rktVersion':'v1','rktKind':'paths','data':'/d',"
	 "'stage1-images':'/s\\u0026'}," STAGE1
	 "'name':'','version':'','location':''}"},
	{"stage1",
	 {{"stage1.d/a.json",
	   "{'rktKind':'stage1','rktVersion':'v1','name':'n','version':'2',"
	   "'location':'/l'}"}},
	 "{'rktVersion':'v1','rktKind':'paths','data':'','stage1-images':''}"
	 "," STAGE1 "'name':'n','version':'2','location':'/l'}"},
	{"every domain is an entry, and they are sorted",
	 {{"auth.d/a.json",
	   "{'rktKind':'auth','rktVersion':'v1','domains':['z.org','b.org'],"
	   "'type':'basic','credentials':{'password':'p','user':'u'}}"},
	  {"auth.d/b.json",
	   "{'rktKind':'auth','rktVersion':'v1','domains':['c.org'],"
	   "'type':'oauth','credentials':{'token':'t'}}"}},
	 "{'rktVersion':'v1','rktKind':'auth','domains':['b.org'],"
	 "'type':'basic','credentials':{'user':'u','password':'p'}},"
	 "{'rktVersion':'v1','rktKind':'auth','domains':['c.org'],"
	 "'type':'oauth','credentials':{'token':'t'}},"
	 "{'rktVersion':'v1','rktKind':'auth','domains':['z.org'],"
	 "'type':'basic','credentials':{'user':'u','password':'p'}}," REST},
	{"aws, and registries of docker behind it",
	 {{"auth.d/a.json", "{'rktKind':'dockerAuth','rktVersion':'v1',"
			    "'registries':['quay.io','a.io'],"
			    "'credentials':{'user':'u','password':'p'}}"},
	  {"auth.d/b.json",
	   "{'rktKind':'auth','rktVersion':'v1','domains':['s3.org'],"
	   "'type':'aws','credentials':{'awsRegion':'r',"
	   "'secretAccessKey':'s','accessKeyID':'i'}}"}},
	 "{'rktVersion':'v1','rktKind':'auth','domains':['s3.org'],"
	 "'type':'aws','credentials':{'accessKeyID':'i',"
	 "'secretAccessKey':'s','awsRegion':'r'}},"
	 "{'rktVersion':'v1','rktKind':'dockerAuth','registries':['a.io'],"
	 "'credentials':{'user':'u','password':'p'}},"
	 "{'rktVersion':'v1','rktKind':'dockerAuth','registries':['quay.io'],"
	 "'credentials':{'user':'u','password':'p'}}," REST},
	{"plugins come last",
	 {{"plugins.d/a.json",
	   "{'rktKind':'plugin','rktVersion':'v1','kind':'net',"
	   "'name':'bridge','priority':3}"}},
	 REST ",{'rktVersion':'v1','rktKind':'plugin','kind':'net',"
	      "'name':'bridge','priority':3}"},
};

static void
prints_every_kind(void)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		autofree char *path =
			xasprintf("%s/%zu", unit_tmpdir_path(), i);
		autofree char *want =
			xasprintf("{'stage0':[%s]}", cases[i].want);
		autofree char *quoted = with_quotes(want);
		const struct config_roots roots = {.local = path};
		autofree char *got = NULL;
		struct error e = ERROR_NONE;
		autoclose int root = -1;

		if (dir_make_all(AT_FDCWD, path, 0755, &e) < 0)
			CU_FAIL_FATAL("cannot make the root");
		root = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		for (const struct file *f = cases[i].files; f->name; f++)
			put(root, f);
		got = shown(&roots);
		assert_text(got, quoted);
	}
}

static CU_TestInfo tests[] = {
	{"prints_every_kind", prints_every_kind},
	CU_TEST_INFO_NULL,
};

UNIT_MAIN(tests)
