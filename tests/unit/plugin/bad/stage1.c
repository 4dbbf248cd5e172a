/* An engine that does nothing, or is wrong in the one way WRONG_... names.
 * SPDX-License-Identifier: Apache-2.0 */
#include <rkt/stage1.h>

#ifdef WRONG_undef
rkt_status missing_function(void);
#endif

static rkt_status
prepare(struct rkt_call *call, void *self, const struct rkt_stage1_pod *pod)
{
	struct rkt_stage1_pod mine;

	(void)self;
	RKT_TAKE(call, &mine, pod);
#ifdef WRONG_undef
	return missing_function();
#else
	call->host->log(call, RKT_LOG_INFO, "preparing\n%s", mine.uuid);
	return call->host->emit(call, "uuid", mine.uuid, 4);
#endif
}

static rkt_status
run(struct rkt_call *call, void *self, const struct rkt_stage1_pod *pod,
    const struct rkt_stage1_run *request)
{
	struct rkt_stage1_run mine;

	(void)self;
	(void)pod;
	RKT_TAKE(call, &mine, request);
	return call->host->fail(call, RKT_ERR_SYSTEM, 2, "cannot run %s", "it");
}

static rkt_status
enter(struct rkt_call *call, void *self, const struct rkt_stage1_pod *pod,
      const struct rkt_stage1_exec *exec)
{
	(void)call;
	(void)self;
	(void)pod;
	(void)exec;
	return RKT_ERR_NOT_FOUND;
}

#ifndef WRONG_omitgc
static rkt_status
gc(struct rkt_call *call, void *self, const struct rkt_stage1_pod *pod)
{
	(void)self;
	(void)pod;
	call->host->fail(call, RKT_ERR_INPUT, 0, "changed its mind");
	return RKT_OK;
}
#endif

#ifdef WRONG_opens
static int state = 42;

static rkt_status
open_engine(struct rkt_call *call, void **self)
{
	const char *greeting = call->host->conf(call, "greeting");

	if (greeting && greeting[0] == 'n')
		return call->host->fail(call, RKT_ERR_UNSUPPORTED, 0,
					"no engine today");
	state++;
	*self = &state;
	return RKT_OK;
}

static void
close_engine(void *self)
{
	*(int *)self = -1;
}
#endif

#ifdef WRONG_halfmutable
static rkt_status
app_add(struct rkt_call *call, void *self, const struct rkt_stage1_pod *pod,
	const char *app)
{
	(void)call;
	(void)self;
	(void)pod;
	(void)app;
	return RKT_OK;
}
#endif

#ifndef NAME
#define NAME "good"
#endif
#ifdef WRONG_longsummary
#define SUMMARY "1234567890123456789012345678901234567890123456789012345678901"
#endif
#ifndef SUMMARY
#define SUMMARY "An engine for tests"
#endif
#ifndef VERSION
#define VERSION "1"
#endif
#ifndef SIZE
#define SIZE sizeof(struct rkt_stage1_plugin)
#endif
#ifndef MAJOR
#define MAJOR RKT_STAGE1_ABI_MAJOR
#endif
#ifndef MINOR
#define MINOR RKT_STAGE1_ABI_MINOR
#endif
#ifndef NEEDS
#define NEEDS 0
#endif
#ifndef NEEDS_HOST
#define NEEDS_HOST 0
#endif
#ifndef CAPS
#define CAPS RKT_STAGE1_CAP_NETNS
#endif

#ifdef WRONG_attrs
static const char *const attrs[] = {"no equals sign", NULL};
#else
static const char *const attrs[] = {"colour=blue", NULL};
#endif

#ifdef WRONG_newer
/* As a later minor would have it: one more member behind all we know. */
struct descriptor {
	struct rkt_stage1_plugin known;
	rkt_status (*levitate)(struct rkt_call *call, void *self);
};
#else
struct descriptor {
	struct rkt_stage1_plugin known;
};
#endif

static const struct descriptor descriptor = {
	.known =
		{
			.info =
				{
					.size = SIZE,
					.abi_major = MAJOR,
					.abi_minor = MINOR,
					.needs_minor = NEEDS,
					.needs_host_minor = NEEDS_HOST,
					.name = NAME,
					.version = VERSION,
					.summary = SUMMARY,
					.attrs = attrs,
				},
			.caps = CAPS,
#ifdef WRONG_opens
			.open = open_engine,
			.close = close_engine,
#endif
			.prepare = prepare,
			.run = run,
			.enter = enter,
#ifndef WRONG_omitgc
			.gc = gc,
#endif
#ifdef WRONG_halfmutable
			.app_add = app_add,
#endif
		},
};

#ifndef ENTRY
#define ENTRY rkt_stage1_plugin_v0
#endif

RKT_EXPORT const struct rkt_stage1_plugin *ENTRY(void);

const struct rkt_stage1_plugin *
ENTRY(void)
{
#ifdef WRONG_null
	return (void)descriptor, (const struct rkt_stage1_plugin *)0;
#else
	return &descriptor.known;
#endif
}
