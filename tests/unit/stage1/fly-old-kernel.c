/* The fly engine where newer system calls are missing, and with directory names
 * that the options of an overlay would trip over.
 * SPDX-License-Identifier: Apache-2.0 */
#include <rkt/stage1.h>

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "fly-pod.h"
#include "tests/lib/unit.h"

static const char odd[] = "a,b:c\\d \\054 upperdir=x";

static struct fly_pod p;

/* Files of the layer are read, written ones land in the upper directory. */
static void
assert_is_stacked(void)
{
	fly_pod_shell(&p, "cat /etc/group; echo new >/etc/new; cat "
			  "/proc/self/mountinfo");
	fly_pod_run(&p);
	assert_text(p.failure, "");
	assert_contains(p.output, "web:x:44:\n");
	assert_contains(p.output, " - overlay overlay ");
	CU_ASSERT_EQUAL(p.status, 0);
	CU_ASSERT_EQUAL(faccessat(p.pod.dir_fd, "upper/etc/new", F_OK, 0), 0);
	CU_ASSERT_NOT_EQUAL(faccessat(p.pod.dir_fd, "layer/etc/new", F_OK, 0),
			    0);
}

static void
overlay_by_mount(void)
{
	fly_pod_make(&p);
	p.blocked[0] = SYS_fsopen;
	assert_is_stacked();
}

static void
overlay_with_odd_names(void)
{
	fly_pod_make_in(&p, odd);
	assert_is_stacked();
}

static void
overlay_by_mount_with_odd_names(void)
{
	fly_pod_make_in(&p, odd);
	p.blocked[0] = SYS_fsopen;
	assert_is_stacked();
}

static void
overlay_of_many_layers(void)
{
	static char paths[60][300];
	static const char *layers[62];

	for (int by_mount = 0; by_mount < 2; by_mount++) {
		fly_pod_make_in(&p, by_mount ? "by-mount" : "by-fsconfig");
		for (int i = 0; i < 60; i++) {
			snprintf(paths[i], sizeof(paths[i]), "%s/l%d", p.dir,
				 i);
			CU_ASSERT_EQUAL(mkdir(paths[i], 0755), 0);
			layers[i] = paths[i];
		}
		layers[60] = p.layer;
		fly_pod_file(&p, "l0/which", "top\n");
		fly_pod_file(&p, "l1/which", "below\n");
		p.app.layers = layers;
		p.blocked[0] = by_mount ? SYS_fsopen : 0;
		fly_pod_shell(&p, "cat /which");
		fly_pod_run(&p);
		assert_text(p.failure, "");
		assert_text(p.output, "top\n");
	}
}

static void
missing_layer_is_named(void)
{
	for (int by_mount = 0; by_mount < 2; by_mount++) {
		fly_pod_make_in(&p, by_mount ? "by-mount" : "by-fsconfig");
		p.layers[0] = "/no/where";
		p.blocked[0] = by_mount ? SYS_fsopen : 0;
		fly_pod_shell(&p, "true");
		fly_pod_run(&p);
		assert_contains(p.failure, "/no/where");
	}
}

static void
volume(const char *options, const char *script)
{
	char section[512], volumes[1024];

	snprintf(section, sizeof(section),
		 "\"exec\":[\"/bin/sh\",\"-c\",\"%s\"],\"user\":\"0\","
		 "\"group\":\"0\"",
		 script);
	snprintf(volumes, sizeof(volumes),
		 "{\"name\":\"v\",\"kind\":\"host\",\"source\":\"%s/vol\"%s}",
		 p.dir, options);
	fly_pod_app(&p, section,
		    "\"mounts\":[{\"volume\":\"v\",\"path\":\"/v\"}]", volumes,
		    NULL);
	fly_pod_run(&p);
}

static void
read_only_by_remount(void)
{
	char sub[300];

	fly_pod_make(&p);
	p.blocked[0] = SYS_mount_setattr;
	mkdirat(p.pod.dir_fd, "vol", 0755);
	mkdirat(p.pod.dir_fd, "vol/a b", 0755);
	snprintf(sub, sizeof(sub), "%s/vol/a b", p.dir);
	CU_ASSERT_EQUAL(
		mount("tmpfs", sub, "tmpfs", MS_NOSUID | MS_NODEV, NULL), 0);
	volume(",\"readOnly\":true", "touch /v/x");
	assert_text(p.failure, "");
	assert_text(p.output, "touch: /v/x: Read-only file system\n");
	volume(",\"readOnly\":true,\"recursive\":true",
	       "touch '/v/a b/x'; cat /proc/self/mountinfo");
	assert_text(p.failure, "");
	assert_contains(p.output, "touch: /v/a b/x: Read-only file system\n");
	assert_contains(p.output, " /v/a\\040b ro,nosuid,nodev");
	/* The host's own mount is not touched. */
	fly_pod_file(&p, "vol/a b/writable", "");
	CU_ASSERT_EQUAL(umount2(sub, MNT_DETACH), 0);
}

static void
root_read_only_by_remount(void)
{
	fly_pod_make(&p);
	p.blocked[0] = SYS_mount_setattr;
	fly_pod_app(&p,
		    "\"exec\":[\"/bin/sh\",\"-c\",\"touch /tmp/x && echo tmp; "
		    "touch /x\"],\"user\":\"0\",\"group\":\"0\"",
		    "\"readOnlyRootFS\":true", NULL, NULL);
	fly_pod_run(&p);
	assert_text(p.failure, "");
	assert_text(p.output, "tmp\ntouch: /x: Read-only file system\n");
}

static void
runs_without_openat2(void)
{
	fly_pod_make(&p);
	p.blocked[0] = SYS_openat2;
	p.blocked[1] = SYS_fsopen;
	p.blocked[2] = SYS_mount_setattr;
	mkdirat(p.pod.dir_fd, "vol", 0755);
	fly_pod_file(&p, "vol/file", "host\n");
	volume(",\"readOnly\":true", "cat /v/file; touch /v/x");
	assert_text(p.failure, "");
	assert_text(p.output, "host\ntouch: /v/x: Read-only file system\n");
}

static CU_TestInfo tests[] = {
	{"overlay_by_mount", overlay_by_mount},
	{"overlay_with_odd_names", overlay_with_odd_names},
	{"overlay_by_mount_with_odd_names", overlay_by_mount_with_odd_names},
	{"overlay_of_many_layers", overlay_of_many_layers},
	{"missing_layer_is_named", missing_layer_is_named},
	{"read_only_by_remount", read_only_by_remount},
	{"root_read_only_by_remount", root_read_only_by_remount},
	{"runs_without_openat2", runs_without_openat2},
	CU_TEST_INFO_NULL,
};

UNIT_MAIN(tests)
