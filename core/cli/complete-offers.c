/* Which values options take, and which things verbs work on.
 * SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "core/cli/complete.h"
#include "core/cli/pod-query.h"
#include "core/cli/values.h"

#define IN(state) (1u << POD_##state)
#define LISTED                                                                 \
	(IN(PREPARING) | IN(ABORTED_PREPARE) | IN(PREPARED) | IN(RUNNING) |    \
	 IN(EXITED) | IN(EXITED_GARBAGE) | IN(EXITED_DELETING))
#define ENDED     (IN(EXITED) | IN(EXITED_GARBAGE))
#define REMOVABLE (ENDED | IN(ABORTED_PREPARE) | IN(PREPARED))

static const char *const formats[] = {"json", "json-pretty", NULL};
static const char *const policies[] = {"new", "never", "update", NULL};
static const char *const orders[] = {"asc", "desc", NULL};
static const char *const networks[] = {"default", "default-restricted", "host",
				       "none", NULL};
static const char *const ipc_modes[] = {"auto", "private", "parent", NULL};
static const char *const resolvers[] = {"host", "none", NULL};
static const char *const host_word[] = {"host", NULL};
static const char *const wait_words[] = {"true", "false", NULL};
static const char *const bools[] = {"true", "false", NULL};

const struct offer_entry option_offers[] = {
	{.name = "dir", .first = {.flags = OFFER_DIRS}},
	{.name = "local-config", .first = {.flags = OFFER_DIRS}},
	{.name = "system-config", .first = {.flags = OFFER_DIRS}},
	{.name = "user-config", .first = {.flags = OFFER_DIRS}},
	{.name = "insecure-options",
	 .first = {value_insecure_words, OFFER_LIST, 0}},
	{.name = "format", .first = {.words = formats}},
	{.name = "pull-policy", .first = {.words = policies}},
	{.name = "order", .first = {.words = orders}},
	{.name = "sort", .first = {pod_sort_words, OFFER_LIST, 0}},
	{.name = "net", .first = {networks, OFFER_LIST, 0}},
	{.name = "ipc", .first = {.words = ipc_modes}},
	{.name = "dns", .first = {.words = resolvers}},
	{.name = "hosts-entry", .first = {.words = host_word}},
	{.name = "wait", .first = {.words = wait_words}},
	{.name = "wait-ready", .first = {.words = wait_words}},
	{.name = "readonly-rootfs", .first = {.words = bools}},
	{.name = "uuid-file", .first = {.flags = OFFER_FILES}},
	{.name = "uuid-file-save", .first = {.flags = OFFER_FILES}},
	{.name = "signature", .first = {.flags = OFFER_FILES}},
	{.name = "set-env-file", .first = {.flags = OFFER_FILES}},
	{.name = "pod-manifest", .first = {.flags = OFFER_FILES}},
	{.name = "stage1-path", .first = {.flags = OFFER_FILES}},
	{.name = "stage1-from-dir", .first = {.flags = OFFER_FILES}},
	{.name = NULL},
};

#define IMAGE_OR_FILE                                                          \
	{                                                                      \
		.flags = OFFER_IMAGES | OFFER_FILES                            \
	}
#define IMAGE                                                                  \
	{                                                                      \
		.flags = OFFER_IMAGES                                          \
	}
#define FILES                                                                  \
	{                                                                      \
		.flags = OFFER_FILES                                           \
	}
#define DIRS                                                                   \
	{                                                                      \
		.flags = OFFER_DIRS                                            \
	}
#define PODS(states)                                                           \
	{                                                                      \
		.pods = (states)                                               \
	}

const struct offer_entry verb_offers[] = {
	{.name = "cat-manifest", .first = PODS(LISTED)},
	{.name = "completion", .first = {.words = completion_shells}},
	{.name = "enter", .first = PODS(IN(RUNNING)), .rest = FILES},
	{.name = "export", .first = PODS(ENDED), .rest = FILES},
	{.name = "fetch", .first = IMAGE_OR_FILE, .rest = IMAGE_OR_FILE},
	{.name = "help",
	 .first = {.flags = OFFER_COMMANDS},
	 .rest = {.flags = OFFER_COMMANDS}},
	{.name = "image cat-manifest", .first = IMAGE},
	{.name = "image export", .first = IMAGE, .rest = FILES},
	{.name = "image extract", .first = IMAGE, .rest = DIRS},
	{.name = "image fetch", .first = IMAGE_OR_FILE, .rest = IMAGE_OR_FILE},
	{.name = "image render", .first = IMAGE, .rest = DIRS},
	{.name = "image rm", .first = IMAGE, .rest = IMAGE},
	{.name = "image verify", .first = IMAGE, .rest = IMAGE},
	{.name = "logs", .first = PODS(LISTED)},
	{.name = "prepare", .first = IMAGE_OR_FILE, .rest = IMAGE_OR_FILE},
	{.name = "rm", .first = PODS(REMOVABLE), .rest = PODS(REMOVABLE)},
	{.name = "run", .first = IMAGE_OR_FILE, .rest = IMAGE_OR_FILE},
	{.name = "run-prepared", .first = PODS(IN(PREPARED))},
	{.name = "status", .first = PODS(LISTED)},
	{.name = "stop", .first = PODS(IN(RUNNING)), .rest = PODS(IN(RUNNING))},
	{.name = NULL},
};

const struct offer_entry *
offer_find(const struct offer_entry *table, const char *name)
{
	for (; table->name; table++)
		if (strcmp(table->name, name) == 0)
			return table;
	return NULL;
}
