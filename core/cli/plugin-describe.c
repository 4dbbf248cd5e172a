/* What an open plugin says of itself, as JSON and as key=value.
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/cli/cmd-plugin.h"

#include <string.h>

#include "core/base/alloc.h"
#include "core/base/cleanup.h"
#include "core/base/strbuf.h"
#include "core/plugin/abi.h"

static char *
version_text(unsigned int major, unsigned int minor)
{
	return xasprintf("%u.%u", major, minor);
}

char *
plugin_abi_text(const struct plugin *p)
{
	const struct rkt_plugin_info *info = plugin_info(p);

	return version_text(info->abi_major, info->abi_minor);
}

static void
put_version(json_t *to, const char *key, unsigned int major, unsigned int minor)
{
	autofree char *text = version_text(major, minor);

	json_object_set_new(to, key, json_string(text));
}

static json_t *
caps_of(const struct plugin *p, const struct plugin_abi *abi)
{
	uint64_t caps = plugin_caps(plugin_info(p), abi);
	json_t *names = json_array();

	for (const struct plugin_cap *c = abi->caps; c->bit; c++) {
		if (caps & c->bit)
			json_array_append_new(names, json_string(c->name));
		caps &= ~c->bit;
	}
	/* Of a later minor: no name, but not hidden either. */
	if (caps != 0) {
		autofree char *rest =
			xasprintf("0x%llx", (unsigned long long)caps);

		json_array_append_new(names, json_string(rest));
	}
	return names;
}

static json_t *
ops_of(const struct plugin *p, const struct plugin_abi *abi)
{
	json_t *ops = json_object();

	for (const struct plugin_op *op = abi->ops; op->name; op++)
		json_object_set_new(
			ops, op->name,
			json_boolean(plugin_op_is_set(plugin_info(p), op)));
	return ops;
}

static json_t *
attrs_of(const struct plugin *p)
{
	json_t *attrs = json_object();

	for (const char *const *a = plugin_info(p)->attrs; a && *a; a++) {
		size_t len = strcspn(*a, "=");
		autofree char *key = xstrndup(*a, len);

		json_object_set_new(attrs, key, json_string(*a + len + 1));
	}
	return attrs;
}

static json_t *
schemes_of(const struct plugin *p)
{
	json_t *schemes = json_array();

	for (const char *const *s = plugin_image(p)->schemes; *s; s++)
		json_array_append_new(schemes, json_string(*s));
	return schemes;
}

json_t *
plugin_describe(const struct plugin *p)
{
	const struct rkt_plugin_info *info = plugin_info(p);
	const struct plugin_abi *abi = plugin_abi(plugin_kind_of(p));
	json_t *j = json_object();

	json_object_set_new(j, "kind",
			    json_string(plugin_kind_name(abi->kind)));
	json_object_set_new(j, "name", json_string(info->name));
	json_object_set_new(j, "version", json_string(info->version));
	json_object_set_new(j, "summary", json_string(info->summary));
	json_object_set_new(j, "file", json_string(plugin_file(p)));
	put_version(j, "abi", info->abi_major, info->abi_minor);
	put_version(j, "needs", info->abi_major, info->needs_minor);
	put_version(j, "needs-host", RKT_HOST_ABI_MAJOR,
		    info->needs_host_minor);
	json_object_set_new(
		j, "parallel",
		json_boolean((info->flags & RKT_PLUGIN_PARALLEL) != 0));
	json_object_set_new(j, "priority", json_integer(plugin_priority(p)));
	json_object_set_new(j, "caps", caps_of(p, abi));
	if (abi->kind == PLUGIN_IMAGE)
		json_object_set_new(j, "schemes", schemes_of(p));
	json_object_set_new(j, "op", ops_of(p, abi));
	json_object_set_new(j, "attr", attrs_of(p));
	return j;
}

static void
put_scalar(struct strbuf *b, const json_t *value)
{
	autofree char *text = NULL;

	if (json_is_string(value)) {
		strbuf_puts(b, json_string_value(value));
		return;
	}
	text = json_print(value, false);
	strbuf_puts(b, text);
}

static void
put_line(struct strbuf *b, const char *key, const json_t *value)
{
	strbuf_printf(b, "%s=", key);
	if (!json_is_array(value))
		put_scalar(b, value);
	for (size_t i = 0; i < json_array_size(value); i++) {
		if (i > 0)
			strbuf_putc(b, ',');
		put_scalar(b, json_array_get(value, i));
	}
	strbuf_putc(b, '\n');
}

char *
plugin_describe_text(const json_t *description)
{
	json_t *j = (json_t *)(uintptr_t)description;
	struct strbuf b = {0};
	const char *key, *inner_key;
	json_t *value, *inner;

	json_object_foreach(j, key, value)
	{
		if (!json_is_object(value)) {
			put_line(&b, key, value);
			continue;
		}
		json_object_foreach(value, inner_key, inner)
		{
			autofree char *path =
				xasprintf("%s.%s", key, inner_key);

			put_line(&b, path, inner);
		}
	}
	return strbuf_take(&b);
}
