/* The pod-level options of `run`.
 * SPDX-License-Identifier: Apache-2.0 */
#include "run-options.h"

#include <string.h>

#include "core/base/cleanup.h"
#include "core/cli/values.h"

static struct start_request start;
static struct pull_choice pull;

struct start_request *
run_start(void)
{
	return &start;
}

struct pull_choice *
run_pull(void)
{
	return &pull;
}

int
pull_choice_resolve(const struct pull_choice *c, enum pull_policy *ret,
		    struct error *e)
{
	if (c->store_only && c->no_store)
		return error_set(e, RKT_ERR_INPUT,
				 "both --store-only and --no-store specified");
	if (c->store_only)
		*ret = PULL_NEVER;
	else if (c->no_store)
		*ret = PULL_UPDATE;
	else if (!c->policy || strcmp(c->policy, "new") == 0)
		*ret = PULL_NEW;
	else if (strcmp(c->policy, "never") == 0)
		*ret = PULL_NEVER;
	else if (strcmp(c->policy, "update") == 0)
		*ret = PULL_UPDATE;
	else
		return error_set(e, RKT_ERR_INPUT,
				 "unknown pull policy \"%s\" (must be new, "
				 "never or update)",
				 c->policy);
	return 0;
}

static int
add_volume(const struct option *option, const char *value, struct error *e)
{
	json_t *volume;

	(void)option;
	if (value_volume(value, &volume, e) < 0)
		return -1;
	json_array_append_new(
		value_collection(&run_target()->volumes, json_array), volume);
	return 0;
}

static int
add_port(const struct option *option, const char *value, struct error *e)
{
	json_t *port;

	(void)option;
	if (value_port(value, &port, e) < 0)
		return -1;
	json_array_append_new(
		value_collection(&run_target()->ports, json_array), port);
	return 0;
}

static int
add_env(const struct option *option, const char *text, struct error *e)
{
	json_t *env = value_collection(&run_target()->set_env, json_object);
	autofree char *key = NULL;
	const char *value;

	(void)option;
	if (value_pair(text, &key, &value, e) < 0)
		return -1;
	if (json_object_get(env, key))
		return error_set(e, RKT_ERR_INPUT, "key \"%s\" already set",
				 key);
	if (json_object_set_new(env, key, json_string(value)) < 0)
		return error_set(e, RKT_ERR_INPUT, "'%s' is not valid UTF-8",
				 text);
	return 0;
}

static int
add_env_file(const struct option *option, const char *path, struct error *e)
{
	(void)option;
	return value_env_file(
		path,
		value_collection(&run_target()->set_env_file, json_object), e);
}

static int
set_bool(const char *value, bool *ret, struct error *e)
{
	if (!bool_parse(value, ret))
		return error_set(
			e, RKT_ERR_INPUT,
			"strconv.ParseBool: parsing \"%s\": invalid syntax",
			value);
	return 0;
}

/* Booleans of the request: `option->value` is the offset. */
static int
set_pod_bool(const struct option *option, const char *value, struct error *e)
{
	return set_bool(
		value,
		(bool *)((char *)run_target() + (uintptr_t)option->value), e);
}

static int
set_pod_text(const struct option *option, const char *value, struct error *e)
{
	char **member =
		(char **)((char *)run_target() + (uintptr_t)option->value);

	(void)e;
	free(*member);
	*member = xstrdup(value);
	return 0;
}

static int
set_start_text(const struct option *option, const char *value, struct error *e)
{
	char **member = option->value;

	(void)e;
	free(*member);
	*member = xstrdup(value);
	return 0;
}

/* Networks may carry arguments with commas escaped by nobody: cut at commas. */
static int
add_net(const struct option *option, const char *value, struct error *e)
{
	size_t before = start.net.len;

	(void)option;
	start.net_given = true;
	value_words(value, &start.net);
	for (size_t i = before; i < start.net.len; i++) {
		size_t len = strcspn(start.net.items[i], ":");

		if (len == 0)
			return error_set(e, RKT_ERR_INPUT,
					 "empty network name in \"%s\"", value);
		for (size_t k = 0; k < i; k++)
			if (strncmp(start.net.items[k], start.net.items[i],
				    len) == 0 &&
			    strcspn(start.net.items[k], ":") == len)
				return error_set(e, RKT_ERR_INPUT,
						 "duplicate network \"%.*s\"",
						 (int)len, start.net.items[i]);
	}
	return 0;
}

static int
add_words(const struct option *option, const char *value, struct error *e)
{
	(void)e;
	value_words(value, option->value);
	return 0;
}

#define POD_BOOL(name_, member_, help_)                                        \
	{                                                                      \
		.name = name_, .type = OPTION_CALL,                            \
		.value = (void *)offsetof(struct pod_request, member_),        \
		.shown = "false", .implied = "true", .help = help_,            \
		.parse = set_pod_bool                                          \
	}
#define POD_TEXT(name_, member_, help_)                                        \
	{                                                                      \
		.name = name_, .type = OPTION_CALL,                            \
		.value = (void *)offsetof(struct pod_request, member_),        \
		.shown = "\"\"", .help = help_, .parse = set_pod_text          \
	}
#define ADD(name_, help_, parse_)                                              \
	{                                                                      \
		.name = name_, .type = OPTION_CALL, .shown = "",               \
		.help = help_, .parse = parse_                                 \
	}
#define START_TEXT(name_, member_, help_)                                      \
	{                                                                      \
		.name = name_, .type = OPTION_CALL, .value = &start.member_,   \
		.shown = "\"\"", .help = help_, .parse = set_start_text        \
	}
#define START_WORDS(name_, member_, help_)                                     \
	{                                                                      \
		.name = name_, .type = OPTION_CALL, .value = &start.member_,   \
		.shown = "", .help = help_, .parse = add_words                 \
	}

const struct option run_pod_options[] = {
	ADD("port",
	    "ports to expose on the host (requires a contained "
	    "network), NAME:[HOSTIP:]HOSTPORT",
	    add_port),
	POD_BOOL("inherit-env", inherit_env,
		 "inherit all environment variables not set by apps"),
	POD_BOOL("no-overlay", no_overlay, "disable overlay file system"),
	POD_BOOL("private-users", private_users, "run within user namespaces"),
	ADD("set-env", "environment variable to set for all apps, NAME=VALUE",
	    add_env),
	ADD("set-env-file",
	    "path to an environment variables file for all apps", add_env_file),
	ADD("volume", "volumes to make available in the pod", add_volume),
	POD_TEXT("pod-manifest", pod_manifest,
		 "the path to the pod manifest; if set, only the options that "
		 "concern starting may be used"),
	PULL_OPTIONS(pull, "new"),
	OPTION_END,
};

const struct option run_start_options[] = {
	{
		.name = "net",
		.type = OPTION_CALL,
		.shown = "default",
		.implied = "default",
		.help = "configure the pod's networking: optionally pass a "
			"list of networks to join, 'host' or 'none'",
		.parse = add_net,
	},
	{
		.name = "interactive",
		.type = OPTION_BOOL,
		.value = &start.is_interactive,
		.shown = "false",
		.help = "run the pod interactively; only one image",
	},
	{
		.name = "mds-register",
		.type = OPTION_BOOL,
		.value = &start.mds_register,
		.shown = "false",
		.help = "register the pod with the metadata service",
	},
	START_TEXT("hostname", hostname,
		   "pod's host name; if empty, \"rkt-$PODUUID\""),
	START_TEXT("ipc", ipc,
		   "whether to stay in the host's IPC namespace: auto, "
		   "private or parent"),
	START_WORDS("dns", dns,
		    "name servers to write in /etc/resolv.conf; 'host' to "
		    "mount the host's, 'none' for the image's"),
	{
		.name = "dns-search",
		.type = OPTION_LIST,
		.value = &start.dns_search,
		.shown = "",
		.help = "DNS search domains to write in /etc/resolv.conf",
	},
	{
		.name = "dns-opt",
		.type = OPTION_LIST,
		.value = &start.dns_opt,
		.shown = "",
		.help = "DNS options to write in /etc/resolv.conf",
	},
	START_TEXT("dns-domain", dns_domain,
		   "DNS domain to write in /etc/resolv.conf"),
	START_WORDS("hosts-entry", hosts_entries,
		    "entries to add to the pod-wide /etc/hosts, IP=HOST, or "
		    "'host' for the host's"),
	OPTION_END,
};
