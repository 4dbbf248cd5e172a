/* A pod directory with busybox in it, and the fly engine to run it.
 * SPDX-License-Identifier: Apache-2.0 */
#include "fly-pod.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/lib/unit.h"

#define PLUGIN "plugins/stage1/fly/.libs/rkt-stage1-fly.so"

static void
must(int is_true, const char *what)
{
	if (is_true)
		return;
	perror(what);
	_exit(99);
}

static const struct rkt_stage1_plugin *
load(void)
{
	const struct rkt_stage1_plugin *(*entry)(void);
	const char *top = getenv("builddir");
	char path[512];
	void *handle;

	snprintf(path, sizeof(path), "%s/" PLUGIN, top ? top : ".");
	handle = dlopen(path, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
	must(handle != NULL, path);
	*(void **)&entry = dlsym(handle, "rkt_stage1_plugin_v0");
	must(entry != NULL, "entry");
	return entry();
}

void
fly_pod_file(const struct fly_pod *p, const char *path, const char *text)
{
	char full[512];
	FILE *file;

	snprintf(full, sizeof(full), "%s/%s", p->dir, path);
	file = fopen(full, "w");
	must(file != NULL, full);
	fputs(text, file);
	fclose(file);
}

static void
make_layer(const struct fly_pod *p)
{
	char command[2048];

	snprintf(
		command, sizeof(command),
		"set -e; cd '%s'; mkdir -p layer/bin layer/etc layer/tmp upper "
		"work; cp /bin/busybox layer/bin/; "
		"for i in sh cat id pwd env ls mount touch sleep true false "
		"test readlink mkdir kill stat; do "
		"ln -s busybox layer/bin/$i; done; "
		"echo 'root:x:0:0::/:/bin/sh' >layer/etc/passwd; "
		"echo 'www:x:33:34::/:/bin/sh' >>layer/etc/passwd; "
		"echo 'alone:x:77:1::/:/bin/sh' >>layer/etc/passwd; "
		"echo 'root:x:0:' >layer/etc/group; "
		"echo 'web:x:44:' >>layer/etc/group",
		p->dir);
	must(system(command) == 0, "layer");
}

/* Overlay on a file system that is sure to take it, and gone at the end
 * whatever happens. */
static void
make_namespace(void)
{
	static bool is_made;

	if (is_made)
		return;
	is_made = true;
	must(unshare(CLONE_NEWNS) == 0, "unshare");
	must(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0, "private");
	must(mount("tmpfs", "/tmp", "tmpfs", 0, "mode=1777") == 0, "tmpfs");
}

void
fly_pod_make_in(struct fly_pod *p, const char *name)
{
	memset(p, 0, sizeof(*p));
	make_namespace();
	snprintf(p->dir, sizeof(p->dir), "%s/%s", unit_tmpdir_path(), name);
	must(mkdir(p->dir, 0755) == 0, p->dir);
	make_layer(p);
	snprintf(p->layer, sizeof(p->layer), "%s/layer", p->dir);
	p->engine = load();
	p->layers[0] = p->layer;
	p->app = (struct rkt_stage1_app){
		.size = sizeof(p->app),
		.name = "app",
		.image_manifest = p->image_manifest,
		.rootfs = "stage1/rootfs/opt/stage2/app/rootfs",
		.layers = p->layers,
		.upper = "upper",
		.work = "work",
	};
	p->apps[0] = &p->app;
	p->pod = (struct rkt_stage1_pod){
		.size = sizeof(p->pod),
		.uuid = "536fbb02-8b8d-4bd4-96ea-e5d0405057ba",
		.manifest = p->manifest,
		.dir = p->dir,
		.apps = p->apps,
		.n_apps = 1,
		.dir_fd = open(p->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC),
		.netns_fd = -1,
	};
	must(flock(p->pod.dir_fd, LOCK_EX) == 0, "lock");
	p->run = (struct rkt_stage1_run){
		.size = sizeof(p->run),
		.lock_fd = p->pod.dir_fd,
	};
}

void
fly_pod_make(struct fly_pod *p)
{
	fly_pod_make_in(p, "pod");
}

void
fly_pod_app(struct fly_pod *p, const char *section, const char *runtime,
	    const char *volumes, const char *annotations)
{
	snprintf(p->image_manifest, sizeof(p->image_manifest),
		 "{\"name\":\"example.com/app\",\"annotations\":[%s],"
		 "\"app\":{%s}}",
		 annotations ? annotations : "", section);
	snprintf(p->manifest, sizeof(p->manifest),
		 "{\"apps\":[{\"name\":\"app\"%s%s}],\"volumes\":[%s]}",
		 runtime ? "," : "", runtime ? runtime : "",
		 volumes ? volumes : "");
}

void
fly_pod_shell(struct fly_pod *p, const char *script)
{
	char section[1024];

	snprintf(section, sizeof(section),
		 "\"exec\":[\"/bin/sh\",\"-c\",\"%s\"],\"user\":\"0\","
		 "\"group\":\"0\"",
		 script);
	fly_pod_app(p, section, NULL, NULL, NULL);
}

/* Old kernels and strict filters: let the calls fail with ENOSYS. */
static void
block(const long *calls)
{
	for (; *calls; calls++) {
		struct sock_filter code[] = {
			BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
				 offsetof(struct seccomp_data, nr)),
			BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K,
				 (unsigned int)*calls, 0, 1),
			BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS),
			BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
		};
		struct sock_fprog program = {4, code};

		must(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0,
		     "seccomp");
	}
}

static void
run_op(struct fly_pod *p, struct rkt_call *call)
{
	if (p->engine->prepare(call, NULL, &p->pod) == RKT_OK)
		p->engine->run(call, NULL, &p->pod, &p->run);
}

static void
enter_op(struct fly_pod *p, struct rkt_call *call)
{
	p->engine->enter(call, NULL, &p->pod, &p->exec);
}

static void
in_child(struct fly_pod *p, void (*op)(struct fly_pod *, struct rkt_call *),
	 int out, int why)
{
	struct mock_host host;

	mock_host_init(&host);
	dup2(out, STDOUT_FILENO);
	dup2(out, STDERR_FILENO);
	block(p->blocked);
	op(p, &host.call);
	must(write(why, host.failure, strlen(host.failure)) >= 0, "report");
	_exit(255);
}

static struct fly_child
start(struct fly_pod *p, void (*op)(struct fly_pod *, struct rkt_call *))
{
	struct fly_child child;
	int out[2], why[2];

	must(pipe2(out, O_CLOEXEC) == 0 && pipe2(why, O_CLOEXEC) == 0, "pipe");
	child.pid = fork();
	if (child.pid == 0)
		in_child(p, op, out[1], why[1]);
	close(out[1]);
	close(why[1]);
	child.out = out[0];
	child.why = why[0];
	return child;
}

static void
read_all(int fd, char *text, size_t size)
{
	size_t len = 0;
	ssize_t n;

	while (len < size - 1 && (n = read(fd, text + len, size - 1 - len)) > 0)
		len += (size_t)n;
	text[len] = '\0';
	close(fd);
}

static void
finish(struct fly_pod *p, const struct fly_child *child)
{
	read_all(child->out, p->output, sizeof(p->output));
	read_all(child->why, p->failure, sizeof(p->failure));
	must(waitpid(child->pid, &p->status, 0) == child->pid, "waitpid");
}

void
fly_pod_start(struct fly_pod *p, const char *path)
{
	p->child = start(p, run_op);
	for (int i = 0; i < 400; i++) {
		if (faccessat(p->pod.dir_fd, path, F_OK, 0) == 0)
			return;
		usleep(10000);
	}
	must(0, "the app does not start");
}

void
fly_pod_finish(struct fly_pod *p)
{
	finish(p, &p->child);
}

void
fly_pod_run(struct fly_pod *p)
{
	struct fly_child child = start(p, run_op);

	finish(p, &child);
}

void
fly_pod_enter(struct fly_pod *p, const char *const *argv)
{
	struct fly_child child;

	p->exec = (struct rkt_stage1_exec){
		.size = sizeof(p->exec),
		.app = "app",
		.argv = argv,
		.leader_pid = p->exec.leader_pid,
	};
	while (argv[p->exec.argc])
		p->exec.argc++;
	child = start(p, enter_op);
	finish(p, &child);
}
