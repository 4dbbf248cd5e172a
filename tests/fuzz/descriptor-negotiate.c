/* Fuzzes what plugins say of themselves: whatever is accepted keeps the
 * promises that the host relies on.
 * SPDX-License-Identifier: Apache-2.0
 *
 * Byte 0 picks the kind; the rest is the descriptor.  Where it holds pointers,
 * the lowest byte picks one of a few texts or functions, since a wild pointer
 * is nothing that a host could find out. */
#include <stdalign.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/plugin/abi.h"

#define DESCRIPTOR_MAX 4096

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const texts[] = {
	"fuzz",
	"",
	"1.0",
	"a=b",
	"no equals sign",
	"=",
	"two\nlines",
	"\xc3\xa4\xf0\x9f\x98\x80",
	"\xc0\x80",
	"\xed\xa0\x80",
	"1234567890123456789012345678901234567890123456789012345678901",
	NULL,
};
#define N_TEXTS (sizeof(texts) / sizeof(texts[0]))

static const char *list_storage[4];

static void
some_function(void)
{
}

static uint8_t
low_byte(const unsigned char *at)
{
	uint64_t value = 0;

	memcpy(&value, at, sizeof(void *));
	return (uint8_t)value;
}

static void
put_text(unsigned char *at)
{
	const char *text = texts[low_byte(at) % N_TEXTS];

	memcpy(at, &text, sizeof(text));
}

static void
put_list(unsigned char *at)
{
	uint8_t pick = low_byte(at);
	const char *const *list = pick % 2 ? list_storage : NULL;

	list_storage[0] = texts[pick / 2 % N_TEXTS];
	list_storage[1] = texts[pick / 32 % N_TEXTS];
	memcpy(at, &list, sizeof(list));
}

static void
put_function(unsigned char *at)
{
	void (*function)(void) = low_byte(at) ? some_function : NULL;

	memcpy(at, &function, sizeof(function));
}

/* Nothing but accepted descriptors gets here. */
static void
insist(const struct plugin_abi *abi, const void *ours)
{
	const struct rkt_plugin_info *info = ours;

	if (strcmp(info->name, "fuzz") != 0 || !info->version ||
	    !info->summary || strchr(info->summary, '\n'))
		abort();
	for (const struct plugin_op *op = abi->ops; op->name; op++)
		if ((op->flags & PLUGIN_OP_REQUIRED) &&
		    !plugin_op_is_set(ours, op))
			abort();
	if (info->abi_major != abi->major || info->needs_minor > abi->minor ||
	    info->size < abi->size_min || info->size > DESCRIPTOR_MAX)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	alignas(max_align_t) unsigned char theirs[DESCRIPTOR_MAX] = {0};
	alignas(max_align_t) unsigned char ours[DESCRIPTOR_MAX];
	const struct plugin_abi *abi;
	struct error e = ERROR_NONE;
	int rc;

	if (size < 1 || size > DESCRIPTOR_MAX)
		return 0;
	abi = plugin_abi((enum plugin_kind)(data[0] % PLUGIN_KINDS));
	memcpy(theirs, data + 1, size - 1);
	put_text(theirs + offsetof(struct rkt_plugin_info, name));
	put_text(theirs + offsetof(struct rkt_plugin_info, version));
	put_text(theirs + offsetof(struct rkt_plugin_info, summary));
	put_list(theirs + offsetof(struct rkt_plugin_info, attrs));
	if (abi->kind == PLUGIN_IMAGE)
		put_list(theirs + offsetof(struct rkt_image_plugin, schemes));
	for (const struct plugin_op *op = abi->ops; op->name; op++)
		put_function(theirs + op->offset);
	rc = plugin_negotiate(abi, theirs, "fuzz", "/rkt-x-fuzz.so", ours, &e);
	if (rc == 0)
		insist(abi, ours);
	else if (e.n_layers != 1 || e.code >= RKT_OK)
		abort();
	return 0;
}
