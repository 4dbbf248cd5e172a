/* core/pod/isolator-merge, ports: the tables of chapters 11.5 and 11.8.
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/pod/plan.h"

#include "tests/unit/pod/common.h"

#define ONE(name) "{'name':'" name "','value':1}"
#define RETAIN    "os/linux/capabilities-retain-set"
#define REMOVE    "os/linux/capabilities-remove-set"

static json_t *
maybe(const char *text)
{
	return text ? json_of(text) : NULL;
}

static const struct {
	const char *image;
	const char *memory, *shares, *retain, *remove;
	const char *seccomp;
	const char *want; /* or the message */
} isolator_cases[] = {
	{"[]", NULL, NULL, NULL, NULL, NULL, "[]"},
	{"[" ONE("resource/memory") "]", "{'name':'resource/memory','value':2}",
	 NULL, NULL, NULL, NULL,
	 "[" ONE("resource/memory") ","
				    "{'name':'resource/memory',"
				    "'value':2}]"},
	{"[" ONE("os/linux/cpu-shares") "," ONE("x") "]", NULL,
	 "{'name':'os/linux/cpu-shares','value':9}", NULL, NULL, NULL,
	 "[" ONE("x") ",{'name':'os/linux/cpu-shares','value':9}]"},
	{"[" ONE(REMOVE) "," ONE(RETAIN) "]", NULL, NULL,
	 "{'name':'" RETAIN "','value':5}", NULL, NULL,
	 "[{'name':'" RETAIN "','value':5}]"},
	{"[" ONE(RETAIN) "]", NULL, NULL, NULL,
	 "{'name':'" REMOVE "','value':5}", NULL,
	 "[{'name':'" REMOVE "','value':5}]"},
	{"[]", NULL, NULL, ONE(RETAIN), ONE(REMOVE), NULL,
	 "error: cannot use both --caps-retain and --caps-remove on "
	 "the same image"},
	{"[" ONE("os/linux/seccomp-remove-set") "]", NULL, NULL, NULL, NULL,
	 "mode=retain,@rkt/default-whitelist,errno=EPERM,reboot",
	 "[{'name':'os/linux/seccomp-retain-set','value':{'set':["
	 "'@rkt/default-whitelist','reboot'],'errno':'EPERM'}}]"},
	{"[]", NULL, NULL, NULL, NULL, "a=b=c,mode=remove",
	 "[{'name':'os/linux/seccomp-remove-set','value':"
	 "{'set':['a=b=c']}}]"},
	{"[]", NULL, NULL, NULL, NULL, "reboot",
	 "--seccomp needs mode=retain or mode=remove"},
	{"[]", NULL, NULL, NULL, NULL, "mode=maybe,reboot",
	 "--seccomp needs mode=retain or mode=remove"},
	{"[]", NULL, NULL, NULL, NULL, "mode=retain",
	 "--seccomp names no system call"},
	{"[]", NULL, NULL, NULL, NULL, "mode=retain,k=v",
	 "unknown parameter 'k' in --seccomp"},
	{"[]", NULL, NULL, NULL, NULL, "mode=retain,,a",
	 "empty system call name in --seccomp"},
};

static void
merges_isolators(void)
{
	for (size_t i = 0;
	     i < sizeof(isolator_cases) / sizeof(isolator_cases[0]); i++) {
		struct error e = ERROR_NONE;
		auto_json json_t *list = json_of(isolator_cases[i].image);
		auto_json json_t *memory = maybe(isolator_cases[i].memory);
		auto_json json_t *shares = maybe(isolator_cases[i].shares);
		auto_json json_t *retain = maybe(isolator_cases[i].retain);
		auto_json json_t *remove = maybe(isolator_cases[i].remove);
		autofree char *seccomp =
			isolator_cases[i].seccomp
				? xstrdup(isolator_cases[i].seccomp)
				: NULL;
		struct app_request a = {.memory = memory,
					.cpu_shares = shares,
					.caps_retain = retain,
					.caps_remove = remove,
					.seccomp = seccomp};
		autofree char *got = NULL;

		if (isolator_cases[i].want[0] != '[') {
			CU_ASSERT_EQUAL(isolators_merge(list, &a, &e), -1);
			CU_ASSERT_EQUAL(e.code, RKT_ERR_INPUT);
			assert_text(e.layers[0], isolator_cases[i].want);
			continue;
		}
		CU_ASSERT_EQUAL(isolators_merge(list, &a, &e), 0);
		got = text_of(list);
		assert_text(got, isolator_cases[i].want);
	}
}

#define PORT(name, port) "{'name':'" name "','protocol':'tcp','port':" port "}"
#define APPS                                                                   \
	"'apps':[{'app':{'ports':[" PORT("web", "80") "," PORT(                \
		"dup", "1") "]}},"                                             \
			    "{'app':{'ports':[" PORT("api", "81") "," PORT(    \
				    "dup", "2") ",{'name':'dns','protocol':'"  \
						"udp','port':53}]}}]"

static void
checks_ports(void)
{
	static const struct {
		const char *ports;
		const char *message;
	} cases[] = {
		{"[]", NULL},
		{"null", NULL},
		{"[{'name':'web','hostPort':8080}]", NULL},
		{"[{'name':'web','hostPort':8080},"
		 "{'name':'api','hostPort':8081}]",
		 NULL},
		{"[{'name':'web','hostPort':53},{'name':'dns','hostPort':53}]",
		 NULL},
		{"[{'name':'web','hostPort':1,'hostIP':'10.0.0.1'},"
		 "{'name':'api','hostPort':1,'hostIP':'10.0.0.2'}]",
		 NULL},
		{"[{'name':'x','hostPort':1,"
		 "'podPort':{'name':'x','protocol':'tcp','port':9}}]",
		 NULL},
		{"[{'name':'none','hostPort':1}]",
		 "port name \"none\" could not be found in any apps"},
		{"[{'name':'dup','hostPort':1}]",
		 "port name \"dup\" defined multiple apps"},
		{"[{'name':'web','hostPort':1},{'name':'api','hostPort':1}]",
		 "port tcp-0.0.0.0:1 already mapped to pod port 80"},
		{"[{'name':'web','hostPort':1},"
		 "{'name':'api','hostPort':1,'hostIP':'10.0.0.2'}]",
		 "port tcp-10.0.0.2:1 already mapped to pod port 80"},
		{"[{'name':'web','hostPort':1,'hostIP':'10.0.0.2'},"
		 "{'name':'web','hostPort':1,'hostIP':'10.0.0.2'}]",
		 "port tcp-10.0.0.2:1 already mapped to pod port 80"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct error e = ERROR_NONE;
		autofree char *text =
			xasprintf("{" APPS ",'ports':%s}", cases[i].ports);
		auto_json json_t *manifest = json_of(text);
		int rc = ports_check(manifest, &e);

		CU_ASSERT_EQUAL(rc, cases[i].message ? -1 : 0);
		if (cases[i].message)
			assert_text(e.layers[0], cases[i].message);
	}
}

static CU_TestInfo tests[] = {
	{"merges_isolators", merges_isolators},
	{"checks_ports", checks_ports},
	CU_TEST_INFO_NULL,
};

UNIT_MAIN(tests)
