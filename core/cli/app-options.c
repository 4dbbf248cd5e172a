/* The options that follow an image.
 * SPDX-License-Identifier: Apache-2.0 */
#include <stddef.h>
#include <string.h>

#include "core/appc/manifest.h"
#include "core/appc/types.h"
#include "core/base/cleanup.h"
#include "core/cli/run-args.h"
#include "core/cli/values.h"

static struct pod_request target;

struct pod_request *
run_target(void)
{
	return &target;
}

/* A member of the app named last; `option->value` is its offset. */
static int
app_member(const struct option *option, void **ret, struct error *e)
{
	if (target.apps.len == 0)
		return error_set(e, RKT_ERR_INPUT, "--%s must follow an image",
				 option->name);
	*ret = (char *)&target.apps.items[target.apps.len - 1] +
	       (uintptr_t)option->value;
	return 0;
}

static int
set_text(const struct option *option, const char *value, struct error *e)
{
	void *member;

	if (app_member(option, &member, e) < 0 ||
	    value_check_utf8(value, e) < 0)
		return -1;
	free(*(char **)member);
	*(char **)member = xstrdup(value);
	return 0;
}

static int
set_text_once(const struct option *option, const char *value, struct error *e)
{
	void *member;

	if (app_member(option, &member, e) < 0)
		return -1;
	if (*(char **)member)
		return error_set(e, RKT_ERR_INPUT,
				 "--%s can be used only once "
				 "per image",
				 option->name);
	return set_text(option, value, e);
}

static int
set_name(const struct option *option, const char *value, struct error *e)
{
	void *member;

	if (app_member(option, &member, e) < 0)
		return -1;
	if (!acname_is_valid(value))
		return error_set(e, RKT_ERR_INPUT, "\"%s\" is not an ACName",
				 value);
	return set_text(option, value, e);
}

static int
set_mode(const struct option *option, const char *value, struct error *e)
{
	static const char *const modes[] = {"null", "stream", "tty", "log"};

	/* "log" is a way to write, not to read. */
	for (size_t i = 0; i < (strcmp(option->name, "stdin") == 0 ? 3 : 4);
	     i++)
		if (strcmp(value, modes[i]) == 0)
			return set_text(option, value, e);
	return error_set(e, RKT_ERR_INPUT, "invalid mode \"%s\"", value);
}

static int
set_readonly(const struct option *option, const char *value, struct error *e)
{
	void *member;

	if (app_member(option, &member, e) < 0)
		return -1;
	if (!bool_parse(value, member))
		return error_set(
			e, RKT_ERR_INPUT,
			"strconv.ParseBool: parsing \"%s\": invalid syntax",
			value);
	return 0;
}

static int
set_mount(const struct option *option, const char *value, struct error *e)
{
	json_t **mounts;
	void *member;
	json_t *mount;

	if (value_mount(value, &mount, e) < 0)
		return -1;
	if (target.apps.len == 0)
		mounts = &target.mounts;
	else if (app_member(option, &member, e) == 0)
		mounts = member;
	else
		return -1;
	json_array_append_new(value_collection(mounts, json_array), mount);
	return 0;
}

static int
set_ints(const struct option *option, const char *value, struct error *e)
{
	void *member;

	if (app_member(option, &member, e) < 0)
		return -1;
	return value_ints(value, value_collection(member, json_array), e);
}

/* "KEY=VALUE" for a member of the app; *ret_key is owned. */
static int
take_pair(const struct option *option, const char *text, void **ret_member,
	  char **ret_key, const char **ret_value, struct error *e)
{
	if (app_member(option, ret_member, e) < 0)
		return -1;
	return value_pair(text, ret_key, ret_value, e);
}

/* {key: value}; the last one of a key wins. */
static int
set_pair(const struct option *option, const char *text, struct error *e)
{
	autofree char *key = NULL;
	const char *value;
	void *member;

	if (take_pair(option, text, &member, &key, &value, e) < 0)
		return -1;
	if (json_object_set_new(value_collection(member, json_object), key,
				json_string(value)) < 0)
		return error_set(e, RKT_ERR_INPUT, "'%s' is not valid UTF-8",
				 text);
	return 0;
}

/* [{"name","value"}]; the last one of a name wins. */
static int
set_annotation(const struct option *option, const char *text, struct error *e)
{
	autofree char *key = NULL;
	const char *value;
	void *member;

	if (take_pair(option, text, &member, &key, &value, e) < 0)
		return -1;
	if (!acidentifier_is_valid(key))
		return error_set(e, RKT_ERR_INPUT,
				 "\"%s\" is not an ACIdentifier", key);
	appc_list_set(value_collection(member, json_array), key, value);
	return 0;
}

static int
set_isolator(const struct option *option, const char *value, struct error *e)
{
	static const struct {
		const char *name;
		int (*parse)(const char *s, json_t **ret, struct error *e);
	} parsers[] = {
		{"memory", value_memory},
		{"cpu", value_cpu},
		{"cpu-shares", value_cpu_shares},
		{"oom-score-adj", value_oom_score_adj},
		{"caps-retain", value_caps_retain},
		{"cap-retain", value_caps_retain},
		{"caps-remove", value_caps_remove},
		{"cap-remove", value_caps_remove},
	};
	json_t *isolator = NULL;
	void *member;
	size_t i = 0;

	if (app_member(option, &member, e) < 0)
		return -1;
	while (strcmp(parsers[i].name, option->name) != 0)
		i++;
	if (parsers[i].parse(value, &isolator, e) < 0)
		return -1;
	json_decref(*(json_t **)member);
	*(json_t **)member = isolator;
	return 0;
}

#define APP(name_, member_, shown_, help_, parse_)                             \
	{                                                                      \
		.name = name_, .type = OPTION_CALL,                            \
		.value = (void *)offsetof(struct app_request, member_),        \
		.shown = shown_, .help = help_, .parse = parse_                \
	}
#define HIDDEN(name_, member_, help_, parse_)                                  \
	{                                                                      \
		.name = name_, .type = OPTION_CALL,                            \
		.value = (void *)offsetof(struct app_request, member_),        \
		.shown = "\"\"", .help = help_, .flags = OPTION_HIDDEN,        \
		.parse = parse_                                                \
	}
#define RENAMED(name_, member_, hint_)                                         \
	{                                                                      \
		.name = name_, .type = OPTION_CALL,                            \
		.value = (void *)offsetof(struct app_request, member_),        \
		.shown = "", .help = "", .deprecated = hint_,                  \
		.parse = set_isolator                                          \
	}

const struct option run_app_options[] = {
	APP("signature", signature, "\"\"",
	    "local signature file to use in validating the preceding image",
	    set_text_once),
	APP("exec", exec, "\"\"",
	    "override the exec command of the preceding image", set_text_once),
	APP("working-dir", working_dir, "\"\"",
	    "override the working directory of the preceding image", set_text),
	APP("readonly-rootfs", readonly_rootfs, "false",
	    "if set, the root file system of the preceding image is mounted "
	    "read-only",
	    set_readonly),
	APP("mount", mounts, "",
	    "mount point binding a volume to a path within an app; before any "
	    "image: within all apps",
	    set_mount),
	APP("user", user, "\"\"",
	    "user override for the preceding image (example: '--user=user')",
	    set_text),
	APP("group", group, "\"\"",
	    "group override for the preceding image (example: "
	    "'--group=group')",
	    set_text),
	APP("supplementary-gids", supplementary_gids, "",
	    "supplementary group IDs override for the preceding image "
	    "(example: '--supplementary-gids=1024,2048')",
	    set_ints),
	APP("name", name, "\"\"",
	    "set the name of the app (example: '--name=foo'); default: the "
	    "image's name",
	    set_name),
	APP("annotation", annotations, "",
	    "set the app's annotations (example: '--annotation=foo=bar')",
	    set_annotation),
	APP("user-annotation", user_annotations, "",
	    "set the app's user annotations (example: "
	    "'--user-annotation=foo=bar')",
	    set_pair),
	APP("user-label", user_labels, "",
	    "set the app's user labels (example: '--user-label=foo=bar')",
	    set_pair),
	APP("environment", environment, "",
	    "set the app's environment variables (example: "
	    "'--environment=foo=bar')",
	    set_pair),
	APP("memory", memory, "",
	    "memory limit for the preceding image (example: '--memory=16Mi', "
	    "'--memory=50M', '--memory=1G')",
	    set_isolator),
	APP("cpu", cpu, "",
	    "cpu limit for the preceding image (example: '--cpu=500m')",
	    set_isolator),
	APP("cpu-shares", cpu_shares, "",
	    "assign the specified number of CPU shares (example: "
	    "'--cpu-shares=2048')",
	    set_isolator),
	APP("caps-retain", caps_retain, "",
	    "capability to retain (example: "
	    "'--caps-retain=CAP_SYS_ADMIN')",
	    set_isolator),
	APP("caps-remove", caps_remove, "",
	    "capability to remove (example: '--caps-remove=CAP_MKNOD')",
	    set_isolator),
	RENAMED("cap-retain", caps_retain, "use --caps-retain instead"),
	RENAMED("cap-remove", caps_remove, "use --caps-remove instead"),
	APP("seccomp", seccomp, "\"\"",
	    "seccomp filter override (example: "
	    "'--seccomp mode=retain,errno=EPERM,chmod,chown')",
	    set_text),
	APP("oom-score-adj", oom_score_adj, "",
	    "oom-score-adj isolator override", set_isolator),
	HIDDEN("stdin", stdin_mode, "stdin mode for the preceding app",
	       set_mode),
	HIDDEN("stdout", stdout_mode, "stdout mode for the preceding app",
	       set_mode),
	HIDDEN("stderr", stderr_mode, "stderr mode for the preceding app",
	       set_mode),
	OPTION_END,
};

const struct option fetch_app_options[] = {
	APP("signature", signature, "\"\"",
	    "local signature file to use in validating the preceding image",
	    set_text_once),
	OPTION_END,
};
