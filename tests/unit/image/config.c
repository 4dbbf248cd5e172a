/* plugins/image/oci/config: from an image configuration to appc.
 * SPDX-License-Identifier: Apache-2.0 */
#include "plugins/image/oci/config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fixture.h"

static json_t *
parse(const char *text)
{
	json_error_t why;
	json_t *j = json_loads(quoted("%s", text), 0, &why);

	if (!j)
		fprintf(stderr, "# %s\n# %s\n", why.text, text);
	CU_ASSERT_PTR_NOT_NULL_FATAL(j);
	return j;
}

static rkt_status
convert(struct fixture *f, const char *config, json_t **ret)
{
	const struct config_origin origin = {
		.label = {"example.com/a", "1.0", "example.com", "a"},
		.original = "oci:/l",
		.manifest_digest = "sha256:m",
		.config_digest = "sha256:c",
		.os = "linux",
		.arch = "amd64",
	};
	json_t *j = parse(config);
	rkt_status status = config_convert(&f->layout, j, &origin, ret);

	json_decref(j);
	return status;
}

/* The part of the manifest at `key`, as compact text with ' for ". */
static char *
part(json_t *manifest, const char *key)
{
	json_t *j = json_object_get(manifest, key);
	char *text = j ? json_dumps(j, JSON_COMPACT) : strdup("-");

	for (char *p = text; *p; p++)
		if (*p == '"')
			*p = '\'';
	return kept(text);
}

#define ROOT "'user':'0','group':'0'"

static const struct {
	const char *name, *config, *app;
} apps[] = {
	{"none", "{}", "-"},
	{"null", "{'config':null}", "-"},
	{"empty", "{'config':{}}", "{" ROOT "}"},
	{"command", "{'config':{'Entrypoint':['a','b'],'Cmd':['c']}}",
	 "{'exec':['a','b','c']," ROOT "}"},
	{"nulls",
	 "{'config':{'Entrypoint':null,'Cmd':null,'Env':null,"
	 "'User':null,'Volumes':null,'ExposedPorts':null,"
	 "'Labels':null,'WorkingDir':null}}",
	 "{" ROOT "}"},
	{"shell", "{'config':{'Cmd':'echo hi'}}",
	 "{'exec':['/bin/sh','-c','echo hi']," ROOT "}"},
	{"user", "{'config':{'User':'u'}}", "{'user':'u','group':'u'}"},
	{"user and group", "{'config':{'User':'1:g'}}",
	 "{'user':'1','group':'g'}"},
	{"group only", "{'config':{'User':':g'}}", "{'user':'0','group':'g'}"},
	{"colon", "{'config':{'User':'u:'}}", "{'user':'u','group':'u'}"},
	{"directory", "{'config':{'WorkingDir':'/w'}}",
	 "{" ROOT ",'workingDirectory':'/w'}"},
	{"relative directory", "{'config':{'WorkingDir':'w/x'}}",
	 "{" ROOT ",'workingDirectory':'/w/x'}"},
	{"environment",
	 "{'config':{'Env':['A=1','no','B=x=y','A=2','=z','a.b-c=']}}",
	 "{" ROOT ",'environment':[{'name':'A','value':'2'},"
	 "{'name':'B','value':'x=y'},{'name':'a.b-c','value':''}]}"},
	{"no variable", "{'config':{'Env':['no']}}", "{" ROOT "}"},
	{"ports",
	 "{'config':{'ExposedPorts':{'80/tcp':{},'53/udp':{},"
	 "'443':{}}}}",
	 "{" ROOT ",'ports':[{'name':'443','protocol':'tcp','port':443},"
	 "{'name':'53-udp','protocol':'udp','port':53},"
	 "{'name':'80-tcp','protocol':'tcp','port':80}]}"},
	{"volumes", "{'config':{'Volumes':{'/var/tmp':{},'/':{},'/a_b':{}}}}",
	 "{" ROOT ",'mountPoints':[{'name':'volume','path':'/'},"
	 "{'name':'volume-a-b','path':'/a_b'},"
	 "{'name':'volume-var-tmp','path':'/var/tmp'}]}"},
	{"equal volumes",
	 "{'config':{'Volumes':{'/a_b':{},'/a/b':{},"
	 "'/a-b':{},'/a/b/1':{}}}}",
	 "{" ROOT ",'mountPoints':[{'name':'volume-a-b','path':'/a-b'},"
	 "{'name':'volume-a-b-1','path':'/a/b'},"
	 "{'name':'volume-a-b-1-1','path':'/a/b/1'},"
	 "{'name':'volume-a-b-2','path':'/a_b'}]}"},
	{"labels", "{'config':{'Labels':{'b':'1','a':''}}}",
	 "{" ROOT ",'userLabels':{'b':'1','a':''}}"},
	{"left out",
	 "{'config':{'StopSignal':'9','Healthcheck':{},"
	 "'Hostname':'h','OnBuild':['x']}}",
	 "{" ROOT "}"},
};

static void
app_section(void)
{
	struct fixture f;

	fixture_init(&f);
	for (size_t i = 0; i < sizeof(apps) / sizeof(apps[0]); i++) {
		json_t *m = NULL;

		CU_ASSERT_EQUAL(convert(&f, apps[i].config, &m), RKT_OK);
		assert_text(part(m, "app"), apps[i].app);
		json_decref(m);
	}
	fixture_done(&f);
}

static void
labels_name_the_platform(void)
{
	static const struct {
		const char *config, *arch, *os;
	} platforms[] = {
		{"{}", "amd64", "linux"},
		{"{'os':'linux','architecture':'386'}", "i386", "linux"},
		{"{'architecture':'arm64','variant':'v8'}", "aarch64", "linux"},
		{"{'architecture':'arm64'}", "aarch64", "linux"},
		{"{'architecture':'arm'}", "armv6l", "linux"},
		{"{'architecture':'arm','variant':'v7'}", "armv7l", "linux"},
		{"{'architecture':'ppc64le'}", "ppc64le", "linux"},
		{"{'architecture':'s390x'}", "s390x", "linux"},
		{"{'os':'freebsd','architecture':'amd64'}", "amd64", "freebsd"},
		{"{'os':'darwin','architecture':'amd64'}", "x86_64", "darwin"},
	};
	struct fixture f;

	fixture_init(&f);
	for (size_t i = 0; i < sizeof(platforms) / sizeof(platforms[0]); i++) {
		char want[256];
		json_t *m = NULL;

		snprintf(want, sizeof(want),
			 "[{'name':'arch','value':'%s'},{'name':'os',"
			 "'value':'%s'},{'name':'version','value':'1.0'}]",
			 platforms[i].arch, platforms[i].os);
		CU_ASSERT_EQUAL(convert(&f, platforms[i].config, &m), RKT_OK);
		assert_text(part(m, "labels"), want);
		json_decref(m);
	}
	fixture_done(&f);
}

static void
annotations_tell_the_origin(void)
{
	struct fixture f;
	json_t *m = NULL;

	fixture_init(&f);
	CU_ASSERT_EQUAL_FATAL(
		convert(&f,
			"{'author':'me','created':'2026-11-22T19:00:51.28Z',"
			"'config':{'Entrypoint':['a b'],'Cmd':['c']}}",
			&m),
		RKT_OK);
	assert_text(part(m, "annotations"),
		    "[{'name':'authors','value':'me'},"
		    "{'name':'created','value':'2026-11-22T19:00:51.28Z'},"
		    "{'name':'appc.io/docker/originalname','value':'oci:/l'},"
		    "{'name':'appc.io/docker/registryurl',"
		    "'value':'example.com'},"
		    "{'name':'appc.io/docker/repository','value':'a'},"
		    "{'name':'appc.io/docker/imageid','value':'sha256:c'},"
		    "{'name':'appc.io/docker/manifesthash',"
		    "'value':'sha256:m'},"
		    "{'name':'appc.io/docker/entrypoint',"
		    "'value':'[\\'a b\\']'},"
		    "{'name':'appc.io/docker/cmd','value':'[\\'c\\']'}]");
	assert_text(json_string_value(json_object_get(m, "name")),
		    "example.com/a");
	json_decref(m);
	fixture_done(&f);
}

/* appc refuses a manifest for a date that is none; the date is what goes. */
static void
only_true_dates_are_kept(void)
{
	static const struct {
		const char *date;
		bool is_kept;
	} dates[] = {
		{"2026-11-22T19:00:51Z", true},
		{"0001-01-01T00:00:00Z", true},
		{"2026-11-22T19:00:51.283507463+01:30", true},
		{"2026-11-22 19:00:51Z", false},
		{"2026-13-22T19:00:51Z", false},
		{"2026-11-22T24:00:51Z", false},
		{"2026-11-22T19:00:51", false},
		{"2026-11-22T19:00:51.Z", false},
		{"2026-11-22T19:00:51+1:30", false},
		{"2026-11-22T19:00:51Zx", false},
		{"2026-1-2T1:0:5Z", false},
		{"yesterday", false},
		{"", false},
	};
	struct fixture f;

	fixture_init(&f);
	for (size_t i = 0; i < sizeof(dates) / sizeof(dates[0]); i++) {
		json_t *m = NULL;

		CU_ASSERT_EQUAL(
			convert(&f, quoted("{'created':'%s'}", dates[i].date),
				&m),
			RKT_OK);
		if ((strstr(part(m, "annotations"), "created") != NULL) !=
		    dates[i].is_kept)
			fprintf(stderr, "# %s\n", dates[i].date);
		CU_ASSERT_EQUAL(strstr(part(m, "annotations"), "created") !=
					NULL,
				dates[i].is_kept);
		json_decref(m);
	}
	fixture_done(&f);
}

static const struct {
	const char *config, *failure;
} bad[] = {
	{"{'config':[]}", "'/l/box': image configuration: 'config' is not an "
			  "object"},
	{"{'config':{'Cmd':[1]}}", "'Cmd' is not a list of strings"},
	{"{'config':{'Entrypoint':{}}}",
	 "'Entrypoint' is not a list of strings"},
	{"{'config':{'Env':[{}]}}", "'Env' is not a list of strings"},
	{"{'config':{'Env':{}}}", "'Env' is not a list of strings"},
	{"{'config':{'User':0}}", "'User' is not a string"},
	{"{'config':{'WorkingDir':[]}}", "'WorkingDir' is not a string"},
	{"{'config':{'Labels':{'a':1}}}", "'Labels' is not a map of strings"},
	{"{'config':{'Labels':[]}}", "'Labels' is not an object"},
	{"{'config':{'Volumes':['/a']}}", "'Volumes' is not an object"},
	{"{'config':{'Volumes':{'':{}}}}", "a volume has an empty path"},
	{"{'config':{'ExposedPorts':{'8000-8010':{}}}}",
	 "'8000-8010' is not a port"},
	{"{'config':{'ExposedPorts':{'0/tcp':{}}}}", "'0/tcp' is not a port"},
	{"{'config':{'ExposedPorts':{'65536':{}}}}", "'65536' is not a port"},
	{"{'config':{'ExposedPorts':{'80/':{}}}}", "'80/' is not a port"},
	{"{'config':{'ExposedPorts':{'-1':{}}}}", "'-1' is not a port"},
	{"{'config':{'ExposedPorts':{'':{}}}}", "'' is not a port"},
	{"{'os':'linux','architecture':'riscv64'}",
	 "image is for linux/riscv64, which has no name in appc"},
	{"{'os':'windows'}", "image is for windows/amd64"},
};

static void
refuses_wrong_types(void)
{
	struct fixture f;

	fixture_init(&f);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		json_t *m = NULL;

		CU_ASSERT_NOT_EQUAL(convert(&f, bad[i].config, &m), RKT_OK);
		CU_ASSERT_PTR_NULL(m);
		CU_ASSERT_EQUAL(f.host.n_failures, i + 1);
		assert_contains(f.host.failure, bad[i].failure);
	}
	fixture_done(&f);
}

static CU_TestInfo tests[] = {
	{"app_section", app_section},
	{"labels_name_the_platform", labels_name_the_platform},
	{"annotations_tell_the_origin", annotations_tell_the_origin},
	{"only_true_dates_are_kept", only_true_dates_are_kept},
	{"refuses_wrong_types", refuses_wrong_types},
	CU_TEST_INFO_NULL,
};
UNIT_MAIN(tests)
