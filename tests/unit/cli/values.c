/* core/cli/values: volumes, mounts, ports, isolators, environment files.
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/cli/values.h"

#include <fcntl.h>
#include <string.h>

#include "core/base/cleanup.h"
#include "core/base/fd.h"
#include "core/fetch/fetch.h"
#include "tests/lib/unit.h"

struct value_case {
	const char *text;
	const char *want; /* compact JSON, or NULL: refused */
	const char *part; /* of the message                  */
};

static void
check(int (*parse)(const char *s, json_t **ret, struct error *e),
      const struct value_case *cases, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct error e = ERROR_NONE;
		auto_json json_t *j = NULL;
		autofree char *got = NULL;
		char line[2048];

		if (parse(cases[i].text, &j, &e) < 0) {
			CU_ASSERT_PTR_NULL(cases[i].want);
			assert_contains(error_line(&e, line, sizeof(line)),
					cases[i].part ? cases[i].part
						      : "(accepted)");
			continue;
		}
		got = json_print(j, false);
		assert_text(got, cases[i].want);
	}
}
#define CHECK(parse, cases) check(parse, cases, sizeof(cases) / sizeof(*cases))

static void
volumes(void)
{
	static const struct value_case cases[] = {
		{"d,kind=host,source=/srv/a&b%20+c",
		 "{\"name\":\"d\",\"kind\":\"host\","
		 "\"source\":\"/srv/a\\u0026b%20+c\"}",
		 NULL},
		{"d,kind=host,source=/s,readOnly=true,recursive=false",
		 "{\"name\":\"d\",\"kind\":\"host\",\"source\":\"/s\","
		 "\"readOnly\":true,\"recursive\":false}",
		 NULL},
		{"e,kind=empty",
		 "{\"name\":\"e\",\"kind\":\"empty\",\"mode\":\"0755\","
		 "\"uid\":0,\"gid\":0}",
		 NULL},
		{"e,kind=empty,mode=0700,uid=5,gid=6",
		 "{\"name\":\"e\",\"kind\":\"empty\",\"mode\":\"0700\","
		 "\"uid\":5,\"gid\":6}",
		 NULL},
		{"d,kind=host,source=relative", NULL,
		 "invalid value in --volume flag "
		 "\"d,kind=host,source=relative\": "},
		{"d,kind=host", NULL, "source"},
		{"d,kind=host,source=/s,mode=0755", NULL, "mode"},
		{"e,kind=empty,source=/s", NULL, "source"},
		{"d,kind=block,source=/s", NULL, "kind"},
		{"d,kind=host,source=/s,colour=red", NULL,
		 "unknown volume parameter \"colour\""},
		{"d,kind=host,kind=empty", NULL,
		 "label kind with multiple values [host empty]"},
		{"Bad,kind=empty", NULL, "invalid value in --volume flag"},
		{"e,kind=empty,uid=-1", NULL, "-1 is not between"},
		{"e,kind=empty,readOnly=maybe", NULL,
		 "strconv.ParseBool: parsing \"maybe\": invalid syntax"},
	};

	CHECK(value_volume, cases);
}

static void
mounts(void)
{
	static const struct value_case cases[] = {
		{"volume=v,target=/m", "{\"volume\":\"v\",\"path\":\"/m\"}",
		 NULL},
		{"volume=v&target=/a%20b+c",
		 "{\"volume\":\"v\",\"path\":\"/a b c\"}", NULL},
		{"volume=V", NULL, "is not an ACName"},
		{"volume=v,target=/m,target=/n", NULL,
		 "label target with multiple values [/m /n]"},
		{"volume=v,target=/%0", NULL, "invalid URL escape"},
		{"volume=v,target=/%00x", NULL, "invalid URL escape"},
	};

	CHECK(value_mount, cases);
}

static void
ports(void)
{
	static const struct value_case cases[] = {
		{"http:8080", "{\"name\":\"http\",\"hostPort\":8080}", NULL},
		{"http:127.0.0.1:8080",
		 "{\"name\":\"http\",\"hostPort\":8080,"
		 "\"hostIP\":\"127.0.0.1\"}",
		 NULL},
		{"http", NULL, "\"http\" is not in name:[ip:]port format"},
		{"HTTP:80", NULL,
		 "\"HTTP:80\" is not in name:[ip:]port format: \"HTTP\" is "
		 "not an ACName"},
		{"http:70000", NULL,
		 "\"http:70000\" is not in name:[ip:]port format: \"70000\" "
		 "is not a port number"},
		{"http:0", NULL, "\"0\" is not a port number"},
		{"http:x:80", NULL,
		 "\"http:x:80\" is not in name:[ip:]port format: \"x\" is "
		 "not an IPv4 address"},
		{"http: 80", NULL, "\" 80\" is not a port number"},
		{"http:1.2.3.4:5:6", NULL, "\"5:6\" is not a port number"},
	};

	CHECK(value_port, cases);
}

static void
isolators(void)
{
	static const struct value_case memory[] = {
		{"64M",
		 "{\"name\":\"resource/memory\",\"value\":{\"default\":false,"
		 "\"request\":\"64M\",\"limit\":\"64M\"}}",
		 NULL},
		{"16m", NULL, "memory limit of 1 bytes too low"},
		{"", NULL, ""},
		{"1KB", NULL, ""},
	};
	static const struct value_case shares[] = {
		{"2048", "{\"name\":\"os/linux/cpu-shares\",\"value\":2048}",
		 NULL},
		{"1", NULL, "1 is not between 2 and 262144"},
		{"x", NULL, "invalid syntax"},
	};
	static const struct value_case caps[] = {
		{"CAP_KILL,CAP_CHOWN",
		 "{\"name\":\"os/linux/capabilities-retain-set\",\"value\":"
		 "{\"set\":[\"CAP_KILL\",\"CAP_CHOWN\"]}}",
		 NULL},
		{"", NULL, ""},
	};

	CHECK(value_memory, memory);
	CHECK(value_cpu_shares, shares);
	CHECK(value_caps_retain, caps);
}

static void
environment_files(void)
{
	static const struct {
		const char *text, *want, *part;
	} cases[] = {
		{"A=1\n\n# x=y\n; z\nB=a=b\n", "{\"A\":\"1\",\"B\":\"a=b\"}",
		 NULL},
		{"A=1\r\nB=", "{\"A\":\"1\",\"B\":\"\"}", NULL},
		{"A", NULL, "must be specified as key=value"},
		{"=1", NULL, "empty variable name"},
		{"A=1\nA=2", NULL, "key \"A\" already set"},
		{"A=\xff", NULL, "not valid UTF-8"},
	};
	autoclose int dir = unit_tmpdir();
	autofree char *path = xasprintf("%s/env", unit_tmpdir_path());

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct error e = ERROR_NONE;
		auto_json json_t *env = json_object();
		autofree char *got = NULL;

		CU_ASSERT_EQUAL(file_write(dir, "env", cases[i].text,
					   strlen(cases[i].text), 0644, &e),
				0);
		if (value_env_file(path, env, &e) < 0) {
			CU_ASSERT_PTR_NULL(cases[i].want);
			assert_contains(e.layers[0],
					cases[i].part ? cases[i].part : "?");
			continue;
		}
		got = json_print(env, false);
		assert_text(got, cases[i].want);
	}
}

static void
insecure_options(void)
{
	static const struct {
		const char *text;
		unsigned int want;
		const char *part;
	} cases[] = {
		{"", 0, NULL},
		{"none", 0, NULL},
		{"image,HTTP", INSECURE_IMAGE | INSECURE_HTTP, NULL},
		{"all-run",
		 INSECURE_CAPABILITIES | INSECURE_PATHS | INSECURE_SECCOMP,
		 NULL},
		{"image,image", 0, "duplicated option \"image\""},
		{"sound", 0, "unknown option \"sound\""},
		{"image,,tls", 0, "unknown option \"\""},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct error e = ERROR_NONE;
		unsigned int bits = 0;

		if (value_insecure(cases[i].text, &bits, &e) < 0)
			assert_text(e.layers[0], cases[i].part);
		else
			CU_ASSERT_PTR_NULL(cases[i].part);
		CU_ASSERT_EQUAL(bits, cases[i].want);
	}
}

static CU_TestInfo tests[] = {
	{"volumes", volumes},
	{"mounts", mounts},
	{"ports", ports},
	{"isolators", isolators},
	{"environment_files", environment_files},
	{"insecure_options", insecure_options},
	CU_TEST_INFO_NULL,
};

UNIT_MAIN(tests)
