/* Volumes of the fly engine: places, rights, propagation.
 * SPDX-License-Identifier: Apache-2.0 */
#include <rkt/stage1.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fly-pod.h"
#include "tests/lib/unit.h"

static struct fly_pod p;

/* A volume `v` from DIR/vol with `options`, mounted at `target`. */
static void
run_with(const char *options, const char *target, const char *script)
{
	char section[1024], runtime[512], volumes[1024];

	snprintf(section, sizeof(section),
		 "\"exec\":[\"/bin/sh\",\"-c\",\"%s\"],\"user\":\"0\","
		 "\"group\":\"0\"",
		 script);
	snprintf(runtime, sizeof(runtime),
		 "\"mounts\":[{\"volume\":\"v\",\"path\":\"%s\"}]", target);
	snprintf(volumes, sizeof(volumes),
		 "{\"name\":\"v\",\"kind\":\"host\",\"source\":\"%s/vol\"%s}",
		 p.dir, options);
	fly_pod_app(&p, section, runtime, volumes, NULL);
	fly_pod_run(&p);
}

static void
make(void)
{
	fly_pod_make(&p);
	mkdirat(p.pod.dir_fd, "vol", 0755);
	mkdirat(p.pod.dir_fd, "vol/sub", 0755);
	fly_pod_file(&p, "vol/file", "host\n");
}

static void
is_bound_for_reading_and_writing(void)
{
	make();
	run_with("", "/a/b", "cat /a/b/file; echo app >/a/b/new");
	assert_text(p.failure, "");
	assert_text(p.output, "host\n");
	CU_ASSERT_EQUAL(faccessat(p.pod.dir_fd, "vol/new", F_OK, 0), 0);
}

static void
can_be_read_only(void)
{
	make();
	run_with(",\"readOnly\":true", "/v", "touch /v/x");
	assert_text(p.output, "touch: /v/x: Read-only file system\n");
}

static void
is_recursive_when_asked(void)
{
	char sub[512];

	make();
	snprintf(sub, sizeof(sub), "%s/vol/sub", p.dir);
	CU_ASSERT_EQUAL(mount("tmpfs", sub, "tmpfs", 0, NULL), 0);
	fly_pod_file(&p, "vol/sub/below", "");
	run_with("", "/v", "ls /v/sub");
	assert_text(p.output, "");
	run_with(",\"recursive\":true", "/v", "ls /v/sub");
	assert_text(p.output, "below\n");
	run_with(",\"recursive\":true,\"readOnly\":true", "/v",
		 "touch /v/sub/x");
	assert_text(p.output, "touch: /v/sub/x: Read-only file system\n");
	CU_ASSERT_EQUAL(umount2(sub, MNT_DETACH), 0);
}

static void
mounts_inside_reach_the_host(void)
{
	char vol[512];

	make();
	snprintf(vol, sizeof(vol), "%s/vol", p.dir);
	CU_ASSERT_EQUAL(mount("tmpfs", vol, "tmpfs", 0, NULL), 0);
	mkdirat(p.pod.dir_fd, "vol/sub", 0755);
	run_with("", "/v",
		 "mount -t tmpfs tmpfs /v/sub && touch /v/sub/from-app");
	assert_text(p.failure, "");
	assert_text(p.output, "");
	CU_ASSERT_EQUAL(faccessat(p.pod.dir_fd, "vol/sub/from-app", F_OK, 0),
			0);
	CU_ASSERT_EQUAL(umount2(vol, MNT_DETACH), 0);
}

static void
target_is_resolved_inside(void)
{
	static const struct {
		const char *name, *link, *to, *target, *where;
	} cases[] = {
		{"absolute link", "layer/a", "/etc", "/a/v", "/etc/v"},
		{"dangling link", "layer/b", "/no/where", "/b", "/no/where"},
		{"link upwards", "layer/c", "../../../../x/y", "/c/v",
		 "/x/y/v"},
		{"dots", NULL, NULL, "/../../d/../e", "/e"},
		{"relative", NULL, NULL, "f/g", "/f/g"},
	};

	make();
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char script[128];

		if (cases[i].link)
			CU_ASSERT_EQUAL(symlinkat(cases[i].to, p.pod.dir_fd,
						  cases[i].link),
					0);
		snprintf(script, sizeof(script), "cat %s/file", cases[i].where);
		run_with("", cases[i].target, script);
		assert_text(p.failure, "");
		assert_text(p.output, "host\n");
	}
	CU_ASSERT_NOT_EQUAL(access("/no/where", F_OK), 0);
}

static void
target_of_the_wrong_kind_is_refused(void)
{
	make();
	run_with("", "/etc/passwd", "true");
	assert_text(p.failure,
		    "a directory cannot be mounted on the file '/etc/passwd'");
	symlinkat("loop", p.pod.dir_fd, "layer/loop");
	run_with("", "/loop/x", "true");
	assert_text(p.failure, "cannot resolve mount target '/loop/x'");
}

static void
missing_source_is_named(void)
{
	char want[512];

	make();
	CU_ASSERT_EQUAL(renameat(p.pod.dir_fd, "vol", p.pod.dir_fd, "gone"), 0);
	run_with("", "/v", "true");
	snprintf(want, sizeof(want), "cannot bind '%s/vol'", p.dir);
	assert_text(p.failure, want);
}

static void
empty_volume_is_the_pods(void)
{
	make();
	fly_pod_app(&p,
		    "\"exec\":[\"/bin/stat\",\"-c\",\"%a %u %g\",\"/e\"],"
		    "\"user\":\"0\",\"group\":\"0\"",
		    "\"mounts\":[{\"volume\":\"e\",\"path\":\"/e\"}]",
		    "{\"name\":\"e\",\"kind\":\"empty\",\"mode\":\"1750\","
		    "\"uid\":5,\"gid\":6}",
		    NULL);
	fly_pod_run(&p);
	assert_text(p.failure, "");
	assert_text(p.output, "1750 5 6\n");
	CU_ASSERT_EQUAL(faccessat(p.pod.dir_fd, "sharedVolumes/e", F_OK, 0), 0);
}

static void
mount_point_without_volume_gets_one(void)
{
	const char *section = "\"exec\":[\"/bin/sh\",\"-c\",\"ls /etc; echo x "
			      ">/etc/x\"],\"user\":\"0\",\"group\":\"0\","
			      "\"mountPoints\":[{\"name\":\"conf\",\"path\":"
			      "\"/etc\"}]";

	make();
	fly_pod_app(&p, section, NULL, NULL,
		    "{\"name\":\"appc.io/docker/repository\",\"value\":\"x\"}");
	fly_pod_run(&p);
	assert_text(p.failure, "");
	assert_contains(p.output, "passwd\n");
	fly_pod_app(&p, section, NULL, NULL, NULL);
	fly_pod_run(&p);
	CU_ASSERT_PTR_NULL(strstr(p.output, "passwd\n"));
	CU_ASSERT_EQUAL(
		faccessat(p.pod.dir_fd, "sharedVolumes/app-conf/x", F_OK, 0),
		0);
}

static void
root_needs_no_layers(void)
{
	make();
	p.app.layers = NULL;
	p.app.upper = p.app.work = NULL;
	p.app.rootfs = "layer";
	run_with("", "/v", "cat /v/file");
	assert_text(p.failure, "");
	assert_text(p.output, "host\n");
}

static CU_TestInfo tests[] = {
	{"is_bound_for_reading_and_writing", is_bound_for_reading_and_writing},
	{"can_be_read_only", can_be_read_only},
	{"is_recursive_when_asked", is_recursive_when_asked},
	{"mounts_inside_reach_the_host", mounts_inside_reach_the_host},
	{"target_is_resolved_inside", target_is_resolved_inside},
	{"target_of_the_wrong_kind_is_refused",
	 target_of_the_wrong_kind_is_refused},
	{"missing_source_is_named", missing_source_is_named},
	{"empty_volume_is_the_pods", empty_volume_is_the_pods},
	{"mount_point_without_volume_gets_one",
	 mount_point_without_volume_gets_one},
	{"root_needs_no_layers", root_needs_no_layers},
	CU_TEST_INFO_NULL,
};

UNIT_MAIN(tests)
