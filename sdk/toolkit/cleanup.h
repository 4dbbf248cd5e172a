/* Cleaners bound to scope, for plugins; none of them disturbs errno.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef SDK_TOOLKIT_CLEANUP_H
#define SDK_TOOLKIT_CLEANUP_H

/* The core has cleaners of the same names and meaning; a test that looks into
 * both includes the core's first. */
#ifndef CORE_BASE_CLEANUP_H
#define CORE_BASE_CLEANUP_H

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

static inline void
cleanup_free(void *p)
{
	int saved = errno;

	free(*(void **)p);
	errno = saved;
}

static inline void
cleanup_fd(const int *fd)
{
	int saved = errno;

	if (*fd >= 0)
		close(*fd);
	errno = saved;
}

#define autofree  __attribute__((__cleanup__(cleanup_free)))
#define autoclose __attribute__((__cleanup__(cleanup_fd)))

static inline int
steal_fd(int *fd)
{
	int taken = *fd;

	*fd = -1;
	return taken;
}

static inline void *
steal_pointer(void *p)
{
	void **from = (void **)p;
	void *taken = *from;

	*from = NULL;
	return taken;
}

/* Hand a scoped pointer over to the caller: return steal(p); */
#define steal(p) ((__typeof__(p))steal_pointer(&(p)))

#endif
#endif
