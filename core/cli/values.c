/* Volumes, mounts, ports, pairs and lists as options spell them.
 * SPDX-License-Identifier: Apache-2.0 */
#include "values.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/appc/manifest.h"
#include "core/appc/types.h"
#include "core/base/cleanup.h"
#include "core/base/fd.h"
#include "core/cli/option.h"

#define ENV_FILE_MAX ((size_t)1 << 20)

void
value_words(const char *s, struct strings *ret)
{
	if (*s == '\0')
		return;
	for (;;) {
		size_t len = strcspn(s, ",");

		vec_push(ret, xstrndup(s, len));
		if (s[len] == '\0')
			return;
		s += len + 1;
	}
}

json_t *
value_collection(json_t **member, json_t *(*make)(void))
{
	if (!*member)
		*member = make();
	return *member;
}

int
value_check_utf8(const char *s, struct error *e)
{
	auto_json json_t *text = json_string(s);

	if (!text)
		return error_set(e, RKT_ERR_INPUT, "'%s' is not valid UTF-8",
				 s);
	return 0;
}

int
value_int(const char *s, long min, long max, long *ret, struct error *e)
{
	char *end;
	long value;

	errno = 0;
	value = strtol(s, &end, 10);
	if (end == s || *end != '\0' || isspace((unsigned char)*s))
		return error_set(
			e, RKT_ERR_INPUT,
			"strconv.ParseInt: parsing \"%s\": invalid syntax", s);
	if (errno == ERANGE || value < min || value > max)
		return error_set(e, RKT_ERR_INPUT,
				 "%s is not between %ld and %ld", s, min, max);
	*ret = value;
	return 0;
}

static int
hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/* Undo the escapes of a URL query in place. */
static int
unescape(char *s, struct error *e)
{
	char *to = s;

	for (const char *from = s; *from; from++) {
		int high, low;

		if (*from == '+') {
			*to++ = ' ';
			continue;
		}
		if (*from != '%') {
			*to++ = *from;
			continue;
		}
		high = hex_digit(from[1]);
		low = high < 0 ? -1 : hex_digit(from[2]);
		if (low < 0 || (high == 0 && low == 0))
			return error_set(e, RKT_ERR_INPUT,
					 "invalid URL escape \"%.3s\"", from);
		*to++ = (char)(high * 16 + low);
		from += 2;
	}
	*to = '\0';
	return 0;
}

/* Split "k=v<sep>k=v" into {k: v}; a key twice is an error. */
static int
pairs_parse(const char *s, const char *separators, bool is_escaped,
	    json_t *into, struct error *e)
{
	while (*s) {
		size_t len = strcspn(s, separators);
		autofree char *key = xstrndup(s, len);
		char *value = strchr(key, '=');

		s += len + (s[len] != '\0');
		if (len == 0)
			continue;
		if (value)
			*value++ = '\0';
		if (is_escaped &&
		    (unescape(key, e) < 0 || (value && unescape(value, e) < 0)))
			return -1;
		if (!value)
			value = key + strlen(key);
		if (json_object_get(into, key))
			return error_set(
				e, RKT_ERR_INPUT,
				"label %s with multiple values [%s %s]", key,
				json_string_at(into, key), value);
		if (json_object_set_new(into, key, json_string(value)) < 0)
			return error_set(e, RKT_ERR_INPUT,
					 "'%s' is not valid UTF-8", value);
	}
	return 0;
}

int
value_mount(const char *s, json_t **ret, struct error *e)
{
	auto_json json_t *pairs = json_object();
	auto_json json_t *mount = json_object();
	const char *key;
	json_t *value;

	if (pairs_parse(s, ",&", true, pairs, e) < 0)
		return -1;
	json_object_foreach(pairs, key, value)
	{
		const char *text = json_string_value(value);

		if (strcmp(key, "volume") == 0 && !acname_is_valid(text))
			return error_set(e, RKT_ERR_INPUT,
					 "volume name \"%s\" is not an ACName",
					 text);
		if (strcmp(key, "volume") == 0)
			json_object_set(mount, "volume", value);
		else if (strcmp(key, "target") == 0)
			json_object_set(mount, "path", value);
		else
			return error_set(e, RKT_ERR_INPUT,
					 "unknown mount parameter \"%s\"", key);
	}
	*ret = steal(mount);
	return 0;
}

/* Put one option of --volume into the volume, with its JSON type. */
static int
volume_option(json_t *volume, const char *key, json_t *value, struct error *e)
{
	const char *text = json_string_value(value);
	bool is_on;
	long number;

	if (strcmp(key, "kind") == 0 || strcmp(key, "source") == 0 ||
	    strcmp(key, "mode") == 0)
		return json_object_set(volume, key, value);
	if (strcmp(key, "readOnly") == 0 || strcmp(key, "recursive") == 0) {
		if (bool_parse(text, &is_on)) {
			json_object_set_new(volume, key, json_boolean(is_on));
			return 0;
		}
		return error_set(
			e, RKT_ERR_INPUT,
			"strconv.ParseBool: parsing \"%s\": invalid syntax",
			text);
	}
	if (strcmp(key, "uid") == 0 || strcmp(key, "gid") == 0) {
		if (value_int(text, 0, 0x7fffffff, &number, e) < 0)
			return -1;
		return json_object_set_new(volume, key, json_integer(number));
	}
	return error_set(e, RKT_ERR_INPUT, "unknown volume parameter \"%s\"",
			 key);
}

static int
volume_parse(const char *s, json_t **ret, struct error *e)
{
	auto_json json_t *pairs = json_object();
	auto_json json_t *volume = json_object();
	size_t name_len = strcspn(s, ",");
	autofree char *name = xstrndup(s, name_len);
	const char *key;
	json_t *value;

	if (json_object_set_new(volume, "name", json_string(name)) < 0)
		return error_set(e, RKT_ERR_INPUT,
				 "the name is not valid UTF-8");
	if (pairs_parse(s + name_len, ",", false, pairs, e) < 0)
		return -1;
	json_object_foreach(pairs, key, value)
	{
		if (volume_option(volume, key, value, e) < 0)
			return -1;
	}
	return volume_check(volume, ret, e);
}

int
value_volume(const char *s, json_t **ret, struct error *e)
{
	char cause[ERROR_TEXT_MAX];

	if (volume_parse(s, ret, e) == 0)
		return 0;
	/* Part of the cause: a reason is shown without its layers. */
	snprintf(cause, sizeof(cause), "%s", e->layers[0]);
	error_clear(e);
	return error_set(e, RKT_ERR_INPUT,
			 "invalid value in --volume flag \"%s\": %s", s, cause);
}

#define PORT_FORMAT "\"%s\" is not in name:[ip:]port format"

static int
port_parts(const char *s, const struct strings *parts, json_t *port,
	   struct error *e)
{
	const char *name = parts->items[0];
	const char *ip = parts->len == 3 ? parts->items[1] : NULL;
	const char *number = parts->items[parts->len - 1];
	struct error ignored = ERROR_NONE;
	struct in_addr address;
	long value;

	if (!acname_is_valid(name))
		return error_set(e, RKT_ERR_INPUT,
				 PORT_FORMAT ": \"%s\" is not an ACName", s,
				 name);
	if (ip && inet_pton(AF_INET, ip, &address) != 1)
		return error_set(e, RKT_ERR_INPUT,
				 PORT_FORMAT ": \"%s\" is not an IPv4 address",
				 s, ip);
	if (value_int(number, 1, 65535, &value, &ignored) < 0)
		return error_set(e, RKT_ERR_INPUT,
				 PORT_FORMAT ": \"%s\" is not a port number", s,
				 number);
	json_object_set_new(port, "name", json_string(parts->items[0]));
	json_object_set_new(port, "hostPort", json_integer(value));
	if (ip)
		json_object_set_new(port, "hostIP", json_string(ip));
	return 0;
}

int
value_port(const char *s, json_t **ret, struct error *e)
{
	auto_strings struct strings parts = {0};
	auto_json json_t *port = json_object();
	const char *rest = s;

	while (parts.len < 2 && strchr(rest, ':')) {
		size_t len = strcspn(rest, ":");

		vec_push(&parts, xstrndup(rest, len));
		rest += len + 1;
	}
	strings_push(&parts, rest);
	if (parts.len < 2)
		return error_set(e, RKT_ERR_INPUT, PORT_FORMAT, s);
	if (port_parts(s, &parts, port, e) < 0)
		return -1;
	*ret = steal(port);
	return 0;
}

int
value_pair(const char *s, char **ret_key, const char **ret_value,
	   struct error *e)
{
	const char *equals = strchr(s, '=');

	if (!equals)
		return error_set(e, RKT_ERR_INPUT,
				 "must be specified as key=value");
	*ret_key = xstrndup(s, (size_t)(equals - s));
	*ret_value = equals + 1;
	return 0;
}

static int
env_line(const char *line, json_t *env, struct error *e)
{
	autofree char *key = NULL;
	const char *value;

	if (*line == '\0' || *line == '#' || *line == ';')
		return 0;
	if (value_pair(line, &key, &value, e) < 0)
		return -1;
	if (*key == '\0')
		return error_set(e, RKT_ERR_INPUT,
				 "empty variable name in \"%s\"", line);
	if (json_object_get(env, key))
		return error_set(e, RKT_ERR_INPUT, "key \"%s\" already set",
				 key);
	if (json_object_set_new(env, key, json_string(value)) < 0)
		return error_set(e, RKT_ERR_INPUT,
				 "value of \"%s\" is not valid UTF-8", key);
	return 0;
}

int
value_env_file(const char *path, json_t *env, struct error *e)
{
	autofree char *text = NULL;
	char *rest = NULL;
	size_t len;
	unsigned int n = 0;

	if (file_read_all(AT_FDCWD, path, ENV_FILE_MAX, &text, &len, e) < 0)
		return -1;
	if (strlen(text) != len)
		return error_set(e, RKT_ERR_INPUT, "'%s' has a NUL byte", path);
	rest = text;
	while (rest) {
		char *line = strsep(&rest, "\n");
		size_t end = strlen(line);

		n++;
		if (end > 0 && line[end - 1] == '\r')
			line[end - 1] = '\0';
		if (env_line(line, env, e) < 0)
			return error_prefix(e, "%s:%u", path, n);
	}
	return 0;
}
