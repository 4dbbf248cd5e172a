/* The six directories below <data>/pods.
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/pod/internal.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "core/base/alloc.h"
#include "core/base/cleanup.h"
#include "core/base/fd.h"
#include "core/base/strbuf.h"

#define POD_DIR_MODE 0750

const char *const pod_dir_names[POD_DIRS] = {
	[DIR_EMBRYO] = "embryo",
	[DIR_PREPARE] = "prepare",
	[DIR_PREPARED] = "prepared",
	[DIR_RUN] = "run",
	[DIR_EXITED_GARBAGE] = "exited-garbage",
	[DIR_GARBAGE] = "garbage",
};

int
pods_make(struct pods *p, struct error *e)
{
	if (p->fd < 0) {
		if (dir_make_all(AT_FDCWD, p->dir, POD_DIR_MODE, e) < 0)
			return -1;
		p->fd = open(p->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		if (p->fd < 0)
			return error_errno(e, errno, "open %s", p->dir);
	}
	for (int i = 0; i < POD_DIRS; i++)
		if (mkdirat(p->fd, pod_dir_names[i], POD_DIR_MODE) < 0 &&
		    errno != EEXIST)
			return error_errno(e, errno, "create directory %s/%s",
					   p->dir, pod_dir_names[i]);
	return 0;
}

int
pods_find(struct pods *p, struct error *e)
{
	if (p->fd >= 0)
		return 0;
	p->fd = open(p->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (p->fd < 0 && errno != ENOENT)
		return error_errno(e, errno, "open %s", p->dir);
	return 0;
}

int
pods_open(const char *data_dir, struct pods **ret, struct error *e)
{
	struct pods *p = xcalloc(1, sizeof(*p));

	p->data_dir = xstrdup(data_dir);
	p->dir = xasprintf("%s/pods", data_dir);
	p->fd = -1;
	if (pods_find(p, e) < 0) {
		pods_close(p);
		return -1;
	}
	*ret = p;
	return 0;
}

void
pods_close(struct pods *p)
{
	if (!p)
		return;
	if (p->fd >= 0)
		close(p->fd);
	manifest_memo_done(&p->pod_memo);
	manifest_memo_done(&p->image_memo);
	free(p->data_dir);
	free(p->dir);
	free(p);
}

char *
pod_relative(enum pod_dir dir, const char *uuid)
{
	return xasprintf("%s/%s", pod_dir_names[dir], uuid);
}

char *
quoted(const char *s)
{
	struct strbuf b = {0};

	strbuf_putc(&b, '"');
	for (; *s != '\0'; s++) {
		unsigned char c = (unsigned char)*s;

		if (c == '"' || c == '\\')
			strbuf_printf(&b, "\\%c", c);
		else if (c == '\n' || c == '\t')
			strbuf_puts(&b, c == '\n' ? "\\n" : "\\t");
		else if (c < 0x20 || c == 0x7f)
			strbuf_printf(&b, "\\x%02x", c);
		else
			strbuf_putc(&b, (char)c);
	}
	strbuf_putc(&b, '"');
	return strbuf_take(&b);
}
