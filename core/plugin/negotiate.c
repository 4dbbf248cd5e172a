/* Agreeing with a plugin on versions and sizes, and believing nothing it says.
 * SPDX-License-Identifier: Apache-2.0 */
#include "abi.h"

#include <stdalign.h>
#include <string.h>

#define DESCRIPTOR_SIZE_MAX 4096u
#define SUMMARY_MAX         60
#define VERSION_MAX         64
#define LIST_MAX            64
#define ATTR_MAX            256

/* One character of UTF-8 at `s`: its length, or 0 for anything else. */
static size_t
utf8_length(const unsigned char *s)
{
	size_t n = s[0] < 0x80 ? 1 : s[0] < 0xe0 ? 2 : s[0] < 0xf0 ? 3 : 4;

	if ((s[0] >= 0x80 && s[0] < 0xc2) || s[0] > 0xf4)
		return 0;
	for (size_t i = 1; i < n; i++)
		if ((s[i] & 0xc0) != 0x80)
			return 0;
	if ((s[0] == 0xe0 && s[1] < 0xa0) || (s[0] == 0xed && s[1] > 0x9f) ||
	    (s[0] == 0xf0 && s[1] < 0x90) || (s[0] == 0xf4 && s[1] > 0x8f))
		return 0;
	return n;
}

/* Between 1 and `max` printable characters. */
static bool
is_line(const char *text, size_t max)
{
	const unsigned char *s = (const unsigned char *)text;
	size_t n_chars = 0, n;

	if (!text || !*text)
		return false;
	for (; *s; s += n) {
		n = utf8_length(s);
		if (n == 0 || *s < 0x20 || *s == 0x7f || ++n_chars > max)
			return false;
	}
	return true;
}

static int
check_versions(const struct plugin_abi *abi, const struct rkt_plugin_info *info,
	       const char *file, struct error *e)
{
	const char *kind = plugin_kind_name(abi->kind);

	if (info->abi_major != abi->major)
		return error_set(e, RKT_ERR_INPUT,
				 "plugin '%s' says %s ABI %u in its descriptor "
				 "and %u in its entry symbol",
				 file, kind, info->abi_major, abi->major);
	if (info->needs_minor > abi->minor)
		return error_set(e, RKT_ERR_TOO_NEW,
				 "plugin '%s' needs a newer rkt: %s ABI %u.%u, "
				 "this one has %u.%u",
				 file, kind, abi->major, info->needs_minor,
				 abi->major, abi->minor);
	if (info->needs_host_minor > RKT_HOST_ABI_MINOR)
		return error_set(e, RKT_ERR_TOO_NEW,
				 "plugin '%s' needs a newer rkt: host ABI "
				 "%u.%u, this one has %u.%u",
				 file, RKT_HOST_ABI_MAJOR,
				 info->needs_host_minor, RKT_HOST_ABI_MAJOR,
				 RKT_HOST_ABI_MINOR);
	if (info->needs_minor > info->abi_minor)
		return error_set(e, RKT_ERR_INPUT,
				 "plugin '%s' needs %s ABI %u.%u but was built "
				 "for %u.%u",
				 file, kind, abi->major, info->needs_minor,
				 abi->major, info->abi_minor);
	if (info->abi_minor < abi->oldest_minor)
		return error_set(e, RKT_ERR_UNSUPPORTED,
				 "plugin '%s' is too old: built for %s ABI "
				 "%u.%u, this rkt takes %u.%u and later",
				 file, kind, abi->major, info->abi_minor,
				 abi->major, abi->oldest_minor);
	return 0;
}

/* Everything of a published minor is there, so a plugin that claims ours, or a
 * later one, is at least as large as ours. */
static bool
is_possible_size(const struct plugin_abi *abi,
		 const struct rkt_plugin_info *info)
{
	size_t min = info->abi_minor >= abi->minor ? abi->size : abi->size_min;

	return info->size >= min && info->size <= DESCRIPTOR_SIZE_MAX &&
	       info->size % alignof(void *) == 0;
}

static int
check_ops(const struct plugin_abi *abi, const void *ours, const char *file,
	  struct error *e)
{
	uint64_t caps = plugin_caps(ours, abi);

	for (const struct plugin_op *op = abi->ops; op->name; op++) {
		bool is_set = plugin_op_is_set(ours, op);

		if ((op->flags & PLUGIN_OP_REQUIRED) && !is_set)
			return error_set(e, RKT_ERR_INPUT,
					 "plugin '%s' lacks the required "
					 "operation '%s'",
					 file, op->name);
		if (op->cap == 0 || is_set == ((caps & op->cap) != 0))
			continue;
		return error_set(e, RKT_ERR_INPUT,
				 "plugin '%s' %s operation '%s', but its "
				 "capabilities say otherwise",
				 file, is_set ? "has the" : "lacks the",
				 op->name);
	}
	return 0;
}

static int
check_image(const struct rkt_image_plugin *image, const char *file,
	    struct error *e)
{
	size_t n = 0;

	if (!image->schemes)
		return error_set(e, RKT_ERR_INPUT,
				 "plugin '%s' has no list of schemes", file);
	while (n < LIST_MAX && image->schemes[n]) {
		if (!plugin_name_is_valid(image->schemes[n]))
			return error_set(e, RKT_ERR_INPUT,
					 "plugin '%s' lists a malformed scheme",
					 file);
		n++;
	}
	if (n == LIST_MAX)
		return error_set(e, RKT_ERR_INPUT,
				 "plugin '%s' lists too many schemes", file);
	if (n > 0 && !image->split)
		return error_set(e, RKT_ERR_INPUT,
				 "plugin '%s' lists schemes but lacks the "
				 "operation 'split'",
				 file);
	return 0;
}

static bool
is_attr(const char *attr)
{
	const char *equals = is_line(attr, ATTR_MAX) ? strchr(attr, '=') : NULL;

	return equals && equals > attr;
}

static int
check_texts(const struct rkt_plugin_info *info, const char *name,
	    const char *file, struct error *e)
{
	size_t n = 0;

	if (!info->name || strcmp(info->name, name) != 0)
		return error_set(e, RKT_ERR_INPUT,
				 "plugin '%s' calls itself '%.40s', which does "
				 "not match its file name",
				 file, info->name ? info->name : "");
	if (!is_line(info->version, VERSION_MAX))
		return error_set(e, RKT_ERR_INPUT,
				 "plugin '%s' has no proper version", file);
	if (!is_line(info->summary, SUMMARY_MAX))
		return error_set(e, RKT_ERR_INPUT,
				 "plugin '%s' has no summary of one line and "
				 "at most %d characters",
				 file, SUMMARY_MAX);
	while (info->attrs && n < LIST_MAX && info->attrs[n]) {
		if (!is_attr(info->attrs[n]))
			return error_set(e, RKT_ERR_INPUT,
					 "plugin '%s' has a malformed "
					 "attribute",
					 file);
		n++;
	}
	if (n == LIST_MAX)
		return error_set(e, RKT_ERR_INPUT,
				 "plugin '%s' has too many attributes", file);
	return 0;
}

int
plugin_negotiate(const struct plugin_abi *abi, const void *theirs,
		 const char *name, const char *file, void *ours,
		 struct error *e)
{
	const struct rkt_plugin_info *info = theirs;

	if (info->size < sizeof(*info))
		return error_set(e, RKT_ERR_INPUT,
				 "plugin '%s' has a descriptor of impossible "
				 "size %u",
				 file, info->size);
	if (check_versions(abi, info, file, e) < 0)
		return -1;
	if (!is_possible_size(abi, info))
		return error_set(e, RKT_ERR_INPUT,
				 "plugin '%s' has a descriptor of impossible "
				 "size %u",
				 file, info->size);
	memset(ours, 0, abi->size);
	memcpy(ours, theirs, info->size < abi->size ? info->size : abi->size);
	if (check_texts(ours, name, file, e) < 0 ||
	    check_ops(abi, ours, file, e) < 0)
		return -1;
	return abi->kind == PLUGIN_IMAGE ? check_image(ours, file, e) : 0;
}
