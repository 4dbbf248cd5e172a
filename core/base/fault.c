/* Making system calls fail on demand, for tests.
 * SPDX-License-Identifier: Apache-2.0 */
#include "fault.h"

#ifdef FAULT_INJECTION
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "alloc.h"
#include "vec.h"

#define ERRNO_MAX 133

struct plan {
	char name[32];
	int err;
	unsigned int at; /* calls to go, this one included; 0: done */
};
VEC(plans, struct plan);

static struct plans plans;
static pid_t plans_pid; /* a child counts for itself */
static pthread_mutex_t plans_mutex = PTHREAD_MUTEX_INITIALIZER;

static int
errno_of(const char *name)
{
	for (int err = 1; err <= ERRNO_MAX; err++) {
		const char *text = strerrorname_np(err);

		if (text && strcmp(text, name) == 0)
			return err;
	}
	return 0;
}

/* A test that asks for what cannot be must not pass for that. */
static _Noreturn void
refuse(const char *text)
{
	fprintf(stderr, "rkt: RKT_FAULT: cannot understand '%s'\n", text);
	exit(99);
}

static void
read_plan(const char *text)
{
	struct plan plan = {0};
	char err[32], end;

	if (sscanf(text, "%31[a-z0-9]:%31[A-Z0-9]:%u%c", plan.name, err,
		   &plan.at, &end) != 3 ||
	    plan.at == 0)
		refuse(text);
	plan.err = errno_of(err);
	if (plan.err == 0)
		refuse(text);
	vec_push(&plans, plan);
}

static void
read_plans(void)
{
	const char *env = getenv("RKT_FAULT");
	char *copy, *rest, *word;

	plans_pid = getpid();
	plans.len = 0;
	if (!env)
		return;
	copy = rest = xstrdup(env);
	while ((word = strsep(&rest, ",")) != NULL)
		read_plan(word);
	free(copy);
}

bool
fault_strikes(const char *name)
{
	int err = 0;

	pthread_mutex_lock(&plans_mutex);
	if (plans_pid != getpid())
		read_plans();
	for (size_t i = 0; i < plans.len; i++) {
		struct plan *plan = &plans.items[i];

		if (plan->at > 0 && strcmp(plan->name, name) == 0 &&
		    --plan->at == 0)
			err = plan->err;
	}
	pthread_mutex_unlock(&plans_mutex);
	if (err != 0)
		errno = err;
	return err != 0;
}
#endif
